/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, checking, refreshing and ending sessions; the statements serve master and tenants alike.
 */
#include "domain/sessions.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypto/token.h"

enum { AGENT_MAX = 400, IP_MAX = 64, RECALL_KEY = 3 * ID_TEXT };

static const struct stmt insert_session = {
	.name = "sessions_insert",
	.sql = "INSERT INTO sessions (id, user_id, user_agent, ip_address, expires_at)"
	       " VALUES ($1, $2, $3, $4, $5)",
};

static const struct stmt insert_session_master = {
	.name = "sessions_insert_master",
	.sql = "INSERT INTO sessions (id, user_id, user_agent, ip_address, expires_at, store_id)"
	       " VALUES ($1, $2, $3, $4, $5, NULLIF($6, '')::uuid)",
};

static const struct stmt insert_refresh = {
	.name = "sessions_insert_refresh",
	.sql = "INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at)"
	       " VALUES ($1, $2, $3, $4)",
};

/* One round trip for the identity gate: session and user together. The master's users have a column
 * more. */
#define CHECK_COLUMNS \
	"s.last_used_at, s.expires_at, u.id, u.email, u.first_name, u.last_name, u.phone," \
	" u.avatar_url, u.company_name, u.role, u.account_type, u.is_active, u.email_verified," \
	" u.created_at, u.last_login"
#define CHECK_FROM \
	" FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.user_id = $2" \
	" AND s.revoked_at IS NULL AND s.expires_at > CURRENT_TIMESTAMP AND u.is_active"

static const struct stmt check_master = {
	.name = "sessions_check_master",
	.sql = "SELECT " CHECK_COLUMNS
	       ", u.profile_completed_at IS NOT NULL AS profile_completed" CHECK_FROM,
};

static const struct stmt check_tenant = {
	.name = "sessions_check_tenant",
	.sql = "SELECT " CHECK_COLUMNS CHECK_FROM,
};

static const struct stmt touch_session = {
	.name = "sessions_touch",
	.sql = "UPDATE sessions SET last_used_at = CURRENT_TIMESTAMP WHERE id = $1",
};

/* The database's clock wrote the times, so it also compares them. */
#define REFRESH_COLUMNS \
	"r.id, r.session_id, s.user_id, r.used_at IS NOT NULL AS used," \
	" (s.revoked_at IS NULL AND r.expires_at > CURRENT_TIMESTAMP" \
	" AND s.expires_at > CURRENT_TIMESTAMP) AS live"
#define REFRESH_FROM \
	" FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.token_hash = $1" \
	" FOR UPDATE"

static const struct stmt lock_refresh = {
	.name = "sessions_lock_refresh",
	.sql = "SELECT " REFRESH_COLUMNS ", r.used_at > CURRENT_TIMESTAMP - interval '10 seconds'"
	       " AS recent" REFRESH_FROM,
	.mysql = "SELECT " REFRESH_COLUMNS ", r.used_at > CURRENT_TIMESTAMP(6) - INTERVAL 10 SECOND"
		 " AS recent" REFRESH_FROM,
};

static const struct stmt lock_refresh_master = {
	.name = "sessions_lock_refresh_master",
	.sql = "SELECT " REFRESH_COLUMNS ", r.used_at > CURRENT_TIMESTAMP - interval '10 seconds'"
	       " AS recent, s.store_id" REFRESH_FROM,
};

static const struct stmt use_refresh = {
	.name = "sessions_use_refresh",
	.sql = "UPDATE refresh_tokens SET used_at = CURRENT_TIMESTAMP, child_id = $2 WHERE id = $1",
};

static const struct stmt prolong_session = {
	.name = "sessions_prolong",
	.sql = "UPDATE sessions SET last_used_at = CURRENT_TIMESTAMP, expires_at = $2"
	       " WHERE id = $1",
};

static const struct stmt stand_on = {
	.name = "sessions_stand_on",
	.sql = "UPDATE sessions SET store_id = $2::uuid WHERE id = $1::uuid",
};

static const struct stmt end_session = {
	.name = "sessions_end",
	.sql = "UPDATE sessions SET revoked_at = CURRENT_TIMESTAMP, revoked_reason = $3"
	       " WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
};

static const struct stmt end_others = {
	.name = "sessions_end_others",
	.sql = "UPDATE sessions SET revoked_at = CURRENT_TIMESTAMP, revoked_reason = $3"
	       " WHERE user_id = $1 AND revoked_at IS NULL"
	       " AND ($2 = '' OR id <> NULLIF($2, '')::uuid)",
	.mysql = "UPDATE sessions SET revoked_at = CURRENT_TIMESTAMP(6), revoked_reason = $3"
		 " WHERE user_id = $1 AND revoked_at IS NULL AND id <> $2",
};

static const struct stmt list_sessions = {
	.name = "sessions_list",
	.sql = "SELECT id, user_agent, ip_address, created_at, last_used_at, expires_at"
	       " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL"
	       " AND expires_at > CURRENT_TIMESTAMP AND ($3::uuid IS NULL OR id < $3::uuid)"
	       " ORDER BY id DESC LIMIT $2::int",
	.mysql = "SELECT id, user_agent, ip_address, created_at, last_used_at, expires_at"
		 " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL"
		 " AND expires_at > CURRENT_TIMESTAMP(6) AND ($3 IS NULL OR id < $3)"
		 " ORDER BY id DESC LIMIT $2",
};

static char *later(int seconds, char out[CLOCK_TEXT])
{
	return clock_rfc3339(clock_now_us() + (int64_t)seconds * 1000000, out);
}

static void hash_token(const char *token, unsigned char out[HASH_BYTES])
{
	token_sha256(token, strlen(token), out);
}

/* The prefix tells in which database the token's session is. */
static void refresh_text(const char *secret, const char *tenant_store_id, char out[REFRESH_TEXT])
{
	char hex[33];
	int n = 0;

	if (!tenant_store_id) {
		snprintf(out, REFRESH_TEXT, "srt_m_%s", secret);
		return;
	}
	for (; *tenant_store_id && n < 32; tenant_store_id++)
		if (*tenant_store_id != '-')
			hex[n++] = *tenant_store_id;
	hex[n] = '\0';
	snprintf(out, REFRESH_TEXT, "srt_t_%s_%s", hex, secret);
}

bool sessions_refresh_place(const char *token, char store_id[ID_TEXT])
{
	static const int groups[] = { 8, 4, 4, 4, 12 };
	const char *p = token + 6;
	int g, at = 0;

	store_id[0] = '\0';
	if (strlen(token) >= REFRESH_TEXT)
		return false;
	if (text_starts(token, "srt_m_"))
		return strlen(token) == 6 + TOKEN_TEXT - 1;
	/* As it is written by us: under another spelling of its id a store is not found. */
	if (!text_starts(token, "srt_t_") || strlen(token) != 6 + 33 + TOKEN_TEXT - 1 ||
	    strspn(p, "0123456789abcdef") != 32 || p[32] != '_')
		return false;
	for (g = 0; g < 5; g++) {
		memcpy(store_id + at, p, (size_t)groups[g]);
		p += groups[g];
		at += groups[g];
		store_id[at++] = g < 4 ? '-' : '\0';
	}
	return id_valid(store_id);
}

enum err sessions_token(struct runtime *rt, const struct user *user, const char *session_id,
			const struct session_place *place, struct arena *a, struct tokens *out)
{
	struct jwt_claims c = { 0 };
	char *token;
	enum err e;

	text_copy(c.user_id, sizeof(c.user_id), user->id);
	text_copy(c.session_id, sizeof(c.session_id), session_id);
	text_copy(c.store_id, sizeof(c.store_id), place->store_id);
	text_copy(c.email, sizeof(c.email), user->email);
	text_copy(c.role, sizeof(c.role), user->role);
	text_copy(c.account_type, sizeof(c.account_type), user->account_type);
	snprintf(c.audience, sizeof(c.audience), place->tenant ? "store:%s" : "platform",
		 place->store_id);
	c.issued_at = clock_now_s();
	c.expires_at = c.issued_at + rt->settings->jwt_expires_in;
	if ((e = jwt_sign(&rt->keys, &c, a, &token)))
		return e;
	out->access = token;
	out->expires_in = rt->settings->jwt_expires_in;
	text_copy(out->session_id, sizeof(out->session_id), session_id);
	return OK;
}

struct opening {
	const struct runtime *rt;
	const char *user_id, *user_agent, *ip, *store_id;
	const struct login *login;
	char session_id[ID_TEXT];
	const char *refresh;
};

static enum err add_refresh(struct db *db, const char *id, const char *session_id,
			    const char *token, const char *expires)
{
	unsigned char hash[HASH_BYTES];

	hash_token(token, hash);
	return db_run(db, &insert_refresh,
		      ARGS(a_text(id), a_text(session_id), a_bytes(hash, sizeof(hash)),
			   a_text(expires)),
		      NULL);
}

/* Only the master's table says where a session stands. */
static enum err add_session(struct db *db, struct opening *o, const char *expires)
{
	bool master = db->role == DB_MASTER;
	struct args args = ARGS(a_text(id_new(o->session_id)), a_text(o->user_id),
				a_text(o->user_agent), a_text(o->ip), a_text(expires),
				a_text(o->store_id));

	args.n -= !master;
	return db_run(db, master ? &insert_session_master : &insert_session, args, NULL);
}

static enum err open_body(struct db *db, void *arg)
{
	struct opening *o = arg;
	char expires[CLOCK_TEXT], id[ID_TEXT];
	enum err e;

	if (o->login && (e = accounts_note_login(db, o->user_id, o->login)))
		return e;
	later(o->rt->settings->refresh_expires_in, expires);
	e = add_session(db, o, expires);
	return e ? e : add_refresh(db, id_new(id), o->session_id, o->refresh, expires);
}

/* Cut between characters, never inside one. */
static const char *cut(struct arena *a, const char *s, size_t max)
{
	size_t n = s ? strlen(s) : 0;

	if (!s)
		return NULL;
	if (n > max)
		n = max;
	while (n && !text_utf8(s, n))
		n--;
	return arena_strndup(a, s, n);
}

enum err sessions_open(struct runtime *rt, struct db *db, const struct user *user,
		       const struct session_place *place, struct arena *a, struct tokens *out)
{
	char secret[TOKEN_TEXT];
	struct opening o = {
		.rt = rt,
		.user_id = user->id,
		.user_agent = cut(a, place->user_agent, AGENT_MAX),
		.ip = cut(a, place->ip, IP_MAX),
		.store_id = place->store_id,
		.login = place->login,
		.refresh = out->refresh,
	};
	enum err e;

	refresh_text(token_new(secret), place->tenant ? place->store_id : NULL, out->refresh);
	explicit_bzero(secret, sizeof(secret));
	if ((e = db_transaction(db, "open session", open_body, &o)))
		return e;
	return sessions_token(rt, user, o.session_id, place, a, out);
}

static enum err check(struct db *db, const char *session_id, const char *user_id,
		      struct user *out, int64_t *expires_at)
{
	bool master = db->role == DB_MASTER;
	struct result r;
	enum err e = db_one(db, master ? &check_master : &check_tenant,
			    ARGS(a_text(session_id), a_text(user_id)), &r);

	if (e)
		return e == ERR_NO_ROW ? ERR_SESSION_REVOKED : e;
	if ((e = accounts_read(&r, out)))
		return e;
	out->profile_completed = master && row_bool(&r, 0, "profile_completed");
	*expires_at = row_time(&r, 0, "expires_at");
	if (clock_now_us() - row_time(&r, 0, "last_used_at") > 60 * 1000000LL)
		return db_run(db, &touch_session, ARGS(a_text(session_id)), NULL);
	return OK;
}

enum err sessions_check(struct db *db, const char *session_id, const char *user_id,
			struct user *out)
{
	int64_t expires_at;

	return check(db, session_id, user_id, out, &expires_at);
}

/* A session that was found live. */
struct checked {
	struct user user;
	int64_t expires_at;
};

static const size_t checked_texts[] = {
	offsetof(struct checked, user.id), offsetof(struct checked, user.email),
	offsetof(struct checked, user.first_name), offsetof(struct checked, user.last_name),
	offsetof(struct checked, user.phone), offsetof(struct checked, user.avatar_url),
	offsetof(struct checked, user.company_name), offsetof(struct checked, user.role),
	offsetof(struct checked, user.account_type),
};
static const struct memo_shape checked_shape = {
	sizeof(struct checked), checked_texts, sizeof(checked_texts) / sizeof(*checked_texts)
};

/* A tenant's owner chooses the ids in that database: its id keeps them apart from all others. */
static size_t recall_key(const char *store_id, const char *session_id, const char *user_id,
			 char out[RECALL_KEY])
{
	return (size_t)snprintf(out, RECALL_KEY, "%s %s %s", store_id, user_id, session_id);
}

enum err sessions_recall(struct runtime *rt, struct db *db, const char *store_id,
			 const char *session_id, const char *user_id, struct user *out)
{
	char key[RECALL_KEY];
	size_t len = recall_key(store_id, session_id, user_id, key);
	const struct checked *known = memo_get(rt->sessions, key, len, NULL);
	struct memo_stamp stamp;
	struct checked now;
	enum err e;

	if (known && known->expires_at > clock_now_us()) {
		*out = known->user;
		return OK;
	}
	stamp = runtime_stamp(rt, rt->sessions, db, user_id);
	if ((e = check(db, session_id, user_id, out, &now.expires_at)))
		return e;
	now.user = *out;
	memo_put(rt->sessions, key, len, &stamp, &checked_shape, &now, 1);
	return OK;
}

struct refreshing {
	const struct runtime *rt;
	const char *token;       /* shown */
	const char *child;       /* what it is exchanged for */
	char session_id[ID_TEXT], user_id[ID_TEXT], store_id[ID_TEXT];
	bool reused;             /* the session was ended for it */
};

/* A used token may be shown again for a short while by a client that lost the answer: it gets the
 * same child, which is derived from it and needs no storing. Later it is a stolen copy: the session
 * ends. */
static enum err refresh_used(struct db *db, const struct result *r, struct refreshing *f)
{
	if (row_bool(r, 0, "recent"))
		return OK;
	f->reused = true;
	db_touch(r->db, f->user_id);
	return db_run(db, &end_session,
		      ARGS(a_text(f->session_id), a_text(f->user_id), a_text("refresh_reuse")),
		      NULL);
}

static enum err refresh_body(struct db *db, void *arg)
{
	struct refreshing *f = arg;
	bool master = db->role == DB_MASTER;
	unsigned char hash[HASH_BYTES];
	char expires[CLOCK_TEXT], child_id[ID_TEXT];
	struct result r;
	enum err e;

	f->reused = false;
	hash_token(f->token, hash);
	if ((e = db_one(db, master ? &lock_refresh_master : &lock_refresh,
			ARGS(a_bytes(hash, sizeof(hash))), &r)))
		return e == ERR_NO_ROW ? ERR_REFRESH_FAILED : e;
	if (row_null(&r, 0, "session_id") || row_null(&r, 0, "user_id"))
		return ERR_REFRESH_FAILED; /* a tenant's table that its owner has changed */
	text_copy(f->session_id, sizeof(f->session_id), row_text(&r, 0, "session_id"));
	text_copy(f->user_id, sizeof(f->user_id), row_text(&r, 0, "user_id"));
	if (master && !row_null(&r, 0, "store_id"))
		text_copy(f->store_id, sizeof(f->store_id), row_text(&r, 0, "store_id"));
	if (!row_bool(&r, 0, "live"))
		return ERR_REFRESH_FAILED;
	if (row_bool(&r, 0, "used"))
		return refresh_used(db, &r, f);
	later(f->rt->settings->refresh_expires_in, expires);
	if ((e = add_refresh(db, id_new(child_id), f->session_id, f->child, expires)) ||
	    (e = db_run(db, &use_refresh, ARGS(a_text(row_text(&r, 0, "id")), a_text(child_id)),
			NULL)))
		return e;
	return db_run(db, &prolong_session, ARGS(a_text(f->session_id), a_text(expires)), NULL);
}

/* The child of a token: an HMAC of it, so that it can be given again without being kept. */
static void derive_child(const struct runtime *rt, const char *token,
			 const struct session_place *place, char out[REFRESH_TEXT])
{
	unsigned char mac[HASH_BYTES];
	struct buf b = BUF_INIT;

	token_hmac(rt->keys.refresh_key, sizeof(rt->keys.refresh_key), token, strlen(token), mac);
	text_base64url(&b, mac, sizeof(mac));
	refresh_text(buf_str(&b), place->tenant ? place->store_id : NULL, out);
	explicit_bzero(mac, sizeof(mac));
	buf_wipe(&b);
}

enum err sessions_refresh(struct runtime *rt, struct db *db, const char *token,
			  const struct session_place *place, struct arena *a, struct user *user,
			  struct tokens *out)
{
	/* cppcheck-suppress ctuuninitvar ; only its address is taken here */
	struct refreshing f = { .rt = rt, .token = token, .child = out->refresh };
	enum err e;

	derive_child(rt, token, place, out->refresh);
	if ((e = db_transaction(db, "refresh session", refresh_body, &f)))
		return e;
	if (f.reused)
		return ERR_REFRESH_FAILED;
	if ((e = sessions_check(db, f.session_id, f.user_id, user)))
		return e == ERR_SESSION_REVOKED ? ERR_REFRESH_FAILED : e;
	text_copy(out->store_id, sizeof(out->store_id), f.store_id);
	return sessions_token(rt, user, f.session_id, place, a, out);
}

enum err sessions_switch(struct runtime *rt, struct db *db, const struct user *user,
			 const char *session_id, const char *store_id, struct arena *a,
			 struct tokens *out)
{
	const struct session_place place = { .store_id = store_id };
	enum err e = db_run(db, &stand_on, ARGS(a_text(session_id), a_text(store_id)), NULL);

	return e ? e : sessions_token(rt, user, session_id, &place, a, out);
}

enum err sessions_end(struct db *db, const char *session_id, const char *user_id,
		      const char *reason)
{
	enum err e = db_one(db, &end_session,
			    ARGS(a_text(session_id), a_text(user_id), a_text(reason)), NULL);

	db_touch(db, user_id);
	return e == ERR_NO_ROW ? ERR_SESSION_NOT_FOUND : e;
}

enum err sessions_end_others(struct db *db, const char *user_id, const char *keep,
			     const char *reason)
{
	enum err e = db_run(db, &end_others,
			    ARGS(a_text(user_id), a_text(keep ? keep : ""), a_text(reason)), NULL);

	db_touch(db, user_id);
	return e;
}

enum err sessions_list(struct db *db, const char *user_id, struct paging *paging, struct arena *a,
		       struct session_list *out)
{
	struct result r;
	enum err e = paging_run(db, &list_sessions, user_id, paging, a, &r);
	int i;

	if (e)
		return e;
	out->n = r.rows;
	out->v = arena_calloc(a, (size_t)out->n, sizeof(*out->v));
	for (i = 0; i < out->n; i++) {
		struct session *s = &out->v[i];

		s->id = row_text(&r, i, "id");
		s->user_agent = row_text(&r, i, "user_agent");
		s->ip_address = row_text(&r, i, "ip_address");
		s->created_at = row_time(&r, i, "created_at");
		s->last_used_at = row_time(&r, i, "last_used_at");
		s->expires_at = row_time(&r, i, "expires_at");
	}
	return OK;
}
