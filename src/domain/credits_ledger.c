/* SPDX-License-Identifier: Apache-2.0 */
/* The statements that move credits; the database proves at commit that each sums to zero. */
#include "domain/credits_ledger.h"

#include "base/text.h"

/* The time is taken after the row is locked, so that within a store times and balances rise
 * together. */
#define MOVED \
	" RETURNING b.store_id, b.balance_e4, b.reserved_e4, b.lifetime_purchased_e4," \
	" b.lifetime_spent_e4, clock_timestamp() AS at"
#define LEFT_OVER \
	" SELECT balance_e4, reserved_e4, lifetime_purchased_e4, lifetime_spent_e4 FROM moved"
/* From the platform's account to the store's; a negative amount goes the other way. */
#define ENTRIES(platform, store, amount)                                                           \
	"entries AS (INSERT INTO ledger_entries (transaction_id, account_id, amount_e4)"           \
	" SELECT m.id, a.id, CASE WHEN a.store_id IS NULL THEN -(" amount ") ELSE (" amount        \
	") END"                                                                                    \
	" FROM movement m, ledger_accounts a WHERE (a.store_id IS NULL AND a.kind = '" platform    \
	"')"                                                                                       \
	" OR (a.store_id = " store " AND a.kind = 'store_credits'))"

static const struct stmt move_spend = {
	.name = "ledger_move_spend",
	.sql = "WITH moved AS (UPDATE credit_balances b SET balance_e4 = b.balance_e4 - $4::bigint,"
	       " lifetime_spent_e4 = b.lifetime_spent_e4 + $4::bigint, version = b.version + 1"
	       " WHERE b.store_id = $1::uuid AND b.balance_e4 - b.reserved_e4 >= $4::bigint"
	       MOVED "),"
	       " movement AS (INSERT INTO ledger_transactions"
	       " (id, kind, store_id, idempotency_key, description, created_at)"
	       " SELECT $2::uuid, 'spend', store_id, 'spend:' || COALESCE($5::text, $3::text),"
	       " $6::text, at FROM moved WHERE $4::bigint > 0 RETURNING id), "
	       ENTRIES("platform_revenue", "$1::uuid", "-$4::bigint") ","
	       " history AS (INSERT INTO credit_transactions (id, store_id, user_id, type, status,"
	       " amount_e4, balance_after_e4, service_key, quantity_e4, description,"
	       " ledger_transaction_id, created_at, completed_at)"
	       " SELECT $3::uuid, store_id, $7::uuid, 'spend', 'completed', -$4::bigint,"
	       " balance_e4,"
	       " $8::text, $9::bigint, $6::text, (SELECT id FROM movement), at, at FROM moved)"
	       LEFT_OVER,
};

static const struct stmt move_purchase = {
	.name = "ledger_move_purchase",
	.sql = "WITH bought AS (SELECT id, store_id, user_id, amount_e4, price_cents, currency,"
	       " payment_provider, payment_reference, description FROM credit_transactions"
	       " WHERE id = $1::uuid AND type = 'purchase' AND status = 'pending' FOR UPDATE),"
	       " moved AS (UPDATE credit_balances b SET balance_e4 = b.balance_e4 + p.amount_e4,"
	       " lifetime_purchased_e4 = b.lifetime_purchased_e4 + p.amount_e4,"
	       " version = b.version + 1 FROM bought p WHERE b.store_id = p.store_id" MOVED "),"
	       " movement AS (INSERT INTO ledger_transactions"
	       " (id, kind, store_id, idempotency_key, description, created_at)"
	       " SELECT $2::uuid, 'purchase', m.store_id, 'purchase:' || COALESCE($4::text,"
	       " $1::text),"
	       " p.description, at FROM moved m, bought p RETURNING id), "
	       ENTRIES("platform_sales", "(SELECT store_id FROM moved)",
		       "SELECT amount_e4 FROM bought") ","
	       " history AS (UPDATE credit_transactions t SET status = 'completed',"
	       " balance_after_e4 = m.balance_e4, completed_at = m.at,"
	       " ledger_transaction_id = (SELECT id FROM movement)"
	       " FROM moved m, bought p WHERE t.id = p.id),"
	       " payment AS (INSERT INTO billing_transactions (id, store_id, user_id, kind, status,"
	       " amount_cents, currency, payment_provider, payment_reference,"
	       " credit_transaction_id,"
	       " description, paid_at)"
	       " SELECT $3::uuid, p.store_id, p.user_id, 'credit_purchase', 'paid', p.price_cents,"
	       " p.currency, p.payment_provider, p.payment_reference, p.id, p.description, m.at"
	       " FROM bought p, moved m)"
	       LEFT_OVER,
};

static const struct stmt move_bonus = {
	.name = "ledger_move_bonus",
	.sql = "WITH moved AS (UPDATE credit_balances b SET balance_e4 = b.balance_e4 + $4::bigint,"
	       " version = b.version + 1 WHERE b.store_id = $1::uuid" MOVED "),"
	       " movement AS (INSERT INTO ledger_transactions"
	       " (id, kind, store_id, idempotency_key, description, created_at)"
	       " SELECT $2::uuid, 'bonus', store_id, 'bonus:' || $3::text, $5::text, at FROM moved"
	       " RETURNING id), "
	       ENTRIES("platform_bonus", "$1::uuid", "$4::bigint") ","
	       " history AS (INSERT INTO credit_transactions (id, store_id, type, status,"
	       " amount_e4,"
	       " balance_after_e4, description, ledger_transaction_id, created_at, completed_at)"
	       " SELECT $3::uuid, m.store_id, 'bonus', 'completed', $4::bigint, m.balance_e4,"
	       " $5::text, l.id, at, at FROM moved m, movement l)"
	       LEFT_OVER,
};

static const struct stmt select_earlier = {
	.name = "ledger_select_earlier",
	.sql = "SELECT t.id, t.store_id, t.amount_e4, t.balance_after_e4 FROM ledger_transactions l"
	       " JOIN credit_transactions t ON t.ledger_transaction_id = l.id"
	       " WHERE l.idempotency_key = $1::text || ':' || $2::text",
};

void ledger_read_balance(const struct result *r, struct balance *out)
{
	out->balance = row_int(r, 0, "balance_e4");
	out->reserved = row_int(r, 0, "reserved_e4");
	out->available = out->balance - out->reserved;
	out->lifetime_purchased = row_int(r, 0, "lifetime_purchased_e4");
	out->lifetime_spent = row_int(r, 0, "lifetime_spent_e4");
}

enum err ledger_spend(struct db *db, const struct spend *s, int64_t amount, struct balance *left)
{
	char movement[ID_TEXT], id[ID_TEXT];
	struct result r;
	enum err e = db_one(db, &move_spend,
			    ARGS(a_text(s->store_id), a_text(id_new(movement)), a_text(id_new(id)),
				 a_int(amount), a_text(s->idempotency_key), a_text(s->description),
				 a_text(s->user_id), a_text(s->service_key),
				 s->service_key ? a_int(s->quantity) : a_text(NULL)),
			    &r);

	if (!e)
		ledger_read_balance(&r, left);
	return e;
}

enum err ledger_complete(struct db *db, const char *id, const char *key, struct balance *left)
{
	char movement[ID_TEXT], payment[ID_TEXT];
	struct result r;
	enum err e = db_one(db, &move_purchase,
			    ARGS(a_text(id), a_text(id_new(movement)), a_text(id_new(payment)),
				 a_text(key)),
			    &r);

	if (!e)
		ledger_read_balance(&r, left);
	return e;
}

enum err ledger_bonus(struct db *db, const char *store_id, int64_t amount, const char *words)
{
	char movement[ID_TEXT], id[ID_TEXT];

	return db_one(db, &move_bonus,
		      ARGS(a_text(store_id), a_text(id_new(movement)), a_text(id_new(id)),
			   a_int(amount), a_text(words)),
		      NULL);
}

enum err ledger_earlier(struct db *db, const char *kind, const char *key, const char *store_id,
			struct movement *out)
{
	struct result r;
	enum err e = db_one(db, &select_earlier, ARGS(a_text(kind), a_text(key)), &r);

	if (e)
		return e;
	if (!text_eq_nocase(row_text(&r, 0, "store_id"), store_id))
		return ERR_IDEMPOTENCY_KEY_REUSED;
	text_copy(out->id, sizeof(out->id), row_text(&r, 0, "id"));
	out->amount = row_int(&r, 0, "amount_e4");
	out->balance_after = row_int(&r, 0, "balance_after_e4");
	return OK;
}
