/* SPDX-License-Identifier: Apache-2.0 */
/* Making, looking at and using up the rows of account_tokens. */
#include "domain/account_tokens.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "crypto/password.h"
#include "domain/audit.h"
#include "domain/limits.h"
#include "domain/mails.h"
#include "domain/sessions.h"

enum { CODES = 1000000 };

const char account_token_verify[] = "verify_email", account_token_reset[] = "reset_password";

/* Ids are UUIDs of version 7, so they tell which was asked for later. */
static const struct stmt insert_token = {
	.name = "account_tokens_insert",
	.sql = "INSERT INTO account_tokens AS t (id, user_id, purpose, token_hash, code_hash,"
	       " expires_at) SELECT $1::uuid, $2::uuid, $3, $4::bytea, $5::bytea,"
	       " now() + make_interval(mins => $6::int) WHERE NOT EXISTS (SELECT 1"
	       " FROM account_tokens n WHERE n.user_id = $2::uuid AND n.purpose = $3"
	       " AND n.id > $1::uuid)"
	       " ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash,"
	       " code_hash = excluded.code_hash, expires_at = excluded.expires_at"
	       " WHERE t.used_at IS NULL",
};

static const struct stmt void_older = {
	.name = "account_tokens_void_older",
	.sql = "UPDATE account_tokens SET used_at = now() WHERE user_id = $1::uuid"
	       " AND purpose = $2 AND used_at IS NULL AND id < $3::uuid",
};

static const struct stmt void_all = {
	.name = "account_tokens_void",
	.sql = "UPDATE account_tokens SET used_at = now() WHERE user_id = $1::uuid"
	       " AND purpose = $2 AND used_at IS NULL",
};

static const struct stmt lock_user = {
	.name = "account_tokens_lock_user",
	.sql = "SELECT id FROM users WHERE id = $1::uuid AND is_active FOR NO KEY UPDATE",
};

#define GOOD "t.used_at IS NULL AND t.expires_at > now() AND u.is_active"

static const struct stmt lock_link = {
	.name = "account_tokens_lock_link",
	.sql = "SELECT t.id, t.user_id, u.email FROM account_tokens t"
	       " JOIN users u ON u.id = t.user_id"
	       " WHERE t.token_hash = $1 AND t.purpose = $2 AND " GOOD " FOR UPDATE OF t",
};

static const struct stmt look_link = {
	.name = "account_tokens_look_link",
	.sql = "SELECT t.id FROM account_tokens t JOIN users u ON u.id = t.user_id"
	       " WHERE t.token_hash = $1 AND t.purpose = $2 AND " GOOD,
};

static const struct stmt lock_code = {
	.name = "account_tokens_lock_code",
	.sql = "SELECT t.id, t.user_id, t.code_hash FROM account_tokens t"
	       " JOIN users u ON u.id = t.user_id WHERE lower(u.email) = $1 AND t.purpose = $2"
	       " AND t.code_hash IS NOT NULL AND t.tries < $3::int AND " GOOD
	       " ORDER BY t.id DESC LIMIT 1 FOR UPDATE OF t",
};

static const struct stmt count_try = {
	.name = "account_tokens_count_try",
	.sql = "UPDATE account_tokens SET tries = tries + 1 WHERE id = $1::uuid",
};

static const struct stmt confirm_user = {
	.name = "account_tokens_confirm",
	.sql = "UPDATE users SET email_verified = true,"
	       " email_verified_at = now() WHERE id = $1::uuid AND NOT email_verified",
};

static const struct stmt set_password = {
	.name = "account_tokens_set_password",
	.sql = "UPDATE users SET password_hash = $2 WHERE id = $1::uuid",
};

/* The label keeps the uses of one key apart. */
static void derive(const struct runtime *rt, const char *label, const char *id, const char *more,
		   unsigned char out[HASH_BYTES])
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s:%s:%s", label, id, more);
	token_hmac(rt->keys.code_key, sizeof(rt->keys.code_key), b.data, b.len, out);
	buf_wipe(&b);
}

static void make_secret(const struct runtime *rt, const char *job_id, struct mailed_secret *out)
{
	unsigned char mac[HASH_BYTES];
	struct buf b = BUF_INIT;
	uint64_t n;
	int i;

	derive(rt, "mailed token", job_id, "", mac);
	text_base64url(&b, mac, sizeof(mac));
	text_copy(out->token, sizeof(out->token), buf_str(&b));
	buf_wipe(&b);
	derive(rt, "mailed code", job_id, "", mac);
	memcpy(&n, mac, sizeof(n));
	for (i = 5, n %= CODES; i >= 0; i--, n /= 10)
		out->code[i] = (char)('0' + n % 10);
	out->code[6] = '\0';
	explicit_bzero(mac, sizeof(mac));
}

struct making {
	const char *id, *user_id, *purpose;
	unsigned char token_hash[HASH_BYTES], code_hash[HASH_BYTES];
	bool has_code, stale;
};

/* The user's row is locked first: two runners shall not each find no newer token than their own. */
static enum err make_body(struct db *db, void *arg)
{
	struct making *m = arg;
	struct result r;
	enum err e;

	if ((e = db_one(db, &lock_user, ARGS(a_text(m->user_id)), NULL)) ||
	    (e = db_run(db, &insert_token,
			ARGS(a_text(m->id), a_text(m->user_id), a_text(m->purpose),
			     a_bytes(m->token_hash, HASH_BYTES),
			     a_bytes(m->has_code ? m->code_hash : NULL, HASH_BYTES),
			     a_int(ACCOUNT_TOKEN_MINUTES)),
			&r)))
		return e;
	m->stale = r.changed == 0;
	return m->stale ? OK : db_run(db, &void_older,
				      ARGS(a_text(m->user_id), a_text(m->purpose), a_text(m->id)),
				      NULL);
}

enum err account_tokens_make(struct runtime *rt, struct db *db, const char *job_id,
			     const char *user_id, const char *purpose, struct mailed_secret *out,
			     bool *stale)
{
	struct making m = { .id = job_id, .user_id = user_id, .purpose = purpose };
	enum err e;

	m.has_code = text_eq(purpose, account_token_verify);
	make_secret(rt, job_id, out);
	token_sha256(out->token, strlen(out->token), m.token_hash);
	derive(rt, "code hash", job_id, out->code, m.code_hash);
	if (!m.has_code)
		explicit_bzero(out->code, sizeof(out->code));
	e = db_transaction(db, "make account token", make_body, &m);
	*stale = m.stale || e == ERR_NO_ROW;
	return e == ERR_NO_ROW ? OK : e;
}

enum err account_tokens_void(struct db *db, const char *user_id, const char *purpose)
{
	return db_run(db, &void_all, ARGS(a_text(user_id), a_text(purpose)), NULL);
}

static enum err confirm(struct db *db, const char *user_id)
{
	struct result r;
	enum err e = account_tokens_void(db, user_id, account_token_verify);

	if (e || (e = db_run(db, &confirm_user, ARGS(a_text(user_id)), &r)) || !r.changed)
		return e;
	db_touch(db, user_id);
	return audit_write(db, "user.verify_email", user_id, NULL);
}

struct using {
	const struct runtime *rt;
	const char *token, *email, *code, *password_hash;
	char user_id[ID_TEXT];
	char *email_out;
	bool wrong;
};

static enum err lock_by_link(struct db *db, struct using *u, const char *purpose)
{
	unsigned char hash[HASH_BYTES];
	struct result r;
	enum err e;

	token_sha256(u->token, strlen(u->token), hash);
	e = db_one(db, &lock_link, ARGS(a_bytes(hash, sizeof(hash)), a_text(purpose)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_CODE_INVALID : e;
	text_copy(u->user_id, sizeof(u->user_id), row_text(&r, 0, "user_id"));
	if (u->email_out)
		text_copy(u->email_out, ACCOUNT_EMAIL, row_text(&r, 0, "email"));
	return OK;
}

static enum err link_body(struct db *db, void *arg)
{
	struct using *u = arg;
	enum err e = lock_by_link(db, u, account_token_verify);

	return e ? e : confirm(db, u->user_id);
}

enum err account_tokens_verify_link(struct db *db, const char *token)
{
	struct using u = { .token = token };

	return db_transaction(db, "verify address", link_body, &u);
}

static bool code_fits(const struct using *u, const struct result *r)
{
	unsigned char hash[HASH_BYTES];
	const unsigned char *kept;
	size_t len;

	derive(u->rt, "code hash", row_text(r, 0, "id"), u->code, hash);
	kept = row_bytes(r, 0, "code_hash", &len);
	return len == sizeof(hash) && token_equal(kept, hash, len);
}

/* A wrong code is no error here, since its count must be committed. The count by address writes
 * also where there is no token: both take the time of one commit. */
static enum err code_body(struct db *db, void *arg)
{
	static const struct rate unlimited = { INT32_MAX - 1, ACCOUNT_TOKEN_MINUTES * 60 };
	struct using *u = arg;
	struct result r;
	int wait;
	enum err e;

	u->wrong = true;
	if ((e = limits_hit(db, "code", u->email, &unlimited, &wait)))
		return e;
	e = db_one(db, &lock_code,
		   ARGS(a_text(u->email), a_text(account_token_verify), a_int(ACCOUNT_TOKEN_TRIES)),
		   &r);
	if (e)
		return e == ERR_NO_ROW ? OK : e;
	if (!code_fits(u, &r))
		return db_run(db, &count_try, ARGS(a_text(row_text(&r, 0, "id"))), NULL);
	u->wrong = false;
	text_copy(u->user_id, sizeof(u->user_id), row_text(&r, 0, "user_id"));
	return confirm(db, u->user_id);
}

enum err account_tokens_verify_code(struct runtime *rt, struct db *db, const char *email,
				    const char *code)
{
	struct using u = { .rt = rt, .email = email, .code = code };
	enum err e = db_transaction(db, "verify address by code", code_body, &u);

	return !e && u.wrong ? ERR_CODE_INVALID : e;
}

enum err account_tokens_look_reset(struct db *db, const char *token)
{
	unsigned char hash[HASH_BYTES];
	enum err e;

	token_sha256(token, strlen(token), hash);
	e = db_one(db, &look_link, ARGS(a_bytes(hash, sizeof(hash)), a_text(account_token_reset)),
		   NULL);
	return e == ERR_NO_ROW ? ERR_CODE_INVALID : e;
}

static enum err reset_body(struct db *db, void *arg)
{
	struct using *u = arg;
	enum err e = lock_by_link(db, u, account_token_reset);

	if (e || (e = account_tokens_void(db, u->user_id, account_token_reset)) ||
	    (e = db_run(db, &set_password, ARGS(a_text(u->user_id), a_text(u->password_hash)),
			NULL)) ||
	    (e = confirm(db, u->user_id)) ||
	    (e = sessions_end_others(db, u->user_id, NULL, "password_reset")) ||
	    (e = audit_write(db, "user.reset_password", u->user_id, NULL)))
		return e;
	return mails_queue(db, MAIL_PASSWORD_CHANGED, u->user_id);
}

enum err account_tokens_reset(struct db *db, const char *token, const char *password,
			      char email[ACCOUNT_EMAIL])
{
	char hash[PASSWORD_HASH_TEXT];
	struct using u = { .token = token, .password_hash = hash, .email_out = email };
	enum err e = account_tokens_look_reset(db, token);

	if (e || (e = password_hash(password, hash)))
		return e;
	e = db_transaction(db, "reset password", reset_body, &u);
	explicit_bzero(hash, sizeof(hash));
	return e;
}
