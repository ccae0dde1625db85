/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant connections of one worker: at most one a store, least recently used goes first. */
#ifndef SOUK_DB_CACHE_H
#define SOUK_DB_CACHE_H

#include "base/err.h"
#include "db/budget.h"
#include "db/db.h"

/* A connection is handed on only to requests of the same store under the same credentials, and only
 * when it is clean. Clean means, by what the client library knows without asking the server:
 *
 * - no transaction, no unfinished pipeline, no result unread;
 * - when it is taken out again, no message unread either, and the socket open;
 * - no answer that left a large buffer behind;
 * - what the server reports of the session's settings is what was set when it was opened.
 *
 * Nothing else can be left by our own statements: settings change inside a transaction only (SET
 * LOCAL), advisory locks are those that end with it, and no statement makes a temporary table,
 * listens, opens a cursor that outlives its transaction, or prepares anything but the names that
 * the connection knows. What a store's own triggers and functions may leave meets that store only.
 * Behind a transaction pooler the session is not ours: nothing is set there, so nothing is left. */
struct tenant_cache;

struct cache_options {
	int connections;            /* at most this many cached */
	int idle_s, lifetime_s;     /* closed when unused or open this long */
	struct budget *budget;      /* whose wishes are heard; NULL: none */
};

/* Opens the connection of `store_id`; given by the caller, since the credentials are in the master.
 */
typedef enum err cache_open_fn(void *arg, const char *store_id, int revision, struct db **out);

enum err cache_new(const struct cache_options *, struct tenant_cache **out) MUST_CHECK;
/* The store's connection, cached under (store, credential revision) or opened now; an older
 * revision is closed. Give it back with cache_release(); at most one is out at a time. */
enum err cache_borrow(struct tenant_cache *, const char *store_id, int revision,
		      cache_open_fn *open, void *arg, struct db **out) MUST_CHECK;
/* Kept only when it is proven idle and clean, and no other worker waits for one to its server; else
 * closed. Takes NULL. */
void cache_release(struct tenant_cache *, struct db *);
/* Closes the store's connection, e.g. after rotation, suspension or deletion. */
void cache_drop(struct tenant_cache *, const char *store_id);
/* Closes the idle connection to `server` that is unused for longest; false when there is none. */
bool cache_spare(struct tenant_cache *, uint32_t server);
/* Closes one idle connection that another worker waits for. Cheap: call between requests. */
void cache_share(struct tenant_cache *);
/* Closes what is idle or too old; call between requests. */
void cache_tick(struct tenant_cache *);
int cache_count(const struct tenant_cache *);
void cache_free(struct tenant_cache *);   /* takes NULL */

#endif
