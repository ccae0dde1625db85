/* SPDX-License-Identifier: Apache-2.0 */
/* Checking, sealing and showing a store's Stripe keys. */
#include "domain/secrets.h"

#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "crypto/seal.h"
#include "domain/audit.h"

enum { STRIPE_MIN = 16, STRIPE_MAX = 255 };

/* The name tells the mode, since nothing else of a sealed key can be read without opening it. */
static const char *const names[2][2] = {
	{ "stripe_publishable_key_test", "stripe_publishable_key_live" },
	{ "stripe_secret_key_test", "stripe_secret_key_live" },
};

static const struct stmt lock_store = {
	.name = "secrets_lock_store",
	.sql = "SELECT id FROM stores WHERE id = $1::uuid FOR NO KEY UPDATE",
};

static const struct stmt select_secret = {
	.name = "secrets_select",
	.sql = "SELECT id, revision FROM store_secrets WHERE store_id = $1::uuid AND name = $2",
};

static const struct stmt upsert_secret = {
	.name = "secrets_upsert",
	.sql = "INSERT INTO store_secrets (id, store_id, name, sealed, last4, revision)"
	       " VALUES ($1::uuid, $2::uuid, $3, $4::bytea, $5, $6::int)"
	       " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, last4 = excluded.last4,"
	       " revision = excluded.revision",
};

static const struct stmt drop_secret = {
	.name = "secrets_drop",
	.sql = "DELETE FROM store_secrets WHERE store_id = $1::uuid AND name IN ($2, $3)",
};

static const struct stmt drop_stripe = {
	.name = "secrets_drop_stripe",
	.sql = "DELETE FROM store_secrets WHERE store_id = $1::uuid AND name LIKE 'stripe\\_%'",
};

static const struct stmt show_stripe = {
	.name = "secrets_show_stripe",
	.sql = "SELECT name LIKE '%secret%' AS secret, name LIKE '%live' AS live, last4, updated_at"
	       " FROM store_secrets WHERE store_id = $1::uuid AND name LIKE 'stripe\\_%'",
};

/* What follows the prefix, when that is one of the list; the list's texts end before "test_" or
 * "live_". */
static const char *after_mode(const char *key, const char *const *prefixes)
{
	const char *p;

	for (; *prefixes; prefixes++) {
		if (!text_starts(key, *prefixes))
			continue;
		p = key + strlen(*prefixes);
		if (text_starts(p, "test_") || text_starts(p, "live_"))
			return p + 5;
	}
	return NULL;
}

static bool well_formed(const char *key, const char *rest)
{
	size_t len = strlen(key);

	return len >= STRIPE_MIN && len <= STRIPE_MAX && *rest &&
	       strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
		       strlen(rest);
}

static const char *const publishable_prefixes[] = { "pk_", NULL };
static const char *const secret_prefixes[] = { "sk_", "rk_", NULL };

const char *secrets_publishable_problem(const char *key)
{
	const char *rest = after_mode(key, publishable_prefixes);

	if (after_mode(key, secret_prefixes))
		return "This is a secret key. Put the publishable key here; it starts with "
		       "pk_test_ or pk_live_.";
	if (!rest)
		return "A publishable key starts with pk_test_ or pk_live_.";
	return well_formed(key, rest) ? NULL : "This key is not complete. Please copy it again.";
}

const char *secrets_secret_problem(const char *key)
{
	const char *rest = after_mode(key, secret_prefixes);

	if (after_mode(key, publishable_prefixes))
		return "This is a publishable key. Put the secret key here; it starts with "
		       "sk_test_ or sk_live_.";
	if (!rest)
		return "A secret key starts with sk_test_, sk_live_, rk_test_ or rk_live_.";
	return well_formed(key, rest) ? NULL : "This key is not complete. Please copy it again.";
}

static bool is_live(const char *key)
{
	return text_starts(key + 3, "live_");
}

bool secrets_same_mode(const char *publishable, const char *secret)
{
	return is_live(publishable) == is_live(secret);
}

struct storing {
	struct runtime *rt;
	const char *store_id;
	const char *keys[2];
};

static enum err put(struct db *db, const struct storing *s, const char *name, const char *key)
{
	unsigned char box[STRIPE_MAX + SEAL_OVERHEAD];
	size_t len = strlen(key);
	struct seal_place place = { "store_secrets", "sealed", NULL, 1 };
	char id[ID_TEXT];
	struct result r;
	enum err e = db_run(db, &select_secret, ARGS(a_text(s->store_id), a_text(name)), &r);

	if (e)
		return e;
	if (r.rows) {
		text_copy(id, sizeof(id), row_text(&r, 0, "id"));
		place.revision = (int)row_int(&r, 0, "revision") + 1;
	} else {
		id_new(id);
	}
	place.row_id = id;
	if ((e = seal_box(&s->rt->keys, &place, key, len, box)))
		return e;
	return db_run(db, &upsert_secret,
		      ARGS(a_text(id), a_text(s->store_id), a_text(name),
			   a_bytes(box, len + SEAL_OVERHEAD), a_text(key + len - 4),
			   a_int(place.revision)),
		      NULL);
}

static enum err store_body(struct db *db, void *arg)
{
	struct storing *s = arg;
	int i, mode = is_live(s->keys[0]);
	enum err e = db_one(db, &lock_store, ARGS(a_text(s->store_id)), NULL);

	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if ((e = db_run(db, &drop_secret,
			ARGS(a_text(s->store_id), a_text(names[0][!mode]), a_text(names[1][!mode])),
			NULL)))
		return e;
	for (i = 0; i < 2; i++)
		if ((e = put(db, s, names[i][mode], s->keys[i])))
			return e;
	return audit_write(db, "store.stripe_keys", NULL, s->store_id);
}

enum err secrets_store_stripe(struct runtime *rt, struct db *db, const char *store_id,
			      const char *publishable, const char *secret)
{
	struct storing s = { rt, store_id, { publishable, secret } };

	if (secrets_publishable_problem(publishable) || secrets_secret_problem(secret) ||
	    !secrets_same_mode(publishable, secret))
		return ERR_VALIDATION;
	return db_transaction(db, "store stripe keys", store_body, &s);
}

enum err secrets_show_stripe(struct db *db, const char *store_id, struct stripe_keys *out)
{
	struct result r;
	int i;
	enum err e = db_run(db, &show_stripe, ARGS(a_text(store_id)), &r);

	memset(out, 0, sizeof(*out));
	if (e)
		return e;
	for (i = 0; i < r.rows; i++) {
		int64_t at = row_time(&r, i, "updated_at");

		if (row_bool(&r, i, "secret"))
			out->secret_last4 = row_text(&r, i, "last4");
		else
			out->publishable_last4 = row_text(&r, i, "last4");
		out->live = row_bool(&r, i, "live");
		if (at > out->updated_at)
			out->updated_at = at;
	}
	return OK;
}

static enum err drop_body(struct db *db, void *arg)
{
	const char *store_id = arg;
	struct result r;
	enum err e = db_run(db, &drop_stripe, ARGS(a_text(store_id)), &r);

	if (e || !r.changed)
		return e;
	return audit_write(db, "store.stripe_keys_removed", NULL, store_id);
}

enum err secrets_drop_stripe(struct db *db, const char *store_id)
{
	char id[ID_TEXT];

	text_copy(id, sizeof(id), store_id);
	return db_transaction(db, "drop stripe keys", drop_body, id);
}
