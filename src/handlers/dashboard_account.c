/* SPDX-License-Identifier: Apache-2.0 */
/* The user's own page: profile and sessions. */
#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "domain/accounts.h"
#include "domain/sessions.h"
#include "handlers/account_tokens.h"
#include "handlers/dashboard_frame.h"
#include "handlers/dashboard_pages.h"
#include "handlers/device.h"
#include "handlers/page.h"
#include "handlers/signin.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

enum { NAME_MAX_CHARS = 100, SESSIONS_SHOWN = 100 };

static enum err view_sessions(struct request *rq, struct json_object *view)
{
	struct json_object *list = view_list(view, "sessions"), *row;
	struct session_list sessions;
	struct paging paging = { .limit = SESSIONS_SHOWN };
	enum err e = sessions_list(rq->master, rq->who.user_id, &paging, &rq->arena, &sessions);
	const struct session *s;
	int i;

	for (i = 0; !e && i < sessions.n; i++) {
		s = &sessions.v[i];
		row = view_item(list);
		view_text(row, "id", s->id);
		view_text(row, "device", device_name(&rq->arena, s->user_agent));
		view_text(row, "address", s->ip_address ? s->ip_address : "");
		view_bool(row, "current", text_eq(s->id, rq->who.session_id));
		page_time(rq, row, "used", s->last_used_at ? s->last_used_at : s->created_at);
		page_time(rq, row, "created", s->created_at);
	}
	view_bool(view, "hasOthers", !e && sessions.n > 1);
	return e;
}

static const char *notice(const char *done)
{
	if (text_eq(done, "profile"))
		return "Your profile is saved.";
	if (text_eq(done, "password"))
		return "Your password is changed, and all other sessions have ended.";
	if (text_eq(done, "session"))
		return "The session has ended.";
	return text_eq(done, "others") ? "All other sessions have ended." : "";
}

static enum err show(struct request *rq, const struct input *in, enum err failed)
{
	struct json_object *view, *fields;
	struct store store;
	enum err e = dashboard_frame(rq, "account", &store, &view);

	if (e)
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	view_text(view, "notice", failed ? "" : notice(request_query(rq, "done")));
	fields = view_object(view, "fields");
	page_field(fields, in, "firstName", page_value(in, "firstName", rq->who.first_name));
	page_field(fields, in, "lastName", page_value(in, "lastName", rq->who.last_name));
	page_profile_fields(fields, rq, in);
	page_field(fields, in, "currentPassword", "");
	page_field(fields, in, "newPassword", "");
	return dashboard_reply(rq, view_sessions(rq, view), failed ? err_row(failed)->status : 200,
			       "dashboard/account", view);
}

enum err get_dashboard_account(struct request *rq)
{
	return show(rq, NULL, OK);
}

enum err post_dashboard_account(struct request *rq)
{
	struct profile_change change = { 0 };
	struct input in;
	struct user user;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	change.first_name = input_text(&in, "firstName", 1, NAME_MAX_CHARS, INPUT_REQUIRED);
	change.last_name = input_text(&in, "lastName", 1, NAME_MAX_CHARS, INPUT_REQUIRED);
	page_profile_input(&in, &change);
	if ((e = input_end(&in)) ||
	    (e = accounts_update(rq->master, rq->who.user_id, &change, &user)))
		return page_form_error(e) ? show(rq, &in, e) : e;
	return reply_redirect(rq, "/dashboard/account?done=profile");
}

/* The address that a complaint stood at, opened again. */
enum err get_dashboard_password(struct request *rq)
{
	return reply_redirect(rq, "/dashboard/account");
}

enum err post_dashboard_password(struct request *rq)
{
	const char *current, *password;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	current = input_text(&in, "currentPassword", 1, PASSWORD_MAX_BYTES,
			     INPUT_REQUIRED | INPUT_NO_TRIM);
	password = account_input_password(&in, "newPassword");
	e = input_end(&in);
	if (!e && (e = signin_change_password(rq, current, password)) == ERR_INVALID_CREDENTIALS) {
		input_complain(&in, "currentPassword",
			       "is wrong; please type the password that you have now");
		e = input_end(&in);
	}
	if (e)
		return page_form_error(e) ? show(rq, &in, e) : e;
	return reply_redirect(rq, "/dashboard/account?done=password");
}

enum err post_dashboard_sessions(struct request *rq)
{
	struct input in;
	const char *id;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	if (input_button(&in, "others")) {
		e = sessions_end_others(rq->master, rq->who.user_id, rq->who.session_id,
					"ended_by_user");
		return e ? e : reply_redirect(rq, "/dashboard/account?done=others");
	}
	id = input_uuid(&in, "sessionId", INPUT_REQUIRED);
	if ((e = input_end(&in)))
		return e;
	e = sessions_end(rq->master, id, rq->who.user_id, "ended_by_user");
	if (e && e != ERR_NO_ROW && e != ERR_SESSION_NOT_FOUND)
		return e;
	return reply_redirect(rq, "/dashboard/account?done=session");
}
