/* SPDX-License-Identifier: Apache-2.0 */
/* The job queue in the master: written in the transaction that asks for the work, taken under a
 * lease, finished under a fence. */
#ifndef SOUK_DOMAIN_JOBS_H
#define SOUK_DOMAIN_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "db/db.h"
#include "db/paging.h"
#include "db/runtime.h"

struct job {
	char id[ID_TEXT];
	const char *kind;
	char store_id[ID_TEXT];   /* "" when the job is of no store */
	const char *payload;      /* JSON object text, in the arena */
	int64_t fence;            /* of this claim; a later claim has a higher one */
	int attempts, max_attempts;
	struct arena *arena;      /* of this run */
};

/* One row of the jobs table, src/app/jobs.c. */
struct job_kind {
	const char *kind;
	enum err (*run)(struct runtime *, const struct job *);
	int lease_s; /* the run is renewed while it lives; lost after this long without a renewal */
	int tries;                /* then it is dead and waits for a person */
	int backoff_s;            /* before the second try; doubles, with jitter, up to an hour */
	int per_store;            /* at once for one store */
	int deadline_s; /* a run may take this long; 0: its lease, and what finishing it takes */
	int every_s; /* 0, or added by itself once in this many seconds (platform upkeep) */
	const char *help;
};
extern const struct job_kind job_kinds[];   /* ended by a row whose kind is NULL */
const struct job_kind *jobs_kind(const char *kind);   /* NULL when unknown */

struct new_job {
	const char *id;                          /* NULL: a new one */
	const char *kind, *store_id, *user_id;   /* the ids NULL when there is none */
	const char *payload;                     /* JSON object text; NULL for {} */
	const char *unique_key; /* NULL, or: nothing is added while one with it waits; one that
				   runs is run once more when it ends, since it may have
				   looked before the caller's change was there */
	int delay_s;
};
/* In the caller's transaction. `id` is "" when unique_key found one. ERR_INTERNAL for an unknown
 * kind. */
enum err jobs_add(struct db *, const struct new_job *, char id[ID_TEXT]) MUST_CHECK;

/* Takes one job that is due (SKIP LOCKED), or one whose lease ran out; counts the attempt before it
 * runs. ERR_NO_ROW when there is none. Stores take turns: the one with fewest running, then with
 * fewest runs in the last minute, goes first. Jobs whose lease ran out on their last try are dead
 * from here on. */
enum err jobs_claim(struct db *, const char *owner, struct arena *, struct job *out) MUST_CHECK;
/* Renews the lease. ERR_JOB_LOST when the claim is no longer ours. */
enum err jobs_renew(struct db *, const struct job *, int lease_s) MUST_CHECK;
/* Ends the claim; ERR_JOB_LOST as above. `e` OK: completed. An error that is ours or passes (its
 * status is 500 or more): tried again after back-off, or dead when the tries are used up. Any
 * other: failed at once, since the next try would end the same. */
enum err jobs_finish(struct db *, const struct job *, enum err e, const char *words) MUST_CHECK;
/* Ends the leases of runners of this host that are gone, so that a killed one's job waits for
 * nobody. Owners are named "<host>/<the rest>"; `alive` tells. */
enum err jobs_release_dead(struct db *, const char *host,
			   bool (*alive)(const char *owner)) MUST_CHECK;
/* Adds what is due of kinds with every_s; several hosts add it once (unique key by tick). */
enum err jobs_schedule(struct db *) MUST_CHECK;

struct job_row {
	const char *id, *kind, *status, *last_error;
	int attempts, max_attempts, progress;
	int64_t created_at, started_at, finished_at;
};
struct job_list {
	struct job_row *v;
	int n;
};
/* Of one store, newest first; the caller has checked whose store it is. ERR_JOB_NOT_FOUND. */
enum err jobs_list(struct db *, const char *store_id, struct paging *, struct arena *,
		   struct job_list *out) MUST_CHECK;
enum err jobs_get(struct db *, const char *store_id, const char *job_id, struct arena *,
		  struct job_row *out) MUST_CHECK;

#endif
