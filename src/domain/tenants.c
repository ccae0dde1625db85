/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the credentials of a store and borrowing its connection. */
#include "domain/tenants.h"

#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/seal.h"
#include "domain/stores.h"

static const struct stmt select_credentials = {
	.name = "tenants_select_credentials",
	.sql = "SELECT d.credentials_sealed, d.credential_revision, d.is_managed, s.status,"
	       " s.provisioning_status, s.is_active, s.deleted_at IS NOT NULL AS deleted"
	       " FROM stores s LEFT JOIN store_databases d ON d.store_id = s.id WHERE s.id = $1",
};

static struct seal_place place_of(const char *store_id, int revision)
{
	return (struct seal_place){ "store_databases", "credentials_sealed", store_id, revision };
}

enum err tenants_seal(struct runtime *rt, const char *store_id, const struct conninfo *info,
		      int revision, struct arena *a, const unsigned char **box, size_t *len)
{
	struct seal_place place = place_of(store_id, revision);
	char text[CONNINFO_TEXT];
	unsigned char *out;
	enum err e = conninfo_store(info, text, sizeof(text));

	if (e)
		return e;
	*len = strlen(text) + SEAL_OVERHEAD;
	*box = out = arena_alloc(a, *len);
	e = seal_box(&rt->keys, &place, text, strlen(text), out);
	explicit_bzero(text, sizeof(text));
	return e;
}

static enum err open_box(struct runtime *rt, const char *store_id, const struct result *r,
			 struct tenant_credentials *out)
{
	struct seal_place place = place_of(store_id, out->revision);
	char text[CONNINFO_TEXT];
	size_t len, box_len;
	const unsigned char *box = row_bytes(r, 0, "credentials_sealed", &box_len);
	enum err e;

	if (!box || box_len > sizeof(text))
		return ERR_STORE_NOT_READY;
	e = seal_open(&rt->keys, &place, box, box_len, text, &len);
	if (!e) {
		text[len] = '\0';
		e = conninfo_load(text, &out->conninfo);
	}
	explicit_bzero(text, sizeof(text));
	return e;
}

enum err tenants_credentials(struct runtime *rt, struct db *master, const char *store_id,
			     struct tenant_credentials *out)
{
	struct result r;
	enum err e = db_one(master, &select_credentials, ARGS(a_text(store_id)), &r);

	memset(out, 0, sizeof(*out));
	if (e)
		return e == ERR_NO_ROW ? ERR_STORE_NOT_FOUND : e;
	if (row_bool(&r, 0, "deleted"))
		return ERR_STORE_NOT_FOUND;
	if (row_null(&r, 0, "credentials_sealed"))
		return ERR_STORE_NOT_READY;
	out->revision = (int)row_int(&r, 0, "credential_revision");
	out->managed = row_bool(&r, 0, "is_managed");
	return open_box(rt, store_id, &r, out);
}

/* A connect takes so much longer than its time-out at most, until the supervisor ends it. */
enum { PATIENCE_S = 5 };

struct opener {
	struct runtime *rt;
	struct db *master;
};

static struct breakers *breakers_of(struct runtime *rt)
{
	return rt->commons ? &rt->commons->breakers : NULL;
}

static enum err connect_store(const struct opener *o, const char *store_id, struct db **out,
			      struct conn_failure *why)
{
	struct tenant_credentials c;
	struct runtime_target to = {
		.info = &c.conninfo,
		.store_id = store_id,
		.statement_ms = o->rt->settings->statement_timeout,
	};
	enum err e = tenants_credentials(o->rt, o->master, store_id, &c);

	to.managed = c.managed;
	if (!e)
		e = runtime_connect(o->rt, &to, out, why);
	conninfo_wipe(&c.conninfo);
	return e;
}

/* Tells the store's breaker how it went. */
static enum err judge(const struct opener *o, const char *store_id, int revision, enum err e,
		      const struct conn_failure *why)
{
	struct breakers *b = breakers_of(o->rt);

	if (e == ERR_CONNECTION_FAILED || e == ERR_HOST_NOT_ALLOWED) {
		log_warn(o->master->log, "tenant_connect", "store %s: %s: %s", store_id,
			 conn_reason_word(why->reason), why->detail);
		breaker_bad(b, store_id, revision, o->master->log);
		return ERR_DB_UNAVAILABLE;
	}
	if (!e)
		breaker_good(b, store_id, revision, o->master->log);
	else
		breaker_untried(b, store_id, revision);
	if (e != ERR_BUSY)
		return e;
	log_warn(o->master->log, "tenant_connect", "store %s: its server has as many connections "
		 "as it may", store_id);
	o->rt->retry_after_s = 1;
	return ERR_DB_UNAVAILABLE;
}

static enum err open_tenant(void *arg, const char *store_id, int revision, struct db **out)
{
	const struct opener *o = arg;
	int patience = (o->rt->settings->connect_timeout + PATIENCE_S) * 1000;
	struct conn_failure why = { CONN_OK, "" };
	int64_t wait_ms;

	/* The credentials are read anew: they are of this revision, or of a newer one that the
	 * caller will ask for next time. */
	if (breaker_ask(breakers_of(o->rt), store_id, revision, patience, &wait_ms))
		return judge(o, store_id, revision, connect_store(o, store_id, out, &why), &why);
	o->rt->retry_after_s = (int)((wait_ms + 999) / 1000);
	return ERR_DB_UNAVAILABLE;
}

enum err tenants_borrow(struct runtime *rt, struct db *master, const char *store_id,
			struct db **out)
{
	struct opener o = { rt, master };
	struct store_live live;
	enum err e = stores_live(rt, master, store_id, &live);

	if (!e)
		e = cache_borrow(rt->tenants, store_id, live.revision, open_tenant, &o, out);
	if (!e)
		(*out)->news = rt->news;
	return e;
}
