/* SPDX-License-Identifier: Apache-2.0 */
/* The shared page: made once before the fork, counted in by every worker. */
#include "base/scoreboard.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/shared.h"

/* One worker writes a slot and counters are sums: neither orders anything else. */
#define SET(place, value) atomic_store_explicit(&(place), (value), memory_order_relaxed)
#define ADD(place, value) atomic_fetch_add_explicit(&(place), (value), memory_order_relaxed)

struct scoreboard *scoreboard_new(void)
{
	struct scoreboard *b = shared_new(sizeof(*b));
	int i;

	if (!b)
		return NULL;
	b->started_us = clock_now_us();
	for (i = 0; i < SCORE_SLOTS; i++)
		SET(b->slots[i].route, -1);
	return b;
}

void score_busy(struct score_slot *s, int route)
{
	SET(s->since_ms, clock_mono_ms());
	SET(s->route, route);
	SET(s->state, SCORE_BUSY);
}

void score_idle(struct score_slot *s)
{
	if (atomic_load_explicit(&s->state, memory_order_relaxed) == SCORE_BUSY)
		ADD(s->served, 1);
	SET(s->since_ms, clock_mono_ms());
	SET(s->state, SCORE_IDLE);
	SET(s->route, -1);
}

int64_t score_bucket_us(int bucket)
{
	static const int64_t bound[SCORE_BUCKETS - 1] = {
		1000, 2000, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 2500000, 10000000 };

	return bucket >= 0 && bucket < SCORE_BUCKETS - 1 ? bound[bucket] : INT64_MAX;
}

void score_count(struct scoreboard *b, int route, int status, int64_t us)
{
	struct score_route *r;
	int class = status / 100, bucket = 0;

	if (route < 0 || route >= SCORE_ROUTES)
		route = SCORE_ROUTES - 1;
	if (class < 1 || class > 5)
		class = 5;
	if (us < 0)
		us = 0;
	while (us > score_bucket_us(bucket))
		bucket++;
	r = &b->routes[route];
	ADD(r->status[class], 1);
	ADD(r->bucket[bucket], 1);
	ADD(r->us, (uint64_t)us);
}
