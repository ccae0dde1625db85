/* SPDX-License-Identifier: Apache-2.0 */
/* The breakers' states, one prober among many processes, and tables that survive kills. */
#include "db/breaker.h"

#include <stdarg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/log.h"
#include "base/shared.h"

enum { PATIENCE = 400, PROCESSES = 8 };

static struct breakers *b;
static int64_t wait_ms;

static int setup(void **state)
{
	(void)state;
	log_init("test", LOG_LEVEL_ALARM);
	b = shared_new(sizeof(*b));
	return b ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	shared_close(b, sizeof(*b));
	return 0;
}

static bool ask(const char *store, int revision)
{
	return breaker_ask(b, store, revision, PATIENCE, &wait_ms);
}

static void fail_times(const char *store, int revision, int n)
{
	while (n-- > 0)
		breaker_bad(b, store, revision, NULL);
}

static void test_opens(void **state)
{
	(void)state;
	assert_true(ask("a", 1));
	fail_times("a", 1, BREAKER_FAILURES - 1);
	assert_true(ask("a", 1));
	assert_int_equal(breaker_count(b).failing, 1);
	fail_times("a", 1, 1);
	assert_false(ask("a", 1));
	assert_in_range(wait_ms, 1, BREAKER_FIRST_MS + 200);
	assert_true(ask("b", 1));   /* nobody else's */
	assert_int_equal(breaker_count(b).open, 1);
	assert_int_equal(breaker_count(b).failing, 0);
	assert_int_equal(atomic_load(&b->openings), 1);
	/* Those that began before it opened change nothing. */
	fail_times("a", 1, 5);
	assert_false(ask("a", 1));
	assert_in_range(wait_ms, 1, BREAKER_FIRST_MS + 200);
}

static void test_good_forgets(void **state)
{
	(void)state;
	fail_times("a", 1, BREAKER_FAILURES - 1);
	breaker_good(b, "a", 1, NULL);
	fail_times("a", 1, BREAKER_FAILURES - 1);
	assert_true(ask("a", 1));
	breaker_good(b, "a", 1, NULL);
	assert_int_equal(breaker_count(b).failing, 0);
	breaker_good(b, "never seen", 1, NULL);
}

static void test_other_credentials(void **state)
{
	(void)state;
	fail_times("a", 1, BREAKER_FAILURES);
	assert_false(ask("a", 1));
	assert_true(ask("a", 2));
	/* What still comes of the old ones is no news. */
	fail_times("a", 1, BREAKER_FAILURES);
	assert_true(ask("a", 2));
	fail_times("a", 2, BREAKER_FAILURES);
	assert_false(ask("a", 2));
}

static void wait_until_due(const char *store)
{
	while (!ask(store, 1))
		usleep((unsigned int)wait_ms * 1000 + 1000);
}

static void test_half_open(void **state)
{
	(void)state;
	fail_times("a", 1, BREAKER_FAILURES);
	wait_until_due("a");
	assert_int_equal(breaker_count(b).half_open, 1);
	assert_false(ask("a", 1));
	/* It was not tried: the next one may at once. */
	breaker_untried(b, "a", 1);
	assert_true(ask("a", 1));
	assert_false(ask("a", 1));
	/* Again in vain: twice as long. */
	breaker_bad(b, "a", 1, NULL);
	assert_false(ask("a", 1));
	assert_in_range(wait_ms, BREAKER_FIRST_MS + 1, 2 * BREAKER_FIRST_MS + 200);
	assert_int_equal(atomic_load(&b->openings), 2);
	wait_until_due("a");
	breaker_good(b, "a", 1, NULL);
	assert_true(ask("a", 1));
	assert_true(ask("a", 1));
}

static void test_lost_prober(void **state)
{
	(void)state;
	fail_times("a", 1, BREAKER_FAILURES);
	wait_until_due("a");
	assert_false(ask("a", 1));
	usleep((PATIENCE + 200) * 1000);   /* it was killed, and nobody said so */
	assert_true(ask("a", 1));
	assert_false(ask("a", 1));
}

static void test_killed(void **state)
{
	(void)state;
	breaker_killed(b, "unknown");
	assert_true(ask("unknown", 1));
	assert_true(ask("a", 7));
	breaker_killed(b, "a");
	assert_false(ask("a", 7));
	assert_in_range(wait_ms, 1, BREAKER_FIRST_MS + 200);
}

static void test_most(void **state)
{
	int i;

	(void)state;
	/* Each kill counts, so that the test need not wait for the back-off. */
	fail_times("a", 1, 1);
	for (i = 0; i < 40; i++)
		breaker_killed(b, "a");
	assert_false(ask("a", 1));
	assert_in_range(wait_ms, BREAKER_MOST_MS * 3 / 4 - 200, BREAKER_MOST_MS + 200);
}

static void test_full_sets(void **state)
{
	char id[40];
	int i, open = 0;

	(void)state;
	for (i = 0; i < 3 * BREAKER_SETS * BREAKER_WAYS; i++) {
		snprintf(id, sizeof(id), "store-%d", i);
		fail_times(id, 1, BREAKER_FAILURES);
	}
	assert_in_range(breaker_count(b).open, BREAKER_SETS, BREAKER_SETS * BREAKER_WAYS);
	/* The last ones are there, and they are the right ones. */
	for (i -= 100; i < 3 * BREAKER_SETS * BREAKER_WAYS; i++) {
		snprintf(id, sizeof(id), "store-%d", i);
		open += !ask(id, 1);
	}
	assert_in_range(open, 90, 100);
}

static void test_no_breakers(void **state)
{
	(void)state;
	assert_true(breaker_ask(NULL, "a", 1, PATIENCE, &wait_ms));
	breaker_bad(NULL, "a", 1, NULL);
	breaker_good(NULL, "a", 1, NULL);
	breaker_untried(NULL, "a", 1);
	breaker_killed(NULL, "a");
	assert_int_equal(breaker_count(NULL).open, 0);
}

/* Of all that ask in the same moment one may. */
static void test_one_prober(void **state)
{
	_Atomic int *allowed = shared_new(2 * sizeof(*allowed));
	int i, round;

	(void)state;
	fail_times("a", 1, BREAKER_FAILURES);
	for (round = 0; round < 3; round++) {
		atomic_store(&allowed[0], 0);
		for (i = 0; i < PROCESSES; i++)
			if (!fork()) {
				while (!atomic_load(&allowed[1]))
					;
				for (i = 0; i < 2000; i++, usleep(1000))
					if (ask("a", 1)) {
						atomic_fetch_add(&allowed[0], 1);
						break;
					} else if (atomic_load(&allowed[0])) {
						break;
					}
				_exit(0);
			}
		atomic_store(&allowed[1], 1);
		while (wait(NULL) > 0)
			;
		assert_int_equal(atomic_load(&allowed[0]), 1);
		breaker_untried(b, "a", 1);
		atomic_store(&allowed[1], 0);
	}
	shared_close((void *)allowed, 2 * sizeof(*allowed));
}

/* Whatever a process was doing when it was killed, the table is as good as before. */
static void hammer(unsigned int seed)
{
	char id[16];
	int64_t ms;

	for (;; seed = seed * 1103515245u + 12345u) {
		snprintf(id, sizeof(id), "s%u", seed >> 16 & 63);
		if (!breaker_ask(b, id, (int)(seed >> 8 & 1), 50, &ms))
			continue;
		if (seed & 0x100000)
			breaker_bad(b, id, (int)(seed >> 8 & 1), NULL);
		else if (seed & 0x200000)
			breaker_good(b, id, (int)(seed >> 8 & 1), NULL);
	}
}

static void test_kills(void **state)
{
	pid_t pid[PROCESSES];
	int i, round;

	(void)state;
	for (round = 0; round < 20; round++) {
		for (i = 0; i < PROCESSES; i++)
			if (!(pid[i] = fork()))
				hammer((unsigned int)(round * PROCESSES + i));
		usleep(5000);
		for (i = 0; i < PROCESSES; i++) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], NULL, 0);
		}
	}
	for (i = 0; i < 64; i++) {
		char id[16];

		snprintf(id, sizeof(id), "s%d", i);
		assert_true(ask(id, 77));   /* new credentials */
		fail_times(id, 77, BREAKER_FAILURES);
		assert_false(ask(id, 77));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_opens), TEST(test_good_forgets), TEST(test_other_credentials),
		TEST(test_half_open), TEST(test_lost_prober), TEST(test_killed), TEST(test_most),
		TEST(test_full_sets), TEST(test_no_breakers), TEST(test_one_prober),
		TEST(test_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
