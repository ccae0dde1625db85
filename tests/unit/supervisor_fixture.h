/* SPDX-License-Identifier: Apache-2.0 */
/* A supervisor in a process of its own, and how a test sees it: by the scoreboard, the log, and a
 * page of counters. */
#ifndef SOUK_TESTS_SUPERVISOR_FIXTURE_H
#define SOUK_TESTS_SUPERVISOR_FIXTURE_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/stop.h"
#include "app/supervisor.h"
#include "base/clock.h"
#include "base/shared.h"

enum { ROUTE_LOOP = 7, LONG_MS = 20000, LOG_SIZE = 1 << 16 };

static const char store[] = "01890a5d-ac96-774b-bcce-b302099a8057";

/* What the supervised processes and the test both see. */
struct seen {
	_Atomic int loads, unloads, stopping, killed_stores, started, late, ended;
	_Atomic int bad;      /* the next load finds bad settings */
	_Atomic int dead;     /* the next load's workers die at once */
	_Atomic int held;     /* workers that hold on to their request do so */
	_Atomic int64_t deadline_ms, grace_ms;
};

static struct seen *seen;
static struct scoreboard *scores;
static FILE *log_file;

/* ---- workers */

static inline int wait_for_end(struct score_slot *slot)
{
	const volatile int *stop = stop_install();

	atomic_fetch_add(&seen->started, 1);
	score_idle(slot);
	while (!*stop)
		stop_wait(-1, 1000);
	return 0;
}

static inline int good(const void *arg, struct score_slot *slot)
{
	(void)arg;
	return wait_for_end(slot);
}

/* In a request, and deaf to the wish to end, for as long as the test likes. */
static inline int holds_on(const void *arg, struct score_slot *slot)
{
	(void)arg;
	score_idle(slot);
	score_busy(slot, ROUTE_LOOP + 1, "the-request");
	while (seen->held)
		usleep(2000);
	return 0;
}

static inline int dies(const void *arg, struct score_slot *slot)
{
	(void)arg;
	(void)slot;
	return 1;
}

/* ---- a supervisor in a process of its own */

static inline int64_t deadline_ms(const void *arg, int route)
{
	(void)arg;
	return route == ROUTE_LOOP ? atomic_load(&seen->deadline_ms) : LONG_MS;
}

static inline const char *words(enum score_pool pool, int route)
{
	(void)pool;
	return route == ROUTE_LOOP ? "/loop" : NULL;
}

struct one {
	struct generation generation;
	struct pool pool;
};

static inline struct generation *make(int (*run)(const void *, struct score_slot *), int size)
{
	struct one *g = calloc(1, sizeof(*g));

	g->pool = (struct pool){ .name = "test", .kind = SCORE_WEB, .size = size, .run = run,
				 .deadline_ms = deadline_ms, .connect_deadline_ms = 300 };
	g->generation = (struct generation){ &g->pool, 1 };
	return &g->generation;   /* analyzer-malloc-leak: unload() frees it by its first field */
}

static inline struct generation *load(void *arg, char *why, size_t size)
{
	int loads = atomic_fetch_add(&seen->loads, 1) + 1;

	(void)arg;
	if (seen->bad) {
		snprintf(why, size, "setting WORKERS must be a whole number");
		return NULL;
	}
	return make(seen->dead ? dies : good, loads % 3 + 1);
}

static inline void unload(void *arg, struct generation *g)
{
	(void)arg;
	atomic_fetch_add(&seen->unloads, 1);
	free(g);
}

static inline void stopping(void *arg)
{
	(void)arg;
	atomic_fetch_add(&seen->stopping, 1);
}

static inline void connect_killed(void *arg, const char *store_id)
{
	(void)arg;
	atomic_fetch_add(&seen->killed_stores, strcmp(store_id, store) ? 1000 : 1);
}

static inline void worker_ended(void *arg, int pid)
{
	(void)arg;
	atomic_fetch_add(&seen->ended, pid > 0 ? 1 : 1000);
}

static inline pid_t start(int (*run)(const void *, struct score_slot *))
{
	const struct supervision plan = { .scores = scores, .doing = words, .load = load,
					  .unload = unload, .stopping = stopping,
					  .connect_killed = connect_killed,
					  .worker_ended = worker_ended,
					  .grace_ms = seen->grace_ms };
	pid_t pid = fork();

	if (pid)
		return pid;
	dup2(fileno(log_file), STDERR_FILENO);
	_exit((int)supervise(&plan, make(run, 1)));
}

static inline int set_up(void **state)
{
	(void)state;
	seen = shared_new(sizeof(*seen));
	scores = scoreboard_new();
	log_file = tmpfile();
	seen->deadline_ms = 300;
	seen->grace_ms = LONG_MS;
	return !seen || !scores || !log_file;
}

static inline int tear_down(void **state)
{
	(void)state;
	fclose(log_file);
	scoreboard_close(scores);
	shared_close(seen, sizeof(*seen));
	return 0;
}

/* ---- looking */

static inline int workers(int state)
{
	struct score_view v;
	int i, n = 0;

	for (i = 0; i < SCORE_SLOTS; i++) {
		score_look(&scores->slots[i], &v);
		n += v.pid && v.state == state;
	}
	return n;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#define UNTIL(what)                                                       \
	do {                                                              \
		int64_t end_ms = clock_mono_ms() + LONG_MS;               \
		while (!(what)) {                                         \
			assert_true(clock_mono_ms() < end_ms);            \
			usleep(2000);                                     \
		}                                                         \
	} while (0)

static inline const char *the_log(void)
{
	static char text[LOG_SIZE];
	size_t n;

	rewind(log_file);
	n = fread(text, 1, sizeof(text) - 1, log_file);
	text[n] = '\0';
	return text;
}

static inline bool logged(const char *event, const char *words_in_it)
{
	const char *at = strstr(the_log(), event), *line_end;
	const char *found;

	if (!at || !(found = strstr(at, words_in_it)))
		return false;
	line_end = strchr(at, '\n');
	return line_end && found < line_end;
}

/* Exit status of the supervisor. */
static inline int ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline int stop(pid_t pid)
{
	kill(pid, SIGTERM);
	return ended(pid);
}

#endif
