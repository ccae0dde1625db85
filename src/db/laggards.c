/* SPDX-License-Identifier: Apache-2.0 */
/* A table of what was slow: too small to need care, since a wrong entry ends by itself. */
#include "db/laggards.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/text.h"

void laggard_mark(struct laggards *l, const char *store_id)
{
	uint32_t h = text_hash(store_id), until = (uint32_t)(clock_mono_ms() + LAGGARD_KEPT_MS);

	if (l)
		atomic_store(&l->places[h % LAGGARD_PLACES], (uint64_t)h << 32 | until);
}

bool laggard_is(struct laggards *l, const char *store_id)
{
	uint32_t h = text_hash(store_id);
	uint64_t w = l ? atomic_load(&l->places[h % LAGGARD_PLACES]) : 0;
	int32_t left = (int32_t)((uint32_t)w - (uint32_t)clock_mono_ms());

	return w >> 32 == h && left > 0 && left <= LAGGARD_KEPT_MS;
}
