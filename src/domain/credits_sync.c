/* SPDX-License-Identifier: Apache-2.0 */
/* Brings a store's balance and spending from the master into its own database. */
#include "base/buf.h"
#include "base/text.h"
#include "domain/credits.h"
#include "domain/jobs.h"
#include "domain/tenants.h"
#include "json/json_writer.h"

enum { BATCH = 500 };

static const struct stmt select_cache = {
	.name = "credits_sync_select_balance",
	.sql = "SELECT balance_e4, reserved_e4, lifetime_purchased_e4, lifetime_spent_e4, version"
	       " FROM credit_balances WHERE store_id = $1::uuid",
};

/* Some minutes before the last one known, in case the server's clock was set back in between. */
static const struct stmt select_start = {
	.name = "credits_sync_select_start",
	.sql = "SELECT COALESCE($1::timestamptz, '-infinity') - interval '5 minutes' AS at,"
	       " '00000000-0000-0000-0000-000000000000' AS id",
};

static const struct stmt select_spends = {
	.name = "credits_sync_select_spends",
	.sql = "SELECT id, -amount_e4 AS amount_e4, balance_after_e4, service_key, quantity_e4,"
	       " left(COALESCE(description, ''), 500) AS description, user_id, created_at"
	       " FROM credit_transactions WHERE store_id = $1::uuid"
	       " AND type = 'spend' AND status = 'completed'"
	       " AND (created_at, id) > ($2::timestamptz, $3::uuid)"
	       " ORDER BY created_at, id LIMIT $4::int",
};

static const struct stmt upsert_cache = {
	.name = "credits_sync_upsert_cache",
	.sql = "INSERT INTO credit_balance_cache AS c (store_id, balance_e4, reserved_e4,"
	       " lifetime_purchased_e4, lifetime_spent_e4, version, synced_at)"
	       " VALUES ($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint,"
	       " now())"
	       " ON CONFLICT (store_id) DO UPDATE SET balance_e4 = excluded.balance_e4,"
	       " reserved_e4 = excluded.reserved_e4,"
	       " lifetime_purchased_e4 = excluded.lifetime_purchased_e4,"
	       " lifetime_spent_e4 = excluded.lifetime_spent_e4, version = excluded.version,"
	       " synced_at = excluded.synced_at WHERE c.version < excluded.version",
	/* Assignments take effect from left to right there: version goes last. */
	.mysql = "INSERT INTO credit_balance_cache (store_id, balance_e4, reserved_e4,"
		 " lifetime_purchased_e4, lifetime_spent_e4, version, synced_at)"
		 " VALUES ($1, $2, $3, $4, $5, $6, utc_timestamp(6)) ON DUPLICATE KEY UPDATE"
		 " balance_e4 = IF(version < VALUES(version), VALUES(balance_e4), balance_e4),"
		 " reserved_e4 = IF(version < VALUES(version), VALUES(reserved_e4), reserved_e4),"
		 " lifetime_purchased_e4 = IF(version < VALUES(version),"
		 " VALUES(lifetime_purchased_e4), lifetime_purchased_e4),"
		 " lifetime_spent_e4 = IF(version < VALUES(version), VALUES(lifetime_spent_e4),"
		 " lifetime_spent_e4),"
		 " synced_at = IF(version < VALUES(version), VALUES(synced_at), synced_at),"
		 " version = GREATEST(version, VALUES(version))",
};

static const struct stmt select_last = {
	.name = "credits_sync_select_last",
	.sql = "SELECT max(spent_at) AS spent_at FROM credit_spending_log WHERE store_id = $1",
	.mysql = "SELECT concat(max(spent_at), '+00') AS spent_at FROM credit_spending_log"
		 " WHERE store_id = $1",
};

static const struct stmt insert_spends = {
	.name = "credits_sync_insert_spends",
	.sql = "INSERT INTO credit_spending_log (id, store_id, amount_e4, balance_after_e4,"
	       " service_key,"
	       " quantity_e4, description, user_id, spent_at)"
	       " SELECT s.id, $1::uuid, s.amount, s.balance, s.service, s.quantity, s.description,"
	       " s.\"user\", s.at FROM jsonb_to_recordset($2::jsonb) AS s(id uuid, amount bigint,"
	       " balance bigint, service text, quantity bigint, description text, \"user\" uuid,"
	       " at timestamptz) ON CONFLICT (id) DO NOTHING",
	.mysql = "INSERT INTO credit_spending_log (id, store_id, amount_e4, balance_after_e4,"
		 " service_key, quantity_e4, description, user_id, spent_at)"
		 " SELECT s.id, $1, s.amount, s.balance, s.service, s.quantity, s.description,"
		 " s.user_id,"
		 " left(s.at, 26) FROM JSON_TABLE($2, '$[*]' COLUMNS (id char(36) PATH '$.id',"
		 " amount bigint PATH '$.amount', balance bigint PATH '$.balance',"
		 " service varchar(80) PATH '$.service', quantity bigint PATH '$.quantity',"
		 " description varchar(500) PATH '$.description', user_id char(36) PATH '$.user',"
		 " at varchar(40) PATH '$.at')) AS s"
		 " ON DUPLICATE KEY UPDATE id = credit_spending_log.id",
};

static void write_spends(const struct result *r, struct buf *out)
{
	struct json_writer w;
	int i;

	buf_clear(out);
	jw_init(&w, out);
	jw_array(&w, NULL);
	for (i = 0; i < r->rows; i++) {
		jw_object(&w, NULL);
		jw_text(&w, "id", row_text(r, i, "id"));
		jw_int(&w, "amount", row_int(r, i, "amount_e4"));
		jw_int(&w, "balance", row_int(r, i, "balance_after_e4"));
		jw_text(&w, "service", row_text(r, i, "service_key"));
		if (!row_null(r, i, "quantity_e4"))
			jw_int(&w, "quantity", row_int(r, i, "quantity_e4"));
		jw_text(&w, "description", row_text(r, i, "description"));
		jw_text(&w, "user", row_text(r, i, "user_id"));
		jw_text(&w, "at", row_text(r, i, "created_at"));
		jw_end_object(&w);
	}
	jw_end_array(&w);
}

static enum err sync_balance(struct db *master, struct db *tenant, const char *store_id)
{
	struct result r;
	enum err e = db_one(master, &select_cache, ARGS(a_text(store_id)), &r);

	if (e)
		return e;
	return db_run(tenant, &upsert_cache,
		      ARGS(a_text(store_id), a_int(row_int(&r, 0, "balance_e4")),
			   a_int(row_int(&r, 0, "reserved_e4")),
			   a_int(row_int(&r, 0, "lifetime_purchased_e4")),
			   a_int(row_int(&r, 0, "lifetime_spent_e4")),
			   a_int(row_int(&r, 0, "version"))),
		      NULL);
}

/* Spends of one store commit in the order of their times (its balance row is locked when the time
 * is taken), so what lies before the last one in the tenant is there already. What the tenant says
 * of that time is passed on as text and never interpreted here: it may be anything. */
static enum err sync_spends(struct db *master, struct db *tenant, const char *store_id)
{
	char at[64], id[ID_TEXT];
	struct buf batch = BUF_INIT;
	const char *last;
	struct result r;
	enum err e;

	if ((e = db_run(tenant, &select_last, ARGS(a_text(store_id)), &r)))
		return e;
	last = r.rows ? row_text(&r, 0, "spent_at") : NULL;
	if ((e = db_one(master, &select_start, ARGS(a_text(last)), &r)))
		return e;
	for (;;) {
		text_copy(at, sizeof(at),
			  row_text(&r, r.rows - 1, batch.data ? "created_at" : "at"));
		text_copy(id, sizeof(id), row_text(&r, r.rows - 1, "id"));
		db_forget(master);
		e = db_run(master, &select_spends,
			   ARGS(a_text(store_id), a_text(at), a_text(id), a_int(BATCH)), &r);
		if (e || !r.rows)
			break;
		write_spends(&r, &batch);
		e = db_run(tenant, &insert_spends, ARGS(a_text(store_id), a_text(buf_str(&batch))),
			   NULL);
		if (e || r.rows < BATCH)
			break;
	}
	buf_done(&batch);
	return e;
}

enum err credits_sync(struct runtime *rt, const struct job *job)
{
	struct db *master, *tenant;
	enum err e = runtime_master(rt, &master);

	if (e)
		return e;
	e = tenants_borrow(rt, master, job->store_id, &tenant);
	if (e == ERR_STORE_NOT_READY || e == ERR_STORE_NOT_FOUND || e == ERR_STORE_SUSPENDED)
		return OK;   /* nothing to feed; provisioning and resuming ask for it again */
	if (e)
		return e;
	e = sync_balance(master, tenant, job->store_id);
	if (!e)
		e = sync_spends(master, tenant, job->store_id);
	cache_release(rt->tenants, tenant);
	return e;
}
