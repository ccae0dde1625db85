/* SPDX-License-Identifier: Apache-2.0 */
/* Limits around mailed proofs, and the answers, which never tell who has an account. */
#include "handlers/account_tokens.h"

#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "domain/account_tokens.h"
#include "domain/accounts.h"
#include "domain/limits.h"
#include "handlers/gates.h"
#include "handlers/signin.h"
#include "web/csrf.h"
#include "web/reply.h"

enum { TOKEN_MAX_CHARS = 128, CODE_DIGITS = 6, CODE_MAX_CHARS = 16 };

static enum err count_network(struct request *rq, const char *what, const struct rate *rate)
{
	char network[64];
	int wait = 0;
	enum err e;

	limits_network(rq->remote_addr, network, sizeof(network));
	e = limits_hit(rq->master, what, network, rate, &wait);
	if (e == ERR_RATE_LIMITED)
		reply_header(rq, "Retry-After", arena_printf(&rq->arena, "%d", wait));
	return e;
}

/* A store's own users prove themselves to the store; here only the platform's are known. */
static enum err platform_only(const struct request *rq)
{
	return text_empty(rq->tenant_store_id) ? OK : ERR_NOT_FOUND;
}

enum err account_ask_mail(struct request *rq, enum mail_kind kind, const char *email)
{
	const struct settings *s = rq->rt->settings;
	int wait;
	enum err e = platform_only(rq);

	if (e || (e = count_network(rq, "mail_network", &s->rate_mail_network)))
		return e;
	/* Each kind on its own: asking for one must not silence the other. */
	e = limits_hit(rq->master, kind == MAIL_RESET_PASSWORD ? "mail_reset" : "mail_verify",
		       email, &s->rate_mail, &wait);
	if (e == ERR_RATE_LIMITED)
		return OK;
	return e ? e : mails_queue_to(rq->master, kind, email);
}

enum err account_verify(struct request *rq, const char *token, const char *email, const char *code)
{
	enum err e = platform_only(rq);

	if (e || (e = count_network(rq, "proof_network", &rq->rt->settings->rate_login_network)))
		return e;
	return token ? account_tokens_verify_link(rq->master, token)
		     : account_tokens_verify_code(rq->rt, rq->master, email, code);
}

enum err account_reset(struct request *rq, const char *token, const char *password)
{
	char email[ACCOUNT_EMAIL];
	enum err e = platform_only(rq);

	if (e || (e = count_network(rq, "proof_network", &rq->rt->settings->rate_login_network)) ||
	    (e = account_tokens_reset(rq->master, token, password, email)))
		return e;
	return signin_forgive(rq, email);
}

const char *account_input_token(struct input *in, unsigned int flags)
{
	return input_text(in, "token", 1, TOKEN_MAX_CHARS, flags);
}

const char *account_input_code(struct input *in, unsigned int flags)
{
	const char *sent = input_text(in, "code", 1, CODE_MAX_CHARS, flags);
	char digits[CODE_MAX_CHARS * 4 + 1];
	size_t n = 0;

	if (!sent)
		return NULL;
	for (; *sent; sent++)
		if (*sent != ' ' && *sent != '-')
			digits[n++] = *sent;
	digits[n] = '\0';
	if (n == CODE_DIGITS && strspn(digits, "0123456789") == n)
		return arena_strdup(&in->rq->arena, digits);
	input_complain(in, "code", "must be the six digits from the mail");
	return NULL;
}

const char *account_input_password(struct input *in, const char *name)
{
	const char *password = input_text(in, name, 1, PASSWORD_MAX_BYTES,
					  INPUT_REQUIRED | INPUT_NO_TRIM);
	const char *weak = password ? accounts_password_problem(password) : NULL;

	if (weak)
		input_complain(in, name, weak);
	return password;
}

/* Without an address it is that of who is signed in. */
static enum err own_address(struct request *rq, const char **email)
{
	enum err e = gates_identify(rq);

	if (e)
		return e;
	if (rq->who.kind != AGENCY_USER)
		return ERR_FORBIDDEN;
	if (rq->who.by_cookie && (e = csrf_check(rq)))
		return e;
	*email = rq->who.email;
	return OK;
}

/* Who is not signed in has to say it. Without a code nobody is asked who they are. */
static enum err address_of_code(struct request *rq, struct input *in, const char *code,
				const char **email)
{
	enum err e = ERR_NO_TOKEN;

	*email = input_email(in, "email", 0);
	if (*email || input_complaint(in, "email"))
		return OK;
	if (code)
		e = own_address(rq, email);
	if (e != ERR_NO_TOKEN)
		return e;
	input_complain(in, "email", "is required");
	return OK;
}

enum err post_auth_verify_email(struct request *rq)
{
	const char *token, *email = NULL, *code = NULL;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	token = account_input_token(&in, 0);
	if (!input_has(&in, "token")) {
		code = account_input_code(&in, INPUT_REQUIRED);
		if ((e = address_of_code(rq, &in, code, &email)))
			return e;
	} else if (!token && !input_complaint(&in, "token")) {
		input_complain(&in, "token", "is required");
	}
	if ((e = input_end(&in)) || (e = account_verify(rq, token, email, code)))
		return e;
	return reply_message(rq, 200, "The address is confirmed");
}

enum err post_auth_resend_verification(struct request *rq)
{
	const char *email;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	email = input_email(&in, "email", 0);
	if ((e = input_end(&in)) || (!email && (e = own_address(rq, &email))) ||
	    (e = account_ask_mail(rq, MAIL_VERIFY_EMAIL, email)))
		return e;
	return reply_message(rq, 200,
			     "If this address waits to be confirmed, a mail is on its way");
}

enum err post_auth_forgot_password(struct request *rq)
{
	const char *email;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	email = input_email(&in, "email", INPUT_REQUIRED);
	if ((e = input_end(&in)) || (e = account_ask_mail(rq, MAIL_RESET_PASSWORD, email)))
		return e;
	return reply_message(rq, 200, "If this address has an account, a mail is on its way");
}

enum err post_auth_reset_password(struct request *rq)
{
	const char *token, *password;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	token = account_input_token(&in, INPUT_REQUIRED);
	password = account_input_password(&in, "password");
	if ((e = input_end(&in)) || (e = account_reset(rq, token, password)))
		return e;
	return reply_message(rq, 200, "The new password is set; all sessions have ended");
}

enum err post_auth_change_password(struct request *rq)
{
	const char *current, *password;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	current = input_text(&in, "currentPassword", 1, PASSWORD_MAX_BYTES,
			     INPUT_REQUIRED | INPUT_NO_TRIM);
	password = account_input_password(&in, "newPassword");
	if ((e = input_end(&in)) || (e = signin_change_password(rq, current, password)))
		return e;
	return reply_message(rq, 200, "The password is changed; all other sessions have ended");
}
