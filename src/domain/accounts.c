/* SPDX-License-Identifier: Apache-2.0 */
/* Registering, logging in, and the profile. */
#include "domain/accounts.h"

#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "crypto/password.h"
#include "domain/account_tokens.h"
#include "domain/audit.h"
#include "domain/mails.h"
#include "domain/sessions.h"

#define USER_COLUMNS \
	"id, email, first_name, last_name, phone, avatar_url, company_name, role, account_type, " \
	"is_active, email_verified, created_at, last_login"

static const struct stmt insert_user = {
	.name = "accounts_insert_user",
	.sql = "INSERT INTO users (id, email, password_hash, first_name, last_name, company_name,"
	       " phone, last_login) VALUES ($1, $2, $3, $4, $5, $6, $7, now())",
};

static const struct stmt select_user = {
	.name = "accounts_select_user",
	.sql = "SELECT " USER_COLUMNS " FROM users WHERE id = $1",
};

static const struct stmt select_login = {
	.name = "accounts_select_login",
	.sql = "SELECT " USER_COLUMNS ", password_hash FROM users WHERE lower(email) = $1",
};

static const struct stmt select_login_master = {
	.name = "accounts_select_login_master",
	.sql = "SELECT " USER_COLUMNS ", password_hash, profile_completed_at IS NOT NULL"
	       " AS profile_completed FROM users WHERE lower(email) = $1",
};

static const struct stmt update_login = {
	.name = "accounts_update_login",
	.sql = "UPDATE users SET last_login = now(), password_hash = COALESCE($2, password_hash)"
	       " WHERE id = $1",
	.mysql = "UPDATE users SET last_login = utc_timestamp(6),"
		 " password_hash = COALESCE($2, password_hash) WHERE id = $1",
};

static const struct stmt select_password = {
	.name = "accounts_select_password",
	.sql = "SELECT password_hash FROM users WHERE id = $1",
};

/* $2: what was verified; of two changes at once the second must prove the first one's password. */
static const struct stmt update_password = {
	.name = "accounts_update_password",
	.sql = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
};

static const struct stmt select_completed = {
	.name = "accounts_select_completed",
	.sql = "SELECT profile_completed_at IS NOT NULL AS profile_completed FROM users"
	       " WHERE id = $1",
};

static const struct stmt update_profile = {
	.name = "accounts_update_profile",
	.sql = "UPDATE users SET first_name = COALESCE($2, first_name),"
	       " last_name = COALESCE($3, last_name),"
	       " phone = NULLIF(COALESCE($4, phone), ''),"
	       " avatar_url = NULLIF(COALESCE($5, avatar_url), ''),"
	       " company_name = NULLIF(COALESCE($6, company_name), '') WHERE id = $1",
};

static const struct stmt complete_profile = {
	.name = "accounts_complete_profile",
	.sql = "UPDATE users SET profile_completed_at = COALESCE(profile_completed_at, now())"
	       " WHERE id = $1",
};

enum err accounts_read(const struct result *r, struct user *u)
{
	memset(u, 0, sizeof(*u));
	u->id = row_text(r, 0, "id");
	u->email = row_text(r, 0, "email");
	u->first_name = row_text(r, 0, "first_name");
	u->last_name = row_text(r, 0, "last_name");
	u->phone = row_text(r, 0, "phone");
	u->avatar_url = row_text(r, 0, "avatar_url");
	u->company_name = row_text(r, 0, "company_name");
	u->role = row_text(r, 0, "role");
	u->account_type = row_text(r, 0, "account_type");
	u->is_active = row_bool(r, 0, "is_active");
	u->email_verified = row_bool(r, 0, "email_verified");
	u->created_at = row_time(r, 0, "created_at");
	u->last_login = row_time(r, 0, "last_login");
	/* A tenant's owner may have changed the table: what no user is without may be missing. */
	if (r->db->broken || !u->id || !u->email || !u->role || !u->account_type)
		return ERR_DB_UNAVAILABLE;
	return OK;
}

/* Only the master asks a user through the onboarding. */
static enum err read_completed(struct db *db, struct user *u)
{
	struct result r;
	enum err e;

	if (db->role != DB_MASTER)
		return OK;
	if ((e = db_one(db, &select_completed, ARGS(a_text(u->id)), &r)))
		return e;
	u->profile_completed = row_bool(&r, 0, "profile_completed");
	return OK;
}

const char *accounts_password_problem(const char *password)
{
	if (strlen(password) > PASSWORD_MAX_BYTES)
		return "must be at most 1024 bytes long";
	if (text_utf8_chars(password) < PASSWORD_MIN_CHARS)
		return "must be at least 8 characters long";
	if (password_common(password))
		return "is one of the passwords that are tried first; please choose another";
	return NULL;
}

struct registering {
	const struct registration *reg;
	const char *hash;
	char id[ID_TEXT];
};

static enum err register_body(struct db *db, void *arg)
{
	struct registering *r = arg;
	const struct registration *reg = r->reg;
	enum err e = db_run(db, &insert_user,
			    ARGS(a_text(id_new(r->id)), a_text(reg->email), a_text(r->hash),
				 a_text(reg->first_name), a_text(reg->last_name),
				 a_text(reg->company_name), a_text(reg->phone)),
			    NULL);

	if (e == ERR_DB_UNIQUE && text_eq(db->constraint, "users_email_key"))
		return ERR_USER_EXISTS;
	return e ? e : mails_queue(db, MAIL_VERIFY_EMAIL, r->id);
}

enum err accounts_register(struct db *master, const struct registration *reg, struct user *out)
{
	char hash[PASSWORD_HASH_TEXT];
	struct registering r = { .reg = reg, .hash = hash };
	enum err e;

	if ((e = password_hash(reg->password, hash)))
		return e;
	e = db_transaction(master, "register", register_body, &r);
	explicit_bzero(hash, sizeof(hash));
	return e ? e : accounts_get(master, r.id, out);
}

static enum err hash_again(const char *password, struct login *login)
{
	enum err e = password_hash(password, login->hash);

	if (e)
		*login->hash = '\0';
	return e == ERR_BUSY ? OK : e;   /* the old one will do until the next login */
}

enum err accounts_login(struct db *db, const char *email, const char *password,
			struct login *login, struct user *out)
{
	bool master = db->role == DB_MASTER, rehash = false;
	const char *hash = NULL;
	struct result r;
	enum err e = db_one(db, master ? &select_login_master : &select_login,
			    ARGS(a_text(email)), &r);

	*login->hash = '\0';
	if (e && e != ERR_NO_ROW)
		return e;
	if (!e)
		hash = row_text(&r, 0, "password_hash");
	if ((e = password_verify(hash, password, &rehash)) || (e = accounts_read(&r, out)))
		return e;
	if (!out->is_active)
		return ERR_USER_INACTIVE;
	if (master)
		out->profile_completed = row_bool(&r, 0, "profile_completed");
	return rehash ? hash_again(password, login) : OK;
}

/* No news: what is remembered of the user's other sessions may show the login before. */
enum err accounts_note_login(struct db *db, const char *user_id, const struct login *login)
{
	return db_run(db, &update_login,
		      ARGS(a_text(user_id), a_text(*login->hash ? login->hash : NULL)), NULL);
}

enum err accounts_get(struct db *db, const char *user_id, struct user *out)
{
	struct result r;
	enum err e = db_one(db, &select_user, ARGS(a_text(user_id)), &r);

	if (e || (e = accounts_read(&r, out)))
		return e;
	return read_completed(db, out);
}

struct changing {
	const char *user_id, *old_hash, *new_hash, *keep_session;
};

/* A store's database can queue no mail: the queue is in the master. */
static enum err change_body(struct db *db, void *arg)
{
	const struct changing *c = arg;
	enum err e = db_one(db, &update_password,
			    ARGS(a_text(c->user_id), a_text(c->old_hash), a_text(c->new_hash)),
			    NULL);

	if (e)
		return e == ERR_NO_ROW ? ERR_INVALID_CREDENTIALS : e;
	if ((e = sessions_end_others(db, c->user_id, c->keep_session, "password_change")) ||
	    db->role != DB_MASTER ||
	    (e = account_tokens_void(db, c->user_id, account_token_reset)) ||
	    (e = audit_write(db, "user.change_password", c->user_id, NULL)))
		return e;
	return mails_queue(db, MAIL_PASSWORD_CHANGED, c->user_id);
}

enum err accounts_change_password(struct db *db, const char *user_id, const char *current,
				  const char *password, const char *keep_session)
{
	char old[PASSWORD_HASH_TEXT], hash[PASSWORD_HASH_TEXT];
	struct changing c = { user_id, old, hash, keep_session };
	struct result r;
	enum err e = db_one(db, &select_password, ARGS(a_text(user_id)), &r);

	if (e)
		return e;
	if ((e = password_verify(row_text(&r, 0, "password_hash"), current, NULL)))
		return e;
	text_copy(old, sizeof(old), row_text(&r, 0, "password_hash"));
	if ((e = password_hash(password, hash)))
		return e;
	e = db_transaction(db, "change password", change_body, &c);
	explicit_bzero(old, sizeof(old));
	explicit_bzero(hash, sizeof(hash));
	return e;
}

struct update {
	const char *user_id;
	const struct profile_change *change;
};

static enum err update_body(struct db *db, void *arg)
{
	const struct update *u = arg;
	const struct profile_change *c = u->change;
	enum err e = db_one(db, &update_profile,
			    ARGS(a_text(u->user_id), a_text(c->first_name), a_text(c->last_name),
				 a_text(c->phone), a_text(c->avatar_url), a_text(c->company_name)),
			    NULL);

	db_touch(db, u->user_id);
	if (e || !c->completes || db->role != DB_MASTER)
		return e;
	return db_run(db, &complete_profile, ARGS(a_text(u->user_id)), NULL);
}

enum err accounts_update(struct db *db, const char *user_id, const struct profile_change *change,
			 struct user *out)
{
	struct update u = { user_id, change };
	enum err e = db_transaction(db, "update profile", update_body, &u);

	return e ? e : accounts_get(db, user_id, out);
}
