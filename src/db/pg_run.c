/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of PostgreSQL: one round trip each, also the first time and at a transaction's begin.
 */
#include "db/pg.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

enum { NAME_TEXT = 80, NULLS_MOST = 2, STEPS_MOST = 3 };

/* One statement on its way: its parameters as libpq takes them. */
struct call {
	const struct stmt *stmt;
	struct pg_name *name;             /* NULL: unnamed */
	char server_name[NAME_TEXT];
	int n;
	const char *values[PG_ARGS];
	int lengths[PG_ARGS], formats[PG_ARGS];
	char digits[PG_ARGS][24];
};

enum step { STEP_BEGIN, STEP_PREPARE, STEP_EXECUTE };

/* What came back for it. */
struct answer {
	enum step steps[STEPS_MOST];
	int count;       /* of steps */
	int at;          /* the step whose answer is read */
	PGresult *rows, *error;
	bool synced;
	bool odd;        /* not an answer that belongs here */
};

static void bind_args(struct call *c, struct args args)
{
	int i;

	for (i = 0; i < args.n; i++) {
		const struct arg *a = &args.v[i];

		c->values[i] = a->p;
		c->lengths[i] = (int)a->len;
		c->formats[i] = a->kind == ARG_BYTES;
		if (a->kind == ARG_INT) {
			snprintf(c->digits[i], sizeof(c->digits[i]), "%" PRId64, a->n);
			c->values[i] = c->digits[i];
		} else if (a->kind == ARG_BOOL) {
			c->values[i] = a->n ? "t" : "f";
		} else if (a->kind == ARG_NULL) {
			c->values[i] = NULL;
		}
	}
	c->n = args.n;
}

static void choose_name(struct db *db, struct call *c, bool named)
{
	c->name = named ? pg_names_find(db->own, c->stmt->name) : NULL;
	if (!c->name)
		return;
	if (c->name->generation)
		snprintf(c->server_name, sizeof(c->server_name), "%.50s.%d", c->stmt->name,
			c->name->generation);
	else
		snprintf(c->server_name, sizeof(c->server_name), "%.63s", c->stmt->name);
}

static bool send_execute(PGconn *conn, const struct call *c)
{
	if (c->name)
		return PQsendQueryPrepared(
			conn, c->server_name, c->n, c->values, c->lengths, c->formats, 0);
	return PQsendQueryParams(
		conn, c->stmt->sql, c->n, NULL, c->values, c->lengths, c->formats, 0);
}

static bool send_step(PGconn *conn, const struct call *c, enum step step)
{
	switch (step) {
	case STEP_BEGIN: return PQsendQueryParams(conn, "BEGIN", 0, NULL, NULL, NULL, NULL, 0);
	case STEP_PREPARE: return PQsendPrepare(conn, c->server_name, c->stmt->sql, 0, NULL);
	case STEP_EXECUTE: break;
	}
	return send_execute(conn, c);
}

/* A lone execute goes as it is; BEGIN and the preparing go with it in one pipeline. */
static bool send_all(struct pg *pg, const struct call *c, struct answer *a)
{
	int i;

	if (pg->begin_pending)
		a->steps[a->count++] = STEP_BEGIN;
	if (c->name && !c->name->ready)
		a->steps[a->count++] = STEP_PREPARE;
	a->steps[a->count++] = STEP_EXECUTE;
	if (a->count == 1)
		return send_execute(pg->conn, c);
	if (!PQenterPipelineMode(pg->conn))
		return false;
	for (i = 0; i < a->count; i++)
		if (!send_step(pg->conn, c, a->steps[i]))
			return false;
	return PQpipelineSync(pg->conn);
}

static void take_ok(struct answer *a, struct call *c, PGresult *res)
{
	enum step step = a->at < a->count ? a->steps[a->at] : STEP_EXECUTE;

	if (step == STEP_PREPARE && c->name)
		c->name->ready = true;
	if (step != STEP_EXECUTE || a->rows) {
		a->odd |= step == STEP_EXECUTE;
		PQclear(res);
		return;
	}
	a->rows = res;
}

/* Sorts one result; false when nothing more may be read. */
static bool take_result(struct answer *a, struct call *c, PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		take_ok(a, c, res);
		return !a->odd;
	case PGRES_PIPELINE_SYNC:
		a->synced = true;
		break;
	case PGRES_PIPELINE_ABORTED:
		break;
	case PGRES_FATAL_ERROR:
		if (!a->error) {
			a->error = res;
			return true;
		}
		break;
	default:   /* COPY, which we never ask for, would wait for ever */
		a->odd = true;
	}
	PQclear(res);
	return !a->odd;
}

/* Reads until the server is ready again. */
static enum pg_io collect(struct pg *pg, struct call *c, struct answer *a, int64_t deadline)
{
	bool pipeline = a->count > 1;
	int nulls = 0;
	PGresult *res;
	enum pg_io io;

	for (;;) {
		io = pg_await(pg, deadline);
		if (io == PG_IO_LATE || io == PG_IO_FLOOD)
			return io;
		/* A lost connection has left its last words in a result; else reading could wait
		 * for ever. */
		if (io && PQstatus(pg->conn) != CONNECTION_BAD)
			return io;
		res = PQgetResult(pg->conn);
		if (!res) {
			a->at++;
			if (!pipeline || a->synced)
				return io;
			if (io)
				return PG_IO_LOST;
			if (++nulls > NULLS_MOST + a->count)
				return PG_IO_ODD;
			continue;
		}
		if (!take_result(a, c, res))
			return io;
		if (a->synced)
			return PQexitPipelineMode(pg->conn) ? io : PG_IO_ODD;
	}
}

static enum err judge(
	struct db *db, const struct call *c, struct answer *a, enum pg_io io, struct result *out)
{
	const char *what = c->stmt->name;
	PGresult *rows = a->rows;
	enum err e;

	if (a->error) {
		e = pg_error(db, what, a->error);
		return io ? pg_broken(db, io, what) : e;
	}
	if (io)
		return pg_broken(db, io, what);
	if (a->odd || !rows)
		return pg_broken(db, PG_IO_ODD, what);
	a->rows = NULL;
	return pg_keep(db, what, rows, out);
}

static enum err call_once(
	struct db *db, struct call *c, bool named, struct result *out, bool *stale)
{
	struct pg *pg = db->own;
	struct answer a = { .count = 0 };
	int64_t deadline = pg_deadline(db);
	enum pg_io io = PG_IO_LOST;
	enum err e;

	choose_name(db, c, named);
	pg_io_begin(pg);
	if (send_all(pg, c, &a))
		io = collect(pg, c, &a, deadline);
	if (!io)
		pg->begin_pending = false;
	pg_drain_notifies(pg);
	*stale = !io && a.error && c->name && pg_is_stale(a.error);
	e = judge(db, c, &a, io, out);
	PQclear(a.rows);
	PQclear(a.error);
	return e;
}

/* The server forgot the name, or its plan became impossible because a table changed: take a new
 * name. A name lost or taken without our doing means a pooler in between, so trust names no more.
 */
static enum err run_again(struct db *db, struct call *c, struct result *out)
{
	bool stale, named;

	c->name->ready = false;
	c->name->generation++;
	if (!text_eq(db->sqlstate, "0A000")) {
		log_warn(db->log, "db_names",
			"prepared statements are lost between calls: not using them");
		db->prepare = false;
	}
	if (db->in_transaction)
		return ERR_DB_RETRY;
	named = db->prepare;
	db->sqlstate[0] = '\0';
	return call_once(db, c, named, out, &stale);
}

static enum err run(
	struct db *db, const struct stmt *stmt, struct args args, bool named, struct result *out)
{
	struct call c = { .stmt = stmt };
	bool stale = false;
	enum err e;

	if (args.n > PG_ARGS) {
		log_error(db->log, "db_args", "%s: more than %d parameters", stmt->name, PG_ARGS);
		return ERR_DB_SQL;
	}
	bind_args(&c, args);
	e = call_once(db, &c, named, out, &stale);
	return stale ? run_again(db, &c, out) : e;
}

enum err pg_run(struct db *db, const struct stmt *stmt, struct args args, struct result *out)
{
	return run(db, stmt, args, db->prepare, out);
}

enum err pg_run_once(struct db *db, const struct stmt *stmt, struct args args, struct result *out)
{
	return run(db, stmt, args, false, out);
}

/* Several statements give several results: all are read, the first error counts. */
static enum pg_io drain(struct pg *pg, struct answer *a, char *tag, size_t size, int64_t deadline)
{
	struct call none = { .n = 0 };
	PGresult *res;
	enum pg_io io;

	for (;;) {
		io = pg_await(pg, deadline);
		if (io == PG_IO_LATE || io == PG_IO_FLOOD ||
			(io && PQstatus(pg->conn) != CONNECTION_BAD))
			return io;
		res = PQgetResult(pg->conn);
		if (!res)
			return io;
		if (PQresultStatus(res) == PGRES_EMPTY_QUERY) {
			PQclear(res);
			continue;
		}
		if (tag)
			text_copy(tag, size, PQcmdStatus(res));
		if (!take_result(a, &none, res))
			return io;
		PQclear(a->rows);
		a->rows = NULL;
	}
}

enum err pg_simple(struct db *db, const char *sql, char *tag, size_t size)
{
	struct pg *pg = db->own;
	struct answer a = { .count = 1, .steps = { STEP_EXECUTE } };
	int64_t deadline = pg_deadline(db);
	enum pg_io io = PG_IO_LOST;
	enum err e = OK;

	pg_io_begin(pg);
	if (PQsendQuery(pg->conn, sql))
		io = drain(pg, &a, tag, size, deadline);
	pg_drain_notifies(pg);
	if (a.error)
		e = pg_error(db, "script", a.error);
	if (io || a.odd)
		e = pg_broken(db, io ? io : PG_IO_ODD, "script");
	PQclear(a.error);
	return e;
}
