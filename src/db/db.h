/* SPDX-License-Identifier: Apache-2.0 */
/* A database connection with a driver behind it: statements, results, transactions. */
#ifndef SOUK_DB_DB_H
#define SOUK_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "db/budget.h"

struct log_context;
struct news;

enum db_dialect { DB_POSTGRESQL, DB_MYSQL };

/* One statement: a `static const` row beside the function that runs it. Parameters are $1, $2, … in
 * both dialects; `mysql` is NULL where the portable text serves both. The name is unique in the
 * program (it names the prepared statement). */
struct stmt {
	const char *name;
	const char *sql;
	const char *mysql;
};

enum arg_kind { ARG_NULL, ARG_TEXT, ARG_INT, ARG_BOOL, ARG_BYTES };

struct arg {
	enum arg_kind kind;
	const void *p;     /* ARG_TEXT, ARG_BYTES: borrowed until the call returns */
	size_t len;        /* ARG_BYTES */
	int64_t n;         /* ARG_INT, ARG_BOOL */
};

/* A NULL text is an SQL NULL. Times go in as RFC 3339 text, uuids and decimals as text. */
static inline struct arg a_text(const char *s)
{
	return (struct arg){ s ? ARG_TEXT : ARG_NULL, s, 0, 0 };
}
static inline struct arg a_int(int64_t n) { return (struct arg){ ARG_INT, NULL, 0, n }; }
static inline struct arg a_bool(bool b) { return (struct arg){ ARG_BOOL, NULL, 0, b }; }
static inline struct arg a_bytes(const void *p, size_t len)
{
	return (struct arg){ p ? ARG_BYTES : ARG_NULL, p, len, 0 };
}

struct args {
	const struct arg *v;
	int n;
};

/* ARGS(a_text(id), a_int(5)); NO_ARGS for none. */
#define ARGS(...) ((struct args){ (const struct arg[]){ __VA_ARGS__ }, \
	(int)(sizeof((const struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg)) })
#define NO_ARGS ((struct args){ NULL, 0 })

/* Rows that came back. Everything read from it is borrowed and lives until db_forget() or
 * db_close(). */
struct result {
	struct db *db;
	void *own;       /* the driver's */
	int rows;        /* rows returned */
	int64_t changed; /* rows inserted, updated or deleted */
};

/* Which code a lost connection becomes. */
enum db_role { DB_MASTER, DB_TENANT };

enum { DB_TOUCHED = 8 };

struct db {
	const struct driver *driver;
	void *own;                      /* the driver's */
	enum db_dialect dialect;
	enum db_role role;
	bool prepare; /* named prepared statements; off behind a transaction pooler */
	bool in_transaction;
	bool broken;                    /* must not be used again */
	bool unproven;                  /* the next use looks first whether it still lives */
	bool brief;                     /* short answers are due: a long one is cut off early */
	int timeout_ms;                 /* of each statement */
	int64_t away_until_ms;          /* monotonic; until then it is not connected again */
	const struct log_context *log;  /* of the request or job that uses it now; may be NULL */
	struct budget_seat seat;        /* in its server's budget; given back when it is closed */
	char constraint[64];            /* name of the constraint behind the last DB_UNIQUE, … */
	char sqlstate[6];               /* of the last error, "" when there was none */
	struct news *news;              /* is told of changes, see db_touch(); may be NULL */
	char touched[DB_TOUCHED][ID_TEXT];   /* in the transaction that is open */
	int touched_count;              /* one more than DB_TOUCHED: more than fit */
};

/* Runs one statement and waits for it, at most timeout_ms (then it is cancelled, ERR_DB_TIMEOUT).
 * Errors: DB_UNIQUE, DB_CHECK, DB_FOREIGN_KEY (db->constraint names it), DB_RETRY (serialization,
 * deadlock), DB_PERMISSION, DB_SQL, DB_TIMEOUT, and MASTER_DB_UNAVAILABLE or DB_UNAVAILABLE by
 * role. `out` may be NULL when nothing is read. */
enum err db_run(struct db *, const struct stmt *, struct args, struct result *out) MUST_CHECK;
/* The same, and ERR_NO_ROW unless at least one row came back (or, without rows, was changed). */
enum err db_one(struct db *, const struct stmt *, struct args, struct result *out) MUST_CHECK;
/* One text of several statements, sent at once, no parameters, no results: schema files. */
enum err db_script(struct db *, const char *sql) MUST_CHECK;

/* Runs `body` in a transaction: commits when it returns OK, else rolls back and returns its error.
 * DB_RETRY and, of the master, a connection lost before COMMIT was sent run the body again (three
 * times in all, with jitter), so a body has no effect outside the database and overwrites what it
 * put into `arg` before. A COMMIT without an answer is ERR_DB_COMMIT_UNKNOWN and is not tried
 * again. Not to be nested. */
enum err db_transaction(struct db *, const char *what, enum err (*body)(struct db *, void *arg),
			void *arg) MUST_CHECK;

/* What is remembered of this user or store is no longer true once the change just made is
 * committed: at once, or with the transaction that is open. Workers of this host then know it
 * before the change is acknowledged (base/news.h). */
void db_touch(struct db *, const char *id);

/* Makes sure that the connection lives, making it again when it does not: now, or before its next
 * use, which then fails as if the server were down. The second costs nothing when there is none. */
enum err db_prove(struct db *) MUST_CHECK;
void db_prove_later(struct db *);

/* Columns by name. A missing column, a NULL where none may be, or a value that is not of the type
 * asked for is a bug of ours: logged with the statement's name, then abort(). */
bool row_null(const struct result *, int row, const char *column);
const char *row_text(const struct result *, int row, const char *column);   /* NULL for SQL NULL */
int64_t row_int(const struct result *, int row, const char *column);        /* 0 for SQL NULL */
bool row_bool(const struct result *, int row, const char *column);          /* false for SQL NULL */
int64_t row_time(const struct result *, int row, const char *column); /* microseconds; 0 for NULL */
/* bytea/blob; borrowed; NULL for SQL NULL. */
const unsigned char *row_bytes(const struct result *, int row, const char *column, size_t *len);

/* Gives back all results read since the last call. */
void db_forget(struct db *);
/* Closes; takes NULL. An open transaction is rolled back by the server. */
void db_close(struct db *);
/* True when `e` says that the server could not be reached (either role). */
bool db_is_down(enum err e);

#endif
