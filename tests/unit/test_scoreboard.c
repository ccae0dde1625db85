/* SPDX-License-Identifier: Apache-2.0 */
/* The scoreboard: counted by several processes, seen by all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scoreboard.h"

static void buckets_rise(void **state)
{
	int i;

	(void)state;
	assert_int_equal(score_bucket_us(0), 1000);
	assert_int_equal(score_bucket_us(SCORE_BUCKETS - 2), 10000000);
	assert_true(score_bucket_us(SCORE_BUCKETS - 1) == INT64_MAX);
	assert_true(score_bucket_us(-1) == INT64_MAX);
	for (i = 1; i < SCORE_BUCKETS; i++)
		assert_true(score_bucket_us(i) > score_bucket_us(i - 1));
}

static void counts(void **state)
{
	struct scoreboard *b = scoreboard_new();

	(void)state;
	assert_non_null(b);
	score_count(b, 3, 200, 1000);
	score_count(b, 3, 404, 1001);
	score_count(b, 3, 0, -5);
	score_count(b, -1, 404, INT64_MAX);
	score_count(b, SCORE_ROUTES + 7, 999, 0);
	assert_int_equal(b->routes[3].status[2], 1);
	assert_int_equal(b->routes[3].status[4], 1);
	assert_int_equal(b->routes[3].status[5], 1);
	assert_int_equal(b->routes[3].bucket[0], 2);
	assert_int_equal(b->routes[3].bucket[1], 1);
	assert_int_equal(b->routes[3].us, 2001);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].status[4], 1);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].status[5], 1);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].bucket[SCORE_BUCKETS - 1], 1);
	munmap(b, sizeof(*b));
}

static void slots(void **state)
{
	struct scoreboard *b = scoreboard_new();
	struct score_slot *s = &b->slots[5];

	(void)state;
	assert_int_equal(s->route, -1);
	assert_int_equal(s->state, SCORE_EMPTY);
	score_idle(s);
	assert_int_equal(s->served, 0);
	score_busy(s, 9);
	assert_int_equal(s->state, SCORE_BUSY);
	assert_int_equal(s->route, 9);
	assert_true(s->since_ms > 0);
	score_idle(s);
	assert_int_equal(s->state, SCORE_IDLE);
	assert_int_equal(s->route, -1);
	assert_int_equal(s->served, 1);
	munmap(b, sizeof(*b));
}

static void processes_share_it(void **state)
{
	struct scoreboard *b = scoreboard_new();
	int i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		if (fork())
			continue;
		for (k = 0; k < 10000; k++)
			score_count(b, 1, 200, 10);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	assert_int_equal(b->routes[1].status[2], 40000);
	assert_int_equal(b->routes[1].us, 400000);
	munmap(b, sizeof(*b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_rise),
		cmocka_unit_test(counts),
		cmocka_unit_test(slots),
		cmocka_unit_test(processes_share_it),
	};

	return cmocka_run_group_tests_name("scoreboard", tests, NULL, NULL);
}
