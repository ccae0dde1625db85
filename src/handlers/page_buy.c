/* SPDX-License-Identifier: Apache-2.0 */
/* The form for credits: what is offered, and what was chosen. */
#include "handlers/page_buy.h"

#include "base/decimal.h"
#include "base/text.h"
#include "crypto/token.h"
#include "handlers/page.h"
#include "web/view.h"

enum {
	CREDIT_E4 = 10000,
	CENT_E4 = CREDIT_E4 / CREDIT_CENTS,
	PACK_MAX_CHARS = 64,
	KEY_MAX_CHARS = 64
};

void page_balance(struct request *rq, struct json_object *view, const struct balance *b)
{
	struct json_object *o = view_object(view, "balance");

	view_text(o, "available", page_credits(&rq->arena, b->available));
	view_text(o, "reserved", b->reserved ? page_credits(&rq->arena, b->reserved) : "");
	view_text(o, "purchased", page_credits(&rq->arena, b->lifetime_purchased));
	view_text(o, "spent", page_credits(&rq->arena, b->lifetime_spent));
}

/* "10" cents a credit, "9" or "8" in a pack: at most one decimal is shown. */
static const char *price_each(struct request *rq, const struct credit_pack *p)
{
	int64_t mills = p->price_cents * 10 * CREDIT_E4 / p->credits;

	if (mills % 10 == 0)
		return page_money(&rq->arena, mills / 10);
	return arena_printf(&rq->arena, "$%d.%03d", (int)(mills / 1000), (int)(mills % 1000));
}

static void view_packs(struct request *rq, const struct pricing *p, const struct input *in,
		       struct json_object *view)
{
	struct json_object *list = view_list(view, "packs"), *item;
	const char *chosen = page_value(in, "packId", "");
	const struct credit_pack *pack;
	char plain[DECIMAL_TEXT];
	int64_t full;
	int i;

	for (i = 0; i < p->pack_count; i++) {
		pack = &p->packs[i];
		if (pack->credits <= 0)
			continue;
		full = pack->credits * p->credit_cents / CREDIT_E4;
		item = view_item(list);
		view_text(item, "id", pack->id);
		view_text(item, "credits", decimal_text(pack->credits, DECIMAL_CREDITS, plain));
		view_text(item, "creditsText", page_credits(&rq->arena, pack->credits));
		view_int(item, "cents", pack->price_cents);
		view_text(item, "price", page_money(&rq->arena, pack->price_cents));
		view_text(item, "each", price_each(rq, pack));
		view_int(item, "saving",
			 full > pack->price_cents ? 100 - 100 * pack->price_cents / full : 0);
		view_bool(item, "chosen", text_eq(pack->id, chosen));
	}
}

static const char *unit_words(const char *unit)
{
	static const struct pair words[] = {
		{ "per_use", "each" },	   { "per_item", "an item" }, { "per_mb", "a MB" },
		{ "per_hour", "an hour" }, { "per_day", "a day" },    { "per_month", "a month" },
		{ "flat_rate", "once" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_eq(words[i].name, unit))
			return words[i].value;
	return unit;
}

static void view_services(struct request *rq, const struct pricing *p, struct json_object *view)
{
	struct json_object *list = view_list(view, "services"), *item;
	const struct service_cost *s;
	int i;

	for (i = 0; i < p->service_count; i++) {
		s = &p->services[i];
		item = view_item(list);
		view_text(item, "name", s->name);
		view_text(item, "description", s->description ? s->description : "");
		view_text(item, "cost", s->cost ? page_credits(&rq->arena, s->cost) : "free");
		view_text(item, "unit", s->cost ? unit_words(s->unit) : "");
	}
}

enum err page_buy_view(struct request *rq, const char *store_id, const struct input *in,
		       struct json_object *view)
{
	bool test = text_eq(rq->rt->settings->payments, "test");
	struct pricing pricing;
	struct balance balance;
	char key[TOKEN_TEXT];
	enum err e;

	if ((e = credits_pricing(rq->master, &rq->arena, &pricing)) ||
	    (e = credits_balance(rq->master, store_id, &balance)))
		return e;
	page_balance(rq, view, &balance);
	view_packs(rq, &pricing, in, view);
	view_services(rq, &pricing, view);
	page_field(view_object(view, "fields"), in, "amount", page_value(in, "amount", ""));
	view_bool(view, "canBuy", test);
	view_bool(view, "testMode", test);
	view_int(view, "creditCents", pricing.credit_cents);
	view_text(view, "creditPrice", page_money(&rq->arena, pricing.credit_cents));
	view_text(view, "key", token_new(key));
	return OK;
}

enum err page_buy(struct request *rq, const char *store_id, struct input *in,
		  struct credit_transaction *out)
{
	struct purchase p = { .store_id = store_id, .user_id = rq->who.user_id, .test = true };
	const char *key = input_text(in, "key", 1, KEY_MAX_CHARS, 0);
	struct balance left;
	enum err e;

	if (input_decimal(in, "amount", DECIMAL_CREDITS, CREDIT_E4, CREDITS_MAX_E4, 0, &p.amount) &&
	    p.amount % CENT_E4)
		input_complain(in, "amount",
			       "must come to whole cents, so have at most one decimal");
	if (!p.amount && !input_complaint(in, "amount")) {
		p.pack_id = input_text(in, "packId", 1, PACK_MAX_CHARS, 0);
		if (!p.pack_id)
			input_complain(in, "amount", "Please choose a pack or give an amount");
	}
	if (key)
		p.idempotency_key = arena_printf(&rq->arena, "page:%s:%s", rq->who.user_id, key);
	if ((e = input_end(in)))
		return e;
	e = credits_purchase(rq->rt, rq->master, &p, &rq->arena, out, &left);
	if (e != ERR_IDEMPOTENCY_KEY_REUSED)
		return e;
	/* Somebody went back to it. The form that is shown now has a key of its own. */
	input_complain(in, "amount",
		       "This form has bought credits already. Send it again to buy these, too");
	return input_end(in);
}
