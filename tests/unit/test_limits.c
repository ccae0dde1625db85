/* SPDX-License-Identifier: Apache-2.0 */
/* Rate limits: counted over processes, ended with their window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/limits.h"
#include "pg_fixture.h"

static const struct rate five = { 5, 60 };

static int hits(struct db *db, const char *who, int n)
{
	int i, wait, good = 0;

	for (i = 0; i < n; i++)
		good += limits_hit(db, "test", who, &five, &wait) == OK;
	return good;
}

static void the_limit_holds_and_says_how_long(void **state)
{
	int wait = -1;

	(void)state;
	assert_int_equal(hits(pg.db, "a", 5), 5);
	assert_int_equal(limits_hit(pg.db, "test", "a", &five, &wait), ERR_RATE_LIMITED);
	assert_in_range(wait, 55, 60);
	assert_int_equal(limits_hit(pg.db, "test", "b", &five, &wait), OK);
	assert_int_equal(wait, 0);
	assert_int_equal(limits_hit(pg.db, "other", "a", &five, &wait), OK);
}

static void both_are_counted_at_once(void **state)
{
	static const struct rate two = { 2, 600 };
	const struct limit one[2] = { { "net", "n", &five }, { "name", "x", &two } };
	const struct limit other[2] = { { "net", "n", &five }, { "name", "y", &two } };
	int wait = -1;

	(void)state;
	assert_int_equal(limits_hit_both(pg.db, one, &wait), OK);
	assert_int_equal(limits_hit_both(pg.db, one, &wait), OK);
	assert_int_equal(wait, 0);
	/* The second is over, and says how long ... */
	assert_int_equal(limits_hit_both(pg.db, one, &wait), ERR_RATE_LIMITED);
	assert_in_range(wait, 595, 600);
	/* ... while the first has room for another, ... */
	assert_int_equal(limits_hit_both(pg.db, other, &wait), OK);
	assert_int_equal(limits_hit_both(pg.db, other, &wait), OK);
	assert_int_equal(limits_look(pg.db, "net", "n", &five, &wait), ERR_RATE_LIMITED);
	/* ... and of two that are over the longer wait counts. */
	assert_int_equal(limits_hit_both(pg.db, one, &wait), ERR_RATE_LIMITED);
	assert_in_range(wait, 590, 600);
}

static void looking_does_not_count(void **state)
{
	int i, wait;

	(void)state;
	for (i = 0; i < 20; i++)
		assert_int_equal(limits_look(pg.db, "test", "look", &five, &wait), OK);
	assert_int_equal(hits(pg.db, "look", 5), 5);
	assert_int_equal(limits_look(pg.db, "test", "look", &five, &wait), ERR_RATE_LIMITED);
	assert_in_range(wait, 55, 60);
}

static void a_new_window_begins_again(void **state)
{
	int wait;

	(void)state;
	assert_int_equal(hits(pg.db, "window", 9), 5);
	pg_change(pg.db, "test_age_window",
		  "UPDATE rate_limits SET window_started_at = now() - interval '61 seconds' WHERE "
		  "key = $1",
		  "test:window");
	assert_int_equal(limits_look(pg.db, "test", "window", &five, &wait), OK);
	assert_int_equal(hits(pg.db, "window", 9), 5);
}

static void clearing_forgets(void **state)
{
	(void)state;
	assert_int_equal(hits(pg.db, "clear", 9), 5);
	assert_int_equal(limits_clear(pg.db, "test", "clear"), OK);
	assert_int_equal(hits(pg.db, "clear", 9), 5);
}

static int hit_ten(struct db *db, int me, void *arg)
{
	(void)me;
	return hits(db, arg, 10);
}

static void processes_share_the_count(void **state)
{
	static char who[] = "shared";

	(void)state;
	assert_int_equal(pg_processes(8, hit_ten, who), 5);
}

static void networks(void **state)
{
	static const struct { const char *address, *network; } cases[] = {
		{ "192.0.2.7", "192.0.2.7" },
		{ "::ffff:192.0.2.7", "192.0.2.7" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
		{ "2001:0DB8:0001:0002::9", "2001:db8:1:2::/64" },
		{ "::1", "::/64" },
		{ "", "" },
		{ "unix:", "unix:" },
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		limits_network(cases[i].address, out, sizeof(out));
		assert_string_equal(out, cases[i].network);
	}
	limits_network("2001:db8:1:2:3:4:5:6", out, 5);
	assert_string_equal(out, "2001");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_limit_holds_and_says_how_long),
	cmocka_unit_test(both_are_counted_at_once),
	cmocka_unit_test(looking_does_not_count),
	cmocka_unit_test(a_new_window_begins_again),
	cmocka_unit_test(clearing_forgets),
	cmocka_unit_test(processes_share_the_count),
	cmocka_unit_test(networks),
};

PG_MAIN(tests)
