/* SPDX-License-Identifier: Apache-2.0 */
/* What all workers of a supervisor share about databases and passwords. Of a tenant there is only a
 * hash of its id in it. */
#ifndef SOUK_DB_COMMONS_H
#define SOUK_DB_COMMONS_H

#include "base/seats.h"
#include "config/settings.h"
#include "crypto/password.h"
#include "db/breaker.h"
#include "db/budget.h"
#include "db/laggards.h"

enum { COMMONS_SHARDS = 16 };

struct commons {
	struct breakers breakers;
	struct budget budget;
	struct password_room passwords;
	struct seats strangers;   /* slow workers that may be waiting for a store's database */
	struct laggards laggards;
	struct seats patient[COMMONS_SHARDS];   /* web workers of a shard that may wait for them */
};

/* Before the fork; NULL when memory is out. */
struct commons *commons_new(const struct settings *);
/* After a change of settings. */
void commons_fit(struct commons *, const struct settings *);
/* That shard of the web pool has so many workers. */
void commons_fit_shard(struct commons *, int shard, int workers);
/* By the supervisor: when it has killed a worker that was connecting to this store for too long;
 * and when a worker has ended in any way. */
void commons_connect_killed(struct commons *, const char *store_id);
void commons_worker_ended(struct commons *, int pid);

#endif
