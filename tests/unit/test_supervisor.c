/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor over workers that loop, connect for ever, die, or do well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/resource.h>

#include "supervisor_fixture.h"

static bool first_of_all(void)
{
	return atomic_fetch_add(&seen->started, 1) == 0;
}

/* Only the first: its successors do well. */
static int loops(const void *arg, struct score_slot *slot)
{
	(void)arg;
	if (!first_of_all())
		return wait_for_end(slot);
	score_idle(slot);
	score_busy(slot, ROUTE_LOOP, "the-request");
	for (;;)
		;
}

/* Looks stuck, but the request changes before the signal is taken. */
static int just_in_time(const void *arg, struct score_slot *slot)
{
	sigset_t abort_only;

	(void)arg;
	if (!first_of_all())
		return wait_for_end(slot);
	sigemptyset(&abort_only);
	sigaddset(&abort_only, SIGABRT);
	sigprocmask(SIG_BLOCK, &abort_only, NULL);
	score_idle(slot);
	score_busy(slot, ROUTE_LOOP, "the-request");
	while (slot->condemned != slot->serial)
		;
	score_idle(slot);
	sigprocmask(SIG_UNBLOCK, &abort_only, NULL);
	atomic_store(&seen->late, 1);
	return wait_for_end(slot);
}

static int deaf(const void *arg, struct score_slot *slot)
{
	signal(SIGABRT, SIG_IGN);
	return loops(arg, slot);
}

static int connects(const void *arg, struct score_slot *slot)
{
	(void)arg;
	if (!first_of_all())
		return wait_for_end(slot);
	score_idle(slot);
	score_busy(slot, ROUTE_LOOP, "the-request");
	score_connecting(slot, store);
	for (;;)
		;
}

static int recycles(const void *arg, struct score_slot *slot)
{
	(void)arg;
	if (atomic_fetch_add(&seen->started, 1) >= 20)
		return wait_for_end(slot);
	score_idle(slot);
	score_busy(slot, 1, NULL);
	score_idle(slot);
	return WORKER_RECYCLED;
}

/* ---- cases */

static void stops_in_good_order(void **state)
{
	pid_t pid = start(good);

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	assert_int_equal(scores->supervisor, pid);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(seen->stopping, 1);
	assert_int_equal(seen->ended, 1);
	assert_int_equal(scores->stopping, 1);
	assert_int_equal(seen->unloads, 1);
	assert_null(strstr(the_log(), "worker_died"));
}

static void an_endless_request_is_ended(void **state)
{
	pid_t pid = start(loops);

	(void)state;
	UNTIL(scores->ends[SCORE_WEB][SCORE_OVERDUE] == 1);
	UNTIL(workers(SCORE_IDLE) == 1);
	assert_true(logged("\"deadline\"", "/loop"));
	assert_true(logged("\"stack\"", "+0x"));
	assert_true(logged("\"worker_died\"", "signal 6"));
	assert_non_null(strstr(the_log(), "\"requestId\":\"the-request\",\"route\":\"/loop\""));
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_DIED], 0);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

static void one_that_ignores_the_abort_is_killed(void **state)
{
	pid_t pid = start(deaf);

	(void)state;
	UNTIL(scores->ends[SCORE_WEB][SCORE_OVERDUE] == 1);
	assert_true(logged("\"worker_died\"", "signal 9"));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

static void a_request_that_ended_is_not_hit(void **state)
{
	pid_t pid = start(just_in_time);

	(void)state;
	UNTIL(seen->late);
	usleep(2500 * 1000);   /* also the kill that would follow is called off */
	assert_int_equal(workers(SCORE_IDLE), 1);
	assert_int_equal(seen->started, 2);   /* the same worker, counted twice */
	assert_null(strstr(the_log(), "worker_died"));
	assert_null(strstr(the_log(), "\"stack\""));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_OVERDUE], 0);
}

static void a_connect_that_takes_long_is_killed(void **state)
{
	pid_t pid;

	(void)state;
	seen->deadline_ms = LONG_MS;
	pid = start(connects);
	UNTIL(seen->killed_stores);
	UNTIL(workers(SCORE_IDLE) == 1);
	assert_int_equal(seen->killed_stores, 1);
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_CONNECT_KILLED], 1);
	assert_true(logged("\"connect_deadline\"", "it is killed"));
	assert_true(logged("\"worker_died\"", "signal 9"));
	assert_non_null(strstr(the_log(), store));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

/* A person's kill says nothing of the store that happens to be connected to. */
static void a_kill_from_outside_blames_no_store(void **state)
{
	struct score_view v;
	pid_t pid;

	(void)state;
	pid = start(connects);
	UNTIL(scores->slots[0].connecting_ms);
	score_look(&scores->slots[0], &v);
	kill(v.pid, SIGKILL);
	UNTIL(workers(SCORE_IDLE) == 1);
	assert_int_equal(seen->killed_stores, 0);
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_DIED], 1);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

static void recycling_is_no_death(void **state)
{
	pid_t pid = start(recycles);

	(void)state;
	UNTIL(scores->ends[SCORE_WEB][SCORE_RECYCLED] == 20);
	UNTIL(workers(SCORE_IDLE) == 1);
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_DIED], 0);
	assert_null(strstr(the_log(), "worker_died"));
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

static void a_start_that_only_dies_ends(void **state)
{
	pid_t pid = start(dies);

	(void)state;
	assert_int_equal(ended(pid), SUPERVISE_GAVE_UP);
	assert_int_equal(scores->ends[SCORE_WEB][SCORE_DIED], SUPERVISOR_EARLY_DEATHS);
	assert_true(logged("\"gave_up\"", "exit code 1"));
}

static void workers_have_no_core(void **state)
{
	struct rlimit limit;
	struct score_view v;
	pid_t pid = start(good);

	(void)state;
	UNTIL(workers(SCORE_IDLE) == 1);
	score_look(&scores->slots[0], &v);
	assert_int_equal(prlimit(v.pid, RLIMIT_CORE, NULL, &limit), 0);
	assert_int_equal(limit.rlim_max, 0);
	assert_int_equal(stop(pid), SUPERVISE_STOPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(stops_in_good_order),
		CASE(an_endless_request_is_ended),
		CASE(one_that_ignores_the_abort_is_killed),
		CASE(a_request_that_ended_is_not_hit),
		CASE(a_connect_that_takes_long_is_killed),
		CASE(a_kill_from_outside_blames_no_store),
		CASE(recycling_is_no_death),
		CASE(a_start_that_only_dies_ends),
		CASE(workers_have_no_core),
	};

	return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
