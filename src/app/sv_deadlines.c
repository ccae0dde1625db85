/* SPDX-License-Identifier: Apache-2.0 */
/* The watch: what a worker does and since when stands on the scoreboard; what takes longer than it
 * may is ended. */
#include "app/sv.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"

/* A start that is watched closely is over soon; what runs is looked at in good time. */
enum { START_MS = 30000, ABORT_GRACE_MS = 2000, LOOK_MS = 200, LOOK_CLOSELY_MS = 10 };

static_assert(ABORT_GRACE_MS + 2 * LOOK_MS < 1000 * SUPERVISOR_OVERDUE_S, "others rely on it");

void sv_kill(struct child *c, enum score_end how)
{
	c->end = how;
	c->kill_ms = NEVER_MS;
	kill(c->pid, SIGKILL);
}

/* Its handler writes the stack, and dies only when the worker is still in the request that was
 * condemned. */
static void abort_it(const struct supervisor *s, struct child *c, const struct score_view *v,
		     int64_t now)
{
	c->end = SCORE_OVERDUE;
	c->serial = v->serial;
	c->kill_ms = now + ABORT_GRACE_MS;
	atomic_store(&sv_slot(s, c)->condemned, v->serial);
	kill(c->pid, SIGABRT);
}

static void watch_start(struct child *c, int64_t now)
{
	if (now - c->started_ms < START_MS)
		return;
	log_error(NULL, "deadline", "worker %d of pool %s was not ready after %d s and is killed",
		  (int)c->pid, c->pool->name, START_MS / 1000);
	sv_kill(c, SCORE_DIED);
}

static void watch_aborted(struct child *c, const struct score_view *v, int64_t now)
{
	if (c->kill_ms == NEVER_MS)
		return;
	if (v->serial != c->serial) {
		c->end = SCORE_DIED;
		c->kill_ms = 0;
	} else if (now >= c->kill_ms) {
		sv_kill(c, SCORE_OVERDUE);
	}
}

static bool watch_connect(const struct supervisor *s, struct child *c, const struct score_view *v,
			  int64_t now)
{
	struct log_context cx = sv_context(s, c->pool, v);
	int64_t most = c->pool->connect_deadline_ms;

	if (!v->connecting_ms || !most || now - v->connecting_ms < most)
		return false;
	log_error(&cx, "connect_deadline",
		  "worker %d of pool %s has tried to connect to the store's database for %lld ms, "
		  "%lld are allowed: it is killed", (int)c->pid, c->pool->name,
		  (long long)(now - v->connecting_ms), (long long)most);
	sv_kill(c, SCORE_CONNECT_KILLED);
	return true;
}

static const char *doing(const struct score_view *v, const struct log_context *cx)
{
	if (v->state == SCORE_READING)
		return "reading a request";
	return cx->route ? cx->route : "a request of no route";
}

static void watch_request(const struct supervisor *s, struct child *c, const struct score_view *v,
			  int64_t now)
{
	struct log_context cx = sv_context(s, c->pool, v);
	int64_t most;

	if (v->state < SCORE_READING || !c->pool->deadline_ms)
		return;
	most = c->pool->deadline_ms(c->pool->arg, v->route);
	if (!most || now - v->since_ms < most)
		return;
	log_error(&cx, "deadline",
		  "worker %d of pool %s has been in %s for %lld ms, %lld are allowed: it is "
		  "aborted", (int)c->pid, c->pool->name,
		  doing(v, &cx), (long long)(now - v->since_ms), (long long)most);
	abort_it(s, c, v, now);
}

static void watch(const struct supervisor *s, struct child *c, int64_t now)
{
	struct score_view v;

	if (!score_look(sv_slot(s, c), &v))
		return;
	if (sv_took_work(&v))
		c->ready = c->pool->health.proven = true;
	if (c->kill_ms)
		watch_aborted(c, &v, now);
	else if (!c->ready)
		watch_start(c, now);
	else if (!watch_connect(s, c, &v, now))
		watch_request(s, c, &v, now);
}

void sv_watch(struct supervisor *s)
{
	int64_t now = clock_mono_ms();
	int i;

	for (i = 0; i < SCORE_SLOTS; i++)
		if (s->children[i].pid)
			watch(s, &s->children[i], now);
}

int64_t sv_watch_ms(const struct supervisor *s, int64_t now)
{
	int i;

	for (i = 0; i < SCORE_SLOTS; i++)
		if (s->children[i].pid && !s->children[i].ready)
			return now + LOOK_CLOSELY_MS;
	return now + LOOK_MS;
}
