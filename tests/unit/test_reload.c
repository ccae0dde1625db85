/* SPDX-License-Identifier: Apache-2.0 */
/* SIGHUP: generations of workers that replace each other, and settings that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "supervisor_fixture.h"

static void a_reload_replaces_all(void **state)
{
	pid_t pid = start(good);
	int i;

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	for (i = 1; i <= 4; i++) {
		kill(pid, SIGHUP);
		UNTIL((int)scores->reloads == i);
		UNTIL(workers(SCORE_IDLE) == i % 3 + 1);
	}
	UNTIL(seen->unloads == 4);
	assert_null(strstr(the_log(), "worker_died"));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->unloads, 5);
	assert_int_equal(scores->reloads_refused, 0);
}

static void hups_in_a_row_become_one(void **state)
{
	pid_t pid = start(good);
	int i;

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	for (i = 0; i < 1000; i++)
		kill(pid, SIGHUP);
	UNTIL(scores->reloads && (int)scores->reloads == seen->loads);
	assert_true(scores->reloads < 500);
	assert_null(strstr(the_log(), "worker_died"));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->unloads, seen->loads + 1);
}

/* A third generation would have connections that the servers have no room for. */
static void a_reload_waits_for_the_generation_before_the_last(void **state)
{
	pid_t pid;
	int i;

	(void)state;
	seen->held = 1;
	pid = start(holds_on);
	UNTIL(workers(SCORE_BUSY) == 1);
	kill(pid, SIGHUP);
	UNTIL(scores->reloads == 1);
	for (i = 0; i < 3; i++) {
		kill(pid, SIGHUP);
		usleep(100 * 1000);
		assert_int_equal(workers(SCORE_BUSY), 1);
		assert_int_equal(workers(SCORE_IDLE), 2);
		assert_int_equal(seen->loads, 1);
	}
	seen->held = 0;
	UNTIL(scores->reloads == 2 && seen->unloads == 2);
	usleep(100 * 1000);
	assert_int_equal(seen->loads, 2);
	assert_null(strstr(the_log(), "worker_died"));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->unloads, 3);
}

static void one_that_does_not_end_holds_up_a_reload_for_the_grace_only(void **state)
{
	pid_t pid;

	(void)state;
	seen->held = 1;
	seen->grace_ms = 300;
	pid = start(holds_on);
	UNTIL(workers(SCORE_BUSY) == 1);
	kill(pid, SIGHUP);
	UNTIL(scores->reloads == 1);
	usleep(900 * 1000);   /* nobody waits for it: it is left alone */
	assert_int_equal(workers(SCORE_BUSY), 1);
	kill(pid, SIGHUP);
	UNTIL(scores->reloads == 2);
	assert_int_equal(workers(SCORE_BUSY), 0);
	assert_true(logged("did not end", "a reload waits for it"));
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_DIED], 1);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

static void at_the_end_one_is_killed_after_the_grace(void **state)
{
	pid_t pid;

	(void)state;
	seen->held = 1;
	seen->grace_ms = 300;
	pid = start(holds_on);
	UNTIL(workers(SCORE_BUSY) == 1);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_true(logged("did not end within 300 ms", "are killed"));
}

static void a_bad_reload_changes_nothing(void **state)
{
	pid_t pid = start(good);
	struct score_view before, after;

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	score_look(&scores->slots[0], &before);
	seen->bad = 1;
	kill(pid, SIGHUP);
	UNTIL(scores->reloads_refused == 1);
	assert_true(logged("\"reload_refused\"", "WORKERS"));
	score_look(&scores->slots[0], &after);
	assert_int_equal(before.pid, after.pid);
	assert_int_equal(workers(SCORE_IDLE), 1);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

/* Settings that look good and still let no worker come up. */
static void a_reload_whose_workers_die_is_undone(void **state)
{
	/* The second time it is one worker, with which its generation ends. */
	static const int sizes[] = { 1, 3, 2 };
	pid_t pid = start(good);
	int i, started;

	(void)state;
	for (i = 0; i < 2; i++) {
		UNTIL(workers(SCORE_IDLE) == sizes[i] && seen->unloads == 2 * i);
		started = seen->started;
		seen->dead = 1;
		kill(pid, SIGHUP);
		UNTIL((int)scores->reloads_refused == i + 1);
		UNTIL(seen->unloads == 2 * i + 1);
		assert_int_equal(workers(SCORE_IDLE), sizes[i]);
		assert_int_equal(seen->started, started);
		seen->dead = 0;
		kill(pid, SIGHUP);
		UNTIL((int)scores->reloads == i + 1);
	}
	UNTIL(workers(SCORE_IDLE) == sizes[i]);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->unloads, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_reload_replaces_all),
		CASE(hups_in_a_row_become_one),
		CASE(a_reload_waits_for_the_generation_before_the_last),
		CASE(one_that_does_not_end_holds_up_a_reload_for_the_grace_only),
		CASE(at_the_end_one_is_killed_after_the_grace),
		CASE(a_bad_reload_changes_nothing),
		CASE(a_reload_whose_workers_die_is_undone),
	};

	return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
