/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what is removed when, and the loop over it. */
#include "domain/upkeep.h"

#include "base/log.h"

enum { LOG_DAYS = 30, BATCH = 500, BATCHES_MAX = 200, WINDOW_MIN_S = 24 * 3600 };

static const struct stmt maintain_logs = {
	.name = "upkeep_logs",
	.sql = "SELECT api_usage_logs_maintain($1::int) AS dropped",
};

/* $1: rows at most; $2: seconds, where a row needs them. Rows that others hold are left for another
 * time. */
static const struct stmt sweep_refresh_tokens = {
	.name = "upkeep_refresh_tokens",
	.sql = "DELETE FROM refresh_tokens WHERE id IN (SELECT id FROM refresh_tokens"
	       " WHERE expires_at < now() - interval '7 days' LIMIT $1::int FOR UPDATE SKIP"
	       " LOCKED)",
};

static const struct stmt sweep_sessions = {
	.name = "upkeep_sessions",
	.sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions"
	       " WHERE expires_at < now() - interval '7 days' LIMIT $1::int FOR UPDATE SKIP"
	       " LOCKED)",
};

static const struct stmt sweep_account_tokens = {
	.name = "upkeep_account_tokens",
	.sql = "DELETE FROM account_tokens WHERE id IN (SELECT id FROM account_tokens"
	       " WHERE expires_at < now() - interval '7 days' LIMIT $1::int FOR UPDATE SKIP"
	       " LOCKED)",
};

static const struct stmt sweep_idempotency_keys = {
	.name = "upkeep_idempotency_keys",
	.sql = "DELETE FROM idempotency_keys WHERE (user_id, route, key) IN"
	       " (SELECT user_id, route, key FROM idempotency_keys"
	       " WHERE expires_at < now() LIMIT $1::int FOR UPDATE SKIP LOCKED)",
};

static const struct stmt sweep_rate_limits = {
	.name = "upkeep_rate_limits",
	.sql = "DELETE FROM rate_limits WHERE key IN (SELECT key FROM rate_limits"
	       " WHERE window_started_at < now() - make_interval(secs => $2::int)"
	       " LIMIT $1::int FOR UPDATE SKIP LOCKED)",
};

static const struct stmt sweep_jobs = {
	.name = "upkeep_jobs",
	.sql = "DELETE FROM job_queue WHERE id IN (SELECT id FROM job_queue"
	       " WHERE finished_at < now() - interval '30 days'"
	       " AND status NOT IN ('queued', 'running') LIMIT $1::int FOR UPDATE SKIP LOCKED)",
};

static const struct {
	const struct stmt *stmt;
	bool seconds;   /* takes $2 */
} sweeps[] = {
	{ &sweep_refresh_tokens, false },
	{ &sweep_sessions, false },
	{ &sweep_account_tokens, false },
	{ &sweep_idempotency_keys, false },
	{ &sweep_rate_limits, true },
	{ &sweep_jobs, false },
};

/* A window still counted must stay, however long the operator made it. */
static int longest_window(const struct settings *s)
{
	const struct rate *rates[] = { &s->rate_login, &s->rate_login_network, &s->rate_register,
				       &s->rate_refresh, &s->rate_mail, &s->rate_mail_network,
				       &s->rate_test_database };
	int longest = WINDOW_MIN_S;
	size_t i;

	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (rates[i]->seconds > longest)
			longest = rates[i]->seconds;
	return longest;
}

static enum err sweep(struct db *db, const struct stmt *stmt, struct args args, int64_t *removed)
{
	struct result r;
	enum err e;
	int i;

	for (i = 0; i < BATCHES_MAX; i++) {
		if ((e = db_run(db, stmt, args, &r)))
			return e;
		*removed += r.changed;
		if (r.changed < BATCH)
			break;
	}
	return OK;
}

enum err upkeep_run(struct runtime *rt, const struct job *job)
{
	struct db *db;
	int64_t removed = 0;
	size_t i;
	enum err e = runtime_master(rt, &db);

	(void)job;
	if (!e)
		e = db_run(db, &maintain_logs, ARGS(a_int(LOG_DAYS)), NULL);
	for (i = 0; !e && i < sizeof(sweeps) / sizeof(*sweeps); i++) {
		struct args args = ARGS(a_int(BATCH), a_int(longest_window(rt->settings)));

		args.n = sweeps[i].seconds ? 2 : 1;
		e = sweep(db, sweeps[i].stmt, args, &removed);
	}
	if (!e)
		log_info(db->log, "upkeep", "%lld rows removed", (long long)removed);
	return e;
}
