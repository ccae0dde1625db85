/* SPDX-License-Identifier: Apache-2.0 */
/* Idempotency keys: every case of the contract, and who wins when many begin at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/idempotency.h"
#include "pg_fixture.h"

static char user[ID_TEXT], stranger[ID_TEXT];

static struct idempotency request(const char *key, int body)
{
	struct idempotency i = { .user_id = user, .route = "/api/credits/mt?/spend", .key = key,
				 .lock_s = 60 };

	memset(i.request_hash, body, sizeof(i.request_hash));
	return i;
}

static enum err begin(const struct idempotency *i, struct idempotency_replay *out)
{
	return idempotency_begin(pg.db, i, out);
}

static void assert_new(const struct idempotency *i)
{
	struct idempotency_replay replay;

	assert_int_equal(begin(i, &replay), OK);
	assert_int_equal(replay.status, 0);
	assert_null(replay.body);
}

static void assert_replay(const struct idempotency *i, int status, const char *body)
{
	struct idempotency_replay replay;

	assert_int_equal(begin(i, &replay), OK);
	assert_int_equal(replay.status, status);
	assert_string_equal(replay.body, body);
}

static void the_same_request_gets_the_same_answer(void **state)
{
	struct idempotency i = request("same", 1);

	(void)state;
	assert_new(&i);
	assert_int_equal(idempotency_end(pg.db, &i, 201, "{\"n\":1}"), OK);
	assert_replay(&i, 201, "{\"n\":1}");
	assert_replay(&i, 201, "{\"n\":1}");
	/* A late second end changes nothing. */
	assert_int_equal(idempotency_end(pg.db, &i, 200, "{\"n\":2}"), OK);
	assert_replay(&i, 201, "{\"n\":1}");
}

static void another_body_is_refused(void **state)
{
	struct idempotency i = request("body", 1), other = request("body", 2);
	struct idempotency_replay replay;

	(void)state;
	assert_new(&i);
	assert_int_equal(begin(&other, &replay), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_int_equal(idempotency_end(pg.db, &i, 200, "{}"), OK);
	assert_int_equal(begin(&other, &replay), ERR_IDEMPOTENCY_KEY_REUSED);
}

static void one_still_running_is_told(void **state)
{
	struct idempotency i = request("running", 1);
	struct idempotency_replay replay;

	(void)state;
	assert_new(&i);
	assert_int_equal(begin(&i, &replay), ERR_IDEMPOTENCY_IN_PROGRESS);
}

static void errors_of_ours_can_be_tried_again(void **state)
{
	struct idempotency i = request("error", 1);

	(void)state;
	assert_new(&i);
	assert_int_equal(idempotency_end(pg.db, &i, 503, "{}"), OK);
	assert_new(&i);
	assert_int_equal(idempotency_end(pg.db, &i, 402, "{\"e\":1}"), OK);
	assert_replay(&i, 402, "{\"e\":1}");
	/* What is done is not dropped by a late error. */
	assert_int_equal(idempotency_end(pg.db, &i, 500, "{}"), OK);
	assert_replay(&i, 402, "{\"e\":1}");
}

static void a_stale_lock_is_taken_over_by_the_same_request_only(void **state)
{
	struct idempotency i = request("stale", 1), other = request("stale", 2);
	struct idempotency_replay replay;

	(void)state;
	assert_new(&i);
	pg_change(pg.db, "test_age_lock",
		  "UPDATE idempotency_keys SET locked_until = now() - interval '1 second' WHERE "
		  "key = $1",
		  "stale");
	assert_int_equal(begin(&other, &replay), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_new(&i);
	assert_int_equal(begin(&i, &replay), ERR_IDEMPOTENCY_IN_PROGRESS);
}

static void a_lock_lasts_as_long_as_the_request_may(void **state)
{
	static const char left[] =
		"SELECT ceil(extract(epoch FROM locked_until - now()))::bigint AS n FROM "
		"idempotency_keys WHERE key = $1";
	struct idempotency i = request("lock", 1);
	struct idempotency_replay first, again;

	(void)state;
	i.lock_s = 2;
	assert_int_equal(begin(&i, &first), OK);
	assert_int_equal(pg_number(pg.db, "test_lock", left, "lock"), 2);
	assert_int_equal(begin(&i, &again), ERR_IDEMPOTENCY_IN_PROGRESS);
	usleep(2100 * 1000);
	i.lock_s = 18;
	assert_int_equal(begin(&i, &again), OK);
	assert_int_equal(again.status, 0);
	/* What the first one did bears this in its name. */
	assert_true(again.since_us == first.since_us);
	assert_int_equal(pg_number(pg.db, "test_lock", left, "lock"), 18);
}

static void an_old_key_is_new_again(void **state)
{
	struct idempotency i = request("old", 1), other = request("old", 2);

	(void)state;
	assert_new(&i);
	assert_int_equal(idempotency_end(pg.db, &i, 200, "{}"), OK);
	pg_change(pg.db, "test_age_key",
		  "UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE key "
		  "= $1",
		  "old");
	assert_new(&other);
}

static void keys_belong_to_user_and_route(void **state)
{
	struct idempotency i = request("scope", 1), route = i, whose = i;

	(void)state;
	route.route = "/api/credits/mt?/purchase";
	whose.user_id = stranger;
	assert_new(&i);
	assert_new(&route);
	assert_new(&whose);
}

static int begin_one(struct db *db, int me, void *arg)
{
	struct idempotency i = request(arg, 1);
	struct idempotency_replay replay;
	enum err e = idempotency_begin(db, &i, &replay);

	(void)me;
	return e == OK && replay.status == 0 ? 1 : e == ERR_IDEMPOTENCY_IN_PROGRESS ? 0 : 100;
}

static void one_of_many_wins(void **state)
{
	static char key[] = "race";

	(void)state;
	assert_int_equal(pg_processes(10, begin_one, key), 1);
	pg_change(pg.db, "test_age_race",
		  "UPDATE idempotency_keys SET locked_until = now() - interval '1 second' WHERE "
		  "key = $1",
		  key);
	assert_int_equal(pg_processes(10, begin_one, key), 1);
}

static int setup(void **state)
{
	id_new(user);
	id_new(stranger);
	return pg_setup(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_same_request_gets_the_same_answer),
	cmocka_unit_test(another_body_is_refused),
	cmocka_unit_test(one_still_running_is_told),
	cmocka_unit_test(errors_of_ours_can_be_tried_again),
	cmocka_unit_test(a_stale_lock_is_taken_over_by_the_same_request_only),
	cmocka_unit_test(a_lock_lasts_as_long_as_the_request_may),
	cmocka_unit_test(an_old_key_is_new_again),
	cmocka_unit_test(keys_belong_to_user_and_route),
	cmocka_unit_test(one_of_many_wins),
};

int main(void)
{
	log_init("test", LOG_LEVEL_ERROR);
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, pg_teardown);
}
