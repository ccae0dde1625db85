/* SPDX-License-Identifier: Apache-2.0 */
/* Upkeep of the master: makes and drops partitions, removes what has had its time. */
#ifndef SOUK_DOMAIN_UPKEEP_H
#define SOUK_DOMAIN_UPKEEP_H

#include "base/err.h"
#include "db/runtime.h"
#include "domain/jobs.h"

/* The job `upkeep`. Removes in small batches, so that nobody waits for it; what is left over at the
 * end of a run is the next one's. May run at any time, many at once. */
enum err upkeep_run(struct runtime *, const struct job *) MUST_CHECK;

#endif
