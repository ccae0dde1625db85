/* SPDX-License-Identifier: Apache-2.0 */
/* Tenant connections by store and credential revision: a table of places, found by a hash of the
 * store's id, and a list from the last used to the one unused for longest. */
#include "db/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "db/driver.h"

enum { NONE = -1 };

enum state { CONN_FREE, CONN_IDLE, CONN_OUT, CONN_DOOMED /* out, and closed when it comes back */ };

struct conn {
	enum state state;
	char store_id[ID_TEXT];
	int revision;
	struct db *db;
	int64_t opened_ms, used_ms;
	int newer, older;       /* in the order of use; of a free place, `older` is the next free */
	int next;               /* under the same hash */
};

struct tenant_cache {
	struct cache_options options;
	int count;              /* not free */
	struct conn *out;       /* the one that is borrowed, or NULL */
	int newest, oldest, free;
	unsigned int mask;      /* of `heads` */
	int *heads;             /* first of each hash, NONE: nobody */
	struct conn conns[];
};

static int *head_of(const struct tenant_cache *c, const char *store_id)
{
	return &c->heads[text_hash(store_id) & c->mask];
}

static int place_of(const struct tenant_cache *c, const struct conn *conn)
{
	return (int)(conn - c->conns);
}

static void list_out(struct tenant_cache *c, const struct conn *conn)
{
	*(conn->newer == NONE ? &c->newest : &c->conns[conn->newer].older) = conn->older;
	*(conn->older == NONE ? &c->oldest : &c->conns[conn->older].newer) = conn->newer;
}

static void list_in(struct tenant_cache *c, struct conn *conn)
{
	int at = place_of(c, conn);

	conn->newer = NONE;
	conn->older = c->newest;
	*(c->newest == NONE ? &c->oldest : &c->conns[c->newest].newer) = at;
	c->newest = at;
}

static void hash_in(struct tenant_cache *c, struct conn *conn)
{
	int *head = head_of(c, conn->store_id);

	conn->next = *head;
	*head = place_of(c, conn);
}

static void hash_out(struct tenant_cache *c, const struct conn *conn)
{
	int *at = head_of(c, conn->store_id);

	while (*at != place_of(c, conn))
		at = &c->conns[*at].next;
	*at = conn->next;
}

static void to_free(struct tenant_cache *c, struct conn *conn)
{
	list_out(c, conn);
	hash_out(c, conn);
	db_close(conn->db);
	*conn = (struct conn){ .state = CONN_FREE, .older = c->free };
	c->free = place_of(c, conn);
	c->count--;
}

static void to_use(struct tenant_cache *c, struct conn *conn, enum state to)
{
	if (conn->state == CONN_FREE) {
		c->free = conn->older;
		hash_in(c, conn);
		c->count++;
	} else {
		list_out(c, conn);
	}
	list_in(c, conn);
	conn->used_ms = clock_mono_ms();
	conn->state = to;
}

/* The only place where a state changes. */
static void conn_move(struct tenant_cache *c, struct conn *conn, enum state to)
{
	bool out = to == CONN_OUT || to == CONN_DOOMED;

	c->out = out ? conn : c->out == conn ? NULL : c->out;
	if (to == CONN_FREE)
		to_free(c, conn);
	else
		to_use(c, conn, to);
}

static unsigned int heads_for(int connections)
{
	unsigned int n = 1;

	while (n < (unsigned int)connections)
		n *= 2;
	return n;
}

static void make_empty(struct tenant_cache *c)
{
	int i;

	for (i = 0; i <= (int)c->mask; i++)
		c->heads[i] = NONE;
	for (i = 0; i < c->options.connections; i++)
		c->conns[i].older = i + 1 < c->options.connections ? i + 1 : NONE;
	c->newest = c->oldest = NONE;
}

enum err cache_new(const struct cache_options *o, struct tenant_cache **out)
{
	unsigned int heads = heads_for(o->connections);
	struct tenant_cache *c;

	*out = NULL;
	if (o->connections < 1 || o->idle_s < 0 || o->lifetime_s < 0)
		return ERR_VALIDATION;
	c = calloc(1, sizeof(*c) + (size_t)o->connections * sizeof(c->conns[0]));
	if (c)
		c->heads = calloc(heads, sizeof(*c->heads));
	if (!c || !c->heads) {
		free(c);
		return ERR_NO_MEMORY;
	}
	c->options = *o;
	c->mask = heads - 1;
	make_empty(c);
	*out = c;
	return OK;
}

static struct conn *find(struct tenant_cache *c, const char *store_id)
{
	int i = *head_of(c, store_id);

	while (i != NONE && !text_eq(c->conns[i].store_id, store_id))
		i = c->conns[i].next;
	return i == NONE ? NULL : &c->conns[i];
}

/* A free place, or that of the connection unused for longest. */
static struct conn *make_room(struct tenant_cache *c)
{
	if (c->free == NONE)
		conn_move(c, &c->conns[c->oldest], CONN_FREE);
	return &c->conns[c->free];
}

static bool too_old(const struct tenant_cache *c, const struct conn *conn, int64_t now)
{
	return now - conn->used_ms >= (int64_t)c->options.idle_s * 1000 ||
	       now - conn->opened_ms >= (int64_t)c->options.lifetime_s * 1000;
}

static bool usable(const struct tenant_cache *c, const struct conn *conn, int revision)
{
	return conn->revision == revision && !too_old(c, conn, clock_mono_ms()) &&
	       !conn->db->broken && conn->db->driver->alive(conn->db) &&
	       conn->db->driver->clean(conn->db);
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

static bool worth_keeping(const struct tenant_cache *c, const struct conn *conn)
{
	struct db *db = conn->db;

	return conn->state == CONN_OUT && !db->broken && db->driver->clean(db) &&
	       !budget_wanted(c->options.budget, db->seat.server);
}

void cache_release(struct tenant_cache *c, struct db *db)
{
	struct conn *conn = c->out;

	if (!db)
		return;
	if (!conn || conn->db != db) {
		log_error(NULL, "cache_release", "not the connection that is out");
		return;
	}
	db_forget(db);
	db->log = NULL;   /* dies with the request */
	conn_move(c, conn, worth_keeping(c, conn) ? CONN_IDLE : CONN_FREE);
}

void cache_drop(struct tenant_cache *c, const char *store_id)
{
	struct conn *conn = find(c, store_id);

	if (conn)
		conn_move(c, conn, conn == c->out ? CONN_DOOMED : CONN_FREE);
}

bool cache_spare(struct tenant_cache *c, uint32_t server)
{
	int i;

	for (i = c->oldest; i != NONE; i = c->conns[i].newer) {
		if (c->conns[i].state != CONN_IDLE || c->conns[i].db->seat.server != server)
			continue;
		conn_move(c, &c->conns[i], CONN_FREE);
		return true;
	}
	return false;
}

void cache_share(struct tenant_cache *c)
{
	int i;

	if (!budget_awaited(c->options.budget))
		return;
	for (i = c->oldest; i != NONE; i = c->conns[i].newer) {
		if (c->conns[i].state != CONN_IDLE ||
		    !budget_wanted(c->options.budget, c->conns[i].db->seat.server))
			continue;
		conn_move(c, &c->conns[i], CONN_FREE);
		return;
	}
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
	if (!c)
		return;
	while (c->oldest != NONE)
		conn_move(c, &c->conns[c->oldest], CONN_FREE);
	free(c->heads);
	free(c);
}
