/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine must be able to do; one row of the drivers table. */
#ifndef SOUK_DB_DRIVER_H
#define SOUK_DB_DRIVER_H

#include "db/conninfo.h"
#include "db/db.h"

/* What a column is read as; text serves every type. */
enum column_kind { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_TIME, COLUMN_BYTES };
enum { COLUMN_UNKNOWN = -1, COLUMN_WRONG_TYPE = -2 };

struct driver {
	const char *name;            /* "postgresql" */
	enum db_dialect dialect;
	/* Connects within `timeout_s`; fills db->own. On failure *why tells the reason. */
	enum err (*open)(struct db *, const struct conninfo *, int timeout_s,
			 struct conn_failure *why);
	/* Makes a broken connection again, the same way and to the same address. */
	enum err (*reopen)(struct db *);
	enum err (*run)(struct db *, const struct stmt *, struct args, struct result *out);
	enum err (*script)(struct db *, const char *sql);
	enum err (*begin)(struct db *);
	/* DB_COMMIT_UNKNOWN when COMMIT was sent and no answer came. */
	enum err (*commit)(struct db *);
	void (*rollback)(struct db *);
	/* The connection is there, as far as can be told without asking the server. */
	bool (*alive)(struct db *);
	/* No transaction, no unread result, no session state left, by what is known without a
	 * system call; false: close it. */
	bool (*clean)(struct db *);
	void (*cancel)(struct db *);
	/* Number of a column, or COLUMN_UNKNOWN, COLUMN_WRONG_TYPE. */
	int (*column)(const struct result *, const char *name, enum column_kind);
	/* Value as text, NULL for SQL NULL; `len` its bytes. `row` and `column` are in range. */
	const char *(*value)(const struct result *, int row, int column, size_t *len);
	const unsigned char *(*bytes)(const struct result *, int row, int column, size_t *len);
	void (*forget)(struct db *);
	void (*close)(struct db *);
};

extern const struct driver driver_postgresql;

/* All drivers, ended by NULL. */
extern const struct driver *const drivers[];

#endif
