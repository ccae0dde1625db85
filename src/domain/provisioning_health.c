/* SPDX-License-Identifier: Apache-2.0 */
/* How a store's database is doing; it looks and deletes nothing. */
#include <string.h>

#include "base/text.h"
#include "db/migrate.h"
#include "domain/provisioning.h"
#include "domain/tenants.h"

static const struct stmt select_schema = {
	.name = "health_select_schema",
	.sql = "SELECT COALESCE(max(number), 0) AS version FROM souk_migrations"
	       " WHERE kind = 'schema'",
};

static const struct stmt note_check = {
	.name = "health_note_check",
	.sql = "UPDATE store_databases SET connection_status = $2, last_checked_at = now()"
	       " WHERE store_id = $1",
};

static enum err look(struct db *tenant, struct arena *a, struct store_health *out)
{
	struct server_facts facts;
	struct result r;
	enum err e;

	if ((e = connect_facts(tenant, &facts)) ||
	    (e = db_one(tenant, &select_schema, NO_ARGS, &r)))
		return e;
	out->reachable = true;
	out->latency_ms = facts.latency_ms;
	out->server = arena_strdup(a, facts.server);
	out->schema_version = (int)row_int(&r, 0, "version");
	return OK;
}

enum err provisioning_health(struct runtime *rt, struct db *master, const char *user_id,
			     const char *store_id, struct arena *a, struct store_health *out)
{
	struct db *tenant = NULL;
	struct store store;
	enum err e = stores_get(rt, master, user_id, store_id, a, &store);

	memset(out, 0, sizeof(*out));
	out->schema_latest = migrate_latest(migrations_tenant_postgresql);
	if (e)
		return e;
	e = tenants_borrow(rt, master, store_id, &tenant);
	if (!e) {
		tenant->log = master->log;
		e = look(tenant, a, out);
		cache_release(rt->tenants, tenant);
	}
	if (e == ERR_STORE_NOT_READY || e == ERR_STORE_SUSPENDED || e == ERR_MASTER_DB_UNAVAILABLE)
		return e;
	if (e)
		out->error = err_row(db_is_down(e) ? e : ERR_DB_UNAVAILABLE)->code;
	return db_run(master, &note_check,
		      ARGS(a_text(store_id),
			   a_text(e ? e == ERR_DB_TIMEOUT ? "timeout" : "failed" : "connected")),
		      NULL);
}
