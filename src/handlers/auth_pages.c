/* SPDX-License-Identifier: Apache-2.0 */
/* Registering, signing in and signing out by form. */
#include "handlers/auth_pages.h"

#include "base/text.h"
#include "domain/accounts.h"
#include "domain/sessions.h"
#include "handlers/page.h"
#include "handlers/signin.h"
#include "handlers/to_login.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/url.h"
#include "web/view.h"

enum { NAME_MAX_CHARS = 100, PASSWORD_MAX_CHARS = 2048, RETURN_MAX = 2048 };

static const char *own_path(const char *path)
{
	return path && url_own_path(path) ? path : "";
}

/* What was done on another page before one came here. */
static const char *notice(const char *done)
{
	if (text_eq(done, "reset"))
		return "Your new password is set. Sign in with it.";
	return text_eq(done, "verified") ? "Your address is confirmed. You can sign in now." : "";
}

static enum err show_login(struct request *rq, const struct input *in, enum err e)
{
	const char *wish = in ? page_value(in, "return_to", "") : request_query(rq, "return_to");
	struct json_object *view = view_new(), *fields = view_object(view, "fields");

	if (e)
		page_failed(view, in, e, NULL);
	view_text(view, "notice", e ? "" : notice(request_query(rq, "done")));
	view_text(view, "warning", e ? "" : to_login_words(rq));
	view_text(view, "returnTo", own_path(wish));
	page_field(fields, in, "email", page_value(in, "email", ""));
	page_field(fields, in, "password", NULL);
	return reply_page(rq, e ? err_row(e)->status : 200, "auth/login", view);
}

enum err get_login(struct request *rq)
{
	const char *wish = own_path(request_query(rq, "return_to"));

	if (rq->who.kind == AGENCY_USER)
		return reply_redirect(rq, *wish ? wish : "/dashboard");
	return show_login(rq, NULL, OK);
}

enum err post_login(struct request *rq)
{
	const char *email, *password, *wish;
	struct tokens tokens;
	struct user user;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	email = input_email(&in, "email", INPUT_REQUIRED);
	password =
		input_text(&in, "password", 1, PASSWORD_MAX_CHARS, INPUT_REQUIRED | INPUT_NO_TRIM);
	wish = own_path(input_text(&in, "return_to", 1, RETURN_MAX, 0));
	if ((e = input_end(&in)) || (e = signin_master(rq, email, password, &user, &tokens)))
		return page_form_error(e) ? show_login(rq, &in, e) : e;
	page_session(rq, tokens.access);
	return reply_redirect(rq, *wish ? wish : "/dashboard");
}

static enum err show_register(struct request *rq, const struct input *in, enum err e)
{
	struct json_object *view = view_new(), *fields = view_object(view, "fields");

	if (e)
		page_failed(view, in, e, NULL);
	page_field(fields, in, "firstName", page_value(in, "firstName", ""));
	page_field(fields, in, "lastName", page_value(in, "lastName", ""));
	page_field(fields, in, "email", page_value(in, "email", ""));
	page_field(fields, in, "password", NULL);
	return reply_page(rq, e ? err_row(e)->status : 200, "auth/register", view);
}

enum err get_register(struct request *rq)
{
	if (rq->who.kind == AGENCY_USER)
		return reply_redirect(rq, "/dashboard");
	return show_register(rq, NULL, OK);
}

static enum err take_registration(struct input *in, struct registration *reg)
{
	const char *weak;

	*reg = (struct registration){ 0 };
	reg->first_name = input_text(in, "firstName", 1, NAME_MAX_CHARS, INPUT_REQUIRED);
	reg->last_name = input_text(in, "lastName", 1, NAME_MAX_CHARS, INPUT_REQUIRED);
	reg->email = input_email(in, "email", INPUT_REQUIRED);
	reg->password =
		input_text(in, "password", 1, PASSWORD_MAX_CHARS, INPUT_REQUIRED | INPUT_NO_TRIM);
	weak = reg->password ? accounts_password_problem(reg->password) : NULL;
	if (weak)
		input_complain(in, "password", weak);
	return input_end(in);
}

enum err post_register(struct request *rq)
{
	struct registration reg;
	struct tokens tokens;
	struct user user;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	if (!(e = take_registration(&in, &reg)))
		e = signin_register(rq, &reg, &user, &tokens);
	if (e == ERR_USER_EXISTS)
		input_complain(&in, "email", "has an account already. Sign in, or use another one");
	if (e)
		return page_form_error(e) ? show_register(rq, &in, e) : e;
	page_session(rq, tokens.access);
	return reply_redirect(rq, text_eq(rq->rt->settings->email_verification, "required")
					  ? "/verify-email"
					  : "/onboarding");
}

enum err post_logout(struct request *rq)
{
	enum err e = sessions_end(rq->master, rq->who.session_id, rq->who.user_id, "logout");

	if (e && e != ERR_NO_ROW && e != ERR_SESSION_NOT_FOUND)
		return e;
	reply_cookie(rq, "souk_session", "", 0);
	return reply_redirect(rq, "/");
}
