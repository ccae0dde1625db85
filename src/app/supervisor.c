/* SPDX-License-Identifier: Apache-2.0 */
/* One loop, one place to wait: signals are blocked and taken by sigtimedwait(), so that nothing
 * ever happens inside a handler. */
#include "app/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { EARLY_MS = 1000, BACKOFF_FIRST_MS = 100, BACKOFF_MOST_MS = 5000, FORK_AGAIN_MS = 1000,
       LONG_WAIT_MS = 3600 * 1000 };

struct child {
	const struct pool *pool;
	pid_t pid;             /* 0: not running */
	int64_t started_ms;
	int64_t due_ms;        /* when to start it again */
	int early;             /* deaths in a row soon after the start */
};

struct supervisor {
	const struct supervision *plan;
	struct child *children;    /* child i has scoreboard slot i */
	int count;
	pid_t self;
	sigset_t waited;
	bool stopping, killed;
	int64_t kill_ms;           /* when those that still run are killed */
};

static struct score_slot *slot_of(const struct supervisor *s, const struct child *c)
{
	return &s->plan->scores->slots[c - s->children];
}

static void slot_set(struct score_slot *slot, const struct pool *pool, enum score_state state)
{
	score_reset(slot, pool->kind, 0, state);
}

static int child_main(const struct supervisor *s, const struct child *c)
{
	struct score_slot *slot = slot_of(s, c);

	/* The supervisor's death is the worker's; it may have died before the line took effect. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != s->self)
		return 1;
	prctl(PR_SET_NAME, c->pool->name);
	slot->pid = (int)getpid();
	return c->pool->run(c->pool->arg, slot);
}

static void spawn(struct supervisor *s, struct child *c)
{
	pid_t pid;

	slot_set(slot_of(s, c), c->pool, SCORE_STARTING);
	c->started_ms = clock_mono_ms();
	pid = fork();
	if (pid == 0)
		_exit(child_main(s, c));
	if (pid < 0) {
		log_error(NULL, "fork", "cannot start a worker of pool %s: %s", c->pool->name,
			  strerror(errno));
		c->due_ms = clock_mono_ms() + FORK_AGAIN_MS;
		return;
	}
	c->pid = pid;
}

static void spawn_due(struct supervisor *s)
{
	int64_t now = clock_mono_ms();
	int i;

	for (i = 0; i < s->count && !s->stopping; i++)
		if (!s->children[i].pid && s->children[i].due_ms <= now)
			spawn(s, &s->children[i]);
}

static int64_t backoff_ms(int early)
{
	int64_t ms = BACKOFF_FIRST_MS;

	if (early <= 1)
		return 0;
	while (--early > 1 && ms < BACKOFF_MOST_MS)
		ms *= 2;
	return ms < BACKOFF_MOST_MS ? ms : BACKOFF_MOST_MS;
}

static void log_death(
	const struct supervisor *s, const struct child *c, int status, int64_t wait_ms)
{
	const struct score_slot *slot = slot_of(s, c);
	const char *what = NULL;
	struct log_context cx = { 0 };
	int64_t lived = clock_mono_ms() - c->started_ms;

	if (slot->state == SCORE_BUSY && s->plan->doing)
		what = s->plan->doing(c->pool->kind, slot->route);
	cx.route = what;
	if (WIFSIGNALED(status))
		log_error(&cx, "worker_died",
			"worker %d of pool %s was ended by signal %d (%s) after %lld ms, doing %s; "
			"next one in %lld ms",
			(int)c->pid, c->pool->name, WTERMSIG(status), strsignal(WTERMSIG(status)),
			(long long)lived, what ? what : "nothing", (long long)wait_ms);
	else
		log_error(&cx, "worker_died",
			  "worker %d of pool %s ended with exit code %d after %lld ms, doing %s; "
			  "next one in %lld ms", (int)c->pid, c->pool->name, WEXITSTATUS(status),
			  (long long)lived, what ? what : "nothing", (long long)wait_ms);
}

static void bury(struct supervisor *s, struct child *c, int status)
{
	int64_t now = clock_mono_ms(), wait_ms;

	c->early = now - c->started_ms < EARLY_MS ? c->early + 1 : 0;
	wait_ms = backoff_ms(c->early);
	c->due_ms = now + wait_ms;
	if (!s->stopping || WIFSIGNALED(status) || WEXITSTATUS(status)) {
		log_death(s, c, status, wait_ms);
		score_ended(s->plan->scores, c->pool->kind, SCORE_DIED);
	}
	c->pid = 0;
	slot_set(slot_of(s, c), c->pool, SCORE_EMPTY);
	slot_of(s, c)->pid = 0;
}

static void reap(struct supervisor *s)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < s->count; i++)
			if (s->children[i].pid == pid)
				bury(s, &s->children[i], status);
}

static int alive(const struct supervisor *s)
{
	int i, n = 0;

	for (i = 0; i < s->count; i++)
		n += s->children[i].pid != 0;
	return n;
}

static void tell_all(const struct supervisor *s, int signo)
{
	int i;

	for (i = 0; i < s->count; i++)
		if (s->children[i].pid)
			kill(s->children[i].pid, signo);
}

static void begin_stop(struct supervisor *s, int signo)
{
	if (s->stopping)
		return;
	log_info(NULL, "stopping", "signal %d (%s): ending %d workers", signo, strsignal(signo),
		 alive(s));
	s->stopping = true;
	s->kill_ms = clock_mono_ms() + SUPERVISOR_GRACE_S * 1000;
	tell_all(s, SIGTERM);
}

static void kill_late(struct supervisor *s)
{
	if (!s->stopping || s->killed || clock_mono_ms() < s->kill_ms)
		return;
	log_warn(NULL, "stopping", "%d workers did not end within %d s and are killed", alive(s),
		 SUPERVISOR_GRACE_S);
	s->killed = true;
	tell_all(s, SIGKILL);
}

static int64_t next_ms(const struct supervisor *s)
{
	int64_t next = clock_mono_ms() + LONG_WAIT_MS;
	int i;

	if (s->stopping)
		return s->killed || s->kill_ms > next ? next : s->kill_ms;
	for (i = 0; i < s->count; i++)
		if (!s->children[i].pid && s->children[i].due_ms < next)
			next = s->children[i].due_ms;
	return next;
}

static void wait_once(struct supervisor *s)
{
	int64_t ms = next_ms(s) - clock_mono_ms();
	struct timespec ts;
	int signo;

	if (ms < 0)
		ms = 0;
	ts = (struct timespec){ ms / 1000, (ms % 1000) * 1000000 };
	signo = sigtimedwait(&s->waited, NULL, &ts);
	if (signo == SIGTERM || signo == SIGINT)
		begin_stop(s, signo);
}

static int block_signals(struct supervisor *s)
{
	sigemptyset(&s->waited);
	sigaddset(&s->waited, SIGTERM);
	sigaddset(&s->waited, SIGINT);
	sigaddset(&s->waited, SIGCHLD);
	/* An ignored SIGCHLD, inherited, would make the kernel bury our dead. */
	signal(SIGCHLD, SIG_DFL);
	return sigprocmask(SIG_BLOCK, &s->waited, NULL);
}

static int children_make(struct supervisor *s)
{
	int p, i, n = 0;

	for (p = 0; p < s->plan->pool_count; p++)
		s->count += s->plan->pools[p].size;
	if (s->count > SCORE_SLOTS) {
		errno = E2BIG;
		return -1;
	}
	if (!(s->children = calloc((size_t)s->count, sizeof(*s->children))))
		return -1;
	for (p = 0; p < s->plan->pool_count; p++)
		for (i = 0; i < s->plan->pools[p].size; i++)
			s->children[n++].pool = &s->plan->pools[p];
	return 0;
}

int supervise(const struct supervision *plan)
{
	struct supervisor s = { .plan = plan, .self = getpid() };

	if (children_make(&s) || block_signals(&s))
		return -1;
	while (!s.stopping || alive(&s)) {
		spawn_due(&s);
		wait_once(&s);
		reap(&s);
		kill_late(&s);
	}
	log_info(NULL, "stopped", "all workers have ended");
	free(s.children);
	return 0;
}
