/* SPDX-License-Identifier: Apache-2.0 */
/* Questions whose answers are known, put to the master and the keyring. */
#include "domain/diagnostics.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypto/seal.h"
#include "db/migrate.h"

static const struct stmt select_sum = {
	.name = "diagnostics_sum",
	.sql = "SELECT 20 + 22 AS answer",
};

static const struct stmt select_version = {
	.name = "diagnostics_version",
	.sql = "SELECT COALESCE(max(number), 0) AS version FROM schema_migrations",
};

static bool seals(const struct runtime *rt)
{
	static const char text[] = "a box for this check";
	const struct seal_place here = { "diagnostics", "check", "here", 1 };
	unsigned char box[sizeof(text) + SEAL_OVERHEAD];
	char plain[sizeof(text)];
	size_t len = 0;

	return !seal_box(&rt->keys, &here, text, sizeof(text), box) &&
	       !seal_open(&rt->keys, &here, box, sizeof(box), plain, &len) && len == sizeof(text) &&
	       !memcmp(plain, text, sizeof(text));
}

static bool schema_is_ours(struct db *db, int *version)
{
	struct result r;

	if (db_one(db, &select_version, NO_ARGS, &r))
		return false;
	*version = (int)row_int(&r, 0, "version");
	return *version == migrate_latest(migrations_master);
}

void diagnostics_look(struct runtime *rt, struct diagnosis *out)
{
	const struct settings *s = rt->settings;
	int64_t start = clock_mono_us();
	struct result r;
	struct db *db;

	memset(out, 0, sizeof(*out));
	out->schema_latest = migrate_latest(migrations_master);
	out->env_vars = !text_empty(s->master_db_url) && !text_empty(s->encryption_key) &&
			!text_empty(s->jwt_secret);
	out->encryption = seals(rt);
	if (runtime_master(rt, &db))
		return;
	out->connection = true;
	if (db_one(db, &select_sum, NO_ARGS, &r))
		return;
	out->query = row_int(&r, 0, "answer") == 42;
	out->latency_us = (long)(clock_mono_us() - start);
	out->tables = schema_is_ours(db, &out->schema_version);
}

bool diagnostics_ready(struct runtime *rt)
{
	struct db *db;
	int version;
	bool ready = !runtime_master(rt, &db) && schema_is_ours(db, &version);

	if (db)
		db_forget(db);
	return ready;
}
