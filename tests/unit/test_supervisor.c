/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor over workers that loop, connect for ever, die, or do well: each case in a process
 * of its own, seen from outside by the scoreboard and the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/stop.h"
#include "app/supervisor.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/shared.h"

enum { ROUTE_LOOP = 7, LONG_MS = 20000, LOG_SIZE = 1 << 16 };

static const char store[] = "01890a5d-ac96-774b-bcce-b302099a8057";

/* What the supervised processes and the test both see. */
struct seen {
	_Atomic int loads, unloads, stopping, killed_stores, started, late;
	_Atomic int bad;      /* the next load finds bad settings */
	_Atomic int dead;     /* the next load's workers die at once */
	_Atomic int64_t deadline_ms;
};

static struct seen *seen;
static struct scoreboard *scores;
static FILE *log_file;

/* ---- workers */

static int wait_for_end(struct score_slot *slot)
{
	const volatile int *stop = stop_install();

	atomic_fetch_add(&seen->started, 1);
	score_idle(slot);
	while (!*stop)
		stop_wait(-1, 1000);
	return 0;
}

static int good(const void *arg, struct score_slot *slot)
{
	(void)arg;
	return wait_for_end(slot);
}

static int dies(const void *arg, struct score_slot *slot)
{
	(void)arg;
	(void)slot;
	return 1;
}

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

/* ---- a supervisor in a process of its own */

static int64_t deadline_ms(const void *arg, int route)
{
	(void)arg;
	return route == ROUTE_LOOP ? atomic_load(&seen->deadline_ms) : LONG_MS;
}

static const char *words(enum score_pool pool, int route)
{
	(void)pool;
	return route == ROUTE_LOOP ? "/loop" : NULL;
}

struct one {
	struct generation generation;
	struct pool pool;
};

static struct generation *make(int (*run)(const void *, struct score_slot *), int size)
{
	struct one *g = calloc(1, sizeof(*g));

	g->pool = (struct pool){ .name = "test", .kind = SCORE_WEB, .size = size, .run = run,
				 .deadline_ms = deadline_ms, .connect_deadline_ms = 300 };
	g->generation = (struct generation){ &g->pool, 1 };
	return &g->generation;
}

static struct generation *load(void *arg, char *why, size_t size)
{
	int loads = atomic_fetch_add(&seen->loads, 1) + 1;

	(void)arg;
	if (seen->bad) {
		snprintf(why, size, "setting WORKERS must be a whole number");
		return NULL;
	}
	return make(seen->dead ? dies : good, loads % 3 + 1);
}

static void unload(void *arg, struct generation *g)
{
	(void)arg;
	atomic_fetch_add(&seen->unloads, 1);
	free(g);
}

static void stopping(void *arg)
{
	(void)arg;
	atomic_fetch_add(&seen->stopping, 1);
}

static void connect_killed(void *arg, const char *store_id)
{
	(void)arg;
	atomic_fetch_add(&seen->killed_stores, strcmp(store_id, store) ? 1000 : 1);
}

static pid_t start(int (*run)(const void *, struct score_slot *))
{
	const struct supervision plan = { scores, words, load, unload, stopping, connect_killed,
					  NULL };
	pid_t pid = fork();

	if (pid)
		return pid;
	dup2(fileno(log_file), STDERR_FILENO);
	_exit((int)supervise(&plan, make(run, 1)));
}

static int set_up(void **state)
{
	(void)state;
	seen = shared_new(sizeof(*seen));
	scores = scoreboard_new();
	log_file = tmpfile();
	seen->deadline_ms = 300;
	return !seen || !scores || !log_file;
}

static int tear_down(void **state)
{
	(void)state;
	fclose(log_file);
	scoreboard_close(scores);
	shared_close(seen, sizeof(*seen));
	return 0;
}

/* ---- looking */

static int workers(int state)
{
	struct score_view v;
	int i, n = 0;

	for (i = 0; i < SCORE_SLOTS; i++) {
		score_look(&scores->slots[i], &v);
		n += v.pid && v.state == state;
	}
	return n;
}

#define UNTIL(what)                                                       \
	do {                                                              \
		int64_t end_ms = clock_mono_ms() + LONG_MS;               \
		while (!(what)) {                                         \
			assert_true(clock_mono_ms() < end_ms);            \
			usleep(2000);                                     \
		}                                                         \
	} while (0)

static const char *the_log(void)
{
	static char text[LOG_SIZE];
	size_t n;

	rewind(log_file);
	n = fread(text, 1, sizeof(text) - 1, log_file);
	text[n] = '\0';
	return text;
}

static bool logged(const char *event, const char *words_in_it)
{
	const char *at = strstr(the_log(), event), *line_end;
	const char *found;

	if (!at || !(found = strstr(at, words_in_it)))
		return false;
	line_end = strchr(at, '\n');
	return line_end && found < line_end;
}

/* Exit status of the supervisor. */
static int ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int stop(pid_t pid)
{
	kill(pid, SIGTERM);
	return ended(pid);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		CASE(a_reload_replaces_all),
		CASE(hups_in_a_row_become_one),
		CASE(a_bad_reload_changes_nothing),
		CASE(a_reload_whose_workers_die_is_undone),
	};

	return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
