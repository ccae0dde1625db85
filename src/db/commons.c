/* SPDX-License-Identifier: Apache-2.0 */
/* Made in one piece; a dead worker's part of it is given back. */
#include "db/commons.h"

#include "base/shared.h"

struct commons *commons_new(const struct settings *s)
{
	struct commons *c = shared_new(sizeof(*c));

	if (!c)
		return NULL;
	password_room_init(&c->passwords, settings_cores());
	commons_fit(c, s);
	return c;
}

void commons_fit(struct commons *c, const struct settings *s)
{
	seats_init(&c->strangers, s->slow_workers / 2);
}

void commons_fit_shard(struct commons *c, int shard, int workers)
{
	seats_init(&c->patient[shard], workers - 1);
}

void commons_connect_killed(struct commons *c, const char *store_id)
{
	breaker_killed(&c->breakers, store_id);
}

void commons_worker_ended(struct commons *c, int pid)
{
	int i;

	for (i = 0; i < COMMONS_SHARDS; i++)
		seats_ended(&c->patient[i], pid);
	seats_ended(&c->passwords.hashing, pid);
	seats_ended(&c->passwords.inside, pid);
	seats_ended(&c->strangers, pid);
	budget_ended(&c->budget, pid);
}
