/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the steps, kept for every page of onboarding. */
#include "handlers/onboarding_flow.h"

#include <string.h>

#include "base/text.h"
#include "handlers/page.h"
#include "json/json.h"
#include "web/reply.h"
#include "web/view.h"

enum { STEPS = 5 };

static const struct {
	const char *word, *name;
	bool optional;
} steps[STEPS] = {
	{ "store", "Create store", false }, { "database", "Connect database", false },
	{ "payments", "Payments", true },   { "credits", "Credits", true },
	{ "profile", "Profile", false },
};

/* Steps in their order count from 0; none left counts as behind the last. */
static int place(const char *word)
{
	int i;

	for (i = 0; word && i < STEPS; i++)
		if (text_eq(steps[i].word, word))
			return i;
	return STEPS;
}

static enum err look(struct request *rq, struct onboarding *ob)
{
	const struct store *store;
	enum err e = stores_current(rq->rt, rq->master, rq->who.user_id, NULL, rq->who.store_id,
				    &rq->arena, &ob->store);

	if (e && e != ERR_STORE_NOT_FOUND)
		return e;
	ob->has_store = !e;
	if (e)
		memset(&ob->store, 0, sizeof(ob->store));
	store = ob->has_store ? &ob->store : NULL;
	ob->open = stores_open_step(store, rq->who.profile_completed, false);
	ob->through = !stores_open_step(store, rq->who.profile_completed, true);
	return OK;
}

static enum err go_to(struct request *rq, const char *open)
{
	return reply_redirect(rq, open ? arena_printf(&rq->arena, "/onboarding/%s", open)
				       : "/dashboard");
}

enum err onboarding_begin(struct request *rq, const char *step, struct onboarding *out)
{
	enum err e;

	memset(out, 0, sizeof(*out));
	out->step = step;
	if ((e = look(rq, out)))
		return e;
	out->another = text_eq(step, "store") && (out->through || request_query(rq, "new"));
	return place(step) > place(out->open) ? go_to(rq, out->open) : OK;
}

enum err onboarding_next(struct request *rq)
{
	struct onboarding ob;
	enum err e = look(rq, &ob);

	return e ? e : go_to(rq, ob.open);
}

enum err onboarding_settle(struct request *rq, const struct onboarding *ob, const char *how)
{
	bool payments = text_eq(ob->step, "payments");
	struct store_change change = {
		.onboarding_payments = payments ? how : NULL,
		.onboarding_credits = payments ? NULL : how,
	};
	struct store after;
	enum err e = stores_update(rq->rt, rq->master, rq->who.user_id, ob->store.id, &change,
				   &rq->arena, &after);

	return e ? e : onboarding_next(rq);
}

static bool is_done(const struct onboarding *ob, int i)
{
	return !ob->another && i < place(ob->open);
}

static void view_steps(const struct onboarding *ob, struct json_object *view)
{
	struct json_object *step = view_object(view, "step"), *marks = view_list(view, "marks"),
			   *mark;
	int at = place(ob->step), i;

	view_int(step, "number", at + 1);
	view_text(step, "name", steps[at].name);
	view_bool(step, "optional", steps[at].optional);
	for (i = 0; i < STEPS; i++) {
		mark = view_item(marks);
		view_int(mark, "number", i + 1);
		view_text(mark, "name", steps[i].name);
		view_bool(mark, "optional", steps[i].optional);
		view_bool(mark, "current", i == at);
		view_bool(mark, "done", i != at && is_done(ob, i));
	}
}

/* Who begins a further store can go back to one that is finished. */
static enum err view_way_back(struct request *rq, const struct onboarding *ob,
			      struct json_object *view)
{
	struct store_list list;
	int i;
	enum err e;

	if (!rq->who.profile_completed)
		return OK;
	e = stores_newest(rq->rt, rq->master, rq->who.user_id, &rq->arena, &list);
	for (i = 0; !e && i < list.n; i++)
		if (text_eq(list.v[i].status, "active") &&
		    (ob->another || !text_eq(list.v[i].id, ob->store.id))) {
			page_store(rq, view_object(view, "elsewhere"), &list.v[i]);
			break;
		}
	return e;
}

enum err onboarding_view(struct request *rq, const struct onboarding *ob, struct json_object **out)
{
	struct json_object *view = view_new();
	enum err e = view_way_back(rq, ob, view);

	if (e) {
		json_free(view);
		return e;
	}
	view_steps(ob, view);
	if (ob->has_store && !ob->another)
		page_store(rq, view_object(view, "store"), &ob->store);
	*out = view;
	return OK;
}
