/* SPDX-License-Identifier: Apache-2.0 */
/* Making, listing, changing and deleting stores. */
#include "handlers/stores.h"

#include "base/text.h"
#include "domain/stores.h"
#include "handlers/countries.h"
#include "handlers/keyed_id.h"
#include "handlers/shapes.h"
#include "web/input.h"
#include "web/reply.h"

/* In upper case, however it was typed. */
static const char *input_country(struct input *in)
{
	const char *country = input_text(in, "country", 2, 2, 0);
	const char *code = country ? countries_code(country) : NULL;

	if (country && !code)
		input_complain(in, "country",
			       "must be a two-letter country code, such as NL");
	return code;
}

enum err post_stores(struct request *rq)
{
	char id[ID_TEXT];
	struct new_store new = { .id = keyed_id(rq, id), .user_id = rq->who.user_id };
	struct store store;
	struct input in;
	enum err e;

	if (!rq->who.email_verified && text_eq(rq->rt->settings->email_verification, "required"))
		return ERR_EMAIL_NOT_VERIFIED;
	if ((e = input_begin(rq, &in)))
		return e;
	new.name = input_text(&in, "name", 1, STORE_NAME_MAX, INPUT_REQUIRED);
	new.slug = input_text(&in, "slug", 1, 200, 0);
	new.country = input_country(&in);
	if (new.slug) {
		new.slug = text_lower(&rq->arena, new.slug);
		if (stores_slug_problem(new.slug))
			input_complain(&in, "slug", stores_slug_problem(new.slug));
	}
	if ((e = input_end(&in)) ||
	    (e = stores_create(rq->rt, rq->master, &new, &rq->arena, &store)))
		return e;
	shape_store(reply_begin(rq, 201, "Store created"), "store", &store);
	return reply_end(rq);
}

enum err get_stores(struct request *rq)
{
	struct store_list list;
	struct json_writer *jw;
	struct paging paging;
	enum err e;
	int i;

	if ((e = input_paging(rq, &paging)) ||
	    (e = stores_list(rq->rt, rq->master, rq->who.user_id, &paging, &rq->arena, &list)))
		return e;
	jw = reply_list_begin(rq, "stores");
	for (i = 0; i < list.n; i++)
		shape_store(jw, NULL, &list.v[i]);
	return reply_list_end(rq, &paging);
}

enum err get_store(struct request *rq)
{
	struct store store;
	enum err e = stores_get(rq->rt, rq->master, rq->who.user_id, request_param_id(rq, "id"),
				&rq->arena, &store);

	if (e)
		return e;
	shape_store(reply_begin(rq, 200, NULL), "store", &store);
	return reply_end(rq);
}

enum err patch_store(struct request *rq)
{
	struct store_change change = { 0 };
	struct store store;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	change.name = input_text(&in, "name", 1, STORE_NAME_MAX, 0);
	change.country = input_country(&in);
	if ((e = input_end(&in)) ||
	    (e = stores_update(rq->rt, rq->master, rq->who.user_id, request_param_id(rq, "id"),
			       &change, &rq->arena, &store)))
		return e;
	shape_store(reply_begin(rq, 200, "Store saved"), "store", &store);
	return reply_end(rq);
}

enum err delete_store(struct request *rq)
{
	enum err e = stores_delete(rq->master, rq->who.user_id, request_param_id(rq, "id"));

	if (e)
		return e;
	return reply_message(rq, 200, "Store deleted. It can be brought back for 30 days.");
}

enum err get_stores_dropdown(struct request *rq)
{
	struct store_list list;
	struct json_writer *jw;
	enum err e = stores_newest(rq->rt, rq->master, rq->who.user_id, &rq->arena, &list);
	int i;

	if (e)
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_array(jw, "stores");
	for (i = 0; i < list.n; i++)
		shape_store_short(jw, NULL, &list.v[i]);
	jw_end_array(jw);
	return reply_end(rq);
}

/* The address as it would become, whatever was typed. */
enum err get_stores_check_slug(struct request *rq)
{
	const char *wish = request_query(rq, "slug"), *problem;
	char slug[SLUG_MAX + 1];
	struct json_writer *jw;
	bool available;
	enum err e;

	if (text_empty(wish)) {
		reply_detail(rq, "slug", "is required");
		return ERR_VALIDATION;
	}
	stores_slug_from(wish, slug);
	if ((e = stores_slug_available(rq->master, slug, &available)))
		return e;
	problem = stores_slug_problem(slug);
	jw = reply_begin(rq, 200, NULL);
	jw_text(jw, "slug", slug);
	jw_bool(jw, "available", available);
	jw_text(jw, "hostname",
		*slug ? arena_printf(&rq->arena, "%s.%s", slug, rq->rt->settings->platform_domain)
		      : NULL);
	jw_text(jw, "reason", available ? NULL : problem ? problem : "is already taken");
	return reply_end(rq);
}
