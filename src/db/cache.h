/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant connections of one worker: at most one a store, least recently used goes first. */
#ifndef SOUK_DB_CACHE_H
#define SOUK_DB_CACHE_H

#include "base/err.h"
#include "db/db.h"

struct tenant_cache;

struct cache_options {
	int connections;            /* at most this many cached */
	int idle_s, lifetime_s;     /* closed when unused or open this long */
};

/* Opens the connection of `store_id`; given by the caller, since the credentials are in the master.
 */
typedef enum err cache_open_fn(void *arg, const char *store_id, int revision, struct db **out);

enum err cache_new(const struct cache_options *, struct tenant_cache **out) MUST_CHECK;
/* The store's connection, cached under (store, credential revision) or opened now; an older
 * revision is closed. Give it back with cache_release(); at most one is out at a time. */
enum err cache_borrow(struct tenant_cache *, const char *store_id, int revision, cache_open_fn *,
		      void *arg, struct db **out) MUST_CHECK;
/* Kept only when it is proven idle and clean, else closed. Takes NULL. */
void cache_release(struct tenant_cache *, struct db *);
/* Closes the store's connection, e.g. after rotation, suspension or deletion. */
void cache_drop(struct tenant_cache *, const char *store_id);
/* Closes what is idle or too old; call between requests. */
void cache_tick(struct tenant_cache *);
int cache_count(const struct tenant_cache *);
void cache_free(struct tenant_cache *);   /* takes NULL */

#endif
