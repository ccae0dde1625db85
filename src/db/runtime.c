/* SPDX-License-Identifier: Apache-2.0 */
/* Putting a worker's belongings together and giving them back. */
#include "db/runtime.h"

#include <string.h>

#include "db/connect.h"

enum err runtime_init(struct runtime *rt, const struct settings *s, char *why, size_t size)
{
	struct cache_options options = { s->tenant_conns, s->tenant_idle, s->tenant_lifetime };
	enum err e;

	memset(rt, 0, sizeof(*rt));
	rt->settings = s;
	e = keyring_load(&rt->keys, s->encryption_key, s->encryption_keys_old, s->jwt_secret,
			 s->jwt_secrets_old, why, size);
	if (!e)
		e = egress_policy_parse(s->tenant_net_allow, &rt->egress, why, size);
	if (!e)
		e = cache_new(&options, &rt->tenants);
	return e;
}

enum err runtime_master(struct runtime *rt, struct db **out)
{
	const struct settings *s = rt->settings;
	enum err e = master_ensure(s->master_db_url, s->connect_timeout, s->statement_timeout,
				   &rt->master);

	*out = e ? NULL : rt->master;
	return e;
}

void runtime_done(struct runtime *rt)
{
	cache_free(rt->tenants);
	db_close(rt->master);
	keyring_wipe(&rt->keys);
	memset(rt, 0, sizeof(*rt));
}
