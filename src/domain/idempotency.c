/* SPDX-License-Identifier: Apache-2.0 */
/* Beginning and ending requests under an idempotency key. */
#include "domain/idempotency.h"

#include <string.h>

/* Ours when the key is new or too old, or when the one who began the same request is dead by now or
 * failed on our side. Then created_at stays: effects are named by it, so that what the first try
 * did, or what of it a server only now goes through with, is found and not done again. */
static const struct stmt begin_key = {
	.name = "idempotency_begin",
	.sql = "INSERT INTO idempotency_keys AS k (user_id, route, key, request_hash,"
	       " locked_until, expires_at)"
	       " VALUES ($1::uuid, $2, $3, $4::bytea, now() + make_interval(secs => $5::int),"
	       " now() + make_interval(hours => $6::int))"
	       " ON CONFLICT (user_id, route, key) DO UPDATE SET request_hash ="
	       " excluded.request_hash,"
	       " status = 'running', response_status = NULL, response_body = NULL,"
	       " created_at = CASE WHEN k.expires_at <= now() THEN now() ELSE k.created_at END,"
	       " locked_until = excluded.locked_until, expires_at = excluded.expires_at"
	       " WHERE k.expires_at <= now() OR (k.status = 'running' AND k.locked_until <= now()"
	       " AND k.request_hash = excluded.request_hash) RETURNING created_at",
};

static const struct stmt select_key = {
	.name = "idempotency_select",
	.sql = "SELECT request_hash, response_status, response_body FROM idempotency_keys"
	       " WHERE user_id = $1::uuid AND route = $2 AND key = $3",
};

static const struct stmt keep_answer = {
	.name = "idempotency_keep",
	.sql = "UPDATE idempotency_keys SET status = 'done', response_status = $5::int,"
	       " response_body = $6,"
	       " locked_until = NULL WHERE user_id = $1::uuid AND route = $2 AND key = $3"
	       " AND request_hash = $4::bytea AND status = 'running'",
};

static const struct stmt unlock_key = {
	.name = "idempotency_unlock",
	.sql = "UPDATE idempotency_keys SET locked_until = now()"
	       " WHERE user_id = $1::uuid AND route = $2 AND key = $3"
	       " AND request_hash = $4::bytea AND status = 'running'",
};

static enum err replay(struct db *db, const struct idempotency *i, struct idempotency_replay *out)
{
	const unsigned char *hash;
	struct result r;
	size_t len;
	enum err e = db_run(db, &select_key,
			    ARGS(a_text(i->user_id), a_text(i->route), a_text(i->key)), &r);

	if (e)
		return e;
	/* Gone in between: the one who had it failed just now. */
	if (!r.rows)
		return ERR_IDEMPOTENCY_IN_PROGRESS;
	hash = row_bytes(&r, 0, "request_hash", &len);
	if (len != sizeof(i->request_hash) || memcmp(hash, i->request_hash, len) != 0)
		return ERR_IDEMPOTENCY_KEY_REUSED;
	if (row_null(&r, 0, "response_status"))
		return ERR_IDEMPOTENCY_IN_PROGRESS;
	out->status = (int)row_int(&r, 0, "response_status");
	out->body = row_null(&r, 0, "response_body") ? "" : row_text(&r, 0, "response_body");
	return OK;
}

enum err idempotency_begin(struct db *db, const struct idempotency *i,
			   struct idempotency_replay *out)
{
	struct result r;
	enum err e = db_run(db, &begin_key,
			    ARGS(a_text(i->user_id), a_text(i->route), a_text(i->key),
				 a_bytes(i->request_hash, sizeof(i->request_hash)),
				 a_int(i->lock_s), a_int(IDEMPOTENCY_LIFE_H)),
			    &r);

	out->status = 0;
	out->body = NULL;
	if (e)
		return e;
	if (!r.rows)
		return replay(db, i, out);
	out->since_us = row_time(&r, 0, "created_at");
	return OK;
}

enum err idempotency_end(struct db *db, const struct idempotency *i, int status, const char *body)
{
	struct arg hash = a_bytes(i->request_hash, sizeof(i->request_hash));

	if (status >= 500)
		return db_run(db, &unlock_key,
			      ARGS(a_text(i->user_id), a_text(i->route), a_text(i->key), hash),
			      NULL);
	return db_run(db, &keep_answer,
		      ARGS(a_text(i->user_id), a_text(i->route), a_text(i->key), hash,
			   a_int(status), a_text(body)),
		      NULL);
}
