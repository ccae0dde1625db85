/* SPDX-License-Identifier: Apache-2.0 */
/* The shared page: made once before the fork, counted in by every worker. A slot has one writer and
 * a version, so that a reader knows when it saw half of a change. */
#include "base/scoreboard.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/shared.h"

/* Raised when the meaning of the bytes changes but not their number. */
enum { LAYOUT = 1, LOOKS = 100 };

#define GET(place) atomic_load_explicit(&(place), memory_order_relaxed)
#define SET(place, value) atomic_store_explicit(&(place), (value), memory_order_relaxed)
#define ADD(place, value) atomic_fetch_add_explicit(&(place), (value), memory_order_relaxed)

static const uint64_t shape = (uint64_t)sizeof(struct scoreboard) << 16 | LAYOUT;

static struct scoreboard *begin_board(struct scoreboard *b)
{
	int i;

	if (!b)
		return NULL;
	b->started_us = clock_now_us();
	for (i = 0; i < SCORE_SLOTS; i++)
		SET(b->slots[i].route, -1);
	b->shape = shape;
	return b;
}

struct scoreboard *scoreboard_new(void)
{
	return begin_board(shared_new(sizeof(struct scoreboard)));
}

enum err scoreboard_create(const char *path, struct scoreboard **out)
{
	*out = begin_board(shared_create(path, sizeof(**out)));
	return *out ? OK : ERR_IO;
}

enum err scoreboard_open(const char *path, const struct scoreboard **out)
{
	const struct scoreboard *b = shared_look(path, sizeof(*b));

	*out = NULL;
	if (!b)
		return ERR_IO;
	if (b->shape != shape) {
		scoreboard_close(b);
		errno = EPROTO;
		return ERR_IO;
	}
	*out = b;
	return OK;
}

void scoreboard_close(const struct scoreboard *b)
{
	shared_close(b, sizeof(*b));
}

/* ---- writing a slot */

static uint32_t begin(struct score_slot *s)
{
	uint32_t version = GET(s->version);

	SET(s->version, version + 1);
	atomic_thread_fence(memory_order_release);
	return version + 2;
}

static void end(struct score_slot *s, uint32_t version)
{
	atomic_store_explicit(&s->version, version, memory_order_release);
}

static void put_text(_Atomic uint64_t *to, int words, const char *text)
{
	uint64_t word;
	size_t left, n;
	int i;

	text = text ? text : "";
	left = strlen(text);
	if (left >= (size_t)words * sizeof(word))
		left = (size_t)words * sizeof(word) - 1;
	for (i = 0; i < words; i++) {
		n = left < sizeof(word) ? left : sizeof(word);
		word = 0;
		if (n)
			memcpy(&word, text, n);
		SET(to[i], word);
		text += n;
		left -= n;
	}
}

static void turn(struct score_slot *s, enum score_state state, int route)
{
	ADD(s->serial, 1);
	SET(s->since_ms, clock_mono_ms());
	SET(s->route, route);
	SET(s->state, state);
}

void score_reading(struct score_slot *s)
{
	uint32_t version;

	if (!s)
		return;
	version = begin(s);
	turn(s, SCORE_READING, -1);
	SET(s->request_id[0], 0);
	SET(s->store_id[0], 0);
	end(s, version);
}

void score_busy(struct score_slot *s, int route, const char *request_id)
{
	uint32_t version;

	if (!s)
		return;
	version = begin(s);
	turn(s, SCORE_BUSY, route);
	put_text(s->request_id, SCORE_ID_WORDS, request_id);
	SET(s->store_id[0], 0);
	end(s, version);
}

void score_idle(struct score_slot *s)
{
	uint32_t version;

	if (!s)
		return;
	version = begin(s);
	if (GET(s->state) == SCORE_BUSY)
		ADD(s->served, 1);
	turn(s, SCORE_IDLE, -1);
	SET(s->connecting_ms, 0);
	end(s, version);
}

void score_connecting(struct score_slot *s, const char *store_id)
{
	uint32_t version;

	if (!s)
		return;
	version = begin(s);
	put_text(s->store_id, SCORE_STORE_WORDS, store_id);
	SET(s->connecting_ms, clock_mono_ms());
	end(s, version);
}

void score_connected(struct score_slot *s)
{
	uint32_t version;

	if (!s)
		return;
	version = begin(s);
	SET(s->connecting_ms, 0);
	end(s, version);
}

void score_reset(struct score_slot *s, enum score_pool pool, int index, enum score_state state)
{
	uint32_t version;

	/* Its last writer may have been killed in the middle. */
	SET(s->version, GET(s->version) & ~UINT32_C(1));
	version = begin(s);
	turn(s, state, -1);
	SET(s->pid, 0);
	SET(s->pool, (int)pool);
	SET(s->index, index);
	SET(s->condemned, GET(s->serial) - 1);
	SET(s->connecting_ms, 0);
	SET(s->served, 0);
	put_text(s->request_id, SCORE_ID_WORDS, NULL);
	put_text(s->store_id, SCORE_STORE_WORDS, NULL);
	end(s, version);
}

/* ---- looking at one */

static void get_text(const _Atomic uint64_t *from, int words, char *out, size_t size)
{
	uint64_t word;
	int i;

	for (i = 0; i < words; i++) {
		size_t at = (size_t)i * sizeof(word), n = size - at;

		word = GET(from[i]);
		memcpy(out + at, &word, n < sizeof(word) ? n : sizeof(word));
	}
	out[size - 1] = '\0';
}

static void copy(const struct score_slot *s, struct score_view *out)
{
	out->pid = GET(s->pid);
	out->pool = GET(s->pool);
	out->index = GET(s->index);
	out->state = GET(s->state);
	out->route = GET(s->route);
	out->serial = GET(s->serial);
	out->since_ms = GET(s->since_ms);
	out->connecting_ms = GET(s->connecting_ms);
	out->served = GET(s->served);
	get_text(s->request_id, SCORE_ID_WORDS, out->request_id, sizeof(out->request_id));
	get_text(s->store_id, SCORE_STORE_WORDS, out->store_id, sizeof(out->store_id));
}

bool score_look(const struct score_slot *s, struct score_view *out)
{
	uint32_t before, after;
	int looks = 0;

	do {
		before = atomic_load_explicit(&s->version, memory_order_acquire);
		copy(s, out);
		atomic_thread_fence(memory_order_acquire);
		after = GET(s->version);
		if (before == after && !(before & 1))
			return true;
	} while (++looks < LOOKS);
	return false;
}

const char *score_pool_name(int pool)
{
	static const char *const names[SCORE_POOLS] = {
		[SCORE_WEB] = "web", [SCORE_SLOW] = "slow", [SCORE_JOB] = "job",
		[SCORE_NEWS] = "news" };

	return pool >= 0 && pool < SCORE_POOLS ? names[pool] : "?";
}

const char *score_state_name(int state)
{
	static const char *const names[SCORE_STATES] = { "empty", "starting", "idle", "reading",
							   "busy" };

	return state >= 0 && state < SCORE_STATES ? names[state] : "?";
}

/* ---- counters: sums, which order nothing else */

void score_ended(struct scoreboard *b, enum score_pool pool, enum score_end how)
{
	ADD(b->ends[pool][how], 1);
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
