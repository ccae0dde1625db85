/* SPDX-License-Identifier: Apache-2.0 */
/* SIGHUP: workers of a new generation are started beside the old ones, which are told to end one by
 * one as their successors stand. The sockets stay, so no request sees any of it. There are never
 * workers of a third generation: each has its connections, and servers have only so many. */
#include "app/sv.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

enum { WHY = 400 };

static bool has_children(const struct supervisor *s, const struct generation *g)
{
	const struct child *c;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++)
		if (c->pid && c->of == g)
			return true;
	return false;
}

void sv_release(struct supervisor *s, struct generation *g)
{
	if (g == s->current || g == s->former || has_children(s, g))
		return;
	if (g == s->ending)
		s->ending = NULL;
	s->plan->unload(s->plan->arg, g);
}

static void leave(struct child *c)
{
	c->leaving = true;
	c->leave_ms = clock_mono_ms();
	kill(c->pid, SIGTERM);
}

static void leave_all(struct supervisor *s, const struct generation *g)
{
	struct child *c;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++)
		if (c->pid && c->of == g && !c->leaving)
			leave(c);
}

static void refuse(struct supervisor *s, const char *why)
{
	atomic_fetch_add(&s->plan->scores->reloads_refused, 1);
	log_error(NULL, "reload_refused", "%s; the old settings stay in force", why);
}

static bool fits(const struct generation *g, char *why, size_t size)
{
	int i, n = 0;

	for (i = 0; i < g->pool_count; i++)
		n += g->pools[i].size;
	snprintf(why, size, "%d workers are asked for, %d are possible", n, SCORE_WORKERS);
	return n <= SCORE_WORKERS;
}

static void begin(struct supervisor *s)
{
	char why[WHY] = "";
	struct generation *next = s->plan->load(s->plan->arg, why, sizeof(why));

	if (next && !fits(next, why, sizeof(why))) {
		s->plan->unload(s->plan->arg, next);
		next = NULL;
	}
	if (!next) {
		refuse(s, why);
		return;
	}
	s->former = s->current;
	s->current = next;
	log_info(NULL, "reloading", "the settings are good: workers are being replaced");
}

/* In each pool at least one is ready: the new settings carry. */
static bool proven(const struct generation *g)
{
	int i;

	for (i = 0; i < g->pool_count; i++)
		if (g->pools[i].size && !g->pools[i].health.proven)
			return false;
	return true;
}

static const struct pool *successor(const struct supervisor *s, const struct pool *old)
{
	int i;

	for (i = 0; i < s->current->pool_count; i++)
		if (text_eq(s->current->pools[i].name, old->name))
			return &s->current->pools[i];
	return NULL;
}

/* Of an old pool may stay as many as the new one still lacks. */
static void retire_pool(struct supervisor *s, const struct pool *old)
{
	const struct pool *next = successor(s, old);
	int stay = next ? next->size - sv_members(s, next, true) : 0;
	struct child *c;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++)
		if (c->pid && c->pool == old && !c->leaving && stay-- <= 0)
			leave(c);
}

/* One that was told to end while it waited may take a last request, with the old settings. */
static bool may_take_more(const struct supervisor *s, const struct generation *g)
{
	const struct child *c;
	struct score_view v;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++) {
		if (!c->pid || c->of != g)
			continue;
		score_look(sv_slot(s, c), &v);
		if (!c->leaving || v.state < SCORE_READING)
			return true;
	}
	return false;
}

static void go_on(struct supervisor *s)
{
	struct generation *old = s->former;
	int i;

	if (!proven(s->current))
		return;
	for (i = 0; i < old->pool_count; i++)
		retire_pool(s, &old->pools[i]);
	if (may_take_more(s, old))
		return;
	s->former = NULL;
	s->ending = old;
	sv_release(s, old);
	atomic_fetch_add(&s->plan->scores->reloads, 1);
	log_info(NULL, "reloaded", "new work is done with the new settings");
}

/* What takes long is left in peace, but when a reload waits for it, only as long as an end of all
 * would wait. */
static void clear_the_way(struct supervisor *s)
{
	int64_t told = clock_mono_ms() - s->plan->grace_ms;
	struct child *c;

	for (c = s->children; c < s->children + SCORE_SLOTS; c++) {
		if (!c->pid || !c->leaving || c->leave_ms > told || c->kill_ms == NEVER_MS)
			continue;
		log_warn(NULL, "reloading", "worker %d of pool %s did not end within %lld ms and "
			 "is killed: a reload waits for it", (int)c->pid, c->pool->name,
			 (long long)s->plan->grace_ms);
		sv_kill(c, SCORE_DIED);
	}
}

/* Signals that come while the last of the former generation end become one. */
static void begin_when_alone(struct supervisor *s)
{
	if (s->former || s->ending) {
		clear_the_way(s);
		return;
	}
	s->reload_asked = false;
	begin(s);
}

void sv_reload(struct supervisor *s)
{
	if (s->stopping)
		return;
	if (s->reload_asked)
		begin_when_alone(s);
	if (s->former)
		go_on(s);
}

bool sv_reload_undo(struct supervisor *s, const struct pool *failed)
{
	struct generation *bad = s->current;
	char why[WHY];

	if (!s->former)
		return false;
	snprintf(why, sizeof(why), "with the new settings %d workers of pool %s died in a row and "
		 "none was ever ready", failed->health.early, failed->name);
	s->current = s->former;
	s->former = NULL;
	leave_all(s, bad);
	s->ending = bad;
	refuse(s, why);
	return true;
}
