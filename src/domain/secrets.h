/* SPDX-License-Identifier: Apache-2.0 */
/* A store's own keys for other services (Stripe): sealed in the master, shown only as their last
 * four. */
#ifndef SOUK_DOMAIN_SECRETS_H
#define SOUK_DOMAIN_SECRETS_H

#include <stdbool.h>

#include "base/err.h"
#include "db/db.h"
#include "db/runtime.h"

struct stripe_keys {
	const char *publishable_last4, *secret_last4;   /* borrowed; NULL when not set */
	bool live;
	int64_t updated_at;
};
/* Words about what is wrong with a key's form, or NULL. */
const char *secrets_publishable_problem(const char *key);
const char *secrets_secret_problem(const char *key);
/* Both keys, well formed each, are live ones, or both are test ones. */
bool secrets_same_mode(const char *publishable, const char *secret);

/* Both or none, in one transaction, in place of those before; keys of the other mode go.
 * ERR_VALIDATION for keys that the three above complain of, ERR_STORE_NOT_FOUND. */
enum err secrets_store_stripe(struct runtime *, struct db *, const char *store_id,
			      const char *publishable, const char *secret) MUST_CHECK;
/* All zero when the store has none. */
enum err secrets_show_stripe(struct db *, const char *store_id, struct stripe_keys *out) MUST_CHECK;
enum err secrets_drop_stripe(struct db *, const char *store_id) MUST_CHECK;

#endif
