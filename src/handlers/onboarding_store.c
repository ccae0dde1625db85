/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1: a store's name and address. However often its form is sent, one store comes of it. */
#include <string.h>

#include "base/text.h"
#include "handlers/countries.h"
#include "handlers/onboarding_flow.h"
#include "handlers/onboarding_pages.h"
#include "handlers/page.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

enum { SUGGESTIONS = 9, SENT_SLUG_MAX = 200 };

/* What the form gave. */
struct wish {
	const char *name, *slug, *country;
	char made[SLUG_MAX + 1];
	const char *suggestion; /* a free address beside one that is taken, or NULL */
};

/* The store that is being set up already: its page changes it and makes no other one. */
static bool exists(const struct onboarding *ob)
{
	return ob->has_store && !ob->another;
}

static void view_countries(struct json_object *view, const char *chosen)
{
	struct json_object *list = view_list(view, "countries"), *item;
	int i;

	for (i = 0; countries[i].code; i++) {
		item = view_item(list);
		view_text(item, "code", countries[i].code);
		view_text(item, "name", countries[i].name);
		view_bool(item, "chosen", text_eq_nocase(countries[i].code, chosen));
	}
}

static enum err show(struct request *rq, const struct onboarding *ob, const struct input *in,
		     const struct wish *w, enum err failed)
{
	struct json_object *view, *fields;
	const struct store *s = &ob->store;
	const char *country;
	enum err e = onboarding_view(rq, ob, &view);

	if (e)
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	fields = view_object(view, "fields");
	country = page_value(in, "country", exists(ob) ? s->country : NULL);
	page_field(fields, in, "name", page_value(in, "name", exists(ob) ? s->name : NULL));
	page_field(fields, in, "slug",
		   w && w->suggestion ? w->suggestion : page_value(in, "slug", NULL));
	page_field(fields, in, "country", country);
	view_countries(view, country);
	view_bool(view, "another", ob->another);
	view_bool(view, "exists", exists(ob));
	view_text(view, "domain", rq->rt->settings->platform_domain);
	return reply_page(rq, failed ? err_row(failed)->status : 200, "onboarding/store", view);
}

enum err get_onboarding_store(struct request *rq)
{
	struct onboarding ob;
	enum err e = onboarding_begin(rq, "store", &ob);

	return e || rq->status ? e : show(rq, &ob, NULL, NULL, OK);
}

/* A form without an address gets the one made from the name, so that sending it twice names one
 * store. */
static void take_slug(struct input *in, struct wish *w)
{
	const char *sent = input_text(in, "slug", 1, SENT_SLUG_MAX, 0), *wrong;

	if (sent) {
		w->slug = text_lower(&in->rq->arena, sent);
	} else if (w->name && !input_complaint(in, "slug")) {
		stores_slug_from(w->name, w->made);
		w->slug = w->made;
	}
	wrong = w->slug ? stores_slug_problem(w->slug) : NULL;
	if (wrong && !sent)
		input_complain(in, "slug",
			       "No address can be made from this name. Please give one.");
	else if (wrong)
		input_complain(in, "slug", wrong);
}

static enum err take(struct input *in, struct wish *w)
{
	const char *country;

	memset(w, 0, sizeof(*w));
	w->name = input_text(in, "name", 1, STORE_NAME_MAX, INPUT_REQUIRED);
	take_slug(in, w);
	country = input_text(in, "country", 2, 2, 0);
	w->country = country ? countries_code(country) : NULL;
	if (country && !w->country)
		input_complain(in, "country", "must be one from the list");
	return input_end(in);
}

/* The user's own unfinished store of that address: this form was sent before. */
static enum err sent_before(struct request *rq, const char *slug, const char **id)
{
	static const char *const unfinished[] = { "pending_database", "provisioning", NULL };
	struct store_list list;
	enum err e = stores_newest(rq->rt, rq->master, rq->who.user_id, &rq->arena, &list);
	int i;

	*id = NULL;
	for (i = 0; !e && i < list.n; i++)
		if (text_eq(list.v[i].slug, slug) && text_in(list.v[i].status, unfinished))
			*id = list.v[i].id;
	return e;
}

static enum err suggest(struct request *rq, struct input *in, struct wish *w)
{
	const char *other;
	bool available = false;
	enum err e = OK;
	int i;

	for (i = 2; !e && i <= SUGGESTIONS; i++) {
		other = arena_printf(&rq->arena, "%.*s-%d", SLUG_MAX - 2, w->slug, i);
		if ((e = stores_slug_available(rq->master, other, &available)) || !available)
			continue;
		w->suggestion = other;
		break;
	}
	if (w->suggestion)
		input_complain(in, "slug",
			       arena_printf(&rq->arena,
					    "“%s” is taken. “%s” is free: shall it be that?",
					    w->slug, w->suggestion));
	else
		input_complain(in, "slug", "is taken. Please choose another");
	return e;
}

static enum err create(struct request *rq, struct input *in, struct wish *w)
{
	struct new_store new = { .user_id = rq->who.user_id,
				 .name = w->name,
				 .slug = w->slug,
				 .country = w->country };
	const char *id = NULL;
	struct store store;
	enum err e, looked;

	if (!rq->who.email_verified && text_eq(rq->rt->settings->email_verification, "required"))
		return ERR_EMAIL_NOT_VERIFIED;
	e = stores_create(rq->rt, rq->master, &new, &rq->arena, &store);
	if (!e) {
		id = store.id;
	} else if (e == ERR_SLUG_TAKEN || e == ERR_STORE_LIMIT_REACHED ||
		   e == ERR_STORES_COME_AND_GO) {
		if ((looked = sent_before(rq, w->slug, &id)))
			return looked;
		if (!id && e == ERR_SLUG_TAKEN && (looked = suggest(rq, in, w)))
			return looked;
	}
	return id ? page_enter_store(rq, id) : e;
}

static enum err change(struct request *rq, const struct onboarding *ob, const struct wish *w)
{
	struct store_change to = { .name = w->name, .country = w->country };
	struct store after;

	return stores_update(rq->rt, rq->master, rq->who.user_id, ob->store.id, &to, &rq->arena,
			     &after);
}

enum err post_onboarding_store(struct request *rq)
{
	struct onboarding ob;
	struct input in;
	struct wish w;
	enum err e;

	if ((e = onboarding_begin(rq, "store", &ob)) || rq->status || (e = input_begin(rq, &in)))
		return e;
	if (!(e = take(&in, &w)))
		e = exists(&ob) ? change(rq, &ob, &w) : create(rq, &in, &w);
	if (e)
		return page_form_error(e) ? show(rq, &ob, &in, &w, e) : e;
	return exists(&ob) ? onboarding_next(rq) : reply_redirect(rq, "/onboarding/database");
}
