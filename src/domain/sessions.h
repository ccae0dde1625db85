/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: an access token (JWT), a refresh token that is good once, and the row that can end
 * both. */
#ifndef SOUK_DOMAIN_SESSIONS_H
#define SOUK_DOMAIN_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "crypto/jwt.h"
#include "db/db.h"
#include "db/paging.h"
#include "db/runtime.h"
#include "domain/accounts.h"

enum { REFRESH_TEXT = 128 };

struct tokens {
	const char *access;             /* in the arena */
	char refresh[REFRESH_TEXT]; /* "srt_m_<secret>" or "srt_t_<32 hex of the store>_<secret>" */
	int expires_in;                 /* seconds of the access token */
	char session_id[ID_TEXT];
	char store_id[ID_TEXT];         /* by sessions_refresh(): where the session stands, or "" */
};

/* Where a session is made: user_agent and ip are cut to 400 and 64 bytes. `store_id`: the store the
 * token names ("" for none). `tenant`: the session lives in that store's database (audience
 * "store:<id>"). `login`, when it is opened by a password, is noted in the same transaction. */
struct session_place {
	const char *user_agent, *ip, *store_id;
	bool tenant;
	const struct login *login;
};

enum err sessions_open(struct runtime *, struct db *, const struct user *,
		       const struct session_place *, struct arena *, struct tokens *out) MUST_CHECK;

/* Another access token of the same session. */
enum err sessions_token(struct runtime *, const struct user *, const char *session_id,
			const struct session_place *, struct arena *,
			struct tokens *out) MUST_CHECK;

/* The same for another store of this agency, where the session stands from now on: refreshed
 * tokens name it too. */
enum err sessions_switch(struct runtime *, struct db *, const struct user *, const char *session_id,
			 const char *store_id, struct arena *, struct tokens *out) MUST_CHECK;

/* The live session's user: ERR_SESSION_REVOKED when the session is not there, ended, too old, or
 * its user switched off. One round trip; touches last_used_at at most once a minute. */
enum err sessions_check(struct db *, const char *session_id, const char *user_id,
			struct user *out) MUST_CHECK;
/* The same answer, remembered as long as no news of that user came (db_touch(), the master's
 * triggers). `store_id` names the tenant whose database it is, "" for the master. `*out` is
 * borrowed until the next call. */
enum err sessions_recall(struct runtime *, struct db *, const char *store_id,
			 const char *session_id, const char *user_id,
			 struct user *out) MUST_CHECK;

/* Which store's database a refresh token belongs to ("" for the master); false when it is none of
 * ours. */
bool sessions_refresh_place(const char *refresh_token, char store_id[ID_TEXT]);
/* A new pair for a used-once token. Shown again within 10 s: the same child again (its client lost
 * the answer); later: the whole session ends. ERR_REFRESH_FAILED. `*user` is filled. */
enum err sessions_refresh(struct runtime *, struct db *, const char *refresh_token,
			  const struct session_place *, struct arena *, struct user *user,
			  struct tokens *out) MUST_CHECK;

enum err sessions_end(struct db *, const char *session_id, const char *user_id,
		      const char *reason) MUST_CHECK;
/* Ends all of the user's sessions but `keep` (NULL: none is kept). */
enum err sessions_end_others(struct db *, const char *user_id, const char *keep,
			     const char *reason) MUST_CHECK;

struct session {
	const char *id, *user_agent, *ip_address;
	int64_t created_at, last_used_at, expires_at;
};
struct session_list {
	struct session *v;   /* in the arena, newest first */
	int n;
};
/* Those that live. */
enum err sessions_list(struct db *, const char *user_id, struct paging *, struct arena *,
		       struct session_list *out) MUST_CHECK;

#endif
