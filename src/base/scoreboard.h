/* SPDX-License-Identifier: Apache-2.0 */
/* One small page of shared memory, made before the fork: what each worker does, and the counters.
 * Touched with C11 atomics only; nothing of a tenant's data is ever in it. */
#ifndef SOUK_BASE_SCOREBOARD_H
#define SOUK_BASE_SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SCORE_SLOTS = 1024, SCORE_ROUTES = 256, SCORE_BUCKETS = 12 };

enum score_pool { SCORE_WEB, SCORE_SLOW, SCORE_JOB, SCORE_NEWS, SCORE_POOLS };
enum score_state { SCORE_EMPTY, SCORE_STARTING, SCORE_IDLE, SCORE_BUSY };

struct score_slot {
	_Atomic int pid;             /* 0: free */
	_Atomic int pool, state;
	_Atomic int route;           /* index in the routes or jobs table, -1 when idle */
	_Atomic int64_t since_ms;    /* monotonic, when the state began */
	_Atomic uint64_t served;
};

struct score_route {
	_Atomic uint64_t status[6];                 /* by class: [2] counts 2xx; [0] unused */
	_Atomic uint64_t bucket[SCORE_BUCKETS];     /* by time taken, see score_bucket_us() */
	_Atomic uint64_t us;                        /* sum of times */
};

struct scoreboard {
	int64_t started_us;
	_Atomic uint64_t restarts[SCORE_POOLS];     /* workers that died on their own */
	struct score_slot slots[SCORE_SLOTS];
	struct score_route routes[SCORE_ROUTES];
};

/* Anonymous shared mapping; NULL when memory is out. */
struct scoreboard *scoreboard_new(void);

void score_busy(struct score_slot *, int route);
void score_idle(struct score_slot *);
/* One answer: its route's index (-1: no route matched, counted in the last row), status and time.
 */
void score_count(struct scoreboard *, int route, int status, int64_t us);
/* Upper bound of a bucket in microseconds; INT64_MAX for the last. */
int64_t score_bucket_us(int bucket);

#endif
