/* SPDX-License-Identifier: Apache-2.0 */
/* The job `provision_store`: step after step, each true in the tenant before it is recorded in the
 * master. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "db/migrate.h"
#include "domain/audit.h"
#include "domain/provisioning_steps.h"
#include "json/json.h"

struct run {
	struct runtime *rt;
	struct db *master, *tenant;
	const struct job *job;
	struct tenant_credentials cred;
	struct conn_failure why;
	bool demo;
	int step;                 /* number of the step that runs */
	int tables, tables_all;
	char name[STORE_NAME_MAX * 4 + 1], slug[SLUG_MAX + 1], country[3];
	const struct migration *migration;   /* of the step that runs */
	const char *kind;                    /* "schema", "seed", "demo" */
};

static const struct stmt select_store = {
	.name = "provision_select_store",
	.sql = "SELECT name, slug, country, status FROM stores WHERE id = $1"
	       " AND deleted_at IS NULL",
};

static const struct stmt count_attempt = {
	.name = "provision_count_attempt",
	.sql = "UPDATE stores SET provisioning_status = 'running', provisioning_attempts ="
	       " provisioning_attempts + 1, provisioning_finished_at = NULL WHERE id = $1",
};

static const struct stmt begin_step = {
	.name = "provision_begin_step",
	.sql = "INSERT INTO provisioning_steps (store_id, step_no, name, fence)"
	       " VALUES ($1, $2::bigint, $3, $4::bigint)"
	       " ON CONFLICT (store_id, step_no) DO UPDATE"
	       " SET name = EXCLUDED.name, fence = EXCLUDED.fence"
	       " WHERE provisioning_steps.fence <= EXCLUDED.fence",
};

static const struct stmt end_step = {
	.name = "provision_end_step",
	.sql = "UPDATE provisioning_steps SET finished_at = COALESCE(finished_at, now())"
	       " WHERE store_id = $1 AND step_no = $2::bigint AND fence = $3::bigint",
};

static const struct stmt show_progress = {
	.name = "provision_show_progress",
	.sql = "UPDATE stores SET provisioning_step = $2, provisioning_message = $3,"
	       " provisioning_current = $4::bigint, provisioning_total = $5::bigint WHERE id = $1"
	       " AND status = 'provisioning' AND deleted_at IS NULL",
};

static const struct stmt lock_tenant = {
	.name = "provision_lock_tenant",
	.sql = "SELECT pg_advisory_xact_lock(7353161, 1)",
	.mysql = "SELECT GET_LOCK('souk provisioning', 10)",
};

static const struct stmt make_meta = {
	.name = "provision_make_meta",
	.sql = "CREATE TABLE IF NOT EXISTS souk_meta (key varchar(64) PRIMARY KEY, value text NOT"
	       " NULL)",
};

static const struct stmt insert_meta = {
	.name = "provision_insert_meta",
	.sql = "INSERT INTO souk_meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
};

static const struct stmt insert_store = {
	.name = "provision_insert_store",
	.sql = "INSERT INTO stores (id, name, slug, country, contact_email)"
	       " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
};

static const struct stmt select_owner = {
	.name = "provision_select_owner",
	.sql = "SELECT u.email, u.first_name, u.last_name, u.phone, u.company_name,"
	       " u.email_verified FROM stores s JOIN users u ON u.id = s.user_id WHERE s.id = $1",
};

/* No password goes along: a tenant's database is its owner's, and the owner signs in at the
 * platform. */
static const struct stmt insert_owner = {
	.name = "provision_insert_owner",
	.sql = "INSERT INTO users (id, email, first_name, last_name, phone, company_name, role,"
	       " account_type, is_active, email_verified)"
	       " VALUES ($1, $2, $3, $4, $5, $6, 'store_owner', 'agency', TRUE, $7)"
	       " ON CONFLICT DO NOTHING",
};

static const struct stmt count_tables = {
	.name = "provision_count_tables",
	.sql = "SELECT count(*) AS n FROM information_schema.tables"
	       " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
	       " AND table_name NOT LIKE 'souk\\_%'",
};

static const struct stmt activate_store = {
	.name = "provision_activate_store",
	.sql = "UPDATE stores SET status = 'active', provisioning_status = 'completed',"
	       " provisioning_step = 'done', provisioning_message = 'Your store is ready',"
	       " provisioning_current = $2::bigint, provisioning_total = $2::bigint,"
	       " provisioning_error = NULL, provisioning_error_code = NULL,"
	       " provisioning_finished_at = now() WHERE id = $1 AND status = 'provisioning'"
	       " AND deleted_at IS NULL",
};

static const struct stmt activate_database = {
	.name = "provision_activate_database",
	.sql = "UPDATE store_databases SET connection_status = 'connected', schema_version ="
	       " $2::bigint, schema_fingerprint = $3, last_checked_at = now(), last_error = NULL"
	       " WHERE store_id = $1",
};

static const struct stmt insert_hostname = {
	.name = "provision_insert_hostname",
	.sql = "INSERT INTO store_hostnames (id, hostname, store_id, is_primary, verified_at)"
	       " VALUES ($1, $2, $3, TRUE, now()) ON CONFLICT (hostname) DO NOTHING",
};

static const struct stmt note_failure = {
	.name = "provision_note_failure",
	.sql = "UPDATE stores SET provisioning_status = 'failed', provisioning_error_code = $2,"
	       " provisioning_error = $3, provisioning_message = 'Something needs your attention',"
	       " provisioning_finished_at = now() WHERE id = $1",
};

static const struct stmt note_connection = {
	.name = "provision_note_connection",
	.sql = "UPDATE store_databases SET connection_status = $2, last_error = $3,"
	       " last_checked_at = now() WHERE store_id = $1",
};

static const struct stmt note_wait = {
	.name = "provision_note_wait",
	.sql = "UPDATE stores SET provisioning_message = $2 WHERE id = $1",
};

/* ---- steps
 * -------------------------------------------------------------------------------------------- */

/* Of a store that is still to be filled. ERR_STORE_NOT_FOUND: it was deleted meanwhile. */
static enum err change_store(struct db *db, const struct stmt *stmt, struct args args)
{
	enum err e = db_one(db, stmt, args, NULL);

	return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
}

static enum err step_begin(struct run *run, const char *name, const char *message)
{
	const struct job *job = run->job;
	enum err e = jobs_renew(run->master, job, PROVISION_LEASE_S);

	run->step++;
	if (!e)
		e = db_one(run->master, &begin_step,
			   ARGS(a_text(job->store_id), a_int(run->step), a_text(name),
				a_int(job->fence)),
			   NULL);
	if (e == ERR_NO_ROW)
		return ERR_JOB_LOST;
	if (e)
		return e;
	return change_store(run->master, &show_progress,
			    ARGS(a_text(job->store_id), a_text(name), a_text(message),
				 a_int(run->tables), a_int(run->tables_all)));
}

static enum err step_end(struct run *run)
{
	enum err e =
		db_one(run->master, &end_step,
		       ARGS(a_text(run->job->store_id), a_int(run->step), a_int(run->job->fence)),
		       NULL);

	return e == ERR_NO_ROW ? ERR_JOB_LOST : e;
}

static enum err marker_body(struct db *db, void *arg)
{
	const char *store_id = arg;
	struct server_facts facts;
	enum err e;

	if ((e = db_run(db, &lock_tenant, NO_ARGS, NULL)) || (e = connect_facts(db, &facts)))
		return e;
	if (facts.ours)
		return text_eq(facts.store_id, store_id) ? OK : ERR_DATABASE_ALREADY_IN_USE;
	if (!facts.empty)
		return ERR_DATABASE_NOT_EMPTY;
	if ((e = db_run(db, &make_meta, NO_ARGS, NULL)))
		return e;
	return db_run(db, &insert_meta, ARGS(a_text("store_id"), a_text(store_id)), NULL);
}

enum err marker_write(struct db *tenant, const char *store_id)
{
	char id[ID_TEXT];

	text_copy(id, sizeof(id), store_id);
	return db_transaction(tenant, "mark the database", marker_body, id);
}

static enum err step_connect(struct run *run)
{
	const struct runtime_target to = { &run->cred.conninfo, run->job->store_id,
					   run->cred.managed, PROVISION_STATEMENT_MS };
	enum err e = step_begin(run, "connect", "Connecting to your database");

	if (!e && run->cred.managed)
		e = managed_make(run->rt, &run->cred.conninfo, &run->why);
	if (!e)
		e = runtime_connect(run->rt, &to, &run->tenant, &run->why);
	if (e)
		return e;
	run->tenant->log = run->master->log;
	if ((e = marker_write(run->tenant, run->job->store_id)))
		return e;
	return step_end(run);
}

static enum err migration_body(struct db *db, void *arg)
{
	struct run *run = arg;
	bool done;
	enum err e = db_run(db, &lock_tenant, NO_ARGS, NULL);

	return e ? e : migrate_one(db, run->kind, run->migration, &done);
}

/* "0004_catalogue" -> "catalogue" */
static const char *plain_name(const char *name)
{
	const char *under = strchr(name, '_');

	return under ? under + 1 : name;
}

static enum err step_migrations(struct run *run, const char *kind, const struct migration *list,
				const char *words)
{
	char name[80], message[120];
	enum err e;

	for (; list->name; list++) {
		const char *plain = plain_name(list->name);

		snprintf(name, sizeof(name), "%s:%.64s", kind, plain);
		snprintf(message, sizeof(message), "%s: %.64s", words, plain);
		for (char *p = message; *p; p++)
			if (*p == '_')
				*p = ' ';
		run->kind = kind;
		run->migration = list;
		if ((e = step_begin(run, name, message)) ||
		    (e = db_transaction(run->tenant, name, migration_body, run)))
			return e;
		run->tables += list->tables;
		if ((e = step_end(run)))
			return e;
	}
	return OK;
}

struct people {
	struct run *run;
	const char *email, *first_name, *last_name, *phone, *company;
	bool verified;
};

static enum err people_body(struct db *db, void *arg)
{
	const struct people *p = arg;
	const struct run *run = p->run;
	char id[ID_TEXT];
	enum err e = db_run(db, &insert_store,
			    ARGS(a_text(run->job->store_id), a_text(run->name), a_text(run->slug),
				 a_text(run->country[0] ? run->country : NULL), a_text(p->email)),
			    NULL);

	if (e)
		return e;
	return db_run(db, &insert_owner,
		      ARGS(a_text(id_new(id)), a_text(p->email), a_text(p->first_name),
			   a_text(p->last_name), a_text(p->phone), a_text(p->company),
			   a_bool(p->verified)),
		      NULL);
}

static enum err step_people(struct run *run)
{
	struct people p = { .run = run };
	struct result r;
	enum err e = step_begin(run, "store", "Writing your store and its owner");

	if (e || (e = db_one(run->master, &select_owner, ARGS(a_text(run->job->store_id)), &r)))
		return e;
	p.email = row_text(&r, 0, "email");
	p.first_name = row_text(&r, 0, "first_name");
	p.last_name = row_text(&r, 0, "last_name");
	p.phone = row_text(&r, 0, "phone");
	p.company = row_text(&r, 0, "company_name");
	p.verified = row_bool(&r, 0, "email_verified");
	if ((e = db_transaction(run->tenant, "store and owner", people_body, &p)))
		return e;
	return step_end(run);
}

static enum err step_verify(struct run *run)
{
	struct result r;
	enum err e = step_begin(run, "verify", "Checking that everything is there");

	if (e || (e = db_one(run->tenant, &count_tables, NO_ARGS, &r)))
		return e;
	if (row_int(&r, 0, "n") != run->tables_all) {
		log_alarm(run->master->log, "provision_verify",
			  "store %s has %" PRId64 " tables, not %d", run->job->store_id,
			  row_int(&r, 0, "n"), run->tables_all);
		return ERR_INTERNAL;
	}
	return step_end(run);
}

static enum err activate_body(struct db *db, void *arg)
{
	struct run *run = arg;
	int latest = migrate_latest(migrations_tenant_postgresql);
	char fingerprint[33], hostname[320], id[ID_TEXT], key[64], job[ID_TEXT];
	struct new_job sync = { .kind = "sync_credits",
				.store_id = run->job->store_id,
				.unique_key = key };
	enum err e;

	migrate_fingerprint(migrations_tenant_postgresql, fingerprint);
	snprintf(hostname, sizeof(hostname), "%s.%s", run->slug,
		 run->rt->settings->platform_domain);
	snprintf(key, sizeof(key), "sync_credits:%s", run->job->store_id);
	if ((e = jobs_renew(db, run->job, PROVISION_LEASE_S)) ||
	    (e = change_store(db, &activate_store,
			      ARGS(a_text(run->job->store_id), a_int(run->tables_all)))) ||
	    (e = db_run(db, &insert_hostname,
			ARGS(a_text(id_new(id)), a_text(hostname), a_text(run->job->store_id)),
			NULL)) ||
	    (e = db_run(db, &activate_database,
			ARGS(a_text(run->job->store_id), a_int(latest), a_text(fingerprint)),
			NULL)) ||
	    (e = jobs_add(db, &sync, job)))
		return e;
	return audit_write(db, "store.activate", NULL, run->job->store_id);
}

static enum err step_activate(struct run *run)
{
	enum err e = step_begin(run, "activate", "Opening your store");

	if (e || (e = db_transaction(run->master, "activate store", activate_body, run)))
		return e;
	return step_end(run);
}

static enum err run_steps(struct run *run)
{
	enum err e;

	if ((e = step_connect(run)) ||
	    (e = step_migrations(run, "schema", migrations_tenant_postgresql, "Making tables")) ||
	    (e = step_people(run)) ||
	    (e = step_migrations(run, "seed", seeds_tenant_postgresql, "Filling in")))
		return e;
	if (run->demo &&
	    (e = step_migrations(run, "demo", demo_tenant_postgresql, "Adding demo data")))
		return e;
	if ((e = step_verify(run)))
		return e;
	return step_activate(run);
}

/* ---- beginning and end
 * -------------------------------------------------------------------------------- */

static enum err read_store(struct run *run)
{
	const char *country;
	struct result r;
	enum err e = db_one(run->master, &select_store, ARGS(a_text(run->job->store_id)), &r);

	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if (!text_eq(row_text(&r, 0, "status"), "provisioning"))
		return ERR_ALREADY_CONNECTED;
	text_copy(run->name, sizeof(run->name), row_text(&r, 0, "name"));
	text_copy(run->slug, sizeof(run->slug), row_text(&r, 0, "slug"));
	country = row_text(&r, 0, "country");
	text_copy(run->country, sizeof(run->country), country ? country : "");
	return OK;
}

static void read_payload(struct run *run)
{
	struct json_object *o = NULL;

	if (!json_parse(run->job->payload, strlen(run->job->payload), &o) &&
	    !json_flag(o, "demo", &run->demo))
		run->demo = false;
	json_free(o);
}

/* Worth another try by itself: the server was not there or was busy. Anything else waits for the
 * owner. */
static bool passing(const struct run *run, enum err e)
{
	if (e == ERR_CONNECTION_FAILED)
		return run->why.reason == CONN_REFUSED || run->why.reason == CONN_TIMEOUT ||
		       run->why.reason == CONN_UNREACHABLE || run->why.reason == CONN_DNS;
	return err_row(e)->status >= 500;
}

static enum err note(struct run *run, enum err e)
{
	const char *store_id = run->job->store_id, *reason = NULL;
	const struct err_row *row = err_row(e);
	enum err f;

	if (e == ERR_CONNECTION_FAILED)
		reason = conn_reason_word(run->why.reason);
	f = db_run(run->master, &note_connection,
		   ARGS(a_text(store_id),
			a_text(run->why.reason == CONN_TIMEOUT ? "timeout" : "failed"),
			a_text(reason ? reason : row->code)),
		   NULL);
	if (f)
		return f;
	if (passing(run, e) && run->job->attempts < run->job->max_attempts)
		return db_run(run->master, &note_wait,
			      ARGS(a_text(store_id),
				   a_text("The database did not answer; trying again shortly")),
			      NULL);
	return db_run(run->master, &note_failure,
		      ARGS(a_text(store_id), a_text(row->code), a_text(row->words)), NULL);
}

/* What the queue makes of it: a passing error is tried again, a lasting one is over. */
static enum err finish(struct run *run, enum err e)
{
	enum err f;

	if (e == OK || e == ERR_JOB_LOST || e == ERR_MASTER_DB_UNAVAILABLE)
		return e;
	log_warn(run->master->log, "provision_failed", "store %s, step %d: %s %s %s",
		 run->job->store_id, run->step, err_row(e)->name, conn_reason_word(run->why.reason),
		 run->why.detail);
	if ((f = note(run, e)))
		return f;
	return e == ERR_CONNECTION_FAILED && passing(run, e) ? ERR_DB_UNAVAILABLE : e;
}

enum err provisioning_run(struct runtime *rt, const struct job *job)
{
	struct run run = { .rt = rt, .job = job, .tables_all = provisioning_tables() };
	enum err e = runtime_master(rt, &run.master);

	if (e)
		return e;
	e = read_store(&run);
	if (!e)
		e = tenants_credentials(rt, run.master, job->store_id, &run.cred);
	if (!e)
		e = db_run(run.master, &count_attempt, ARGS(a_text(job->store_id)), NULL);
	if (!e) {
		read_payload(&run);
		e = run_steps(&run);
	}
	conninfo_wipe(&run.cred.conninfo);
	db_close(run.tenant);
	if (e == ERR_STORE_NOT_FOUND || e == ERR_ALREADY_CONNECTED)
		return OK;   /* deleted, or finished by another run: nothing is left to do */
	return finish(&run, e);
}
