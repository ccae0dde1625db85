/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: agencies in the master, all other users in their tenant; the same statements serve
 * both. */
#ifndef SOUK_DOMAIN_ACCOUNTS_H
#define SOUK_DOMAIN_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "db/db.h"

/* Texts are borrowed from the connection's results (until db_forget()); NULL where the column is.
 */
struct user {
	const char *id, *email, *first_name, *last_name, *phone, *avatar_url, *company_name;
	const char *role, *account_type;
	bool is_active, email_verified;
	bool profile_completed;          /* master users only */
	int64_t created_at, last_login;  /* microseconds; 0 when never */
};

struct registration {
	const char *email;               /* lower case, checked */
	const char *password, *first_name, *last_name;
	const char *company_name, *phone;   /* or NULL */
};

/* Master only. ERR_USER_EXISTS. The password has passed accounts_password_problem(). Also queues
 * the mail that confirms the address. ERR_BUSY as password_hash() has it. */
enum err accounts_register(struct db *master, const struct registration *,
			   struct user *out) MUST_CHECK;
/* Words about what is wrong with a new password, or NULL when it is fine. */
const char *accounts_password_problem(const char *password);

/* What a login leaves behind: an imported or outdated hash is replaced while the password is at
 * hand. */
struct login {
	char hash[PASSWORD_HASH_TEXT];   /* "" when the old one will do */
};
/* Master or tenant. ERR_INVALID_CREDENTIALS in the same time whatever was wrong;
 * ERR_USER_INACTIVE only with the right password. ERR_BUSY: nothing was looked at. Nothing is
 * written: that is accounts_note_login(), in the transaction that opens the session. */
enum err accounts_login(struct db *, const char *email, const char *password,
			struct login *login, struct user *out) MUST_CHECK;
enum err accounts_note_login(struct db *, const char *user_id, const struct login *) MUST_CHECK;

/* Master or tenant. ERR_INVALID_CREDENTIALS when `current` is not the password. The new one has
 * passed accounts_password_problem(). All sessions but `keep_session` end; a master user's open
 * reset links too, and they get a mail. ERR_BUSY: nothing was changed. */
enum err accounts_change_password(struct db *, const char *user_id, const char *current,
				  const char *password, const char *keep_session) MUST_CHECK;

/* The first row of a statement that selects all the columns of struct user by their own names, but
 * profile_completed, which is left false. ERR_DB_UNAVAILABLE when a tenant's row lacks what no user
 * is without. */
enum err accounts_read(const struct result *, struct user *out) MUST_CHECK;

/* ERR_NO_ROW when there is none. */
enum err accounts_get(struct db *, const char *user_id, struct user *out) MUST_CHECK;

/* What is NULL stays as it is; "" clears phone, avatar_url and company_name. `completes` marks
 * the master user's profile step as done. */
struct profile_change {
	const char *first_name, *last_name, *phone, *avatar_url, *company_name;
	bool completes;
};
enum err accounts_update(struct db *, const char *user_id, const struct profile_change *,
			 struct user *out) MUST_CHECK;

#endif
