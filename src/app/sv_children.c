/* SPDX-License-Identifier: Apache-2.0 */
/* Starting workers, counting them, and what is done when one has ended. */
#include "app/sv.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/stack.h"
#include "base/clock.h"
#include "base/log.h"

enum { EARLY_MS = 1000, FORGIVEN_MS = 10000, BACKOFF_FIRST_MS = 100, BACKOFF_MOST_MS = 5000,
       FORK_AGAIN_MS = 1000 };

struct score_slot *sv_slot(const struct supervisor *s, const struct child *c)
{
	return &s->plan->scores->slots[c - s->children];
}

static int pool_index(const struct child *c)
{
	return (int)(c->pool - c->of->pools);
}

struct log_context sv_context(
	const struct supervisor *s, const struct pool *pool, const struct score_view *v)
{
	bool busy = v->state == SCORE_BUSY, routed = busy && v->route >= 0 && s->plan->doing;

	return (struct log_context){
		.request_id = busy && *v->request_id ? v->request_id : NULL,
		.route = routed ? s->plan->doing(pool->kind, v->route) : NULL,
		.store_id = *v->store_id ? v->store_id : NULL,
	};
}

bool sv_took_work(const struct score_view *v)
{
	return v->state >= SCORE_IDLE;
}

/* ---- counting */

int sv_members(const struct supervisor *s, const struct pool *pool, bool ready)
{
	const struct child *c;
	int n = 0;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++)
		n += c->pid && c->pool == pool && !c->leaving && (c->ready || !ready);
	return n;
}

int sv_alive(const struct supervisor *s)
{
	int i, n = 0;

	for (i = 0; i < SCORE_SLOTS; i++)
		n += s->children[i].pid != 0;
	return n;
}

void sv_tell_all(const struct supervisor *s, int signo)
{
	int i;

	for (i = 0; i < SCORE_SLOTS; i++)
		if (s->children[i].pid)
			kill(s->children[i].pid, signo);
}

/* ---- starting */

static int child_main(const struct supervisor *s, const struct child *c)
{
	/* A core would hold keys and what was in hand; the stack in the log has to do. */
	const struct rlimit none = { 0, 0 };
	struct score_slot *slot = sv_slot(s, c);

	/* The supervisor's death is the worker's; it may have died before the line took effect. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != s->self)
		return 1;
	prctl(PR_SET_NAME, c->pool->name);
	setrlimit(RLIMIT_CORE, &none);
	slot->pid = (int)getpid();
	stack_on_abort(slot, s->plan->doing);
	return c->pool->run(c->pool->arg, slot);
}

static struct child *free_child(const struct supervisor *s)
{
	int i;

	for (i = 0; i < SCORE_SLOTS; i++)
		if (!s->children[i].pid)
			return &s->children[i];
	return NULL;
}

static bool spawn(struct supervisor *s, struct pool *pool)
{
	struct child *c = free_child(s);
	pid_t pid;

	if (!c)
		return false;
	*c = (struct child){ .of = s->current, .pool = pool, .started_ms = clock_mono_ms() };
	score_reset(sv_slot(s, c), pool->kind, pool_index(c), SCORE_STARTING);
	pid = fork();
	if (pid == 0)
		_exit(child_main(s, c));
	if (pid < 0) {
		log_error(NULL, "fork", "cannot start a worker of pool %s: %s", pool->name,
			  strerror(errno));
		pool->health.due_ms = clock_mono_ms() + FORK_AGAIN_MS;
		return false;
	}
	c->pid = pid;
	return true;
}

void sv_spawn_due(struct supervisor *s)
{
	int64_t now = clock_mono_ms();
	struct pool *p;
	int n;

	for (p = s->current->pools; p < s->current->pools + s->current->pool_count; p++) {
		if (p->health.due_ms > now)
			continue;
		n = p->size - sv_members(s, p, false);
		while (n-- > 0 && spawn(s, p))
			;
	}
}

/* ---- the end of one */

static int64_t backoff_ms(int early)
{
	int64_t ms = BACKOFF_FIRST_MS;

	if (early <= 1)
		return 0;
	while (--early > 1 && ms < BACKOFF_MOST_MS)
		ms *= 2;
	return ms < BACKOFF_MOST_MS ? ms : BACKOFF_MOST_MS;
}

/* One that has ended: its place is free already. */
struct death {
	struct child was;
	struct score_view last;
	int status;
	bool told;       /* it ended because it was told to */
};

/* Early is a death before the first answer. One that answered and died is replaced at once, however
 * often: what kills it must not also take away its pool. */
static int64_t note_death(const struct death *d)
{
	struct pool *pool = d->was.pool;
	int64_t now = clock_mono_ms();

	if (d->was.end != SCORE_DIED)
		return 0;
	if (d->was.ready && (d->last.served || now - d->was.started_ms >= EARLY_MS)) {
		pool->health.early = 0;
		return 0;
	}
	if (now - pool->health.early_ms > FORGIVEN_MS)
		pool->health.early = 0;
	pool->health.early++;
	pool->health.early_ms = now;
	return backoff_ms(pool->health.early);
}

static void log_death(const struct supervisor *s, const struct death *d, int64_t wait_ms)
{
	const struct child *c = &d->was;
	struct log_context cx = sv_context(s, c->pool, &d->last);
	int64_t lived = clock_mono_ms() - c->started_ms;
	const char *what = cx.route ? cx.route : "nothing";

	if (WIFSIGNALED(d->status))
		log_error(&cx, "worker_died",
			  "worker %d of pool %s was ended by signal %d (%s) after %lld ms, doing "
			  "%s; next one in %lld ms", (int)c->pid, c->pool->name,
			  WTERMSIG(d->status), strsignal(WTERMSIG(d->status)), (long long)lived,
			  what, (long long)wait_ms);
	else
		log_error(&cx, "worker_died",
			  "worker %d of pool %s ended with exit code %d after %lld ms, doing %s; "
			  "next one in %lld ms", (int)c->pid, c->pool->name,
			  WEXITSTATUS(d->status), (long long)lived, what, (long long)wait_ms);
}

/* By our hand, or by what the server on the other side made of it; a signal that a person sends
 * says nothing of the store. */
static bool connect_was_fatal(const struct death *d)
{
	if (!d->last.connecting_ms || !WIFSIGNALED(d->status))
		return false;
	return d->was.end != SCORE_DIED ||
	       (WTERMSIG(d->status) != SIGKILL && WTERMSIG(d->status) != SIGTERM);
}

static void give_up(struct supervisor *s, const struct death *d)
{
	bool by_signal = WIFSIGNALED(d->status);

	log_error(NULL, "gave_up", "%d workers of pool %s died in a row and none was ever ready; "
		  "the last one ended with %s %d: see the lines above", d->was.pool->health.early,
		  d->was.pool->name, by_signal ? "signal" : "exit code",
		  by_signal ? WTERMSIG(d->status) : WEXITSTATUS(d->status));
	s->gave_up = true;
	sv_stop(s);
}

static bool hopeless(const struct supervisor *s, const struct death *d)
{
	const struct pool *pool = d->was.pool;

	return !s->stopping && d->was.of == s->current && !pool->health.proven &&
	       pool->health.early >= SUPERVISOR_EARLY_DEATHS;
}

static void mourn(struct supervisor *s, const struct death *d)
{
	int64_t wait_ms = note_death(d);

	d->was.pool->health.due_ms = clock_mono_ms() + wait_ms;
	log_death(s, d, wait_ms);
	score_ended(s->plan->scores, d->was.pool->kind, d->was.end);
	if (connect_was_fatal(d) && s->plan->connect_killed)
		s->plan->connect_killed(s->plan->arg, d->last.store_id);
	if (hopeless(s, d) && !sv_reload_undo(s, d->was.pool))
		give_up(s, d);
}

static void note_recycled(const struct supervisor *s, const struct death *d)
{
	log_info(NULL, "recycled", "worker %d of pool %s ended after %llu answers",
		 (int)d->was.pid, d->was.pool->name, (unsigned long long)d->last.served);
	score_ended(s->plan->scores, d->was.pool->kind, SCORE_RECYCLED);
}

static void bury(struct supervisor *s, struct child *c, int status)
{
	struct death d = { .was = *c, .status = status, .told = s->stopping || c->leaving };

	score_look(sv_slot(s, c), &d.last);
	score_reset(sv_slot(s, c), c->pool->kind, pool_index(c), SCORE_EMPTY);
	c->pid = 0;
	if (s->plan->worker_ended)
		s->plan->worker_ended(s->plan->arg, (int)d.was.pid);
	if (sv_took_work(&d.last))
		d.was.ready = d.was.pool->health.proven = true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_RECYCLED)
		note_recycled(s, &d);
	else if (!d.told || status)
		mourn(s, &d);
	sv_release(s, d.was.of);
}

void sv_reap(struct supervisor *s)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < SCORE_SLOTS; i++)
			if (s->children[i].pid == pid)
				bury(s, &s->children[i], status);
}
