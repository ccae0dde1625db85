/* SPDX-License-Identifier: Apache-2.0 */
/* Breakers in a small set-associative table of atomic words. */
#include "db/breaker.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/log.h"

enum {
	UNIT_MS = 128,
	UNTIL_BITS = 30,            /* of units: four years, compared modulo */
	FAILURES_BITS = 4,
	REVISION_BITS = 8,
	TAG_BITS = 21,
	FAILING_MS = 60000,         /* failures further apart than this are not in a row */
	REMEMBERED_MS = 600000      /* how long nobody asks until the back-off is forgotten */
};

/* One word, taken apart. A word of 0 is no entry. */
struct entry {
	uint32_t tag;               /* never 0 */
	uint32_t revision;
	uint32_t failures;          /* from BREAKER_FAILURES on it is open */
	uint32_t until;             /* closed: forgotten; open: tried; trying: given up */
	bool trying;
};

struct key {
	_Atomic uint64_t *set;
	uint32_t tag, revision;
};

static uint32_t low(uint64_t word, int bits)
{
	return (uint32_t)(word & ((UINT64_C(1) << bits) - 1));
}

static uint64_t pack(const struct entry *e)
{
	uint64_t w = e->tag;

	w = w << REVISION_BITS | e->revision;
	w = w << FAILURES_BITS | e->failures;
	w = w << 1 | e->trying;
	return w << UNTIL_BITS | low(e->until, UNTIL_BITS);
}

static struct entry unpack(uint64_t w)
{
	struct entry e;

	e.until = low(w, UNTIL_BITS);
	w >>= UNTIL_BITS;
	e.trying = w & 1;
	w >>= 1;
	e.failures = low(w, FAILURES_BITS);
	w >>= FAILURES_BITS;
	e.revision = low(w, REVISION_BITS);
	e.tag = (uint32_t)(w >> REVISION_BITS);
	return e;
}

static struct key key_of(struct breakers *b, const char *store_id, int revision)
{
	uint64_t h = 14695981039346656037u;   /* FNV-1a, then mixed: ids made together are alike */
	uint32_t tag;

	for (; *store_id; store_id++)
		h = (h ^ (unsigned char)*store_id) * 1099511628211u;
	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	tag = (uint32_t)(h >> (64 - TAG_BITS));
	return (struct key){ b->words[(h >> 16) & (BREAKER_SETS - 1)], tag ? tag : 1,
			     low((uint64_t)revision, REVISION_BITS) };
}

static uint32_t units(int64_t ms)
{
	return low((uint64_t)(ms + UNIT_MS - 1) / UNIT_MS, UNTIL_BITS);
}

static uint32_t from_now(int64_t ms)
{
	return units(clock_mono_ms() + ms);
}

/* In milliseconds from now; negative when it is past. */
static int64_t left_ms(const struct entry *e)
{
	uint32_t away = low(e->until - units(clock_mono_ms()), UNTIL_BITS);

	if (away >> (UNTIL_BITS - 1))
		return ((int64_t)away - (INT64_C(1) << UNTIL_BITS)) * UNIT_MS;
	return (int64_t)away * UNIT_MS;
}

static bool is_open(const struct entry *e)
{
	return e->failures >= BREAKER_FAILURES;
}

static bool is_over(uint64_t word)
{
	struct entry e = unpack(word);

	return !word || left_ms(&e) < (is_open(&e) ? -REMEMBERED_MS : 0);
}

static _Atomic uint64_t *find(const struct key *k, uint64_t *word)
{
	int i;

	for (i = 0; i < BREAKER_WAYS; i++) {
		*word = atomic_load(&k->set[i]);
		if (*word && unpack(*word).tag == k->tag)
			return &k->set[i];
	}
	return NULL;
}

/* What is known of this store under these credentials; NULL when nothing is. */
static _Atomic uint64_t *find_known(const struct key *k, uint64_t *word, struct entry *e)
{
	_Atomic uint64_t *at = find(k, word);

	if (at)
		*e = unpack(*word);
	return at && e->revision == k->revision ? at : NULL;
}

/* The place for a new entry: one that is over, or the one that is over first. */
static _Atomic uint64_t *find_room(const struct key *k, uint64_t *word)
{
	_Atomic uint64_t *best = &k->set[0];
	int64_t least = INT64_MAX;
	int i;

	for (i = 0; i < BREAKER_WAYS; i++) {
		uint64_t w = atomic_load(&k->set[i]);
		struct entry e = unpack(w);
		int64_t left = is_over(w) ? INT64_MIN : left_ms(&e);

		if (left >= least)
			continue;
		least = left;
		best = &k->set[i];
		*word = w;
	}
	return best;
}

static bool change(_Atomic uint64_t *at, uint64_t from, const struct entry *to)
{
	return atomic_compare_exchange_strong(at, &from, to ? pack(to) : 0);
}

/* What begins anew: no failures, forgotten if nothing is heard of the try. */
static struct entry fresh(const struct key *k, int patience_ms)
{
	return (struct entry){ .tag = k->tag, .revision = k->revision,
			       .until = from_now(patience_ms) };
}

/* One step of breaker_ask(): 1 yes, 0 no, -1 somebody was faster. */
static int ask_once(const struct key *k, int patience_ms, int64_t *wait_ms)
{
	uint64_t word = 0;
	_Atomic uint64_t *at = find(k, &word);
	struct entry e = fresh(k, patience_ms), old = unpack(word);

	if (!at) {
		/* Who has not failed pushes nobody out who has. */
		at = find_room(k, &word);
		return !is_over(word) || change(at, word, &e) ? 1 : -1;
	}
	if (is_over(word) || old.revision != k->revision)
		return change(at, word, &e) ? 1 : -1;
	if (!is_open(&old))
		return 1;
	*wait_ms = left_ms(&old);
	if (*wait_ms > 0)
		return 0;
	old.trying = true;
	old.until = from_now(patience_ms);
	return change(at, word, &old) ? 1 : -1;
}

bool breaker_ask(struct breakers *b, const char *store_id, int revision, int patience_ms,
		 int64_t *wait_ms)
{
	struct key k;
	int answer = 1;

	*wait_ms = 0;
	if (!b)
		return true;
	k = key_of(b, store_id, revision);
	while ((answer = ask_once(&k, patience_ms, wait_ms)) < 0)
		;
	return answer;
}

/* Up to a quarter less, so that stores that failed together do not come back together. */
static int64_t backoff_ms(uint32_t failures)
{
	int64_t ms = BREAKER_FIRST_MS;

	for (; failures > BREAKER_FAILURES && ms < BREAKER_MOST_MS; failures--)
		ms *= 2;
	if (ms > BREAKER_MOST_MS)
		ms = BREAKER_MOST_MS;
	return ms - clock_mono_us() % (ms / 4);
}

static void add_failure(struct entry *e, uint32_t least)
{
	if (e->failures < (1u << FAILURES_BITS) - 1)
		e->failures++;
	if (e->failures < least)
		e->failures = least;
	e->trying = false;
	e->until = from_now(is_open(e) ? backoff_ms(e->failures) : FAILING_MS);
}

static void tell_open(struct breakers *b, const char *store_id, const struct entry *e,
		      const struct log_context *cx)
{
	if (!is_open(e))
		return;
	atomic_fetch_add_explicit(&b->openings, 1, memory_order_relaxed);
	log_warn(cx, "breaker_open", "store %s is not connected to for %lld ms after %u failures",
		 store_id, (long long)left_ms(e), e->failures);
}

void breaker_bad(struct breakers *b, const char *store_id, int revision,
		 const struct log_context *cx)
{
	struct entry e;
	struct key k;
	_Atomic uint64_t *at;
	uint64_t word;

	if (!b)
		return;
	k = key_of(b, store_id, revision);
	do {
		e = fresh(&k, FAILING_MS);
		at = find(&k, &word);
		if (!at)
			at = find_room(&k, &word);
		else if (!is_over(word))
			e = unpack(word);
		/* Another worker's news are newer, or of other credentials. */
		if (e.revision != k.revision || (is_open(&e) && !e.trying))
			return;
		add_failure(&e, 0);
	} while (!change(at, word, &e));
	tell_open(b, store_id, &e, cx);
}

void breaker_killed(struct breakers *b, const char *store_id)
{
	struct entry e;
	struct key k;
	_Atomic uint64_t *at;
	uint64_t word;

	if (!b)
		return;
	k = key_of(b, store_id, 0);
	do {
		if (!(at = find(&k, &word)))
			return;
		e = unpack(word);
		add_failure(&e, BREAKER_FAILURES);
	} while (!change(at, word, &e));
	tell_open(b, store_id, &e, NULL);
}

void breaker_good(struct breakers *b, const char *store_id, int revision,
		  const struct log_context *cx)
{
	_Atomic uint64_t *at;
	struct entry e;
	uint64_t word;
	struct key k;

	if (!b)
		return;
	k = key_of(b, store_id, revision);
	do {
		if (!(at = find_known(&k, &word, &e)))
			return;
	} while (!change(at, word, NULL));
	if (is_open(&e))
		log_info(cx, "breaker_closed", "store %s is connected to again", store_id);
}

void breaker_untried(struct breakers *b, const char *store_id, int revision)
{
	_Atomic uint64_t *at;
	struct entry e;
	uint64_t word;
	struct key k;

	if (!b)
		return;
	k = key_of(b, store_id, revision);
	do {
		if (!(at = find_known(&k, &word, &e)) || !e.trying)
			return;
		e.trying = false;
		e.until = from_now(0);
	} while (!change(at, word, &e));
}

struct breaker_counts breaker_count(struct breakers *b)
{
	struct breaker_counts n = { 0, 0, 0 };
	int i, j;

	for (i = 0; b && i < BREAKER_SETS; i++)
		for (j = 0; j < BREAKER_WAYS; j++) {
			uint64_t w = atomic_load_explicit(&b->words[i][j], memory_order_relaxed);
			struct entry e = unpack(w);

			if (is_over(w))
				continue;
			n.failing += e.failures && !is_open(&e);
			n.half_open += e.trying;
			n.open += is_open(&e) && !e.trying;
		}
	return n;
}
