/* SPDX-License-Identifier: Apache-2.0 */
/* What one worker process holds for its whole life: settings, keys, and its ways to the databases.
 * Opened after the fork; nothing of a request or a tenant is in it. */
#ifndef SOUK_DB_RUNTIME_H
#define SOUK_DB_RUNTIME_H

#include "config/settings.h"
#include "crypto/keyring.h"
#include "db/cache.h"
#include "db/db.h"
#include "net/egress.h"

struct runtime {
	const struct settings *settings;
	struct keyring keys;
	struct egress_policy egress;
	struct db *master;              /* NULL until first needed; see runtime_master() */
	struct tenant_cache *tenants;
};

/* Keys and policy from the settings; opens no connection yet. `why` holds one line on failure. */
enum err runtime_init(struct runtime *, const struct settings *, char *why, size_t size) MUST_CHECK;
/* The live master connection, opened or reopened when needed; ERR_MASTER_DB_UNAVAILABLE. */
enum err runtime_master(struct runtime *, struct db **out) MUST_CHECK;
void runtime_done(struct runtime *);

#endif
