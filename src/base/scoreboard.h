/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that supervisor and workers share, made before the fork: what each worker does, and
 * the counters. Touched with C11 atomics only; of a tenant there is nothing in it but its id. */
#ifndef SOUK_BASE_SCOREBOARD_H
#define SOUK_BASE_SCOREBOARD_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"

/* While a reload goes on old and new workers stand side by side: so there are more slots than
 * workers. */
enum { SCORE_SLOTS = 1408, SCORE_WORKERS = 1152, SCORE_ROUTES = 256, SCORE_BUCKETS = 12,
       SCORE_ID = 65 };

enum score_pool { SCORE_WEB, SCORE_SLOW, SCORE_JOB, SCORE_NEWS, SCORE_POOLS };
enum score_state { SCORE_EMPTY, SCORE_STARTING, SCORE_IDLE, SCORE_READING, SCORE_BUSY,
		   SCORE_STATES };

/* Texts lie in words, so that they too are read and written atomically, word by word. */
enum { SCORE_ID_WORDS = (SCORE_ID + 7) / 8, SCORE_STORE_WORDS = (ID_TEXT + 7) / 8 };

/* Written by the worker, and by the supervisor before its fork and after its death; read with
 * score_look(). */
struct score_slot {
	alignas(64) _Atomic uint32_t version;   /* odd while the rest is being changed */
	_Atomic int pid;             /* 0: free */
	_Atomic int pool;            /* enum score_pool: what it is for */
	_Atomic int index;           /* of the pool among the supervisor's */
	_Atomic int state;           /* enum score_state */
	_Atomic int route;           /* index in the routes or jobs table, -1 when idle or none */
	_Atomic uint32_t serial;     /* another with each change between busy and idle */
	_Atomic uint32_t condemned;  /* the serial at which the supervisor aborts it */
	_Atomic int64_t since_ms;    /* monotonic, when the state began */
	_Atomic int64_t connecting_ms;   /* when it began to connect to a store; 0: it does not */
	_Atomic uint64_t served;         /* by this process */
	_Atomic uint64_t request_id[SCORE_ID_WORDS];
	_Atomic uint64_t store_id[SCORE_STORE_WORDS];   /* last connected to in this request */
};

struct score_route {
	_Atomic uint64_t status[6];                 /* by class: [2] counts 2xx; [0] unused */
	_Atomic uint64_t bucket[SCORE_BUCKETS];     /* by time taken, see score_bucket_us() */
	_Atomic uint64_t us;                        /* sum of times */
};

/* How workers of a pool ended. */
enum score_end {
	SCORE_DIED,            /* on their own */
	SCORE_OVERDUE,         /* ended in a request past its deadline */
	SCORE_CONNECT_KILLED,  /* ended while they connected to a store for too long */
	SCORE_RECYCLED,        /* after many requests, or grown too large */
	SCORE_ENDS
};

struct scoreboard {
	uint64_t shape;                             /* tells another program's layout */
	int64_t started_us;
	_Atomic int supervisor;                     /* its pid */
	_Atomic int stopping;                       /* set once: no successor will come */
	_Atomic uint64_t reloads, reloads_refused;
	_Atomic uint64_t ends[SCORE_POOLS][SCORE_ENDS];
	struct score_slot slots[SCORE_SLOTS];
	struct score_route routes[SCORE_ROUTES];
};

/* Anonymous; NULL when memory is out. */
struct scoreboard *scoreboard_new(void);
/* As a file that `souk status` can read: replaces one that is there, mode 0640. ERR_IO, and errno
 * tells. */
enum err scoreboard_create(const char *path, struct scoreboard **out) MUST_CHECK;
/* Another process's, read-only. ERR_IO, and errno tells: ENOENT when there is none, EPROTO when
 * another program made it. */
enum err scoreboard_open(const char *path, const struct scoreboard **out) MUST_CHECK;
/* Takes NULL. */
void scoreboard_close(const struct scoreboard *);

/* ---- by the worker; a NULL slot is nobody's and everything about it is left out */
/* It takes a request off its socket: how long that takes is up to the other side. */
void score_reading(struct score_slot *);
/* `route` is -1 for a request that no row matched; `request_id` may be NULL. */
void score_busy(struct score_slot *, int route, const char *request_id);
void score_idle(struct score_slot *);
/* Around opening a connection to a store's database: past the connect deadline the supervisor kills
 * this process. */
void score_connecting(struct score_slot *, const char *store_id);
void score_connected(struct score_slot *);
/* One answer: its route's index (-1: no route matched, counted in the last row), status and time.
 */
void score_count(struct scoreboard *, int route, int status, int64_t us);

/* ---- by the supervisor */
/* A slot for a new process, or (pid 0, SCORE_EMPTY) for none. */
void score_reset(struct score_slot *, enum score_pool, int index, enum score_state);
void score_ended(struct scoreboard *, enum score_pool, enum score_end);

/* ---- by whoever looks */
struct score_view {
	int pid, pool, index, state, route;
	uint32_t serial;
	int64_t since_ms, connecting_ms;
	uint64_t served;
	char request_id[SCORE_ID];
	char store_id[ID_TEXT];
};
/* True: all of one moment. False: the worker is in the middle of a change, or was killed in it;
 * then what is there. */
bool score_look(const struct score_slot *, struct score_view *out);
const char *score_pool_name(int pool);     /* "web"; "?" for none */
const char *score_state_name(int state);   /* "idle" */
/* Upper bound of a bucket in microseconds; INT64_MAX for the last. */
int64_t score_bucket_us(int bucket);

#endif
