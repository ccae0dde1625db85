/* SPDX-License-Identifier: Apache-2.0 */
/* What stores do with credits: buy, spend, look. */
#include "domain/credits.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "domain/credits_ledger.h"
#include "domain/jobs.h"

enum { E4 = 10000, HISTORY_MAX_DAYS = 366 };

static const struct stmt select_balance = {
	.name = "credits_select_balance",
	.sql = "SELECT balance_e4, reserved_e4, lifetime_purchased_e4, lifetime_spent_e4"
	       " FROM credit_balances WHERE store_id = $1::uuid",
};

static const struct stmt insert_balance = {
	.name = "credits_insert_balance",
	.sql = "WITH accounts AS (INSERT INTO ledger_accounts (id, kind, store_id)"
	       " VALUES ($2::uuid, 'store_credits', $1::uuid), ($3::uuid, 'store_reserved',"
	       " $1::uuid))"
	       " INSERT INTO credit_balances (store_id) VALUES ($1::uuid)",
};

static const struct stmt select_service = {
	.name = "credits_select_service",
	.sql = "SELECT cost_e4, unit = 'flat_rate' AS flat FROM service_credit_costs"
	       " WHERE service_key = $1 AND is_active",
};

static const struct stmt select_pack = {
	.name = "credits_select_pack",
	.sql = "SELECT credits_e4, price_cents, currency FROM credit_packs WHERE id = $1 AND"
	       " is_active",
};

static const struct stmt insert_purchase = {
	.name = "credits_insert_purchase",
	.sql = "INSERT INTO credit_transactions (id, store_id, user_id, type, status, amount_e4,"
	       " description, pack_id, price_cents, currency, payment_provider, payment_reference)"
	       " VALUES ($1::uuid, $2::uuid, $3::uuid, 'purchase', 'pending', $4::bigint,"
	       " 'Purchase of credits', $5, $6::bigint, $7, 'test', 'test_' || $1::text)",
};

#define TRANSACTION_COLUMNS \
	"id, type, status, service_key, description, pack_id, currency, amount_e4," \
	" balance_after_e4," \
	" quantity_e4, price_cents, created_at, completed_at"

static const struct stmt select_transaction = {
	.name = "credits_select_transaction",
	.sql = "SELECT " TRANSACTION_COLUMNS " FROM credit_transactions WHERE id = $1::uuid",
};

static const struct stmt list_transactions = {
	.name = "credits_list_transactions",
	.sql = "SELECT " TRANSACTION_COLUMNS " FROM credit_transactions WHERE store_id = $1::uuid"
	       " AND ($3::uuid IS NULL OR (created_at, id) < (SELECT c.created_at, c.id"
	       " FROM credit_transactions c WHERE c.id = $3::uuid AND c.store_id = $1::uuid))"
	       " ORDER BY created_at DESC, id DESC LIMIT $2::int",
};

static const struct stmt list_packs = {
	.name = "credits_list_packs",
	.sql = "SELECT id, credits_e4, price_cents, currency FROM credit_packs WHERE is_active"
	       " ORDER BY sort, id",
};

static const struct stmt list_services = {
	.name = "credits_list_services",
	.sql = "SELECT service_key, name, description, unit, cost_e4 FROM service_credit_costs"
	       " WHERE is_active ORDER BY sort, service_key",
};

/* Backwards from today's balance, so that only the days shown are read. A purchase may stay open
 * for days before it counts, hence the longer look at created_at, which is what the index knows. */
static const struct stmt select_history = {
	.name = "credits_select_history",
	.sql = "SELECT (b.balance_e4 - COALESCE(sum(c.amount_e4) OVER (ORDER BY d.day DESC"
	       " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS balance_e4"
	       " FROM credit_balances b"
	       " CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date - n AS day"
	       " FROM generate_series(0, $2::int - 1) AS n) d"
	       " LEFT JOIN (SELECT (completed_at AT TIME ZONE 'UTC')::date AS day,"
	       " sum(amount_e4) AS amount_e4 FROM credit_transactions WHERE store_id = $1::uuid"
	       " AND created_at > now() - make_interval(days => $2::int + 31)"
	       " AND status = 'completed' AND type NOT IN ('reserve', 'release')"
	       " GROUP BY 1) c ON c.day = d.day"
	       " WHERE b.store_id = $1::uuid ORDER BY d.day",
};

enum err credits_balance(struct db *db, const char *store_id, struct balance *out)
{
	struct result r;
	enum err e = db_one(db, &select_balance, ARGS(a_text(store_id)), &r);

	if (!e)
		ledger_read_balance(&r, out);
	return e;
}

enum err credits_open(struct db *db, const char *store_id, int64_t free_e4)
{
	char credits[ID_TEXT], reserved[ID_TEXT];
	enum err e = db_run(
		db, &insert_balance,
		ARGS(a_text(store_id), a_text(id_new(credits)), a_text(id_new(reserved))), NULL);

	if (e || free_e4 <= 0)
		return e;
	return ledger_bonus(db, store_id, free_e4, "Welcome credits");
}

static enum err ask_sync(struct db *db, const char *store_id)
{
	struct buf key = BUF_INIT;
	struct new_job job = { .kind = "sync_credits", .store_id = store_id };
	char id[ID_TEXT];
	enum err e;

	buf_printf(&key, "sync_credits:%s", store_id);
	job.unique_key = buf_str(&key);
	e = jobs_add(db, &job, id);
	buf_done(&key);
	return e;
}

/* Half a ten-thousandth rounds up, and what has a price is never free, however little of it is
 * used. */
static enum err service_amount(struct db *db, const struct spend *s, int64_t *amount)
{
	struct result r;
	int64_t cost;
	enum err e = db_one(db, &select_service, ARGS(a_text(s->service_key)), &r);

	if (e)
		return e == ERR_NO_ROW ? ERR_SERVICE_NOT_FOUND : e;
	cost = row_int(&r, 0, "cost_e4");
	if (row_bool(&r, 0, "flat")) {
		*amount = cost;
	} else {
		__int128 exact = (__int128)cost * s->quantity;

		if (s->quantity <= 0 || exact > (__int128)CREDITS_MAX_E4 * E4)
			return ERR_VALIDATION;
		*amount = (int64_t)((exact + E4 / 2) / E4);
		if (cost && !*amount)
			*amount = 1;
	}
	return *amount > CREDITS_MAX_E4 ? ERR_VALIDATION : OK;
}

struct spending {
	const struct spend *spend;
	int64_t amount;
	struct balance left;
};

static enum err spend_body(struct db *db, void *arg)
{
	struct spending *s = arg;
	enum err e = ledger_spend(db, s->spend, s->amount, &s->left);

	return e ? e : ask_sync(db, s->spend->store_id);
}

static bool happened_before(const struct db *db, enum err e)
{
	return e == ERR_DB_UNIQUE && text_eq(db->constraint, LEDGER_KEY);
}

/* The answer that the same key got the first time. */
static enum err spend_earlier(struct db *db, struct spending *s)
{
	struct movement m;
	enum err e = ledger_earlier(db, "spend", s->spend->idempotency_key, s->spend->store_id, &m);

	if (e)
		return e;
	if (m.amount != -s->amount)
		return ERR_IDEMPOTENCY_KEY_REUSED;
	if ((e = credits_balance(db, s->spend->store_id, &s->left)))
		return e;
	s->left.balance = m.balance_after;
	s->left.available = m.balance_after - s->left.reserved;
	return OK;
}

static enum err spend_refused(struct db *db, struct spending *s)
{
	enum err e = s->spend->idempotency_key ? spend_earlier(db, s) : ERR_NO_ROW;

	if (e != ERR_NO_ROW)
		return e;
	e = credits_balance(db, s->spend->store_id, &s->left);
	return e ? e : ERR_INSUFFICIENT_CREDITS;
}

enum err credits_spend(struct db *db, const struct spend *spend, int64_t *spent,
		       struct balance *left)
{
	struct spending s = { .spend = spend, .amount = spend->amount };
	enum err e = OK;

	if (spend->service_key)
		e = service_amount(db, spend, &s.amount);
	else if (spend->amount <= 0 || spend->amount > CREDITS_MAX_E4)
		e = ERR_VALIDATION;
	if (e)
		return e;
	e = db_transaction(db, "spend credits", spend_body, &s);
	if (e == ERR_NO_ROW)
		e = spend_refused(db, &s);
	else if (happened_before(db, e))
		e = spend_earlier(db, &s);
	*spent = s.amount;
	*left = s.left;
	return e;
}

static void read_transaction(struct arena *a, const struct result *r, int i,
			     struct credit_transaction *t)
{
#define TEXT(column) (row_null(r, i, column) ? NULL : arena_strdup(a, row_text(r, i, column)))
	t->id = TEXT("id");
	t->type = TEXT("type");
	t->status = TEXT("status");
	t->service_key = TEXT("service_key");
	t->description = TEXT("description");
	t->pack_id = TEXT("pack_id");
	t->currency = TEXT("currency");
#undef TEXT
	t->amount = row_int(r, i, "amount_e4");
	t->balance_after = row_int(r, i, "balance_after_e4");
	t->quantity = row_int(r, i, "quantity_e4");
	t->price_cents = row_int(r, i, "price_cents");
	t->created_at = row_time(r, i, "created_at");
	t->completed_at = row_time(r, i, "completed_at");
}

struct buying {
	const struct purchase *purchase;
	int64_t amount, price_cents;
	const char *currency;
	char id[ID_TEXT];
	struct balance left;
};

/* A free amount has to come to whole cents. */
static enum err price(struct db *db, struct buying *b)
{
	const struct purchase *p = b->purchase;
	struct result r;
	enum err e;

	if (!p->pack_id) {
		b->amount = p->amount;
		if (p->amount <= 0 || p->amount > CREDITS_MAX_E4 || p->amount * CREDIT_CENTS % E4)
			return ERR_VALIDATION;
		b->price_cents = p->amount * CREDIT_CENTS / E4;
		b->currency = "USD";
		return OK;
	}
	if ((e = db_one(db, &select_pack, ARGS(a_text(p->pack_id)), &r)))
		return e == ERR_NO_ROW ? ERR_PACK_NOT_FOUND : e;
	b->amount = row_int(&r, 0, "credits_e4");
	b->price_cents = row_int(&r, 0, "price_cents");
	b->currency = row_text(&r, 0, "currency");
	return OK;
}

static enum err purchase_body(struct db *db, void *arg)
{
	struct buying *b = arg;
	const struct purchase *p = b->purchase;
	enum err e = db_run(db, &insert_purchase,
			    ARGS(a_text(id_new(b->id)), a_text(p->store_id), a_text(p->user_id),
				 a_int(b->amount), a_text(p->pack_id), a_int(b->price_cents),
				 a_text(b->currency)),
			    NULL);

	if (e || (e = ledger_complete(db, b->id, p->idempotency_key, &b->left)))
		return e;
	return ask_sync(db, p->store_id);
}

static enum err purchase_earlier(struct db *db, struct buying *b)
{
	const struct purchase *p = b->purchase;
	struct movement m;
	enum err e = ledger_earlier(db, "purchase", p->idempotency_key, p->store_id, &m);

	if (e)
		return e;
	if (m.amount != b->amount)
		return ERR_IDEMPOTENCY_KEY_REUSED;
	text_copy(b->id, sizeof(b->id), m.id);
	return credits_balance(db, p->store_id, &b->left);
}

enum err credits_purchase(struct runtime *rt, struct db *db, const struct purchase *p,
			  struct arena *a, struct credit_transaction *out, struct balance *left)
{
	struct buying b = { .purchase = p };
	struct result r;
	enum err e = price(db, &b);

	if (e)
		return e;
	if (!p->test || !text_eq(rt->settings->payments, "test"))
		return ERR_PAYMENTS_UNAVAILABLE;
	e = db_transaction(db, "purchase credits", purchase_body, &b);
	if (happened_before(db, e))
		e = purchase_earlier(db, &b);
	if (e || (e = db_one(db, &select_transaction, ARGS(a_text(b.id)), &r)))
		return e;
	read_transaction(a, &r, 0, out);
	*left = b.left;
	return OK;
}

enum err credits_list(struct db *db, const char *store_id, struct paging *paging, struct arena *a,
		      struct credit_list *out)
{
	struct result r;
	int i;
	enum err e = paging_run(db, &list_transactions, store_id, paging, a, &r);

	if (e)
		return e;
	out->n = r.rows;
	out->v = arena_calloc(a, (size_t)out->n, sizeof(*out->v));
	for (i = 0; i < out->n; i++)
		read_transaction(a, &r, i, &out->v[i]);
	return OK;
}

static enum err read_packs(struct db *db, struct arena *a, struct pricing *out)
{
	struct result r;
	int i;
	enum err e = db_run(db, &list_packs, NO_ARGS, &r);

	if (e)
		return e;
	out->pack_count = r.rows;
	out->packs = arena_calloc(a, (size_t)r.rows, sizeof(*out->packs));
	for (i = 0; i < r.rows; i++) {
		struct credit_pack *p = &out->packs[i];

		p->id = arena_strdup(a, row_text(&r, i, "id"));
		p->credits = row_int(&r, i, "credits_e4");
		p->price_cents = row_int(&r, i, "price_cents");
		p->currency = arena_strdup(a, row_text(&r, i, "currency"));
	}
	return OK;
}

static enum err read_services(struct db *db, struct arena *a, struct pricing *out)
{
	struct result r;
	int i;
	enum err e = db_run(db, &list_services, NO_ARGS, &r);

	if (e)
		return e;
	out->service_count = r.rows;
	out->services = arena_calloc(a, (size_t)r.rows, sizeof(*out->services));
	for (i = 0; i < r.rows; i++) {
		struct service_cost *s = &out->services[i];

		s->key = arena_strdup(a, row_text(&r, i, "service_key"));
		s->name = arena_strdup(a, row_text(&r, i, "name"));
		s->description = arena_strdup(a, row_text(&r, i, "description"));
		s->unit = arena_strdup(a, row_text(&r, i, "unit"));
		s->cost = row_int(&r, i, "cost_e4");
	}
	return OK;
}

enum err credits_pricing(struct db *db, struct arena *a, struct pricing *out)
{
	enum err e = read_packs(db, a, out);

	out->credit_cents = CREDIT_CENTS;
	return e ? e : read_services(db, a, out);
}

enum err credits_history(struct db *db, const char *store_id, int days, int64_t *balance_e4)
{
	struct result r;
	int i;
	enum err e;

	if (days < 1 || days > HISTORY_MAX_DAYS)
		return ERR_VALIDATION;
	memset(balance_e4, 0, (size_t)days * sizeof(*balance_e4));
	if ((e = db_run(db, &select_history, ARGS(a_text(store_id), a_int(days)), &r)))
		return e;
	for (i = 0; i < r.rows && i < days; i++)
		balance_e4[i] = row_int(&r, i, "balance_e4");
	return OK;
}
