/* SPDX-License-Identifier: Apache-2.0 */
/* The credits of the current store: balance, buying, history, prices. */
#include "base/text.h"
#include "domain/credits.h"
#include "handlers/dashboard_frame.h"
#include "handlers/dashboard_pages.h"
#include "handlers/page.h"
#include "handlers/page_buy.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

static const struct {
	const char *type, *words;
} types[] = {
	{ "purchase", "Bought" },   { "spend", "Spent" },	  { "bonus", "Welcome bonus" },
	{ "refund", "Given back" }, { "adjustment", "Adjusted" }, { "migration", "Brought over" },
};

static const char *type_words(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (text_eq(types[i].type, type))
			return types[i].words;
	return type;
}

static const char *status_tone(const char *status)
{
	if (text_eq(status, "completed"))
		return "good";
	return text_eq(status, "pending") ? "info" : "warn";
}

static void view_transaction(struct request *rq, const struct credit_transaction *t,
			     struct json_object *row)
{
	bool completed = text_eq(t->status, "completed");
	const char *amount = page_credits(&rq->arena, t->amount);

	view_text(row, "title", type_words(t->type));
	view_text(row, "description", t->description ? t->description : "");
	page_time(rq, row, "created", t->created_at);
	view_text(row, "status", completed ? "Done" : t->status);
	view_text(row, "tone", status_tone(t->status));
	view_text(row, "amount", t->amount > 0 ? arena_printf(&rq->arena, "+%s", amount) : amount);
	view_bool(row, "gained", t->amount > 0);
	view_text(row, "after", completed ? page_credits(&rq->arena, t->balance_after) : "");
}

static enum err view_credits(struct request *rq, const struct store *store, const struct input *in,
			     struct json_object *view)
{
	struct json_object *rows;
	struct credit_list list;
	struct paging paging;
	enum err e;
	int i;

	if ((e = input_paging(rq, &paging)) || (e = page_buy_view(rq, store->id, in, view)) ||
	    (e = credits_list(rq->master, store->id, &paging, &rq->arena, &list)))
		return e;
	view_bool(view, "hasHistory", list.n > 0);
	rows = view_list(view, "history");
	for (i = 0; i < list.n; i++)
		view_transaction(rq, &list.v[i], view_item(rows));
	dashboard_pager(rq, view, &paging);
	return OK;
}

static enum err show(struct request *rq, const struct input *in, enum err failed)
{
	struct json_object *view;
	struct store store;
	enum err e = dashboard_frame(rq, "credits", &store, &view);

	if (e)
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	else if (request_query(rq, "bought"))
		view_text(view, "notice", "Thank you. The credits are there.");
	return dashboard_reply(rq, view_credits(rq, &store, in, view),
			       failed ? err_row(failed)->status : 200, "dashboard/credits", view);
}

enum err get_dashboard_credits(struct request *rq)
{
	return show(rq, NULL, OK);
}

enum err post_dashboard_credits(struct request *rq)
{
	struct credit_transaction bought;
	struct store store;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)) ||
	    (e = stores_current(rq->rt, rq->master, rq->who.user_id, NULL, rq->who.store_id,
				&rq->arena, &store)))
		return e;
	if ((e = page_buy(rq, store.id, &in, &bought)))
		return page_form_error(e) ? show(rq, &in, e) : e;
	return reply_redirect(rq, "/dashboard/credits?bought=1");
}
