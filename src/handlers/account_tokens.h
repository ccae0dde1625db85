/* SPDX-License-Identifier: Apache-2.0 */
/* Confirming an address and getting a new password: the API's handlers, and what the pages share
 * with them. For users of the platform; only change-password serves a store's users too. */
#ifndef SOUK_HANDLERS_ACCOUNT_TOKENS_H
#define SOUK_HANDLERS_ACCOUNT_TOKENS_H

#include "base/err.h"
#include "domain/mails.h"
#include "web/input.h"
#include "web/request.h"

enum err post_auth_verify_email(struct request *);
enum err post_auth_resend_verification(struct request *);
enum err post_auth_forgot_password(struct request *);
enum err post_auth_reset_password(struct request *);
enum err post_auth_change_password(struct request *);

/* Queues a mail to the address; OK also when nobody has it, or too many were asked for to it, so
 * that nothing is told. ERR_RATE_LIMITED for a network that asks too often. */
enum err account_ask_mail(struct request *, enum mail_kind, const char *email) MUST_CHECK;
/* By the link's `token` where it is not NULL, else by address and code. ERR_CODE_INVALID,
 * ERR_RATE_LIMITED. */
enum err account_verify(struct request *, const char *token, const char *email,
			const char *code) MUST_CHECK;
enum err account_reset(struct request *, const char *token, const char *password) MUST_CHECK;

/* Fields: the token of a link; six digits, which people copy with blanks; a new password. */
const char *account_input_token(struct input *, unsigned int flags);
const char *account_input_code(struct input *, unsigned int flags);
const char *account_input_password(struct input *, const char *name);

#endif
