/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of stores in the master: names, addresses, states. Who does not own a store is told
 * that there is none. */
#ifndef SOUK_DOMAIN_STORES_H
#define SOUK_DOMAIN_STORES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "db/db.h"
#include "db/paging.h"
#include "db/runtime.h"

enum { SLUG_MIN = 3, SLUG_MAX = 50, STORE_NAME_MAX = 100, STORES_SHOWN = 100 };

/* Texts in the arena; NULL where the column is. */
struct store {
	const char *id, *user_id, *name, *slug, *status, *country;
	const char *hostname; /* primary one, or "<slug>.<domain>" before activation */
	bool is_active;
	const char *provisioning_status;          /* pending, running, completed, failed */
	const char *onboarding_payments, *onboarding_credits;   /* open, done, skipped */
	const char *database_type;                /* or NULL before it is connected */
	bool database_managed;
	const char *connection_status;            /* or NULL */
	int64_t created_at, updated_at, deleted_at; /* microseconds; deleted_at 0 when it is not */
};

struct store_list {
	struct store *v;
	int n;
};

/* Lower-case a-z 0-9 and single hyphens from any name: accents are folded for Latin letters,
 * everything else becomes a hyphen; "" when nothing is left. */
void stores_slug_from(const char *name, char out[SLUG_MAX + 1]);
/* Words about what is wrong with a slug (length, characters, reserved), or NULL. */
const char *stores_slug_problem(const char *slug);

/* In a transaction: the address made from a name, or the first of it with -2, -3, … that is free.
 * Who makes one of the same name waits until the transaction ends. */
enum err stores_slug_make(struct db *, const char *name, char out[SLUG_MAX + 1]) MUST_CHECK;

struct new_store {
	const char *id; /* NULL: a new one. Given for a request that may come again: the store is
			   made once */
	const char *user_id, *name;
	const char *slug;      /* NULL: made from the name, with -2, -3, … when taken */
	const char *country;   /* two letters, or NULL */
};
/* One transaction: the store, its Free subscription, its balance with FREE_CREDITS, an audit line.
 * ERR_SLUG_TAKEN; ERR_STORE_LIMIT_REACHED and ERR_STORES_COME_AND_GO, which hold under parallel
 * requests: the user's row is locked. */
enum err stores_create(struct runtime *, struct db *, const struct new_store *, struct arena *,
		       struct store *out) MUST_CHECK;
enum err stores_slug_available(struct db *, const char *slug, bool *out) MUST_CHECK;

/* ERR_STORE_NOT_FOUND for what is not the user's, or is deleted. */
enum err stores_get(struct runtime *, struct db *, const char *user_id, const char *store_id,
		    struct arena *, struct store *out) MUST_CHECK;
/* The user's, newest first: a page of them, or the first STORES_SHOWN. */
enum err stores_list(struct runtime *, struct db *, const char *user_id, struct paging *,
		     struct arena *, struct store_list *out) MUST_CHECK;
enum err stores_newest(struct runtime *, struct db *, const char *user_id, struct arena *,
		       struct store_list *out) MUST_CHECK;
/* The store a user means: `wanted` (must be his, else ERR_STORE_NOT_FOUND) or, when empty, the
 * token's store if it is still his, or his newest one. ERR_STORE_NOT_FOUND when he has none. */
enum err stores_current(struct runtime *, struct db *, const char *user_id, const char *wanted,
			const char *token_store, struct arena *, struct store *out) MUST_CHECK;

struct store_change {
	const char *name, *country;            /* NULL: unchanged */
	const char *onboarding_payments, *onboarding_credits;   /* NULL, or open/done/skipped */
};
enum err stores_update(struct runtime *, struct db *, const char *user_id, const char *store_id,
		       const struct store_change *, struct arena *, struct store *out) MUST_CHECK;
/* Soft: status inactive, deleted_at set; its hosts stop at once; its slug and name stay taken. */
enum err stores_delete(struct db *, const char *user_id, const char *store_id) MUST_CHECK;

/* The newest ones for an overview: remembered as long as there are no news of them. */
enum err stores_overview(struct runtime *, struct db *, const char *user_id, struct arena *,
			 struct store_list *out) MUST_CHECK;

/* The active store behind a host name, remembered. ERR_STORE_NOT_FOUND; ERR_STORE_SUSPENDED. */
enum err stores_by_hostname(struct runtime *, struct db *, const char *hostname,
			    char store_id[ID_TEXT]) MUST_CHECK;

/* A store that serves, and what its tenant connection is kept under; remembered. */
struct store_live {
	int revision;   /* of its credentials */
};
/* ERR_STORE_NOT_FOUND, ERR_STORE_SUSPENDED, ERR_STORE_NOT_READY. */
enum err stores_live(struct runtime *, struct db *, const char *store_id,
		     struct store_live *out) MUST_CHECK;
/* True for the platform's own hosts: PLATFORM_DOMAIN, the host of PUBLIC_URL, loopback literals,
 * and "". */
bool stores_platform_host(const struct settings *, const char *host);

/* The first onboarding step that keeps a user from the dashboard: "store", "database", "payments",
 * "credits", "profile", or NULL when all is done. `required_only`: looks only at store, database
 * and profile. */
struct user;
const char *stores_open_step(const struct store *or_null, bool profile_completed,
			     bool required_only);

#endif
