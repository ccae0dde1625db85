/* SPDX-License-Identifier: Apache-2.0 */
/* Testing and connecting a store's database, and telling how provisioning stands. */
#include "domain/provisioning.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "db/migrate.h"
#include "domain/audit.h"
#include "domain/provisioning_steps.h"

static const struct stmt lock_store = {
	.name = "provisioning_lock_store",
	.sql = "SELECT id FROM stores WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL"
	       " FOR UPDATE",
};

/* A statement of its own, behind the lock: one that had to wait for the lock would see of other
 * tables what was there before it waited. */
static const struct stmt select_locked = {
	.name = "provisioning_select_locked",
	.sql = "SELECT s.status, s.provisioning_status, d.credential_revision, d.server_identity,"
	       " d.database_name, EXISTS (SELECT 1 FROM job_queue j WHERE j.store_id = s.id"
	       " AND j.kind = 'provision_store'  AND j.status IN ('queued', 'running')) AS working"
	       " FROM stores s LEFT JOIN store_databases d ON d.store_id = s.id"
	       " WHERE s.id = $1",
};

static const struct stmt upsert_database = {
	.name = "provisioning_upsert_database",
	.sql = "INSERT INTO store_databases (id, store_id, database_type, is_managed,"
	       " credentials_sealed, credential_revision, host, port, database_name, username,"
	       " connection_status, server_version, server_identity, last_checked_at)"
	       " VALUES ($1, $2, 'postgresql', $3, $4, $5::bigint, $6, $7::bigint, $8, $9,"
	       " 'pending', $10, $11, now()) ON CONFLICT (store_id) DO UPDATE"
	       " SET database_type = EXCLUDED.database_type, is_managed = EXCLUDED.is_managed,"
	       " credentials_sealed = EXCLUDED.credentials_sealed, credential_revision ="
	       " EXCLUDED.credential_revision, host = EXCLUDED.host, port = EXCLUDED.port,"
	       " database_name = EXCLUDED.database_name, username = EXCLUDED.username,"
	       " connection_status = 'pending', server_version = EXCLUDED.server_version,"
	       " server_identity = EXCLUDED.server_identity, last_checked_at = now(), last_error ="
	       " NULL, schema_version = 0, schema_fingerprint = NULL",
};

static const struct stmt forget_steps = {
	.name = "provisioning_forget_steps",
	.sql = "DELETE FROM provisioning_steps WHERE store_id = $1",
};

static const struct stmt start_store = {
	.name = "provisioning_start_store",
	.sql = "UPDATE stores SET status = 'provisioning', provisioning_status = 'running',"
	       " provisioning_step = NULL, provisioning_current = 0, provisioning_total ="
	       " $2::bigint, provisioning_message = 'Waiting for a free worker',"
	       " provisioning_error_code = NULL, provisioning_error = NULL,"
	       " provisioning_started_at = now(), provisioning_finished_at = NULL WHERE id = $1",
};

static const struct stmt select_identity = {
	.name = "provisioning_select_identity",
	.sql = "SELECT store_id FROM store_databases WHERE server_identity = $1"
	       " AND database_name = $2",
};

static const struct stmt select_state = {
	.name = "provisioning_select_state",
	.sql = "SELECT s.provisioning_status, s.provisioning_step, s.provisioning_message,"
	       " s.provisioning_current, s.provisioning_total, s.provisioning_error_code,"
	       " s.provisioning_error, s.provisioning_attempts, s.provisioning_started_at,"
	       " s.provisioning_finished_at, d.last_error, EXISTS (SELECT 1 FROM job_queue j"
	       " WHERE j.store_id = s.id AND j.kind = 'provision_store' "
	       " AND j.status IN ('queued', 'running')) AS working FROM stores s LEFT"
	       " JOIN store_databases d ON d.store_id = s.id WHERE s.id = $1"
	       " AND s.user_id = $2 AND s.deleted_at IS NULL",
};

static const struct stmt select_asked = {
	.name = "provisioning_select_asked",
	.sql = "SELECT j.id FROM job_queue j JOIN stores s ON s.id = j.store_id"
	       " WHERE j.id = $1::uuid AND s.id = $2 AND s.user_id = $3",
};

int provisioning_tables(void)
{
	const struct migration *m;
	int n = 0;

	for (m = migrations_tenant_postgresql; m->name; m++)
		n += m->tables;
	return n;
}

/* The master's own server is known by what it says of itself, not by its name. */
static enum err refuse_master(struct db *master, const struct server_facts *facts)
{
	struct server_facts own;
	enum err e = connect_facts(master, &own);

	if (e)
		return e;
	return text_eq(own.identity, facts->identity) ? ERR_HOST_NOT_ALLOWED : OK;
}

static enum err refuse_taken(struct db *master, const char *store_id,
			     const struct server_facts *facts, const char *database)
{
	struct result r;
	enum err e;

	if (facts->ours && !text_eq(facts->store_id, store_id))
		return ERR_DATABASE_ALREADY_IN_USE;
	e = db_run(master, &select_identity, ARGS(a_text(facts->identity), a_text(database)), &r);
	if (e)
		return e;
	if (r.rows && !text_eq(row_text(&r, 0, "store_id"), store_id))
		return ERR_DATABASE_ALREADY_IN_USE;
	return OK;
}

/* Whatever a stranger's server answers, it is no error of ours. */
static enum err ask_stranger(struct db *db, struct server_facts *facts, struct conn_failure *why)
{
	enum err e = connect_facts(db, facts);

	if (!e)
		return OK;
	why->reason = connect_reason(e);
	snprintf(why->detail, sizeof(why->detail), "while looking at it: %s", err_row(e)->name);
	return ERR_CONNECTION_FAILED;
}

/* Connects to what a stranger named and learns what is there. */
static enum err inspect(struct runtime *rt, struct db *master, const char *store_id,
			const struct conninfo *info, struct server_facts *facts,
			struct conn_failure *why)
{
	const struct runtime_target to = { info, store_id, false, rt->settings->statement_timeout };
	struct db *db = NULL;
	enum err e = runtime_connect(rt, &to, &db, why);

	if (!e) {
		db->log = master->log;
		e = ask_stranger(db, facts, why);
	}
	db_close(db);
	if (e || (e = refuse_master(master, facts)))
		return e;
	if (!facts->any_text) {
		why->reason = CONN_SERVER_VERSION;
		text_copy(why->detail, sizeof(why->detail), "its encoding lacks characters");
		return ERR_CONNECTION_FAILED;
	}
	return refuse_taken(master, store_id, facts, info->database);
}

/* What both test and connect do: understand the request, reach the server. */
static enum err prepare(struct runtime *rt, struct db *master, const char *store_id,
			const struct database_request *rq, struct conninfo *info,
			struct server_facts *facts, struct database_problem *problem)
{
	struct conn_failure why = { CONN_OK, "" };
	enum err e;

	if (rq->kind == DATABASE_MYSQL || rq->kind == DATABASE_SUPABASE)
		return ERR_DATABASE_TYPE_UNSUPPORTED;
	if (rq->kind == DATABASE_MANAGED) {
		e = managed_plan(rt, store_id, info);
		if (!e)
			e = managed_facts(rt, facts, &why);
	} else {
		e = conninfo_parse(rq->connection_string, info, problem->words,
				   sizeof(problem->words));
		if (!e && info->type != CONN_POSTGRESQL)
			e = ERR_DATABASE_TYPE_UNSUPPORTED;
		if (!e)
			e = inspect(rt, master, store_id, info, facts, &why);
	}
	if (e == ERR_CONNECTION_FAILED || e == ERR_HOST_NOT_ALLOWED ||
	    e == ERR_MANAGED_UNAVAILABLE) {
		problem->reason = why.reason;
		log_info(master->log, "database_refused", "%s: %s", conn_reason_word(why.reason),
			 why.detail);
	}
	return e;
}

enum err provisioning_test(struct runtime *rt, struct db *master, const char *user_id,
			   const char *store_id, const struct database_request *rq,
			   struct server_facts *out, struct database_problem *problem)
{
	struct conninfo info;
	struct result r;
	enum err e;

	memset(problem, 0, sizeof(*problem));
	memset(&info, 0, sizeof(info));
	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	e = db_one(master, &select_state, ARGS(a_text(store_id), a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	e = prepare(rt, master, store_id, rq, &info, out, problem);
	conninfo_wipe(&info);
	return e;
}

struct binding {
	struct runtime *rt;
	const char *user_id, *store_id;
	const struct database_request *request;
	const struct conninfo *info;
	const struct server_facts *facts;
	struct arena arena;
};

static enum err may_connect(struct db *db, const struct binding *b, int *revision, bool *same)
{
	const char *status;
	struct result r;
	enum err e = db_one(db, &lock_store, ARGS(a_text(b->store_id), a_text(b->user_id)), NULL);

	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if ((e = db_one(db, &select_locked, ARGS(a_text(b->store_id)), &r)))
		return e;
	status = row_text(&r, 0, "status");
	if (row_bool(&r, 0, "working") ||
	    (!text_eq(status, "pending_database") && !text_eq(status, "provisioning")))
		return ERR_ALREADY_CONNECTED;
	*revision = (int)row_int(&r, 0, "credential_revision") + 1;
	*same = text_eq(row_text(&r, 0, "server_identity"), b->facts->identity) &&
		text_eq(row_text(&r, 0, "database_name"), b->info->database);
	return OK;
}

static enum err save_database(struct db *db, struct binding *b, int revision)
{
	const struct conninfo *i = b->info;
	const unsigned char *box;
	char id[ID_TEXT];
	size_t len;
	enum err e = tenants_seal(b->rt, b->store_id, i, revision, &b->arena, &box, &len);

	if (e)
		return e;
	e = db_run(db, &upsert_database,
		   ARGS(a_text(id_new(id)), a_text(b->store_id),
			a_bool(b->request->kind == DATABASE_MANAGED), a_bytes(box, len),
			a_int(revision), a_text(i->host), a_int(i->port), a_text(i->database),
			a_text(i->user), a_text(b->facts->server), a_text(b->facts->identity)),
		   NULL);
	if (e == ERR_DB_UNIQUE && text_eq(db->constraint, "store_databases_identity_key"))
		return ERR_DATABASE_ALREADY_IN_USE;
	return e;
}

static enum err connect_body(struct db *db, void *arg)
{
	struct binding *b = arg;
	char key[64], job[ID_TEXT];
	struct new_job work = {
		.id = b->request->job_id,
		.kind = "provision_store",
		.store_id = b->store_id,
		.user_id = b->user_id,
		.payload = b->request->demo ? "{\"demo\":true}" : NULL,
		.unique_key = key,
	};
	bool same;
	int revision;
	enum err e;

	snprintf(key, sizeof(key), "provision:%s", b->store_id);
	if ((e = may_connect(db, b, &revision, &same)) || (e = save_database(db, b, revision)))
		return e;
	if (!same && (e = db_run(db, &forget_steps, ARGS(a_text(b->store_id)), NULL)))
		return e;
	if ((e = db_run(db, &start_store, ARGS(a_text(b->store_id), a_int(provisioning_tables())),
			NULL)) ||
	    (e = jobs_add(db, &work, job)))
		return e;
	db_touch(db, b->user_id);
	db_touch(db, b->store_id);
	return audit_write(db, "store.connect_database", b->user_id, b->store_id);
}

/* By an earlier try of the same request, whose answer was lost. */
static enum err asked_before(struct db *master, const char *user_id, const char *store_id,
			     const char *job_id, bool *asked)
{
	enum err e = ERR_NO_ROW;

	if (job_id && id_valid(store_id))
		e = db_one(master, &select_asked,
			   ARGS(a_text(job_id), a_text(store_id), a_text(user_id)), NULL);
	*asked = !e;
	return e == ERR_NO_ROW ? OK : e;
}

/* A quick look before strangers' servers are asked; the transaction looks again under the lock. */
static enum err still_open(struct db *master, const char *user_id, const char *store_id)
{
	struct result r;
	enum err e;

	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	e = db_one(master, &select_state, ARGS(a_text(store_id), a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if (row_bool(&r, 0, "working") ||
	    text_eq(row_text(&r, 0, "provisioning_status"), "completed"))
		return ERR_ALREADY_CONNECTED;
	return OK;
}

enum err provisioning_connect(struct runtime *rt, struct db *master, const char *user_id,
			      const char *store_id, const struct database_request *rq,
			      struct database_problem *problem)
{
	struct server_facts facts = { 0 };
	struct conninfo info;
	struct binding b = { rt, user_id, store_id, rq, &info, &facts, { 0 } };
	bool asked;
	enum err e;

	memset(problem, 0, sizeof(*problem));
	memset(&info, 0, sizeof(info));
	if ((e = asked_before(master, user_id, store_id, rq->job_id, &asked)) || asked)
		return e;
	if ((e = still_open(master, user_id, store_id)) ||
	    (e = prepare(rt, master, store_id, rq, &info, &facts, problem)))
		goto cleanup;
	if (!facts.ours && !facts.empty) {
		e = ERR_DATABASE_NOT_EMPTY;
	} else if (!facts.can_create) {
		problem->reason = CONN_PERMISSION;
		e = ERR_CONNECTION_FAILED;
	} else {
		arena_init(&b.arena, 1 << 20);
		e = db_transaction(master, "connect database", connect_body, &b);
		arena_done(&b.arena);
	}
cleanup:
	conninfo_wipe(&info);
	return e;
}

static const char *hint_of(const char *last_error)
{
	int r;

	for (r = CONN_DNS; last_error && r < CONN_NOT_ALLOWED; r++)
		if (text_eq(last_error, conn_reason_word((enum conn_reason)r)))
			return conn_reason_hint((enum conn_reason)r);
	return NULL;
}

static const char *keep(struct arena *a, const char *s)
{
	return s ? arena_strdup(a, s) : NULL;
}

/* The runner has noted its failure and not given its job back yet, or was killed in between: until
 * then the work may go on, and another connect is refused. */
static void not_over_yet(struct provisioning_state *s)
{
	s->status = "running";
	s->message = "Looking at what went wrong";
	s->error_code = s->error = NULL;
	s->finished_at = 0;
}

enum err provisioning_state(struct db *master, const char *user_id, const char *store_id,
			    struct arena *a, struct provisioning_state *out)
{
	struct result r;
	enum err e;

	memset(out, 0, sizeof(*out));
	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	e = db_one(master, &select_state, ARGS(a_text(store_id), a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	out->status = keep(a, row_text(&r, 0, "provisioning_status"));
	out->step = keep(a, row_text(&r, 0, "provisioning_step"));
	out->message = keep(a, row_text(&r, 0, "provisioning_message"));
	out->current = (int)row_int(&r, 0, "provisioning_current");
	out->total = (int)row_int(&r, 0, "provisioning_total");
	out->error_code = keep(a, row_text(&r, 0, "provisioning_error_code"));
	out->error = keep(a, row_text(&r, 0, "provisioning_error"));
	out->attempts = (int)row_int(&r, 0, "provisioning_attempts");
	out->started_at = row_time(&r, 0, "provisioning_started_at");
	out->finished_at = row_time(&r, 0, "provisioning_finished_at");
	if (text_eq(out->status, "failed") && row_bool(&r, 0, "working"))
		not_over_yet(out);
	if (text_eq(out->status, "failed"))
		out->hint = hint_of(row_text(&r, 0, "last_error"));
	/* The runner died too often: nobody works on it any more, and the page must not wait for
	 * ever. */
	if (text_eq(out->status, "running") && !row_bool(&r, 0, "working")) {
		out->status = "failed";
		out->error_code = "INTERNAL_ERROR";
		out->error = "The work was interrupted. Please connect the database again.";
	}
	return OK;
}
