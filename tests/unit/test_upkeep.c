/* SPDX-License-Identifier: Apache-2.0 */
/* Upkeep: what is old enough goes, what is not stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/jobs.h"
#include "domain/upkeep.h"
#include "pg_fixture.h"

const struct job_kind job_kinds[] = { { .kind = NULL } };

static void upkeep_removes_what_is_old(void **state)
{
	static const struct settings settings = { .connect_timeout = 10,
						  .statement_timeout = 60000 };
	struct settings here = settings;
	struct runtime rt = { .settings = &here };
	struct job job = { .kind = "upkeep" };

	(void)state;
	pg_store();
	here.master_db_url = pg.url;
	pg_script(
		pg.db,
		"INSERT INTO rate_limits (key, window_started_at)"
		" SELECT 'old:' || n, now() - interval '2 days' FROM generate_series(1, 1200) n;"
		" INSERT INTO rate_limits (key) VALUES ('new:1');"
		" INSERT INTO job_queue (id, kind, status, finished_at) VALUES"
		" (gen_random_uuid(), 'plain', 'completed', now() - interval '31 days'),"
		" (gen_random_uuid(), 'plain', 'dead', now() - interval '29 days');"
		" INSERT INTO idempotency_keys (user_id, route, key, request_hash, expires_at) "
		"VALUES"
		" (gen_random_uuid(), 'r', 'old', '', now() - interval '1 second'),"
		" (gen_random_uuid(), 'r', 'new', '', now() + interval '1 hour');"
		" INSERT INTO sessions (id, user_id, expires_at)"
		" SELECT gen_random_uuid(), id, now() - interval '8 days' FROM users;"
		" INSERT INTO sessions (id, user_id, expires_at)"
		" SELECT gen_random_uuid(), id, now() - interval '6 days' FROM users;"
		" INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at)"
		" SELECT gen_random_uuid(), id, sha256(id::text::bytea), expires_at FROM sessions");
	assert_int_equal(upkeep_run(&rt, &job), OK);
	assert_int_equal(upkeep_run(&rt, &job), OK);
	db_close(rt.master);
	assert_int_equal(pg_number(pg.db, "test_upkeep_rates",
				   "SELECT count(*) AS n FROM rate_limits WHERE $1 = ''", ""),
			 1);
	assert_int_equal(pg_number(pg.db, "test_upkeep_keys",
				   "SELECT count(*) AS n FROM idempotency_keys WHERE $1 = ''", ""),
			 1);
	assert_int_equal(pg_number(pg.db, "test_upkeep_jobs",
				   "SELECT count(*) AS n FROM job_queue WHERE $1 = ''", ""),
			 1);
	assert_int_equal(pg_number(pg.db, "test_upkeep_sessions",
				   "SELECT (SELECT count(*) FROM users) - count(*) AS n FROM "
				   "sessions WHERE $1 = ''",
				   ""),
			 0);
	assert_int_equal(pg_number(pg.db, "test_upkeep_tokens",
				   "SELECT (SELECT count(*) FROM sessions) - count(*) AS n FROM "
				   "refresh_tokens WHERE $1 = ''",
				   ""),
			 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(upkeep_removes_what_is_old),
};

int main(void)
{
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, pg_setup, pg_teardown);
}
