/* SPDX-License-Identifier: Apache-2.0 */
/* One process that does jobs: takes one at a time from the master's queue, under a lease. */
#ifndef SOUK_APP_JOB_WORKER_H
#define SOUK_APP_JOB_WORKER_H

#include "base/scoreboard.h"
#include "config/settings.h"

struct commons;

struct job_plan {
	const struct settings *settings;
	struct commons *commons;
};

/* The `run` of a pool (supervisor.h); `plan` is a struct job_plan. Returns the exit status. A
 * worker that dies in a job is no special case: the lease runs out and another takes the job up
 * again. */
int job_worker_run(const void *plan, struct score_slot *);
/* The `deadline_ms` of that pool; the route is an index in the jobs table. */
int64_t job_worker_deadline_ms(const void *plan, int route);

#endif
