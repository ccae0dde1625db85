/* SPDX-License-Identifier: Apache-2.0 */
/* Balance, purchase, spending, history and prices. */
#include "handlers/credits.h"

#include <inttypes.h>

#include "base/decimal.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/credits.h"
#include "handlers/current_store.h"
#include "handlers/shapes.h"
#include "web/input.h"
#include "web/reply.h"

#define QUANTITY_MAX_E4 10000000000   /* a million units */

enum {
	PURCHASE_MIN_E4 = 10000,
	CENT_E4 = 10000 / CREDIT_CENTS,
	UNIT_E4 = 10000,
	DESCRIPTION_MAX = 500
};

static void put_transaction(struct json_writer *jw, const char *name,
			    const struct credit_transaction *t)
{
	jw_object(jw, name);
	jw_text(jw, "id", t->id);
	jw_text(jw, "type", t->type);
	jw_text(jw, "status", t->status);
	jw_decimal(jw, "amount", t->amount, DECIMAL_CREDITS);
	if (t->completed_at)
		jw_decimal(jw, "balanceAfter", t->balance_after, DECIMAL_CREDITS);
	else
		jw_null(jw, "balanceAfter");
	jw_text(jw, "serviceKey", t->service_key);
	if (t->service_key)
		jw_decimal(jw, "quantity", t->quantity, DECIMAL_CREDITS);
	else
		jw_null(jw, "quantity");
	jw_text(jw, "description", t->description);
	jw_text(jw, "packId", t->pack_id);
	if (t->currency)
		jw_decimal(jw, "price", t->price_cents, DECIMAL_MONEY);
	else
		jw_null(jw, "price");
	jw_text(jw, "currency", t->currency);
	shape_time(jw, "createdAt", t->created_at);
	shape_time(jw, "completedAt", t->completed_at);
	jw_end_object(jw);
}

/* The client's key, made the caller's own: two users or routes may use the same one, and the same
 * user may use it again when its day is over. */
static const char *scoped_key(struct request *rq)
{
	const char *key = request_header(rq, "idempotency-key");

	if (text_empty(key))
		return NULL;
	return arena_printf(&rq->arena, "%s:%s:%" PRId64 ":%s", rq->who.user_id,
			    rq->match.route->pattern, rq->idempotent_since, key);
}

enum err get_credits_balance(struct request *rq)
{
	struct json_writer *jw;
	struct store store;
	struct balance b;
	enum err e;

	if ((e = current_store(rq, NULL, &store)) ||
	    (e = credits_balance(rq->master, store.id, &b)))
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_decimal(jw, "balance", b.balance, DECIMAL_CREDITS);
	jw_decimal(jw, "reserved", b.reserved, DECIMAL_CREDITS);
	jw_decimal(jw, "available", b.available, DECIMAL_CREDITS);
	jw_decimal(jw, "lifetimePurchased", b.lifetime_purchased, DECIMAL_CREDITS);
	jw_decimal(jw, "lifetimeSpent", b.lifetime_spent, DECIMAL_CREDITS);
	return reply_end(rq);
}

/* Exactly one of the two ways to say how much: `word`, or an amount. */
static bool input_amount(struct input *in, const char *other, const char *word, int64_t min,
			 int64_t *amount)
{
	bool given = input_decimal(in, "amount", DECIMAL_CREDITS, min, CREDITS_MAX_E4, 0, amount);

	if (given && word)
		input_complain(in, other, "cannot be sent together with an amount");
	if (!given && !word && !input_complaint(in, other))
		input_complain(in, "amount",
			       arena_printf(&in->rq->arena, "is required, or a %s", other));
	return given;
}

static const char *input_purchase(struct input *in, struct purchase *p)
{
	const char *method, *store_id = input_uuid(in, "storeId", 0);

	p->pack_id = input_text(in, "packId", 1, 64, 0);
	if (input_amount(in, "packId", p->pack_id, PURCHASE_MIN_E4, &p->amount) &&
	    p->amount % CENT_E4)
		input_complain(in, "amount",
			       "must come to whole cents, so have at most one decimal");
	method = input_text(in, "paymentMethod", 1, 32, 0);
	p->test = text_eq(method, "test");
	return store_id;
}

/* The step of the onboarding is done by whatever way the credits came. */
static void finish_step(struct request *rq, const struct store *store)
{
	struct store_change change = { .onboarding_credits = "done" };
	struct store after;
	enum err e = OK;

	if (!text_eq(store->onboarding_credits, "done"))
		e = stores_update(rq->rt, rq->master, rq->who.user_id, store->id, &change,
				  &rq->arena, &after);
	if (e)
		log_warn(&rq->log, "onboarding", "credits step not marked: %s", err_row(e)->name);
}

static enum err purchase_failed(struct request *rq, enum err e)
{
	if (e == ERR_PAYMENTS_UNAVAILABLE && text_eq(rq->rt->settings->payments, "test"))
		reply_detail(rq, "paymentMethod",
			     "must be \"test\": this platform is in test mode");
	return e;
}

enum err post_credits_purchase(struct request *rq)
{
	struct purchase p = { .user_id = rq->who.user_id, .idempotency_key = scoped_key(rq) };
	struct credit_transaction t;
	struct json_writer *jw;
	struct balance left;
	struct store store;
	struct input in;
	const char *wanted;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	wanted = input_purchase(&in, &p);
	if ((e = input_end(&in)) || (e = current_store(rq, wanted, &store)))
		return e;
	p.store_id = store.id;
	if ((e = credits_purchase(rq->rt, rq->master, &p, &rq->arena, &t, &left)))
		return purchase_failed(rq, e);
	finish_step(rq, &store);
	jw = reply_begin(rq, 201, "Credits added");
	put_transaction(jw, "transaction", &t);
	jw_null(jw, "checkoutUrl");
	jw_decimal(jw, "newBalance", left.balance, DECIMAL_CREDITS);
	return reply_end(rq);
}

static const char *input_spend(struct input *in, struct spend *s)
{
	const char *store_id = input_uuid(in, "storeId", 0);

	s->service_key = input_text(in, "serviceKey", 1, 80, 0);
	input_amount(in, "serviceKey", s->service_key, 1, &s->amount);
	s->quantity = UNIT_E4;
	input_decimal(in, "quantity", DECIMAL_CREDITS, 1, QUANTITY_MAX_E4, 0, &s->quantity);
	s->description = input_text(in, "description", 1, DESCRIPTION_MAX, 0);
	return store_id;
}

static enum err spend_failed(struct request *rq, enum err e, int64_t required,
			     const struct balance *left)
{
	if (e == ERR_INSUFFICIENT_CREDITS) {
		reply_detail_decimal(rq, "required", required, DECIMAL_CREDITS);
		reply_detail_decimal(rq, "available", left->available, DECIMAL_CREDITS);
	} else if (e == ERR_VALIDATION) {
		reply_detail(rq, "quantity", "is more than can be spent at once");
	}
	return e;
}

enum err post_credits_spend(struct request *rq)
{
	struct spend s = { .user_id = rq->who.user_id, .idempotency_key = scoped_key(rq) };
	struct balance left = { 0 };
	struct json_writer *jw;
	struct store store;
	struct input in;
	const char *wanted;
	int64_t spent = 0;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	wanted = input_spend(&in, &s);
	if ((e = input_end(&in)) || (e = current_store(rq, wanted, &store)))
		return e;
	s.store_id = store.id;
	if ((e = credits_spend(rq->master, &s, &spent, &left)))
		return spend_failed(rq, e, spent, &left);
	jw = reply_begin(rq, 200, "Credits spent");
	jw_decimal(jw, "amountSpent", spent, DECIMAL_CREDITS);
	jw_decimal(jw, "newBalance", left.balance, DECIMAL_CREDITS);
	return reply_end(rq);
}

enum err get_credits_transactions(struct request *rq)
{
	struct credit_list list;
	struct json_writer *jw;
	struct paging paging;
	struct store store;
	enum err e;
	int i;

	if ((e = input_paging(rq, &paging)) || (e = current_store(rq, NULL, &store)) ||
	    (e = credits_list(rq->master, store.id, &paging, &rq->arena, &list)))
		return e;
	jw = reply_list_begin(rq, "transactions");
	for (i = 0; i < list.n; i++)
		put_transaction(jw, NULL, &list.v[i]);
	return reply_list_end(rq, &paging);
}

static void put_packs(struct json_writer *jw, const struct pricing *p)
{
	int i;

	jw_array(jw, "packs");
	for (i = 0; i < p->pack_count; i++) {
		jw_object(jw, NULL);
		jw_text(jw, "id", p->packs[i].id);
		jw_decimal(jw, "credits", p->packs[i].credits, DECIMAL_CREDITS);
		jw_decimal(jw, "price", p->packs[i].price_cents, DECIMAL_MONEY);
		jw_text(jw, "currency", p->packs[i].currency);
		jw_end_object(jw);
	}
	jw_end_array(jw);
}

static void put_services(struct json_writer *jw, const struct pricing *p)
{
	int i;

	jw_array(jw, "services");
	for (i = 0; i < p->service_count; i++) {
		jw_object(jw, NULL);
		jw_text(jw, "key", p->services[i].key);
		jw_text(jw, "name", p->services[i].name);
		jw_text(jw, "description", p->services[i].description);
		jw_decimal(jw, "cost", p->services[i].cost, DECIMAL_CREDITS);
		jw_text(jw, "unit", p->services[i].unit);
		jw_end_object(jw);
	}
	jw_end_array(jw);
}

enum err get_credits_pricing(struct request *rq)
{
	struct pricing p;
	struct json_writer *jw;
	enum err e = credits_pricing(rq->master, &rq->arena, &p);

	if (e)
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_decimal(jw, "creditPrice", p.credit_cents, DECIMAL_MONEY);
	jw_text(jw, "currency", "USD");
	put_packs(jw, &p);
	put_services(jw, &p);
	return reply_end(rq);
}
