/* SPDX-License-Identifier: Apache-2.0 */
/* Tenant connections by store and credential revision, in a table small enough to be walked. */
#include "db/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "db/driver.h"

enum state { CONN_FREE, CONN_IDLE, CONN_OUT, CONN_DOOMED /* out, and closed when it comes back */ };

struct conn {
	enum state state;
	char store_id[ID_TEXT];
	int revision;
	struct db *db;
	int64_t opened_ms, used_ms;
};

struct tenant_cache {
	struct cache_options options;
	int count;              /* not free */
	struct conn *out;       /* the one that is borrowed, or NULL */
	struct conn conns[];
};

/* The only place where a state changes. */
static void conn_move(struct tenant_cache *c, struct conn *conn, enum state to)
{
	c->count += (conn->state == CONN_FREE) - (to == CONN_FREE);
	conn->state = to;
	c->out = to == CONN_OUT || to == CONN_DOOMED ? conn : c->out == conn ? NULL : c->out;
	if (to == CONN_FREE) {
		db_close(conn->db);
		memset(conn, 0, sizeof(*conn));
	} else {
		conn->used_ms = clock_mono_ms();
	}
}

enum err cache_new(const struct cache_options *o, struct tenant_cache **out)
{
	struct tenant_cache *c;

	*out = NULL;
	if (o->connections < 1 || o->idle_s < 0 || o->lifetime_s < 0)
		return ERR_VALIDATION;
	c = calloc(1, sizeof(*c) + (size_t)o->connections * sizeof(c->conns[0]));
	if (!c)
		return ERR_NO_MEMORY;
	c->options = *o;
	*out = c;
	return OK;
}

static struct conn *find(struct tenant_cache *c, const char *store_id)
{
	int i;

	for (i = 0; i < c->options.connections; i++)
		if (c->conns[i].state != CONN_FREE && text_eq(c->conns[i].store_id, store_id))
			return &c->conns[i];
	return NULL;
}

/* A free place, or that of the connection unused for longest. */
static struct conn *make_room(struct tenant_cache *c)
{
	struct conn *oldest = NULL;
	int i;

	for (i = 0; i < c->options.connections; i++) {
		if (c->conns[i].state == CONN_FREE)
			return &c->conns[i];
		if (!oldest || c->conns[i].used_ms < oldest->used_ms)
			oldest = &c->conns[i];
	}
	conn_move(c, oldest, CONN_FREE);
	return oldest;
}

static bool too_old(const struct tenant_cache *c, const struct conn *conn, int64_t now)
{
	return now - conn->used_ms >= (int64_t)c->options.idle_s * 1000 ||
	       now - conn->opened_ms >= (int64_t)c->options.lifetime_s * 1000;
}

static bool usable(const struct tenant_cache *c, const struct conn *conn, int revision)
{
	return conn->revision == revision && !too_old(c, conn, clock_mono_ms()) &&
	       !conn->db->broken && conn->db->driver->clean(conn->db);
}

static enum err open_conn(struct tenant_cache *c, const char *store_id, int revision,
	cache_open_fn *open, void *arg, struct conn **out)
{
	struct db *db = NULL;
	struct conn *conn;
	enum err e = open(arg, store_id, revision, &db);

	if (e)
		return e;
	conn = make_room(c);
	conn->db = db;
	conn->revision = revision;
	conn->opened_ms = clock_mono_ms();
	text_copy(conn->store_id, sizeof(conn->store_id), store_id);
	*out = conn;
	return OK;
}

enum err cache_borrow(struct tenant_cache *c, const char *store_id, int revision,
	cache_open_fn *open, void *arg, struct db **out)
{
	struct conn *conn;
	enum err e;

	*out = NULL;
	if (c->out || strlen(store_id) >= ID_TEXT) {
		log_error(NULL, "cache_borrow",
			c->out ? "a connection is out already" : "not a store's id");
		return ERR_INTERNAL;
	}
	conn = find(c, store_id);
	if (conn && !usable(c, conn, revision)) {
		conn_move(c, conn, CONN_FREE);
		conn = NULL;
	}
	if (!conn) {
		e = open_conn(c, store_id, revision, open, arg, &conn);
		if (e)
			return e;
	}
	conn_move(c, conn, CONN_OUT);
	*out = conn->db;
	return OK;
}

void cache_release(struct tenant_cache *c, struct db *db)
{
	struct conn *conn = c->out;
	bool keep;

	if (!db)
		return;
	if (!conn || conn->db != db) {
		log_error(NULL, "cache_release", "not the connection that is out");
		return;
	}
	db_forget(db);
	keep = conn->state == CONN_OUT && !db->broken && db->driver->clean(db);
	db->log = NULL;   /* dies with the request */
	conn_move(c, conn, keep ? CONN_IDLE : CONN_FREE);
}

void cache_drop(struct tenant_cache *c, const char *store_id)
{
	struct conn *conn = find(c, store_id);

	if (conn)
		conn_move(c, conn, conn == c->out ? CONN_DOOMED : CONN_FREE);
}

void cache_tick(struct tenant_cache *c)
{
	int64_t now = clock_mono_ms();
	int i;

	for (i = 0; i < c->options.connections; i++)
		if (c->conns[i].state == CONN_IDLE && too_old(c, &c->conns[i], now))
			conn_move(c, &c->conns[i], CONN_FREE);
}

int cache_count(const struct tenant_cache *c)
{
	return c->count;
}

void cache_free(struct tenant_cache *c)
{
	int i;

	for (i = 0; c && i < c->options.connections; i++)
		if (c->conns[i].state != CONN_FREE)
			conn_move(c, &c->conns[i], CONN_FREE);
	free(c);
}
