/* SPDX-License-Identifier: Apache-2.0 */
/* What one worker process holds for its whole life: settings, keys, and its ways to the databases.
 * Opened after the fork; nothing of a request or a tenant is in it. */
#ifndef SOUK_DB_RUNTIME_H
#define SOUK_DB_RUNTIME_H

#include "base/memo.h"
#include "base/news.h"
#include "base/scoreboard.h"
#include "config/settings.h"
#include "crypto/keyring.h"
#include "db/cache.h"
#include "db/commons.h"
#include "db/conninfo.h"
#include "db/db.h"
#include "net/egress.h"

struct runtime {
	const struct settings *settings;
	struct commons *commons;        /* NULL: this process is alone */
	struct keyring keys;
	struct egress_policy egress;
	struct db *master;              /* NULL until first needed; see runtime_master() */
	struct tenant_cache *tenants;
	struct budget_user budget;
	struct seats *patient;          /* of this worker's shard, for laggards; NULL: no limit */
	int retry_after_s;              /* of this request's refusal, for the client; 0: none */

	/* What was asked for lately, each under its own key; see the module that fills it. */
	struct news *news;              /* may be NULL */
	struct memo *tokens;            /* crypto/jwt.c: access tokens whose signature is good */
	struct memo *sessions;          /* domain/sessions.c */
	struct memo *overviews;         /* domain/stores.c: the stores of a user */
	struct memo *hosts, *live;      /* domain/stores.c: host name -> store; stores that serve */
	struct score_slot *slot;        /* where it says what it does; NULL: nobody looks */
};

/* An answer of the master is good for RUNTIME_LIVE_MS while news of other hosts arrive, else for
 * RUNTIME_DEAF_MS, and so is one of a tenant, which sends no news. A process without `news` of its
 * own remembers nothing. */
enum { RUNTIME_LIVE_MS = 60000, RUNTIME_DEAF_MS = 500 };

/* Keys and policy from the settings; opens no connection yet. `why` holds one line on failure.
 * `news` and `commons` are borrowed and may be NULL. */
enum err runtime_init(struct runtime *, const struct settings *, struct news *, struct commons *,
		      char *why, size_t size) MUST_CHECK;
/* The live master connection, opened or reopened when needed; ERR_MASTER_DB_UNAVAILABLE. */
enum err runtime_master(struct runtime *, struct db **out) MUST_CHECK;
/* The same, but it is looked after only at its first use: for requests, which may need none. */
enum err runtime_master_later(struct runtime *, struct db **out) MUST_CHECK;
/* For an answer of that database which depends on news of `id`; taken before it is asked for. */
struct memo_stamp runtime_stamp(const struct runtime *, const struct memo *, const struct db *,
				const char *id);
/* connect_tenant() with this worker's settings, in the server's budget, under the supervisor's
 * deadline. A managed server is our own: no address is refused. `store_id` is whose connection it
 * is; NULL: nobody's. */
struct runtime_target {
	const struct conninfo *info;
	const char *store_id;
	bool managed;
	int statement_ms;
};
enum err runtime_connect(struct runtime *, const struct runtime_target *, struct db **out,
			 struct conn_failure *why) MUST_CHECK;
void runtime_done(struct runtime *);

#endif
