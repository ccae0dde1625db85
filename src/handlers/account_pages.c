/* SPDX-License-Identifier: Apache-2.0 */
/* A mailed link is only looked at by GET: programs that scan mail follow links, people send
 * forms. */
#include "handlers/account_pages.h"

#include "base/text.h"
#include "domain/account_tokens.h"
#include "handlers/account_tokens.h"
#include "handlers/page.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

/* A page with a token in its address or in its form stays in no cache, and its address in no log of
 * what it leads to. */
static enum err reply_private(struct request *rq, enum err e, const char *name,
			      struct json_object *view)
{
	reply_header(rq, "Cache-Control", "no-store");
	reply_header(rq, "Referrer-Policy", "strict-origin");
	return reply_page(rq, e ? err_row(e)->status : 200, name, view);
}

static bool good_query_token(const char *token)
{
	return !text_empty(token) && !text_has_control(token);
}

/* ---- the address ---- */

static enum err show_verify(struct request *rq, const struct input *in, enum err e,
			    const char *token, const char *sent)
{
	struct json_object *view = view_new(), *fields = view_object(view, "fields");

	if (e)
		page_failed(view, in, e, NULL);
	view_text(view, "notice", sent);
	view_text(view, "token", token);
	view_text(view, "address", rq->who.kind == AGENCY_USER ? rq->who.email : "");
	page_field(fields, in, "email", page_value(in, "email", ""));
	page_field(fields, in, "code", text_empty(sent) ? page_value(in, "code", "") : "");
	return reply_private(rq, e, "auth/verify", view);
}

enum err get_verify_email(struct request *rq)
{
	const char *token = request_query(rq, "token");

	if (rq->who.kind == AGENCY_USER && rq->who.email_verified)
		return reply_redirect(rq, "/dashboard");
	return show_verify(rq, NULL, OK, good_query_token(token) ? token : "", "");
}

static enum err verify_sent(struct request *rq, struct input *in, const char *token,
			    const char *email)
{
	const char *code = token ? NULL : account_input_code(in, INPUT_REQUIRED);
	enum err e = input_end(in);

	if (e || (e = account_verify(rq, token, email, code)))
		return page_form_error(e) ? show_verify(rq, in, e, "", "") : e;
	return reply_redirect(rq, rq->who.kind == AGENCY_USER ? "/onboarding"
							      : "/login?done=verified");
}

static enum err resend(struct request *rq, struct input *in, const char *email)
{
	enum err e = input_end(in);

	if (e || (e = account_ask_mail(rq, MAIL_VERIFY_EMAIL, email)))
		return page_form_error(e) ? show_verify(rq, in, e, "", "") : e;
	return show_verify(rq, in, OK, "", "If this address waits to be confirmed, a new mail is "
					   "on its way. Only the newest one counts.");
}

enum err post_verify_email(struct request *rq)
{
	const char *token, *email = NULL;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	token = account_input_token(&in, 0);
	if (!token)
		email = rq->who.kind == AGENCY_USER ? rq->who.email
						    : input_email(&in, "email", INPUT_REQUIRED);
	return input_button(&in, "resend") ? resend(rq, &in, email)
					   : verify_sent(rq, &in, token, email);
}

/* ---- the password ---- */

static enum err show_forgot(struct request *rq, const struct input *in, enum err e)
{
	struct json_object *view = view_new(), *fields = view_object(view, "fields");

	if (e)
		page_failed(view, in, e, NULL);
	view_bool(view, "sent", !in && request_query(rq, "sent"));
	page_field(fields, in, "email", page_value(in, "email", ""));
	return reply_page(rq, e ? err_row(e)->status : 200, "auth/forgot", view);
}

enum err get_forgot_password(struct request *rq)
{
	return show_forgot(rq, NULL, OK);
}

enum err post_forgot_password(struct request *rq)
{
	const char *email;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	email = input_email(&in, "email", INPUT_REQUIRED);
	if ((e = input_end(&in)) || (e = account_ask_mail(rq, MAIL_RESET_PASSWORD, email)))
		return page_form_error(e) ? show_forgot(rq, &in, e) : e;
	return reply_redirect(rq, "/forgot-password?sent=1");
}

/* `token` "": the form is not shown, only the way to a new mail. */
static enum err show_reset(struct request *rq, const struct input *in, enum err e,
			   const char *token)
{
	struct json_object *view = view_new(), *fields = view_object(view, "fields");

	if (e)
		page_failed(view, in, e, NULL);
	view_text(view, "token", token);
	page_field(fields, in, "password", NULL);
	return reply_private(rq, e, "auth/reset", view);
}

enum err get_reset_password(struct request *rq)
{
	const char *token = request_query(rq, "token");
	enum err e = ERR_CODE_INVALID;

	if (text_empty(token))
		return show_reset(rq, NULL, OK, "");
	if (good_query_token(token))
		e = account_tokens_look_reset(rq->master, token);
	if (e && e != ERR_CODE_INVALID)
		return e;
	return show_reset(rq, NULL, e, e ? "" : token);
}

enum err post_reset_password(struct request *rq)
{
	const char *token, *password;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	token = account_input_token(&in, INPUT_REQUIRED);
	password = account_input_password(&in, "password");
	if (!token)
		return show_reset(rq, NULL, ERR_CODE_INVALID, "");
	if ((e = input_end(&in)) || (e = account_reset(rq, token, password)))
		return page_form_error(e) ? show_reset(rq, &in, e,
						       e == ERR_CODE_INVALID ? "" : token)
					  : e;
	reply_cookie(rq, "souk_session", "", 0);
	return reply_redirect(rq, "/login?done=reset");
}
