/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL driver: its row in the table, transactions, opening and closing. */
#include "db/pg.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

static enum err pg_open(
	struct db *db, const struct conninfo *info, int timeout_s, struct conn_failure *why)
{
	struct pg *pg = pg_new(db);

	pg_login_conninfo(&pg->login, info, db->role);
	return pg_connect(db, timeout_s, why);
}

/* In seconds: a stranger's server has what is left of the time of its statements. */
static int reopen_patience(const struct db *db)
{
	const struct pg *pg = db->own;
	int64_t left_s = (db->timeout_ms - pg->waited_ms) / 1000;

	return pg->login.guarded && left_s < pg->connect_s ? (int)left_s : pg->connect_s;
}

static enum err pg_reopen(struct db *db)
{
	struct pg *pg = db->own;
	int64_t start = clock_mono_ms(), waited = pg->waited_ms;
	int usual_s = pg->connect_s, patience_s = reopen_patience(db);
	struct conn_failure why = { .reason = CONN_REFUSED };
	enum err e;

	if (patience_s < 1)
		return pg_down(db);
	e = pg_connect(db, patience_s, &why);
	pg->connect_s = usual_s;
	if (pg->login.guarded)
		pg->waited_ms = waited + clock_mono_ms() - start;
	pg->failure = e ? why.reason : CONN_OK;
	if (!e)
		return OK;
	log_warn(db->log, "db_reopen", "%s: %s", conn_reason_word(why.reason), why.detail);
	return pg_down(db);
}

/* BEGIN alone would cost a round trip: it goes out with the first statement. */
static enum err pg_begin(struct db *db)
{
	struct pg *pg = db->own;

	pg->begin_pending = true;
	db->in_transaction = true;
	return OK;
}

static enum err flush_begin(struct db *db)
{
	struct pg *pg = db->own;

	if (!pg->begin_pending)
		return OK;
	pg->begin_pending = false;
	return pg_simple(db, "BEGIN", NULL, 0);
}

static enum err pg_script(struct db *db, const char *sql)
{
	enum err e = flush_begin(db);

	return e ? e : pg_simple(db, sql, NULL, 0);
}

static enum err send_commit(struct db *db)
{
	struct pg *pg = db->own;
	char tag[32] = "";
	enum err e;

	/* A connection that is already gone cannot have taken a COMMIT: that is worth knowing. */
	if (!pg_alive(pg))
		return pg_broken(db, PG_IO_LOST, "before commit");
	e = pg_simple(db, "COMMIT", tag, sizeof(tag));
	if (db->broken) {
		log_error(db->log, "db_commit", "no answer to COMMIT");
		return ERR_DB_COMMIT_UNKNOWN;
	}
	if (!e && !text_eq(tag, "COMMIT")) {
		log_error(db->log, "db_commit", "rolled back: a statement had failed");
		return ERR_DB_SQL;
	}
	return e;
}

static enum err pg_commit(struct db *db)
{
	struct pg *pg = db->own;
	enum err e = pg->begin_pending ? OK : send_commit(db);

	pg->begin_pending = false;
	db->in_transaction = false;
	return e;
}

/* What was begun there keeps its locks until the server sees that we are gone, and this process may
 * not need its next connection for long. */
static void hang_up(struct db *db)
{
	struct pg *pg = db->own;
	int fd = PQsocket(pg->conn);

	db->broken = true;
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

static void pg_rollback(struct db *db)
{
	struct pg *pg = db->own;
	bool begun = !pg->begin_pending;
	char state[sizeof(db->sqlstate)], constraint[sizeof(db->constraint)];

	pg->begin_pending = false;
	db->in_transaction = false;
	if (!begun || (!db->broken && PQtransactionStatus(pg->conn) == PQTRANS_IDLE))
		return;
	/* The caller asks for the reason after the rollback. */
	memcpy(state, db->sqlstate, sizeof(state));
	memcpy(constraint, db->constraint, sizeof(constraint));
	if (db->broken || pg_simple(db, "ROLLBACK", NULL, 0))
		hang_up(db);
	memcpy(db->sqlstate, state, sizeof(state));
	memcpy(db->constraint, constraint, sizeof(constraint));
}

static bool pg_is_alive(struct db *db)
{
	return pg_alive(db->own);
}

static bool reports(const struct pg *pg, const char *setting, const char *value)
{
	return text_eq(PQparameterStatus(pg->conn, setting), value);
}

/* The server tells by itself when one of these changes. Behind a transaction pooler they are those
 * of whatever session is behind it. */
static bool is_as_set(const struct db *db)
{
	const struct pg *pg = db->own;

	return !db->prepare || (reports(pg, "TimeZone", "UTC") &&
				reports(pg, "DateStyle", "ISO, YMD") &&
				reports(pg, "standard_conforming_strings", "on") &&
				reports(pg, "client_encoding", "UTF8"));
}

static bool pg_clean(struct db *db)
{
	struct pg *pg = db->own;

	return !pg->bloated && !db->in_transaction && !pg->begin_pending &&
	       PQtransactionStatus(pg->conn) == PQTRANS_IDLE &&
	       PQpipelineStatus(pg->conn) == PQ_PIPELINE_OFF && is_as_set(db);
}

static void pg_close(struct db *db)
{
	struct pg *pg = db->own;

	if (!pg)
		return;
	pg_forget(db);
	PQfinish(pg->conn);
	if (pg->line >= 0)
		pg_pipe_push(pg);   /* the parting word */
	pg_pipe_done(pg);
	if (pg->bloated)
		malloc_trim(0);
	pg_login_done(&pg->login);
	pg_names_done(pg);
	free(pg->results);
	free(pg->decoded);
	free(pg);
	db->own = NULL;
}

const struct driver driver_postgresql = {
	.name = "postgresql",
	.dialect = DB_POSTGRESQL,
	.open = pg_open,
	.reopen = pg_reopen,
	.run = pg_run,
	.script = pg_script,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.alive = pg_is_alive,
	.clean = pg_clean,
	.cancel = pg_cancel,
	.column = pg_column,
	.value = pg_value,
	.bytes = pg_bytes,
	.forget = pg_forget,
	.close = pg_close,
};
