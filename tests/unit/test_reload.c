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
	pid_t pid = start(good);
	struct score_view before, after;

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	score_look(&scores->slots[0], &before);
	seen->dead = 1;
	kill(pid, SIGHUP);
	UNTIL(scores->reloads_refused == 1);
	UNTIL(seen->unloads == 1);
	score_look(&scores->slots[0], &after);
	assert_int_equal(before.pid, after.pid);
	seen->dead = 0;
	kill(pid, SIGHUP);
	UNTIL(scores->reloads == 1);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->unloads, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_reload_replaces_all),
		CASE(hups_in_a_row_become_one),
		CASE(a_bad_reload_changes_nothing),
		CASE(a_reload_whose_workers_die_is_undone),
	};

	return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
