/* SPDX-License-Identifier: Apache-2.0 */
/* One loop, one place to wait: signals are blocked and taken by sigtimedwait(), so that nothing
 * ever happens inside a handler. */
#include "app/supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/stack.h"
#include "app/sv.h"
#include "base/clock.h"
#include "base/log.h"

void sv_stop(struct supervisor *s)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->kill_ms = clock_mono_ms() + s->plan->grace_ms;
	if (s->plan->stopping)
		s->plan->stopping(s->plan->arg);
	atomic_store(&s->plan->scores->stopping, 1);
	sv_tell_all(s, SIGTERM);
}

static void kill_late(struct supervisor *s)
{
	if (!s->stopping || s->killed || clock_mono_ms() < s->kill_ms)
		return;
	log_warn(NULL, "stopping", "%d workers did not end within %lld ms and are killed",
		 sv_alive(s), (long long)s->plan->grace_ms);
	s->killed = true;
	sv_tell_all(s, SIGKILL);
}

static int64_t next_ms(const struct supervisor *s)
{
	int64_t now = clock_mono_ms(), next = sv_watch_ms(s, now), due;
	int i;

	for (i = 0; i < s->current->pool_count && !s->stopping; i++) {
		due = s->current->pools[i].health.due_ms;
		if (due > now && due < next)
			next = due;
	}
	return next;
}

static void take(struct supervisor *s, int signo)
{
	if (signo == SIGHUP)
		s->reload_asked = true;
	if ((signo != SIGTERM && signo != SIGINT) || s->stopping)
		return;
	log_info(NULL, "stopping", "signal %d (%s): ending %d workers", signo, strsignal(signo),
		 sv_alive(s));
	sv_stop(s);
}

static void wait_once(struct supervisor *s)
{
	int64_t ms = next_ms(s) - clock_mono_ms();
	struct timespec ts;

	if (ms < 0)
		ms = 0;
	ts = (struct timespec){ ms / 1000, (ms % 1000) * 1000000 };
	take(s, sigtimedwait(&s->waited, NULL, &ts));
}

static sigset_t signals_of_ours(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	return set;
}

int supervisor_hold_signals(void)
{
	sigset_t set = signals_of_ours();

	/* An ignored SIGCHLD, inherited, would make the kernel bury our dead. */
	signal(SIGCHLD, SIG_DFL);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

static int begin(struct supervisor *s)
{
	int i, n = 0;

	for (i = 0; i < s->current->pool_count; i++)
		n += s->current->pools[i].size;
	if (n > SCORE_WORKERS) {
		errno = E2BIG;
		return -1;
	}
	if (!(s->children = calloc(SCORE_SLOTS, sizeof(*s->children))) || supervisor_hold_signals())
		return -1;
	s->waited = signals_of_ours();
	atomic_store(&s->plan->scores->supervisor, (int)s->self);
	stack_prime();
	return 0;
}

static void loop(struct supervisor *s)
{
	while (!s->stopping || sv_alive(s)) {
		if (!s->stopping)
			sv_spawn_due(s);
		wait_once(s);
		sv_reap(s);
		sv_watch(s);
		sv_reload(s);
		kill_late(s);
	}
}

enum supervise_end supervise(const struct supervision *plan, struct generation *first)
{
	struct supervisor s = { .plan = plan, .current = first, .self = getpid() };
	enum supervise_end end = SUPERVISE_NOT_BEGUN;

	if (!begin(&s)) {
		loop(&s);
		log_info(NULL, "stopped", "all workers have ended");
		end = s.gave_up ? SUPERVISE_GAVE_UP : SUPERVISE_STOPPED;
	}
	if (s.former)
		plan->unload(plan->arg, s.former);
	plan->unload(plan->arg, s.current);
	free(s.children);
	return end;
}
