/* SPDX-License-Identifier: Apache-2.0 */
/* A throw-away master database for a test program: made on the server that SOUK_TEST_PG names (a
 * URL whose role may create databases), dropped at the end. Without the setting the program skips
 * itself. */
#ifndef SOUK_TESTS_PG_FIXTURE_H
#define SOUK_TESTS_PG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "db/connect.h"
#include "db/db.h"
#include "db/migrate.h"

struct pg_fixture {
	char url[512];        /* of the master made for this program */
	char tenant_url[512]; /* of an empty database beside it */
	char name[64];
	struct db *db;        /* master */
	char user[ID_TEXT], store[ID_TEXT];   /* of the last pg_store() */
};

static struct pg_fixture pg;

/* The server's URL with another database in it. */
static inline void pg_url(const char *name, char *out, size_t size)
{
	const char *base = getenv("SOUK_TEST_PG"), *host = strstr(base, "://") + 3;
	const char *path = host + strcspn(host, "/?"), *rest = path + strcspn(path, "?");

	snprintf(out, size, "%.*s/%s%s", (int)(path - base), base, name, rest);
}

static inline struct db *pg_open(const char *url)
{
	struct db *db = NULL;

	if (master_open(url, 10, 60000, &db)) {
		fprintf(stderr, "cannot connect to the test server\n");
		_exit(1);
	}
	return db;
}

static inline void pg_script(struct db *db, const char *sql)
{
	if (db_script(db, sql))
		fail_msg("test SQL failed: %s %s", db->sqlstate, sql);
}

static inline void pg_schema(struct db *db, const struct migration *list)
{
	for (; list->name; list++)
		pg_script(db, list->sql);
}

static inline void pg_admin(const char *what, const char *suffix)
{
	struct db *db = pg_open(getenv("SOUK_TEST_PG"));
	char sql[160];

	snprintf(sql, sizeof(sql), "%s %s%s", what, pg.name, suffix);
	pg_script(db, sql);
	db_close(db);
}

static inline int pg_setup(void **state)
{
	(void)state;
	snprintf(pg.name, sizeof(pg.name), "souk_unit_%ld", (long)getpid());
	pg_admin("CREATE DATABASE", "");
	pg_url(pg.name, pg.url, sizeof(pg.url));
	pg.db = pg_open(pg.url);
	pg_schema(pg.db, migrations_master);
	return 0;
}

static inline int pg_teardown(void **state)
{
	(void)state;
	db_close(pg.db);
	pg_admin("DROP DATABASE", " WITH (FORCE)");
	if (*pg.tenant_url)
		pg_admin("DROP DATABASE", "_tenant WITH (FORCE)");
	return 0;
}

/* A second database, empty. */
static inline struct db *pg_tenant(void)
{
	char name[80];

	pg_admin("CREATE DATABASE", "_tenant");
	snprintf(name, sizeof(name), "%s_tenant", pg.name);
	pg_url(name, pg.tenant_url, sizeof(pg.tenant_url));
	return pg_open(pg.tenant_url);
}

static const struct stmt pg_insert_store = {
	.name = "test_insert_store",
	.sql = "WITH u AS (INSERT INTO users (id, email) VALUES ($1::uuid, $1::text || "
	       "'@example.test'))"
	       " INSERT INTO stores (id, user_id, name, slug) VALUES ($2::uuid, $1::uuid, 'Shop',"
	       " 's' || replace($2::text, '-', ''))",
};

/* A new user with a new store: pg.user, pg.store. */
static inline void pg_store(void)
{
	if (db_run(pg.db, &pg_insert_store, ARGS(a_text(id_new(pg.user)), a_text(id_new(pg.store))),
		   NULL))
		fail_msg("test store not made: %s", pg.db->sqlstate);
}

/* One number from a statement with one text parameter, column "n". */
static inline int64_t pg_number(struct db *db, const char *name, const char *sql, const char *arg)
{
	struct stmt stmt = { name, sql, NULL };
	struct result r;
	int64_t n;

	if (db_one(db, &stmt, ARGS(a_text(arg)), &r))
		fail_msg("test SQL failed: %s %s", db->sqlstate, sql);
	n = row_int(&r, 0, "n");
	db_forget(db);
	return n;
}

/* Changes rows by a statement with one text parameter. */
static inline void pg_change(struct db *db, const char *name, const char *sql, const char *arg)
{
	struct stmt stmt = { name, sql, NULL };

	if (db_run(db, &stmt, ARGS(a_text(arg)), NULL))
		fail_msg("test SQL failed: %s %s", db->sqlstate, sql);
}

/* Runs `work` in n processes at once, each with its own connection; all begin when the last one is
 * connected. The sum of what they return (0 to 255 each), or -1 when one of them crashed. */
static inline int pg_processes(int n, int (*work)(struct db *, int me, void *arg), void *arg)
{
	int gate[2], ready[2], i, sum = 0, status;
	char c = 0;

	if (pipe(gate) || pipe(ready))
		fail_msg("no pipes");
	fflush(NULL);
	for (i = 0; i < n; i++) {
		if (fork() == 0) {
			struct db *db = pg_open(pg.url);

			close(gate[1]);
			if (write(ready[1], &c, 1) != 1 || read(gate[0], &c, 1) != 0)
				_exit(255);
			sum = work(db, i, arg);
			db_close(db);
			_exit(sum);
		}
	}
	for (i = 0; i < n; i++)
		if (read(ready[0], &c, 1) != 1)
			fail_msg("a process did not come up");
	close(gate[1]);
	for (i = 0; i < n; i++) {
		if (wait(&status) < 0 || !WIFEXITED(status))
			sum = -1000;
		else
			sum += WEXITSTATUS(status);
	}
	close(gate[0]);
	close(ready[0]);
	close(ready[1]);
	return sum < 0 ? -1 : sum;
}

/* True, and said as TAP wants it, when there is no server to test on. */
static inline bool pg_missing(void)
{
	if (!text_empty(getenv("SOUK_TEST_PG")))
		return false;
	puts("1..0 # SKIP SOUK_TEST_PG names no PostgreSQL server");
	return true;
}

/* main() of a test program: skipped (with a word) or run. */
#define PG_MAIN(tests) \
	int main(void) \
	{ \
		log_init("test", LOG_LEVEL_ERROR); \
		return pg_missing() ? 0 : cmocka_run_group_tests(tests, pg_setup, pg_teardown); \
	}

#endif
