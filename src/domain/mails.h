/* SPDX-License-Identifier: Apache-2.0 */
/* Which mails there are, how they are asked for, and what stands in one. */
#ifndef SOUK_DOMAIN_MAILS_H
#define SOUK_DOMAIN_MAILS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/runtime.h"
#include "domain/account_tokens.h"
#include "domain/jobs.h"

enum mail_kind { MAIL_VERIFY_EMAIL, MAIL_RESET_PASSWORD, MAIL_PASSWORD_CHANGED, MAIL_KINDS };

/* A job that mails a master user; in the caller's transaction. `user_id` NULL: a job that does
 * nothing, so that asking for a mail takes the same time whether there is an account or not. The
 * payload bears no secret. */
enum err mails_queue(struct db *, enum mail_kind, const char *user_id) MUST_CHECK;
/* The same for whoever has this address, if anybody. */
enum err mails_queue_to(struct db *, enum mail_kind, const char *email) MUST_CHECK;

/* One mail before it has words. */
struct letter {
	const char *template;   /* "verify_email": templates/mail/ has it as .txt and .html */
	const char *to;         /* NULL: there is nothing (any more) to be mailed */
	const char *link;       /* absolute, from PUBLIC_URL; a page of ours */
	const char *code;       /* "" when the mail bears none */
};
/* What the job asks for, as things stand now: makes the token. Texts are in the job's arena.
 * ERR_VALIDATION for a payload that is none of ours. */
enum err mails_open(struct runtime *, struct db *, const struct job *,
		    struct letter *out) MUST_CHECK;

#endif
