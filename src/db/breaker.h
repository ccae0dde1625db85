/* SPDX-License-Identifier: Apache-2.0 */
/* A breaker for each store, shared by all workers: who cannot be reached is not asked again and
 * again. */
#ifndef SOUK_DB_BREAKER_H
#define SOUK_DB_BREAKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct log_context;

/* closed    connects are tried; BREAKER_FAILURES that fail in a row open it, and so does one that
 *           the supervisor had to kill
 * open      nobody connects, for a second at first, then twice as long each time, up to a minute
 * half-open one worker tries; the others wait for what comes out
 *
 * An entry is one word, changed by compare-and-swap as a whole, so a worker that is killed at any
 * instruction leaves a table that is whole; a killed try runs out by itself. The table has room for
 * those that fail now, not for all stores: an entry that is over, and in a full set the one that is
 * over first, gives way. A store is found by 32 bits of its id's hash. */
enum {
	BREAKER_FAILURES = 3,
	BREAKER_FIRST_MS = 1000,
	BREAKER_MOST_MS = 60000,
	BREAKER_SETS = 2048,
	BREAKER_WAYS = 4
};

struct breakers {
	_Atomic uint64_t words[BREAKER_SETS][BREAKER_WAYS];
	_Atomic uint64_t openings;   /* since the start */
};

/* May this store be connected to? True: do it within `patience_ms` and tell how it went by one of
 * the three below. False: not before *wait_ms. Another credential revision than the one that failed
 * begins anew. NULL breakers are never open. */
bool breaker_ask(struct breakers *, const char *store_id, int revision, int patience_ms,
		 int64_t *wait_ms);
void breaker_good(struct breakers *, const char *store_id, int revision,
		  const struct log_context *);
void breaker_bad(struct breakers *, const char *store_id, int revision, const struct log_context *);
/* It was not tried after all. */
void breaker_untried(struct breakers *, const char *store_id, int revision);
/* The supervisor killed a worker that was connecting to this store. */
void breaker_killed(struct breakers *, const char *store_id);

struct breaker_counts {
	int failing;     /* closed, but not without failures */
	int open, half_open;
};
struct breaker_counts breaker_count(struct breakers *);

#endif
