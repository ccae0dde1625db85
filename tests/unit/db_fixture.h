/* SPDX-License-Identifier: Apache-2.0 */
/* Connections and databases in the throw-away PostgreSQL that SOUK_TEST_PG names, for tests of
 * src/db. */
#ifndef SOUK_TESTS_DB_FIXTURE_H
#define SOUK_TESTS_DB_FIXTURE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "db/connect.h"

/* "postgresql://postgres@/postgres?host=/tmp/x", or NULL: nothing to test against. */
static inline const char *pg_url(void)
{
	const char *url = getenv("SOUK_TEST_PG");

	return url && *url ? url : NULL;
}

/* Runs `all` tests, or without a database the `pure` first ones. Not by skip(): cmocka 1.1 reports
 * that as "not ok". */
static inline int pg_run_tests(const struct CMUnitTest *tests, size_t pure, size_t all)
{
	if (pg_url())
		pure = all;
	else
		printf(pure ? "# SOUK_TEST_PG is not set: %zu tests left out\n"
			    : "1..0 # SKIP SOUK_TEST_PG is not set: %zu tests left out\n",
			all - pure);
	fflush(stdout);
	return pure ? _cmocka_run_group_tests("tests", tests, pure, NULL, NULL) : 0;
}

static inline struct db *pg_master(void)
{
	struct db *db;

	assert_int_equal(master_open(pg_url(), 5, 2000, &db), OK);
	return db;
}

static inline struct db *pg_open_as_tenant(const char *database)
{
	const struct connect_options o = { .timeout_s = 5, .statement_ms = 5000 };
	struct conn_failure why;
	struct conninfo info;
	struct db *db;
	char words[200];

	if (conninfo_parse_trusted(pg_url(), &info, words, sizeof(words)))
		fail_msg("SOUK_TEST_PG: %s", words);
	if (database)
		snprintf(info.database, sizeof(info.database), "%s", database);
	if (connect_tenant(&info, &o, &db, &why))
		fail_msg("%s: %s", conn_reason_word(why.reason), why.detail);
	return db;
}

static inline struct db *pg_tenant(void)
{
	return pg_open_as_tenant(NULL);
}

static inline void pg_script(struct db *db, const char *sql)
{
	enum err e = db_script(db, sql);

	if (e)
		fail_msg("%s: %s %s", sql, err_row(e)->name, db->sqlstate);
}

static inline int64_t pg_number(struct db *db, const char *sql)
{
	const struct stmt stmt = { "test_number", sql, NULL };
	bool prepare = db->prepare;
	struct result r;

	db->prepare = false;   /* one name, many texts */
	assert_int_equal(db_one(db, &stmt, NO_ARGS, &r), OK);
	db->prepare = prepare;
	return row_int(&r, 0, "n");
}

/* Outside a transaction and without a time-out: it takes what the disk takes. */
static inline void pg_outside(const char *before, const char *name)
{
	struct db *db = pg_master();
	char sql[200];

	db->timeout_ms = 60000;
	pg_script(db, "SET statement_timeout = 0");
	pg_script(db, "SET lock_timeout = 0");
	snprintf(sql, sizeof(sql), "%s %s", before, name);
	pg_script(db, sql);
	db_close(db);
}

static inline void pg_drop_database(const char *name)
{
	pg_outside("DROP DATABASE IF EXISTS", name);
}

/* A database of this name, new and empty. */
static inline void pg_make_database(const char *name)
{
	pg_drop_database(name);
	pg_outside("CREATE DATABASE", name);
}

#endif
