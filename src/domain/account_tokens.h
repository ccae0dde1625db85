/* SPDX-License-Identifier: Apache-2.0 */
/* Mailed proofs of the master's users: a link's token, and for an address also a code of six
 * digits. Good once, for 15 minutes; only hashes of them are kept. */
#ifndef SOUK_DOMAIN_ACCOUNT_TOKENS_H
#define SOUK_DOMAIN_ACCOUNT_TOKENS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/id.h"
#include "crypto/token.h"
#include "db/db.h"
#include "db/runtime.h"

enum { ACCOUNT_TOKEN_MINUTES = 15, ACCOUNT_TOKEN_TRIES = 5, ACCOUNT_EMAIL = 255 };

/* Values of the column `purpose`. */
extern const char account_token_verify[], account_token_reset[];

struct mailed_secret {
	char token[TOKEN_TEXT];
	char code[7];   /* six digits; only for account_token_verify */
};

/* Made by the job that mails it. The secret follows from the keys and `job_id`, so that it
 * stands in no row, and a job that is run again mails the same one; a run begins the 15 minutes
 * again. The user's older tokens of this purpose are no longer good. `*stale`: a newer one is
 * there already, or this one was used: nothing is to be mailed. */
enum err account_tokens_make(struct runtime *, struct db *, const char *job_id, const char *user_id,
			     const char *purpose, struct mailed_secret *out,
			     bool *stale) MUST_CHECK;

/* Marks the address as confirmed. ERR_CODE_INVALID whatever was wrong. */
enum err account_tokens_verify_link(struct db *, const char *token) MUST_CHECK;
/* The same by code, of the newest mail to this address. The fifth wrong code is the last one
 * that is looked at; the mail's link still works. */
enum err account_tokens_verify_code(struct runtime *, struct db *, const char *email,
				    const char *code) MUST_CHECK;

/* ERR_CODE_INVALID unless the token could be used now. Nothing is changed. */
enum err account_tokens_look_reset(struct db *, const char *token) MUST_CHECK;
/* Sets the password, ends all sessions, marks the address (which the mail reached) as confirmed
 * and queues the notice; `email` is whose it was. The password has passed
 * accounts_password_problem(). ERR_CODE_INVALID. */
enum err account_tokens_reset(struct db *, const char *token, const char *password,
			      char email[ACCOUNT_EMAIL]) MUST_CHECK;

/* In the caller's transaction: none of the user's tokens of this purpose is good any more. */
enum err account_tokens_void(struct db *, const char *user_id, const char *purpose) MUST_CHECK;

#endif
