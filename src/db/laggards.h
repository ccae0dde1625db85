/* SPDX-License-Identifier: Apache-2.0 */
/* Stores whose databases were slow a moment ago. Their requests get some of a shard's workers,
 * never all: what waits for one store must not keep the others waiting. */
#ifndef SOUK_DB_LAGGARDS_H
#define SOUK_DB_LAGGARDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A request that held a store's connection for LAGGARD_MS makes it one for LAGGARD_KEPT_MS. */
enum { LAGGARD_MS = 500, LAGGARD_KEPT_MS = 5000, LAGGARD_PLACES = 1024 };

/* In shared memory. A place is one word, hash and time; of two stores with one place the later one
 * stands there: then the other is found to be slow once more. */
struct laggards {
	_Atomic uint64_t places[LAGGARD_PLACES];
};

/* NULL knows of none. */
void laggard_mark(struct laggards *, const char *store_id);
bool laggard_is(struct laggards *, const char *store_id);

#endif
