/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: each file once, in order, with its checksum beside it. */
#include "db/migrate.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/token.h"

enum { CHECKSUM_TEXT = 2 * HASH_BYTES + 1 };

/* Transaction-scoped, so that it works behind a transaction pooler too. The number says "souk" in
 * ASCII. */
static const struct stmt migrate_lock = {
	"migrate_lock",
	"SELECT pg_advisory_xact_lock(x'736f756b'::int8)",
	NULL,
};

static const struct stmt migrate_no_timeout = {
	"migrate_no_timeout",
	"SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)",
	NULL,
};

static const char master_table[] =
	"CREATE TABLE IF NOT EXISTS schema_migrations (\n"
	"	number integer PRIMARY KEY CHECK (number > 0),\n"
	"	name text NOT NULL UNIQUE,\n"
	"	checksum text NOT NULL,\n"
	"	applied_at timestamptz NOT NULL DEFAULT now(),\n"
	"	duration_ms bigint NOT NULL DEFAULT 0\n"
	");\n"
	"COMMENT ON TABLE schema_migrations IS 'Which numbered files this database has seen.';\n";

static const struct stmt migrate_highest = {
	"migrate_highest",
	"SELECT coalesce(max(number), 0)::int8 AS number FROM schema_migrations",
	NULL,
};

static const struct stmt migrate_seen = {
	"migrate_seen",
	"SELECT checksum FROM schema_migrations WHERE number = $1::int4",
	NULL,
};

static const struct stmt migrate_record = {
	"migrate_record",
	"INSERT INTO schema_migrations (number, name, checksum, duration_ms)"
	" VALUES ($1::int4, $2, $3, $4::int8)",
	NULL,
};

static const char tenant_table[] =
	"CREATE TABLE IF NOT EXISTS souk_migrations (\n"
	"	kind varchar(32) NOT NULL,\n"
	"	number integer NOT NULL CHECK (number > 0),\n"
	"	name varchar(200) NOT NULL,\n"
	"	checksum char(64) NOT NULL,\n"
	"	applied_at timestamptz NOT NULL DEFAULT now(),\n"
	"	PRIMARY KEY (kind, number)\n"
	");\n";

static const struct stmt migrate_tenant_seen = {
	"migrate_tenant_seen",
	"SELECT checksum FROM souk_migrations WHERE kind = $1 AND number = $2::int4",
	NULL,
};

static const struct stmt migrate_tenant_record = {
	"migrate_tenant_record",
	"INSERT INTO souk_migrations (kind, number, name, checksum) VALUES ($1, $2::int4, $3, $4)",
	NULL,
};

static void checksum(const struct migration *m, char out[CHECKSUM_TEXT])
{
	unsigned char hash[HASH_BYTES];

	token_sha256(m->sql, strlen(m->sql), hash);
	text_hex(hash, sizeof(hash), out);
}

static int highest(const struct migration *list)
{
	int n = 0;

	while (list[n].name)
		n++;
	return n;
}

/* One file on its way into the master. */
struct step {
	const struct migration *m;   /* NULL: only look */
	int last;                    /* of the list */
	struct migrate_report *report;
	int now;                     /* highest number applied, afterwards */
};

static enum err problem(struct migrate_report *report, const char *words, const char *name)
{
	snprintf(report->problem, sizeof(report->problem), "%s: %s", name, words);
	return ERR_VALIDATION;
}

/* Until COMMIT nobody else migrates; the table may not be there yet. */
static enum err prepare_master(struct db *db, struct step *s)
{
	struct result r;
	enum err e = db_run(db, &migrate_no_timeout, NO_ARGS, NULL);

	if (!e)
		e = db_run(db, &migrate_lock, NO_ARGS, NULL);
	if (!e)
		e = db_script(db, master_table);
	if (!e)
		e = db_one(db, &migrate_highest, NO_ARGS, &r);
	if (e)
		return e;
	s->now = (int)row_int(&r, 0, "number");
	if (s->now > s->last)
		return problem(s->report,
			"the database is newer than this program; install the newer one",
			"schema_migrations");
	return OK;
}

static enum err apply_master(struct db *db, struct step *s, const char *sum)
{
	int64_t start = clock_mono_ms();
	enum err e;

	if (s->m->number != s->now + 1)
		return problem(s->report, "an earlier file is missing in the database", s->m->name);
	e = db_script(db, s->m->sql);
	if (!e)
		e = db_run(db, &migrate_record,
			ARGS(a_int(s->m->number), a_text(s->m->name), a_text(sum),
				a_int(clock_mono_ms() - start)),
			NULL);
	if (!e)
		s->now = s->m->number;
	return e;
}

static enum err master_body(struct db *db, void *arg)
{
	struct step *s = arg;
	char sum[CHECKSUM_TEXT];
	struct result r;
	enum err e = prepare_master(db, s);

	if (e || !s->m)
		return e;
	checksum(s->m, sum);
	e = db_run(db, &migrate_seen, ARGS(a_int(s->m->number)), &r);
	if (e)
		return e;
	if (!r.rows)
		return apply_master(db, s, sum);
	if (!text_eq(row_text(&r, 0, "checksum"), sum))
		return problem(s->report,
			"the file was changed after it was applied; write a new one instead",
			s->m->name);
	return OK;
}

static enum err run_step(struct db *db, struct step *s)
{
	enum err e = db_transaction(db, "migrate master", master_body, s);
	const char *name = s->m ? s->m->name : "schema_migrations";

	db_forget(db);
	if (e && !s->report->problem[0])
		snprintf(s->report->problem, sizeof(s->report->problem), "%s: %s%s%s", name,
			err_row(e)->name, db->sqlstate[0] ? ", SQLSTATE " : "", db->sqlstate);
	return e;
}

static enum err run_list(struct db *db, const struct migration *list, struct migrate_report *report)
{
	struct step s = { .last = highest(list), .report = report };
	enum err e = run_step(db, &s);
	int i;

	report->before = report->after = s.now;
	for (i = 0; !e && i < s.last; i++) {
		s.m = &list[i];
		if (s.m->number != i + 1)
			return problem(
				report, "numbers must go 1, 2, 3, … without gaps", s.m->name);
		e = run_step(db, &s);
		/* What was there already does not count backwards. */
		if (!e && s.now > report->after) {
			report->after = s.now;
			log_info(db->log, "migrated", "%s", s.m->name);
		}
	}
	return e;
}

enum err migrate_master(struct db *db, const struct migration *list, struct migrate_report *report)
{
	int timeout_ms = db->timeout_ms;
	enum err e;

	memset(report, 0, sizeof(*report));
	db->timeout_ms = 0;
	e = run_list(db, list, report);
	db->timeout_ms = timeout_ms;
	return e;
}

enum err migrate_one(struct db *db, const char *kind, const struct migration *m, bool *done)
{
	char sum[CHECKSUM_TEXT];
	struct result r;
	enum err e = db_script(db, tenant_table);

	*done = false;
	checksum(m, sum);
	if (!e)
		e = db_run(db, &migrate_tenant_seen, ARGS(a_text(kind), a_int(m->number)), &r);
	if (e)
		return e;
	if (r.rows) {
		if (text_eq(row_text(&r, 0, "checksum"), sum))
			return OK;
		log_error(db->log, "migrate_changed",
			"%s: the file was changed after it was applied", m->name);
		return ERR_VALIDATION;
	}
	e = db_script(db, m->sql);
	if (!e)
		e = db_run(db, &migrate_tenant_record,
			ARGS(a_text(kind), a_int(m->number), a_text(m->name), a_text(sum)), NULL);
	*done = !e;
	return e;
}

int migrate_latest(const struct migration *list)
{
	int n = 0;

	for (; list->name; list++)
		n = list->number;
	return n;
}

void migrate_fingerprint(const struct migration *list, char out[33])
{
	unsigned char pair[2 * HASH_BYTES], sum[HASH_BYTES] = { 0 };
	char text[CHECKSUM_TEXT];

	/* Chained: each hash covers the one before and the next file. */
	for (; list->name; list++) {
		memcpy(pair, sum, sizeof(sum));
		token_sha256(list->sql, strlen(list->sql), pair + HASH_BYTES);
		token_sha256(pair, sizeof(pair), sum);
	}
	text_hex(sum, sizeof(sum), text);
	text[32] = '\0';
	memcpy(out, text, 33);
}
