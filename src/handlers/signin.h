/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in and up at the platform: what the API and the pages share. */
#ifndef SOUK_HANDLERS_SIGNIN_H
#define SOUK_HANDLERS_SIGNIN_H

#include "base/err.h"
#include "domain/accounts.h"
#include "domain/sessions.h"
#include "web/request.h"

/* Rate limits per (account, network) and per network, then a session of the master. The tokens name
 * the user's newest store. `user` and `tokens` are filled on OK. */
enum err signin_master(struct request *, const char *email, const char *password, struct user *user,
		       struct tokens *tokens) MUST_CHECK;
enum err signin_register(struct request *, const struct registration *, struct user *user,
			 struct tokens *tokens) MUST_CHECK;
/* The same for a user of the tenant `db`, which is that of `store_id`. */
enum err signin_tenant(struct request *, struct db *db, const char *store_id, const char *email,
		       const char *password, struct user *user, struct tokens *tokens) MUST_CHECK;

/* Of who is signed in, master or tenant; a wrong `current` counts as a failed login. */
enum err signin_change_password(struct request *, const char *current,
				const char *password) MUST_CHECK;
/* Forgets the failed logins of an account of the platform from this network: it has proved itself
 * otherwise. */
enum err signin_forgive(struct request *, const char *email) MUST_CHECK;

#endif
