/* SPDX-License-Identifier: Apache-2.0 */
/* From a store's id to its open database: credentials out of the master, connection out of the
 * cache. */
#ifndef SOUK_DOMAIN_TENANTS_H
#define SOUK_DOMAIN_TENANTS_H

#include "base/err.h"
#include "base/id.h"
#include "db/conninfo.h"
#include "db/db.h"
#include "db/runtime.h"

/* The store's connection; give it back with cache_release(rt->tenants, db). ERR_STORE_NOT_FOUND,
 * ERR_STORE_NOT_READY, ERR_STORE_SUSPENDED, ERR_DB_UNAVAILABLE; at once, and with rt->retry_after_s
 * set, while the store's breaker is open or its server is full. */
enum err tenants_borrow(struct runtime *, struct db *master, const char *store_id,
			struct db **out) MUST_CHECK;

/* The credentials as they stand in the master; also before activation. Wipe with conninfo_wipe().
 */
struct tenant_credentials {
	struct conninfo conninfo;
	int revision;
	bool managed;
};
enum err tenants_credentials(struct runtime *, struct db *master, const char *store_id,
			     struct tenant_credentials *out) MUST_CHECK;
/* Seals `info` as `revision` of that store's credentials; `box` is in the arena. */
struct arena;
enum err tenants_seal(struct runtime *, const char *store_id, const struct conninfo *info,
		      int revision, struct arena *, const unsigned char **box,
		      size_t *len) MUST_CHECK;

#endif
