/* SPDX-License-Identifier: Apache-2.0 */
/* One counter for many ids: a table of fixed size needs no lock and cannot fill up. */
#include "base/news.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/shared.h"
#include "base/text.h"

enum { SLOTS = 8192 /* a power of two */ };

struct news {
	_Atomic uint32_t epoch;      /* raised for everything */
	_Atomic int64_t heard_ms;    /* monotonic; 0: never */
	_Atomic uint32_t slot[SLOTS];
};

struct news *news_new(void)
{
	return shared_new(sizeof(struct news));
}

static uint32_t slot_of(const char *id)
{
	return text_hash(id) & (SLOTS - 1);
}

uint64_t news_of(const struct news *n, const char *id)
{
	if (!n)
		return 0;
	return (uint64_t)atomic_load(&n->epoch) << 32 | atomic_load(&n->slot[slot_of(id)]);
}

void news_raise(struct news *n, const char *id)
{
	if (n)
		atomic_fetch_add(&n->slot[slot_of(id)], 1);
}

void news_raise_all(struct news *n)
{
	if (n)
		atomic_fetch_add(&n->epoch, 1);
}

void news_heard(struct news *n, int64_t asked_ms)
{
	if (n)
		atomic_store(&n->heard_ms, asked_ms);
}

bool news_fresh(const struct news *n)
{
	int64_t heard = n ? atomic_load(&n->heard_ms) : 0;

	return heard && clock_mono_ms() - heard < NEWS_FRESH_MS;
}
