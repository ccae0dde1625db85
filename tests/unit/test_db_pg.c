/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, rows, errors, time-outs and transactions against a real PostgreSQL. */
#include "db/db.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "db_fixture.h"

static const struct stmt echo = {
	"test_echo",
	"SELECT $1::text AS t, $2::int8 AS i, $3::bool AS b, $4::bytea AS y, $5::timestamptz AS w,"
	" NULL::int4 AS nothing, 7::int2 AS small",
	NULL,
};
static const struct stmt sleep_long = { "test_sleep", "SELECT pg_sleep(30)", NULL };
static const struct stmt kill_me = { "test_kill", "SELECT pg_terminate_backend(pg_backend_pid())",
	NULL };
static const struct stmt my_pid = { "test_pid", "SELECT pg_backend_pid() AS n", NULL };
static const struct stmt one = { "test_one", "SELECT 1::int8 AS n", NULL };

static int setup(void **state)
{
	struct db *db;

	db = pg_master();
	pg_script(db, "CREATE TEMP TABLE t (id int PRIMARY KEY, n int NOT NULL CONSTRAINT "
		      "t_n_check CHECK (n >= 0),"
		      " u text CONSTRAINT t_u_key UNIQUE, p int CONSTRAINT t_p_fkey REFERENCES t)");
	*state = db;
	return 0;
}

static int teardown(void **state)
{
	db_close(*state);
	return 0;
}

static void test_values(void **state)
{
	static const unsigned char bytes[] = { 0, 255, '\\', '\'', 1, 128 };
	struct db *db = *state;
	const unsigned char *y;
	struct result r;
	size_t len;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(db_one(db, &echo,
					 ARGS(a_text("h\xc3\xa9 ' \\ $1"), a_int(INT64_MIN),
						 a_bool(true), a_bytes(bytes, sizeof(bytes)),
						 a_text("2026-11-23T12:00:00.5+01:00")),
					 &r),
			OK);
		assert_int_equal(r.rows, 1);
		assert_int_equal(r.changed, 0);
		assert_string_equal(row_text(&r, 0, "t"), "h\xc3\xa9 ' \\ $1");
		assert_true(row_int(&r, 0, "i") == INT64_MIN);
		assert_int_equal(row_int(&r, 0, "small"), 7);
		assert_true(row_bool(&r, 0, "b"));
		y = row_bytes(&r, 0, "y", &len);
		assert_int_equal(len, sizeof(bytes));
		assert_memory_equal(y, bytes, len);
		assert_true(row_time(&r, 0, "w") == 1795431600500000);
		assert_true(row_null(&r, 0, "nothing"));
		assert_int_equal(row_int(&r, 0, "nothing"), 0);
		db->prepare = i;   /* unnamed, then named for the first and the second time */
	}
	assert_int_equal(
		db_one(db, &echo,
			ARGS(a_text(NULL), a_int(0), a_bool(false), a_bytes(NULL, 0), a_text(NULL)),
			&r),
		OK);
	assert_null(row_text(&r, 0, "t"));
	assert_null(row_bytes(&r, 0, "y", &len));
	assert_int_equal(row_time(&r, 0, "w"), 0);
	db_forget(db);
	db_forget(db);
}

static void test_changed(void **state)
{
	static const struct stmt insert = { "test_insert",
		"INSERT INTO t (id, n) VALUES ($1::int4, 0), ($2::int4, 0)", NULL };
	static const struct stmt update = { "test_update", "UPDATE t SET n = 1 WHERE id = $1::int4",
		NULL };
	static const struct stmt returning = { "test_ret",
		"UPDATE t SET n = 2 WHERE id > $1::int4 RETURNING id", NULL };
	struct db *db = *state;
	struct result r;

	assert_int_equal(db_run(db, &insert, ARGS(a_int(1), a_int(2)), &r), OK);
	assert_int_equal(r.changed, 2);
	assert_int_equal(db_one(db, &update, ARGS(a_int(1)), NULL), OK);
	assert_int_equal(db_one(db, &update, ARGS(a_int(99)), NULL), ERR_NO_ROW);
	assert_int_equal(db_one(db, &returning, ARGS(a_int(99)), &r), ERR_NO_ROW);
	assert_int_equal(db_one(db, &returning, ARGS(a_int(0)), &r), OK);
	assert_int_equal(r.rows, 2);
	assert_int_equal(r.changed, 2);
}

static void test_errors(void **state)
{
	static const struct {
		struct stmt stmt;
		enum err e;
		const char *constraint, *state;
	} rows[] = {
		{ { "e1", "INSERT INTO t (id, n, u) VALUES (1, 0, 'a'), (2, 0, 'a')", NULL },
			ERR_DB_UNIQUE, "t_u_key", "23505" },
		{ { "e2", "INSERT INTO t (id, n) VALUES (1, -1)", NULL }, ERR_DB_CHECK, "t_n_check",
			"23514" },
		{ { "e3", "INSERT INTO t (id, n, p) VALUES (1, 0, 9)", NULL }, ERR_DB_FOREIGN_KEY,
			"t_p_fkey", "23503" },
		{ { "e4", "INSERT INTO t (id, n) VALUES (1, NULL)", NULL }, ERR_DB_CHECK, "n",
			"23502" },
		{ { "e5", "SELECT * FROM no_such_table", NULL }, ERR_DB_SQL, "", "42P01" },
		{ { "e6", "not SQL", NULL }, ERR_DB_SQL, "", "42601" },
		{ { "e7", "SELECT 1/0", NULL }, ERR_DB_SQL, "", "22012" },
		{ { "e8", "SELECT 1; SELECT 2", NULL }, ERR_DB_SQL, "", "42601" },
		{ { "e9", "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$", NULL },
			ERR_DB_RETRY, "", "40001" },
		{ { "e10", "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '42501'; END$$", NULL },
			ERR_DB_PERMISSION, "", "42501" },
	};
	struct db *db = *state;
	struct result r;
	size_t i;
	int again;

	for (i = 0; i < 2 * sizeof(rows) / sizeof(*rows); i++) {
		const size_t k = i / 2;

		again = i % 2;
		assert_int_equal(db_run(db, &rows[k].stmt, NO_ARGS, again ? NULL : &r), rows[k].e);
		assert_string_equal(db->constraint, rows[k].constraint);
		assert_string_equal(db->sqlstate, rows[k].state);
		assert_false(db->broken);
	}
	assert_int_equal(db_one(db, &one, NO_ARGS, &r), OK);
	assert_string_equal(db->sqlstate, "");
}

/* The server gives up first, so the connection lives; where it cannot, the connection goes. */
static void test_timeouts(void **state)
{
	struct db *db = *state;
	int64_t start = clock_mono_ms(), pid;
	struct db *other;
	int i;

	assert_int_equal(db_run(db, &sleep_long, NO_ARGS, NULL), ERR_DB_TIMEOUT);
	assert_in_range(clock_mono_ms() - start, 1400, 2500);
	assert_false(db->broken);
	pid = pg_number(db, "SELECT pg_backend_pid()::int8 AS n");
	pg_script(db, "SET statement_timeout = 0");
	db->timeout_ms = 200;
	start = clock_mono_ms();
	assert_int_equal(db_run(db, &sleep_long, NO_ARGS, NULL), ERR_DB_TIMEOUT);
	assert_in_range(clock_mono_ms() - start, 190, 1500);
	assert_true(db->broken);
	assert_int_equal(db_run(db, &one, NO_ARGS, NULL), ERR_MASTER_DB_UNAVAILABLE);
	/* The cancel arrives, so the server does not sleep on. */
	other = pg_master();
	for (i = 0; i < 100; i++) {
		char sql[200];

		snprintf(sql, sizeof(sql),
			"SELECT count(*) AS n FROM pg_stat_activity WHERE pid = %ld AND"
			" state = 'active'",
			(long)pid);
		if (!pg_number(other, sql))
			break;
		usleep(20000);
	}
	assert_true(i < 100);
	db_close(other);
}

static void test_killed(void **state)
{
	struct db *db = *state;
	int64_t before;

	before = pg_number(db, "SELECT pg_backend_pid()::int8 AS n");
	assert_int_equal(db_run(db, &kill_me, NO_ARGS, NULL), ERR_MASTER_DB_UNAVAILABLE);
	assert_true(db->broken);
	assert_int_equal(db_prove(db), OK);
	assert_true(pg_number(db, "SELECT pg_backend_pid()::int8 AS n") != before);
	/* Killed from outside, between two statements. */
	before = pg_number(db, "SELECT pg_backend_pid()::int8 AS n");
	{
		struct db *other = pg_master();
		char sql[100];

		snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%ld)", (long)before);
		pg_script(other, sql);
		db_close(other);
	}
	usleep(100000);
	db_prove_later(db);
	assert_int_equal(db_one(db, &one, NO_ARGS, NULL), OK);
}

static void test_connects_at_first_use(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(master_new(pg_url(), 5, 2000, &db), OK);
	db_forget(db);
	assert_int_equal(db_one(db, &one, NO_ARGS, NULL), OK);
	db_close(db);
	assert_int_equal(master_new("postgresql://u:p@127.0.0.1:1/x", 1, 2000, &db), OK);
	assert_int_equal(db_one(db, &one, NO_ARGS, NULL), ERR_MASTER_DB_UNAVAILABLE);
	assert_int_equal(db_one(db, &one, NO_ARGS, NULL), ERR_MASTER_DB_UNAVAILABLE);
	db_close(db);
	assert_int_equal(master_new("nothing at all", 1, 2000, &db), ERR_INVALID_CONNECTION_STRING);
	assert_null(db);
}

static int told;

static void hear(void *arg, const char *text)
{
	assert_string_equal(text, arg);
	told++;
}

static void test_hears_texts(void **state)
{
	struct db *db = *state, *other = pg_master();

	told = 0;
	master_hear(db, hear, "some id");
	assert_true(master_listen(db, "souk_test"));
	pg_script(other, "NOTIFY souk_test, 'some id'");
	/* What was said before the round trip is here after it. */
	usleep(100000);
	assert_int_equal(master_ping(db), OK);
	master_notified(db);
	assert_int_equal(told, 1);
	master_hear(db, NULL, NULL);
	db_close(other);
}

static void test_caps(void **state)
{
	static const struct stmt rows = { "test_rows", "SELECT generate_series(1, 50001) AS n",
		NULL };
	static const struct stmt fit = { "test_fit", "SELECT generate_series(1, 50000) AS n",
		NULL };
	static const struct stmt big = { "test_big", "SELECT repeat('x', 36000000) AS t", NULL };
	static const struct stmt copy = { "test_copy", "COPY t TO STDOUT", NULL };
	const struct stmt *const list[] = { &rows, &big, &copy };
	struct db *db = *state;
	struct result r;
	size_t i;

	pg_script(db, "SET statement_timeout = 0");
	db->timeout_ms = 20000;
	assert_int_equal(db_run(db, &fit, NO_ARGS, &r), OK);
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		assert_false(db->broken);
		pg_script(db, "CREATE TEMP TABLE IF NOT EXISTS t (id int)");
		assert_int_equal(db_run(db, list[i], NO_ARGS, &r), ERR_DB_SQL);
		assert_true(db->broken);
		assert_int_equal(db_prove(db), OK);
	}
	assert_int_equal(db_script(db, "COPY pg_class TO STDOUT"), ERR_DB_SQL);
	assert_true(db->broken);
}

/* What has room otherwise has none where short answers are due, also on a connection made anew. */
static void test_brief(void **state)
{
	static const struct stmt some = { "test_some", "SELECT repeat('x', 7000000) AS t", NULL };
	static const struct stmt little = { "test_little", "SELECT repeat('x', 40000) AS t", NULL };
	struct db *db = *state;
	struct result r;
	int i;

	db->timeout_ms = 20000;
	assert_int_equal(db_run(db, &some, NO_ARGS, &r), OK);
	db->brief = true;
	for (i = 0; i < 2; i++) {
		assert_int_equal(db_run(db, &little, NO_ARGS, &r), OK);
		assert_int_equal(db_run(db, &some, NO_ARGS, &r), ERR_DB_SQL);
		assert_true(db->broken);
		assert_int_equal(db_prove(db), OK);
		assert_true(db->brief);
	}
	db->brief = false;
	assert_int_equal(db_run(db, &some, NO_ARGS, &r), OK);
}

static void test_cached_plan(void **state)
{
	static const struct stmt all = { "test_all", "SELECT * FROM t ORDER BY id", NULL };
	static const struct stmt twice = { "test_twice", "SELECT 2 AS n", NULL };
	struct db *db = *state;
	struct result r;

	assert_int_equal(db_run(db, &all, NO_ARGS, &r), OK);
	pg_script(db, "ALTER TABLE t ADD COLUMN extra int");
	assert_int_equal(db_run(db, &all, NO_ARGS, &r), OK);
	pg_script(db, "ALTER TABLE t DROP COLUMN extra");
	assert_int_equal(db_run(db, &all, NO_ARGS, &r), OK);
	assert_true(db->prepare);
	/* Names that vanish mean a pooler in between. */
	assert_int_equal(db_run(db, &twice, NO_ARGS, NULL), OK);
	pg_script(db, "DEALLOCATE ALL");
	assert_int_equal(db_run(db, &twice, NO_ARGS, &r), OK);
	assert_int_equal(row_int(&r, 0, "n"), 2);
	assert_false(db->prepare);
}

struct body {
	int calls, fail_until;
	enum err fail_with;
	bool kill, ignore, alter;
};

static enum err body(struct db *db, void *arg)
{
	static const struct stmt insert = { "test_body", "INSERT INTO t (id, n) VALUES (100, 0)",
		NULL };
	static const struct stmt bad = { "test_bad", "SELECT 1/0", NULL };
	struct body *b = arg;
	enum err e = db_one(db, &insert, NO_ARGS, NULL);

	b->calls++;
	if (e)
		return e;
	if (b->ignore && db_run(db, &bad, NO_ARGS, NULL))
		return OK;
	if (b->kill && b->calls == 1)
		return db_run(db, &kill_me, NO_ARGS, NULL);
	return b->calls <= b->fail_until ? b->fail_with : OK;
}

static void test_transactions(void **state)
{
	static const char count[] = "SELECT count(*) AS n FROM t WHERE id = 100";
	struct db *db = *state;
	struct body b = { .fail_until = 9, .fail_with = ERR_SLUG_TAKEN };

	assert_int_equal(db_transaction(db, "test", body, &b), ERR_SLUG_TAKEN);
	assert_int_equal(b.calls, 1);
	assert_false(db->in_transaction);
	assert_int_equal(pg_number(db, count), 0);
	b = (struct body){ .fail_until = 9, .fail_with = ERR_DB_RETRY };
	assert_int_equal(db_transaction(db, "test", body, &b), ERR_DB_RETRY);
	assert_int_equal(b.calls, 3);
	b = (struct body){ .ignore = true };
	assert_int_equal(db_transaction(db, "test", body, &b), ERR_DB_SQL);
	assert_int_equal(pg_number(db, count), 0);
	b = (struct body){ .fail_until = 2, .fail_with = ERR_DB_RETRY };
	assert_int_equal(db_transaction(db, "test", body, &b), OK);
	assert_int_equal(b.calls, 3);
	assert_int_equal(pg_number(db, count), 1);
	b = (struct body){ 0 };
	assert_int_equal(db_transaction(db, "test", body, &b), ERR_DB_UNIQUE);
	assert_string_equal(db->constraint, "t_pkey");
}

static enum err empty_body(struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	return OK;
}

static enum err nested_body(struct db *db, void *arg)
{
	return db_transaction(db, "inner", empty_body, arg);
}

/* Lost before COMMIT: the connection is made again and the body runs again. */
static void test_transaction_lost(void **state)
{
	struct db *db = *state;
	struct body b = { .kill = true };

	pg_script(db,
		"DROP TABLE IF EXISTS public.t; CREATE TABLE public.t (id int PRIMARY KEY, n int)");
	pg_script(db, "DROP TABLE pg_temp.t");
	assert_int_equal(db_transaction(db, "test", body, &b), OK);
	assert_int_equal(b.calls, 2);
	assert_int_equal(pg_number(db, "SELECT count(*) AS n FROM public.t"), 1);
	pg_script(db, "DROP TABLE public.t");
	assert_int_equal(db_transaction(db, "test", empty_body, NULL), OK);
	assert_int_equal(db_transaction(db, "test", nested_body, NULL), ERR_INTERNAL);
}

static void test_commit_unknown(void **state)
{
	struct db *db = *state;
	struct body b = { 0 };

	pg_script(db, "CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS"
		      " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'");
	pg_script(db,
		"CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
		" FOR EACH ROW EXECUTE FUNCTION pg_temp.die()");
	assert_int_equal(db_transaction(db, "test", body, &b), ERR_DB_COMMIT_UNKNOWN);
	assert_int_equal(b.calls, 1);
}

static void test_listen(void **state)
{
	struct db *db = *state, *other;

	assert_int_equal(master_socket(db), -1);
	assert_false(master_listen(db, "a; DROP TABLE t"));
	assert_false(master_listen(db, ""));
	assert_true(master_listen(db, "souk_test"));
	assert_true(master_socket(db) >= 0);
	assert_false(master_notified(db));
	other = pg_master();
	pg_script(other, "NOTIFY souk_test");
	db_close(other);
	usleep(100000);
	assert_true(master_notified(db));
	assert_false(master_notified(db));
	/* Listens again after a loss, and looks once. */
	assert_int_not_equal(db_run(db, &kill_me, NO_ARGS, NULL), OK);
	assert_int_equal(master_socket(db), -1);
	assert_int_equal(db_prove(db), OK);
	assert_true(master_notified(db));
	assert_int_equal(pg_number(db, "SELECT count(*) AS n FROM pg_listening_channels()"), 1);
	db->prepare = false;
	assert_false(master_listen(db, "souk_test"));
}

/* Types of a tenant's columns are the tenant's: the connection goes, the worker stays. */
static void test_tenant_types(void **state)
{
	static const struct stmt odd = { "test_odd",
		"SELECT 'x'::text AS b, 'infinity'::timestamptz AS w", NULL };
	struct db *db;
	struct result r;

	(void)state;
	db = pg_tenant();
	assert_int_equal(db_one(db, &odd, NO_ARGS, &r), OK);
	assert_int_equal(row_time(&r, 0, "w"), 0);
	assert_true(db->broken);
	assert_false(row_bool(&r, 0, "b"));
	assert_null(row_text(&r, 0, "no_such_column"));
	assert_int_equal(db_run(db, &my_pid, NO_ARGS, &r), ERR_DB_UNAVAILABLE);
	db_close(db);
}

#define PG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PG_TEST(test_values),
		PG_TEST(test_changed),
		PG_TEST(test_errors),
		PG_TEST(test_timeouts),
		PG_TEST(test_killed),
		PG_TEST(test_connects_at_first_use),
		PG_TEST(test_hears_texts),
		PG_TEST(test_caps),
		PG_TEST(test_brief),
		PG_TEST(test_cached_plan),
		PG_TEST(test_transactions),
		PG_TEST(test_transaction_lost),
		PG_TEST(test_commit_unknown),
		PG_TEST(test_listen),
		cmocka_unit_test(test_tenant_types),
	};

	return pg_run_tests(tests, 0, sizeof(tests) / sizeof(*tests));
}
