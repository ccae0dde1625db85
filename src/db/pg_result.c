/* SPDX-License-Identifier: Apache-2.0 */
/* Results and errors of PostgreSQL: kept until forget, checked before they are believed. */
#include "db/pg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/log.h"
#include "base/text.h"


/* Of pg_type.dat: fixed since these types exist. */
enum {
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_TIMESTAMPTZ = 1184
};

enum err pg_down(const struct db *db)
{
	return db->role == DB_MASTER ? ERR_MASTER_DB_UNAVAILABLE : ERR_DB_UNAVAILABLE;
}

enum err pg_broken(struct db *db, enum pg_io io, const char *what)
{
	db->broken = true;
	switch (io) {
	case PG_IO_LATE:
		log_warn(db->log, "db_timeout", "%s: no answer in %d ms", what, db->timeout_ms);
		pg_cancel(db);
		return ERR_DB_TIMEOUT;
	case PG_IO_FLOOD:
		log_warn(db->log, "db_flood", "%s: the answer is too big", what);
		return ERR_DB_SQL;
	case PG_IO_ODD:
		log_error(db->log, "db_protocol", "%s: the server answers what was not asked",
			what);
		return ERR_DB_SQL;
	default:
		log_warn(db->log, "db_lost", "%s: the connection is gone", what);
		return pg_down(db);
	}
}

static const struct {
	const char *state;   /* a whole SQLSTATE, or its class */
	enum err e;          /* ERR_COUNT: the server cannot be used now */
} states[] = {
	{ "23505", ERR_DB_UNIQUE },
	{ "23P01", ERR_DB_UNIQUE },
	{ "23514", ERR_DB_CHECK },
	{ "23502", ERR_DB_CHECK },
	{ "23503", ERR_DB_FOREIGN_KEY },
	{ "23001", ERR_DB_FOREIGN_KEY },
	{ "40001", ERR_DB_RETRY },
	{ "40P01", ERR_DB_RETRY },
	{ "57014", ERR_DB_TIMEOUT },
	{ "55P03", ERR_DB_TIMEOUT },
	{ "42501", ERR_DB_PERMISSION },
	{ "25006", ERR_COUNT },
	{ "25P03", ERR_COUNT },
	{ "57P01", ERR_COUNT },
	{ "57P02", ERR_COUNT },
	{ "57P03", ERR_COUNT },
	{ "57P04", ERR_COUNT },
	{ "57P05", ERR_COUNT },
	{ "08", ERR_COUNT },
	{ "53", ERR_COUNT },
	{ "58", ERR_COUNT },
};

static enum err by_state(const char *state)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (text_starts(state, states[i].state))
			return states[i].e;
	return ERR_DB_SQL;
}

/* Five capital letters or digits, whatever the server sent. */
static void copy_state(char out[6], const char *state)
{
	int i;

	memset(out, 0, 6);
	for (i = 0; state && i < 5 &&
		    (isdigit((unsigned char)state[i]) || isupper((unsigned char)state[i]));
		i++)
		out[i] = state[i];
	if (i < 5)
		out[0] = '\0';
}

static void copy_constraint(struct db *db, const PGresult *res)
{
	const char *name = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);

	if (!name)
		name = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
	if (!name || !text_copy(db->constraint, sizeof(db->constraint), name) ||
		text_has_control(name))
		db->constraint[0] = '\0';
}

/* Values stand in most messages; those of class 42 speak of our own text, and a tenant's are the
 * tenant's. */
static void log_error_of(const struct db *db, const char *what, const PGresult *res, enum err e)
{
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *at = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
	bool ours = db->role == DB_MASTER && text_starts(db->sqlstate, "42");

	if (e == ERR_DB_UNIQUE || e == ERR_DB_CHECK || e == ERR_DB_FOREIGN_KEY || e == ERR_DB_RETRY)
		log_debug(db->log, "db_refused", "%s: %s %s", what, db->sqlstate, db->constraint);
	else
		log_error(db->log, "db_error", "%s: SQLSTATE %s at %.10s %.200s", what,
			db->sqlstate[0] ? db->sqlstate : "none", at ? at : "-",
			ours && text ? text : "");
}

enum err pg_error(struct db *db, const char *what, const PGresult *res)
{
	struct pg *pg = db->own;
	enum err e;

	copy_state(db->sqlstate, PQresultErrorField(res, PG_DIAG_SQLSTATE));
	copy_constraint(db, res);
	e = by_state(db->sqlstate);
	/* An error without a state comes from libpq itself, or from a server that is none. */
	if (!db->sqlstate[0] || e == ERR_COUNT || PQstatus(pg->conn) != CONNECTION_OK)
		db->broken = true;
	if (e == ERR_COUNT || (db->broken && PQstatus(pg->conn) != CONNECTION_OK))
		e = pg_down(db);
	log_error_of(db, what, res, e);
	return e;
}

/* The statement's name or plan is of no use any more; libpq's own words are translated, these are
 * not. */
bool pg_is_stale(const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *function = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

	return text_eq(state, "26000") || text_eq(state, "42P05") ||
	       (text_eq(state, "0A000") && text_eq(function, "RevalidateCachedQuery"));
}

static int64_t changed_by(PGresult *res)
{
	const char *count = PQcmdTuples(res);
	int64_t n = 0;

	if (text_starts(PQcmdStatus(res), "SELECT") || text_empty(count) ||
		!text_int(count, 0, INT64_MAX, &n))
		return 0;
	return n;
}

enum err pg_keep(struct db *db, const char *what, PGresult *res, struct result *out)
{
	struct pg *pg = db->own;

	if (PQntuples(res) > PG_ROWS || PQresultMemorySize(res) > 2 * pg_received_most(db)) {
		PQclear(res);
		return pg_broken(db, PG_IO_FLOOD, what);
	}
	if (!out) {
		PQclear(res);
		return OK;
	}
	pg->results =
		list_grow(pg->results, pg->results_used, &pg->results_cap, sizeof(*pg->results));
	pg->results[pg->results_used++] = res;
	*out = (struct result){ db, res, PQntuples(res), changed_by(res) };
	return OK;
}

static bool is_kind(Oid type, enum column_kind kind)
{
	switch (kind) {
	case COLUMN_INT: return type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2;
	case COLUMN_BOOL: return type == TYPE_BOOL;
	case COLUMN_TIME: return type == TYPE_TIMESTAMPTZ;
	case COLUMN_BYTES: return type == TYPE_BYTEA;
	case COLUMN_TEXT: break;
	}
	return true;
}

int pg_column(const struct result *r, const char *name, enum column_kind kind)
{
	const PGresult *res = r->own;
	int n = PQnfields(res), i;
	const char *field;

	for (i = 0; i < n; i++)
		if (*(field = PQfname(res, i)) == *name && !strcmp(field, name))
			return is_kind(PQftype(res, i), kind) ? i : COLUMN_WRONG_TYPE;
	return COLUMN_UNKNOWN;
}

const char *pg_value(const struct result *r, int row, int column, size_t *len)
{
	const PGresult *res = r->own;

	if (PQgetisnull(res, row, column))
		return NULL;
	*len = (size_t)PQgetlength(res, row, column);
	return PQgetvalue(res, row, column);
}

const unsigned char *pg_bytes(const struct result *r, int row, int column, size_t *len)
{
	struct pg *pg = r->db->own;
	const char *text = pg_value(r, row, column, len);
	unsigned char *bytes;

	if (!text)
		return NULL;
	bytes = PQunescapeBytea((const unsigned char *)text, len);
	if (!bytes)
		abort();
	pg->decoded =
		list_grow(pg->decoded, pg->decoded_used, &pg->decoded_cap, sizeof(*pg->decoded));
	pg->decoded[pg->decoded_used++] = bytes;
	return bytes;
}

void pg_forget(struct db *db)
{
	struct pg *pg = db->own;

	while (pg->results_used)
		PQclear(pg->results[--pg->results_used]);
	while (pg->decoded_used)
		PQfreemem(pg->decoded[--pg->decoded_used]);
	pg->notices = 0;
	pg->waited_ms = 0;
}
