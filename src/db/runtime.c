/* SPDX-License-Identifier: Apache-2.0 */
/* Putting a worker's belongings together and giving them back. */
#include "db/runtime.h"

#include <string.h>

#include "db/connect.h"

enum { TOKENS = 512, SESSIONS = 512, OVERVIEWS = 256, STORES = 1024 /* remembered at most */ };

enum err runtime_init(struct runtime *rt, const struct settings *s, struct news *news, char *why,
		      size_t size)
{
	struct cache_options options = { s->tenant_conns, s->tenant_idle, s->tenant_lifetime };
	enum err e;

	memset(rt, 0, sizeof(*rt));
	rt->settings = s;
	rt->news = news;
	rt->tokens = memo_new(TOKENS, news);
	rt->sessions = memo_new(SESSIONS, news);
	rt->overviews = memo_new(OVERVIEWS, news);
	rt->hosts = memo_new(STORES, news);
	rt->live = memo_new(STORES, news);
	e = keyring_load(&rt->keys, s->encryption_key, s->encryption_keys_old, s->jwt_secret,
			 s->jwt_secrets_old, why, size);
	if (!e)
		e = egress_policy_parse(s->tenant_net_allow, &rt->egress, why, size);
	if (!e)
		e = cache_new(&options, &rt->tenants);
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
