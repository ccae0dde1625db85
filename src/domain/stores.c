/* SPDX-License-Identifier: Apache-2.0 */
/* Stores as the master knows them. */
#include "domain/stores.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "domain/audit.h"
#include "domain/credits.h"

enum { KEPT_FOR_EACH = 10 };   /* stores, deleted ones too, for each that a user may have */

#define STORE_SELECT \
	"SELECT s.id, s.user_id, s.name, s.slug, s.status, s.country, s.is_active," \
	" s.provisioning_status, s.onboarding_payments, s.onboarding_credits, s.created_at," \
	" s.updated_at, s.deleted_at," \
	" h.hostname, d.database_type, d.is_managed, d.connection_status" \
	" FROM stores s" \
	" LEFT JOIN store_hostnames h ON h.store_id = s.id AND h.is_primary" \
	" LEFT JOIN store_databases d ON d.store_id = s.id"

static const struct stmt lock_user = {
	.name = "stores_lock_user",
	.sql = "SELECT id FROM users WHERE id = $1 FOR UPDATE",
};

static const struct stmt count_stores = {
	.name = "stores_count",
	.sql = "SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS n,"
	       " count(*) FILTER (WHERE deleted_at > now() - interval '30 days') AS gone,"
	       " COALESCE(bool_or(id = $2), false) AS made FROM stores WHERE user_id = $1",
};

static const struct stmt insert_store = {
	.name = "stores_insert",
	.sql = "INSERT INTO stores (id, user_id, name, slug, country) VALUES ($1, $2, $3, $4, $5)"
	       " ON CONFLICT (slug) DO NOTHING RETURNING id",
};

static const struct stmt insert_subscription = {
	.name = "stores_insert_subscription",
	.sql = "INSERT INTO subscriptions (id, store_id, plan_key, status)"
	       " VALUES ($1, $2, 'free', 'active')",
};

static const struct stmt select_slug = {
	.name = "stores_select_slug",
	.sql = "SELECT 1 AS taken FROM stores WHERE slug = $1",
};

static const struct stmt select_one = {
	.name = "stores_select_one",
	.sql = STORE_SELECT " WHERE s.id = $1 AND s.user_id = $2 AND s.deleted_at IS NULL",
};

static const struct stmt select_newest = {
	.name = "stores_select_newest",
	.sql = STORE_SELECT
	" WHERE s.user_id = $1 AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT 1",
};

static const struct stmt select_list = {
	.name = "stores_select_list",
	.sql = STORE_SELECT " WHERE s.user_id = $1 AND s.deleted_at IS NULL"
	       " AND ($3::uuid IS NULL OR s.id < $3::uuid) ORDER BY s.id DESC LIMIT $2::int",
};

static const struct stmt update_store = {
	.name = "stores_update",
	.sql = "UPDATE stores SET name = COALESCE($3, name), country = COALESCE($4, country),"
	       " onboarding_payments = COALESCE($5, onboarding_payments),"
	       " onboarding_credits = COALESCE($6, onboarding_credits)"
	       " WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
};

static const struct stmt delete_store = {
	.name = "stores_delete",
	.sql = "UPDATE stores SET deleted_at = now(), status = 'inactive', is_active = false"
	       " WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
};

static const struct stmt select_hostname = {
	.name = "stores_select_hostname",
	.sql = "SELECT store_id FROM store_hostnames WHERE hostname = $1"
	       " AND (NOT is_custom_domain OR verified_at IS NOT NULL)",
};

static const struct stmt select_live = {
	.name = "stores_select_live",
	.sql = "SELECT d.credential_revision, s.status, s.is_active FROM stores s LEFT"
	       " JOIN store_databases d ON d.store_id = s.id WHERE s.id = $1"
	       " AND s.deleted_at IS NULL",
};

static const char *keep(struct arena *a, const char *s)
{
	return s ? arena_strdup(a, s) : NULL;
}

static void read_store(const struct runtime *rt, const struct result *r, int i, struct arena *a,
		       struct store *s)
{
	memset(s, 0, sizeof(*s));
	s->id = keep(a, row_text(r, i, "id"));
	s->user_id = keep(a, row_text(r, i, "user_id"));
	s->name = keep(a, row_text(r, i, "name"));
	s->slug = keep(a, row_text(r, i, "slug"));
	s->status = keep(a, row_text(r, i, "status"));
	s->country = keep(a, row_text(r, i, "country"));
	s->hostname = keep(a, row_text(r, i, "hostname"));
	s->is_active = row_bool(r, i, "is_active");
	s->provisioning_status = keep(a, row_text(r, i, "provisioning_status"));
	s->onboarding_payments = keep(a, row_text(r, i, "onboarding_payments"));
	s->onboarding_credits = keep(a, row_text(r, i, "onboarding_credits"));
	s->database_type = keep(a, row_text(r, i, "database_type"));
	s->database_managed = row_bool(r, i, "is_managed");
	s->connection_status = keep(a, row_text(r, i, "connection_status"));
	s->created_at = row_time(r, i, "created_at");
	s->updated_at = row_time(r, i, "updated_at");
	s->deleted_at = row_time(r, i, "deleted_at");
	if (!s->hostname)
		s->hostname = arena_printf(a, "%s.%s", s->slug, rt->settings->platform_domain);
}

struct creation {
	const struct runtime *rt;
	const struct new_store *store;
	char slug[SLUG_MAX + 1];
	char id[ID_TEXT];
};

/* A deleted store makes room for another, but keeps its address and, for the time in which it can
 * be brought back, its database: so there is an end to making and deleting, too. */
static enum err room_for_one(const struct creation *c, const struct result *r)
{
	int64_t n = row_int(r, 0, "n"), most = c->rt->settings->max_stores_per_user;

	if (n >= most)
		return ERR_STORE_LIMIT_REACHED;
	return n + row_int(r, 0, "gone") >= most * KEPT_FOR_EACH ? ERR_STORES_COME_AND_GO : OK;
}

static enum err create_body(struct db *db, void *arg)
{
	struct creation *c = arg;
	const struct new_store *s = c->store;
	char subscription[ID_TEXT];
	struct result r;
	enum err e;

	if (s->id)
		text_copy(c->id, sizeof(c->id), s->id);
	else
		id_new(c->id);

	/* The user's row is the turnstile: two requests at once must not both see room for one
	 * more. */
	if ((e = db_one(db, &lock_user, ARGS(a_text(s->user_id)), NULL)) ||
	    (e = db_one(db, &count_stores, ARGS(a_text(s->user_id), a_text(c->id)), &r)))
		return e;
	if (row_bool(&r, 0, "made"))
		return OK; /* by an earlier try of the same request, whose answer was lost */
	if ((e = room_for_one(c, &r)))
		return e;
	if (s->slug)
		text_copy(c->slug, sizeof(c->slug), s->slug);
	else if ((e = stores_slug_make(db, s->name, c->slug)))
		return e;
	e = db_one(db, &insert_store,
		   ARGS(a_text(c->id), a_text(s->user_id), a_text(s->name), a_text(c->slug),
			a_text(s->country)),
		   &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_SLUG_TAKEN : e;
	if ((e = db_run(db, &insert_subscription, ARGS(a_text(id_new(subscription)), a_text(c->id)),
			NULL)) ||
	    (e = credits_open(db, c->id, (int64_t)c->rt->settings->free_credits * 10000)))
		return e;
	db_touch(db, s->user_id);
	return audit_write(db, "store.create", s->user_id, c->id);
}

enum err stores_create(struct runtime *rt, struct db *db, const struct new_store *s,
		       struct arena *a, struct store *out)
{
	struct creation c = { .rt = rt, .store = s };
	enum err e;
	int tries = 0;

	/* Somebody who names the address that was about to be ours does not wait in line for it. */
	do
		e = db_transaction(db, "create store", create_body, &c);
	while (e == ERR_SLUG_TAKEN && !s->slug && ++tries < 5);
	return e ? e : stores_get(rt, db, s->user_id, c.id, a, out);
}

enum err stores_slug_available(struct db *db, const char *slug, bool *out)
{
	struct result r;
	enum err e;

	*out = false;
	if (stores_slug_problem(slug))
		return OK;
	e = db_run(db, &select_slug, ARGS(a_text(slug)), &r);
	if (!e)
		*out = r.rows == 0;
	return e;
}

enum err stores_get(struct runtime *rt, struct db *db, const char *user_id, const char *store_id,
		    struct arena *a, struct store *out)
{
	struct result r;
	enum err e;

	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	e = db_one(db, &select_one, ARGS(a_text(store_id), a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	read_store(rt, &r, 0, a, out);
	return OK;
}

enum err stores_list(struct runtime *rt, struct db *db, const char *user_id, struct paging *paging,
		     struct arena *a, struct store_list *out)
{
	struct result r;
	enum err e = paging_run(db, &select_list, user_id, paging, a, &r);
	int i;

	if (e)
		return e;
	out->n = r.rows;
	out->v = arena_calloc(a, (size_t)out->n, sizeof(*out->v));
	for (i = 0; i < out->n; i++)
		read_store(rt, &r, i, a, &out->v[i]);
	return OK;
}

enum err stores_newest(struct runtime *rt, struct db *db, const char *user_id, struct arena *a,
		       struct store_list *out)
{
	struct paging first = { .limit = STORES_SHOWN };

	return stores_list(rt, db, user_id, &first, a, out);
}

static const size_t store_texts[] = {
	offsetof(struct store, id), offsetof(struct store, user_id), offsetof(struct store, name),
	offsetof(struct store, slug), offsetof(struct store, status),
	offsetof(struct store, country), offsetof(struct store, hostname),
	offsetof(struct store, provisioning_status), offsetof(struct store, onboarding_payments),
	offsetof(struct store, onboarding_credits), offsetof(struct store, database_type),
	offsetof(struct store, connection_status),
};
static const struct memo_shape store_shape = {
	sizeof(struct store), store_texts, sizeof(store_texts) / sizeof(*store_texts)
};

/* The job that fills a database may be a moment ahead of the news of it. */
static bool at_rest(const struct store_list *list)
{
	int i;

	for (i = 0; i < list->n; i++)
		if (text_eq(list->v[i].status, "pending_database") ||
		    text_eq(list->v[i].status, "provisioning"))
			return false;
	return true;
}

enum err stores_overview(struct runtime *rt, struct db *db, const char *user_id, struct arena *a,
			 struct store_list *out)
{
	const struct store *known = memo_get(rt->overviews, user_id, strlen(user_id), &out->n);
	struct memo_stamp stamp;
	enum err e;

	if (known) {
		out->v = arena_calloc(a, (size_t)out->n, sizeof(*out->v));
		if (out->n)
			memcpy(out->v, known, (size_t)out->n * sizeof(*known));
		return OK;
	}
	stamp = runtime_stamp(rt, rt->overviews, db, user_id);
	e = stores_newest(rt, db, user_id, a, out);
	if (!e && at_rest(out))
		memo_put(rt->overviews, user_id, strlen(user_id), &stamp, &store_shape, out->v,
			 out->n);
	return e;
}

enum err stores_current(struct runtime *rt, struct db *db, const char *user_id, const char *wanted,
			const char *token_store, struct arena *a, struct store *out)
{
	struct result r;
	enum err e;

	if (!text_empty(wanted))
		return stores_get(rt, db, user_id, wanted, a, out);
	if (!text_empty(token_store)) {
		e = stores_get(rt, db, user_id, token_store, a, out);
		if (e != ERR_STORE_NOT_FOUND)
			return e;
	}
	e = db_one(db, &select_newest, ARGS(a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	read_store(rt, &r, 0, a, out);
	return OK;
}

enum err stores_update(struct runtime *rt, struct db *db, const char *user_id, const char *store_id,
		       const struct store_change *c, struct arena *a, struct store *out)
{
	enum err e;

	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	e = db_one(db, &update_store,
		   ARGS(a_text(store_id), a_text(user_id), a_text(c->name), a_text(c->country),
			a_text(c->onboarding_payments), a_text(c->onboarding_credits)),
		   NULL);
	db_touch(db, user_id);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	return stores_get(rt, db, user_id, store_id, a, out);
}

struct deletion {
	const char *user_id, *store_id;
};

static enum err delete_body(struct db *db, void *arg)
{
	const struct deletion *d = arg;
	enum err e = db_one(db, &delete_store, ARGS(a_text(d->store_id), a_text(d->user_id)), NULL);

	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	db_touch(db, d->user_id);
	db_touch(db, d->store_id);
	return audit_write(db, "store.delete", d->user_id, d->store_id);
}

enum err stores_delete(struct db *db, const char *user_id, const char *store_id)
{
	struct deletion d = { user_id, store_id };

	if (!id_valid(store_id))
		return ERR_STORE_NOT_FOUND;
	return db_transaction(db, "delete store", delete_body, &d);
}

static enum err read_live(const struct result *r, struct store_live *out)
{
	const char *status = row_text(r, 0, "status");

	if (text_eq(status, "suspended"))
		return ERR_STORE_SUSPENDED;
	if (!text_eq(status, "active") || !row_bool(r, 0, "is_active"))
		return ERR_STORE_NOT_READY;
	out->revision = (int)row_int(r, 0, "credential_revision");
	return OK;
}

enum err stores_live(struct runtime *rt, struct db *db, const char *store_id,
		     struct store_live *out)
{
	static const struct memo_shape shape = { sizeof(*out), NULL, 0 };
	const struct store_live *known = memo_get(rt->live, store_id, strlen(store_id), NULL);
	struct result r;
	struct memo_stamp stamp;
	enum err e;

	if (known) {
		*out = *known;
		return OK;
	}
	stamp = runtime_stamp(rt, rt->live, db, store_id);
	e = db_one(db, &select_live, ARGS(a_text(store_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if ((e = read_live(&r, out)))
		return e;
	memo_put(rt->live, store_id, strlen(store_id), &stamp, &shape, out, 1);
	return OK;
}

static enum err find_hostname(struct runtime *rt, struct db *db, const char *hostname,
			      char store_id[ID_TEXT])
{
	static const struct memo_shape shape = { ID_TEXT, NULL, 0 };
	const char *known = memo_get(rt->hosts, hostname, strlen(hostname), NULL);
	struct result r;
	struct memo_stamp stamp;
	enum err e;

	if (known) {
		memcpy(store_id, known, ID_TEXT);
		return OK;
	}
	stamp = runtime_stamp(rt, rt->hosts, db, hostname);
	if ((e = db_one(db, &select_hostname, ARGS(a_text(hostname)), &r)))
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	text_copy(store_id, ID_TEXT, row_text(&r, 0, "store_id"));
	memo_put(rt->hosts, hostname, strlen(hostname), &stamp, &shape, store_id, 1);
	return OK;
}

enum err stores_by_hostname(struct runtime *rt, struct db *db, const char *hostname,
			    char store_id[ID_TEXT])
{
	struct store_live live;
	enum err e = find_hostname(rt, db, hostname, store_id);

	if (!e)
		e = stores_live(rt, db, store_id, &live);
	return e == ERR_STORE_NOT_READY ? ERR_STORE_NOT_FOUND : e;
}

bool stores_platform_host(const struct settings *s, const char *host)
{
	static const char *const loopback[] = {
		"", "localhost", "127.0.0.1", "::1", "[::1]", NULL
	};
	const char *url = strstr(s->public_url, "://");
	size_t n;

	if (text_in(host, loopback) || text_eq_nocase(host, s->platform_domain))
		return true;
	url = url ? url + 3 : s->public_url;
	n = *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/");
	return strlen(host) == n && !strncasecmp(url, host, n);
}

const char *stores_open_step(const struct store *store, bool profile_completed, bool required_only)
{
	if (!store)
		return "store";
	if (!text_eq(store->status, "active") && !text_eq(store->status, "suspended"))
		return "database";
	if (!required_only && text_eq(store->onboarding_payments, "open"))
		return "payments";
	if (!required_only && text_eq(store->onboarding_credits, "open"))
		return "credits";
	return profile_completed ? NULL : "profile";
}
