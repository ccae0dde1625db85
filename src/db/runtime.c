/* SPDX-License-Identifier: Apache-2.0 */
/* Putting a worker's belongings together and giving them back. */
#include "db/runtime.h"

#include <string.h>

#include "crypto/token.h"
#include "db/connect.h"

enum { TOKENS = 1024, SESSIONS = 1024, OVERVIEWS = 256, STORES = 4096 /* remembered at most */ };

static bool spare(void *cache, uint32_t server)
{
	return cache_spare(cache, server);
}

enum err runtime_init(struct runtime *rt, const struct settings *s, struct news *news,
		      struct commons *commons, char *why, size_t size)
{
	struct cache_options options = { s->tenant_conns, s->tenant_idle, s->tenant_lifetime,
					 commons ? &commons->budget : NULL };
	enum err e;

	memset(rt, 0, sizeof(*rt));
	rt->settings = s;
	rt->news = news;
	rt->tokens = memo_new(TOKENS, news, token_place);
	rt->sessions = memo_new(SESSIONS, news, token_place);
	rt->overviews = memo_new(OVERVIEWS, news, token_place);
	rt->hosts = memo_new(STORES, news, token_place);
	rt->live = memo_new(STORES, news, token_place);
	rt->commons = commons;
	password_use_room(commons ? &commons->passwords : NULL);
	e = keyring_load(&rt->keys, s->encryption_key, s->encryption_keys_old, s->jwt_secret,
			 s->jwt_secrets_old, why, size);
	if (!e)
		e = egress_policy_parse(s->tenant_net_allow, &rt->egress, why, size);
	if (!e)
		e = cache_new(&options, &rt->tenants);
	rt->budget = (struct budget_user){ options.budget, spare, rt->tenants };
	return e;
}

enum err runtime_master_later(struct runtime *rt, struct db **out)
{
	const struct settings *s = rt->settings;
	enum err e = OK;

	if (!rt->master)
		e = master_new(s->master_db_url, s->connect_timeout, s->statement_timeout,
			       &rt->master);
	*out = rt->master;
	if (e)
		return ERR_MASTER_DB_UNAVAILABLE;
	rt->master->news = rt->news;
	rt->master->timeout_ms = s->statement_timeout;
	db_prove_later(rt->master);
	return OK;
}

enum err runtime_master(struct runtime *rt, struct db **out)
{
	enum err e = runtime_master_later(rt, out);

	if (!e)
		e = db_prove(rt->master);
	if (e)
		*out = NULL;
	return e;
}

struct memo_stamp runtime_stamp(const struct runtime *rt, const struct memo *memo,
				const struct db *db, const char *id)
{
	int deaf = rt->news ? RUNTIME_DEAF_MS : 0;

	return memo_stamp(memo, id, db->role == DB_MASTER ? RUNTIME_LIVE_MS : deaf, deaf);
}

enum err runtime_connect(struct runtime *rt, const struct runtime_target *to, struct db **out,
			 struct conn_failure *why)
{
	const struct settings *s = rt->settings;
	const struct connect_options options = {
		.policy = to->managed ? NULL : &rt->egress,
		.ca_file = s->tenant_ca_file,
		.timeout_s = s->connect_timeout,
		.statement_ms = to->statement_ms,
		.budget = &rt->budget,
		.server_conns = to->managed ? s->managed_conns : s->server_conns,
	};
	enum err e;

	if (to->store_id)
		score_connecting(rt->slot, to->store_id);
	e = connect_tenant(to->info, &options, out, why);
	if (to->store_id)
		score_connected(rt->slot);
	return e;
}

void runtime_done(struct runtime *rt)
{
	cache_free(rt->tenants);
	db_close(rt->master);
	keyring_wipe(&rt->keys);
	memo_free(rt->tokens);
	memo_free(rt->sessions);
	memo_free(rt->overviews);
	memo_free(rt->hosts);
	memo_free(rt->live);
	memset(rt, 0, sizeof(*rt));
}
