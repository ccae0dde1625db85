/* SPDX-License-Identifier: Apache-2.0 */
/* Step 2: a database is named, tested, connected, and filled while its page shows how far it is. */
#include <string.h>

#include "base/text.h"
#include "domain/provisioning.h"
#include "handlers/onboarding_flow.h"
#include "handlers/onboarding_pages.h"
#include "handlers/page.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

enum { CONNECTION_STRING_MAX = 4096 };

/* How the last try went, for the form shown again. */
struct outcome {
	enum err e;
	struct database_problem problem;
	const struct server_facts *facts; /* of a test that went well, or NULL */
};

/* ---- while it is filled --------------------------------------------------------------- */

static enum err show_progress(struct request *rq, const struct onboarding *ob,
			      const struct provisioning_state *s)
{
	struct json_object *view;
	enum err e = onboarding_view(rq, ob, &view);

	if (e)
		return e;
	view_text(view, "message", s->message ? s->message : "Waiting to start");
	view_int(view, "current", s->current);
	view_int(view, "total", s->total);
	view_int(view, "percent", s->total > 0 ? 100 * (int64_t)s->current / s->total : 0);
	view_text(view, "trouble", s->error ? s->error : "");
	view_text(view, "hint", s->hint ? s->hint : "");
	view_int(view, "attempts", s->attempts);
	return reply_page(rq, 200, "onboarding/provisioning", view);
}

static bool is_running(const struct onboarding *ob, const struct provisioning_state *s)
{
	return text_eq(ob->store.status, "provisioning") && !text_eq(s->status, "failed");
}

/* ---- the form ------------------------------------------------------------------------- */

static void view_type(struct request *rq, const struct onboarding *ob, const struct input *in,
		      struct json_object *view)
{
	bool can_manage = !text_empty(rq->rt->settings->managed_db_url);
	const char *before =
		ob->store.database_type && !ob->store.database_managed ? "postgresql" : "managed";
	bool managed = can_manage && !text_eq(page_value(in, "type", before), "postgresql");

	view_bool(view, "canManage", can_manage);
	view_bool(view, "managed", managed);
	view_bool(view, "postgresql", !managed);
}

static void view_facts(const struct server_facts *f, const struct input *in,
		       struct json_object *view)
{
	struct json_object *tested = view_object(view, "tested");

	view_text(tested, "server", f->server);
	view_text(tested, "latency",
		  f->latency_ms > 0 ? arena_printf(&in->rq->arena, "%ld", f->latency_ms)
				    : "under 1");
	view_bool(tested, "creatable", f->can_create);
	view_bool(tested, "empty", f->empty);
	view_bool(tested, "ours", f->ours);
	view_bool(tested, "fits", f->can_create && (f->empty || f->ours));
	view_bool(tested, "again", text_eq(page_value(in, "type", ""), "postgresql"));
}

/* What to do about a failed connection; NULL when the error's own words say it. */
static const char *advice(const struct outcome *o)
{
	if (o->problem.reason != CONN_OK)
		return conn_reason_hint(o->problem.reason);
	return o->problem.words[0] ? o->problem.words : NULL;
}

static void view_earlier_failure(struct request *rq, const struct provisioning_state *s,
				 struct json_object *view)
{
	struct json_object *failed = view_object(view, "failed");
	const char *what = s->error ? s->error : "Setting up the database did not finish.";

	view_text(failed, "title", "Setting up the database stopped");
	view_text(failed, "words",
		  arena_printf(
			  &rq->arena,
			  "%s %s%sWhat is done is kept: connect again and it goes on from there.",
			  what, s->hint ? s->hint : "", s->hint ? " " : ""));
	view_bool(failed, "listed", false);
	view_list(failed, "items");
}

static enum err show_form(struct request *rq, const struct onboarding *ob,
			  const struct provisioning_state *s, struct input *in,
			  const struct outcome *o)
{
	bool stopped = text_eq(s->status, "failed");
	struct json_object *view, *fields;
	enum err e;

	if (o && (o->e == ERR_INVALID_CONNECTION_STRING || o->e == ERR_HOST_NOT_ALLOWED))
		input_complain(in, "connectionString",
			       o->problem.words[0] ? o->problem.words : err_row(o->e)->words);
	if ((e = onboarding_view(rq, ob, &view)))
		return e;
	if (o && o->e)
		page_failed(view, in, o->e, in->complaint_count ? NULL : advice(o));
	else if (o && o->facts)
		view_facts(o->facts, in, view);
	else if (stopped)
		view_earlier_failure(rq, s, view);
	fields = view_object(view, "fields");
	page_field(fields, in, "type", NULL);
	page_field(fields, in, "connectionString", NULL);
	view_type(rq, ob, in, view);
	view_bool(view, "demo", in && input_has(in, "demoData"));
	view_bool(view, "resumes", stopped);
	return reply_page(rq, o && o->e ? err_row(o->e)->status : 200, "onboarding/database", view);
}

static enum err begin(struct request *rq, struct onboarding *ob, struct provisioning_state *s)
{
	enum err e = onboarding_begin(rq, "database", ob);

	if (e || rq->status)
		return e;
	if (!text_eq(ob->open, "database"))
		return onboarding_next(rq);
	return provisioning_state(rq->master, rq->who.user_id, ob->store.id, &rq->arena, s);
}

enum err get_onboarding_database(struct request *rq)
{
	struct provisioning_state s = { 0 };
	struct onboarding ob;
	enum err e = begin(rq, &ob, &s);

	if (e || rq->status)
		return e;
	return is_running(&ob, &s) ? show_progress(rq, &ob, &s)
				   : show_form(rq, &ob, &s, NULL, NULL);
}

static enum err take(struct input *in, struct database_request *out)
{
	static const char *const kinds[] = { "managed", "postgresql", "mysql", "supabase", NULL };
	static const enum database_kind values[] = { DATABASE_MANAGED, DATABASE_POSTGRESQL,
						     DATABASE_MYSQL, DATABASE_SUPABASE };
	const char *type, *string;
	int i;

	memset(out, 0, sizeof(*out));
	type = input_word(in, "type", kinds, INPUT_REQUIRED);
	string = input_text(in, "connectionString", 1, CONNECTION_STRING_MAX, 0);
	for (i = 0; type && kinds[i]; i++)
		if (text_eq(type, kinds[i]))
			out->kind = values[i];
	if (text_eq(type, "postgresql") && !string && !input_complaint(in, "connectionString"))
		input_complain(in, "connectionString", "is required");
	out->connection_string = out->kind == DATABASE_MANAGED ? NULL : string;
	out->demo = input_has(in, "demoData");
	return input_end(in);
}

enum err post_onboarding_database(struct request *rq)
{
	struct database_request wish;
	struct provisioning_state s = { 0 };
	struct server_facts facts;
	struct outcome o = { 0 };
	struct onboarding ob;
	struct input in;

	if ((o.e = begin(rq, &ob, &s)) || rq->status || (o.e = input_begin(rq, &in)))
		return o.e;
	if (is_running(&ob, &s))
		return reply_redirect(rq, "/onboarding/database");
	if ((o.e = take(&in, &wish)))
		return show_form(rq, &ob, &s, &in, &o);
	if (input_button(&in, "test")) {
		o.e = provisioning_test(rq->rt, rq->master, rq->who.user_id, ob.store.id, &wish,
					&facts, &o.problem);
		o.facts = o.e ? NULL : &facts;
	} else {
		o.e = provisioning_connect(rq->rt, rq->master, rq->who.user_id, ob.store.id, &wish,
					   &o.problem);
		if (!o.e || o.e == ERR_ALREADY_CONNECTED) /* sent twice: it runs */
			return reply_redirect(rq, "/onboarding/database");
	}
	return !o.e || page_form_error(o.e) ? show_form(rq, &ob, &s, &in, &o) : o.e;
}
