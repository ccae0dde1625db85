/* SPDX-License-Identifier: Apache-2.0 */
/* The master's connection: MASTER_DB_URL as libpq reads it, made again when it breaks. */
#include "db/connect.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "db/pg.h"

enum { URL_MAX = 8192, ITEM = 256 };

static const struct stmt ping = { "master_ping", "SELECT 1::int4 AS one", NULL };

/* `pgbouncer=true` is a word of poolers' URLs that libpq does not know: read and cut out. */
static bool cut_pgbouncer(char *url)
{
	static const char word[] = "pgbouncer=";
	char *at = strchr(url, '?'), *end;
	bool yes = false;

	if (!at)
		return false;
	while ((at = strstr(at + 1, word))) {
		if (at[-1] != '?' && at[-1] != '&')
			continue;
		yes = yes || text_starts(at + sizeof(word) - 1, "true") ||
		      text_starts(at + sizeof(word) - 1, "1");
		end = at + strcspn(at, "&");
		end += *end == '&';
		at--;
		memmove(at + 1, end, strlen(end) + 1);
	}
	return yes;
}

/* Item `i` of a comma-separated list; a list of one stands for all, as in libpq. */
static const char *item(const char *list, int i, char out[ITEM])
{
	const char *at = list ? list : "";
	size_t n;

	if (!strchr(at, ','))
		i = 0;
	for (; i > 0; i--) {
		at += strcspn(at, ",");
		at += *at == ',';
	}
	n = strcspn(at, ",");
	snprintf(out, ITEM, "%.*s", (int)(n < ITEM ? n : ITEM - 1), at);
	return out;
}

static int items(const char *list)
{
	int n = 1;

	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

static void set_targets(
	struct pg_login *l, const char *host, const char *hostaddr, const char *port)
{
	int n = items(host) > items(hostaddr) ? items(host) : items(hostaddr), i;
	char h[ITEM], a[ITEM], p[ITEM];

	for (i = 0; i < n && i < PG_TARGETS; i++)
		pg_login_target(l, item(host, i, h), item(hostaddr, i, a), item(port, i, p));
}

static bool is_one_of(const char *list, const char *word)
{
	char one[ITEM];
	int i;

	for (i = 0; i < items(list); i++)
		if (text_eq(item(list, i, one), word))
			return true;
	return false;
}

/* Takes the operator's options over, all but the hosts, which are tried one by one. */
static void take_options(struct pg_login *l, const PQconninfoOption *given, bool *pooled)
{
	const char *host = NULL, *hostaddr = NULL, *port = NULL;
	const PQconninfoOption *o;

	for (o = given; o->keyword; o++) {
		if (text_eq(o->keyword, "host"))
			host = o->val;
		else if (text_eq(o->keyword, "hostaddr"))
			hostaddr = o->val;
		else if (text_eq(o->keyword, "port"))
			port = o->val;
		else
			pg_login_set(l, o->keyword, o->val);
	}
	*pooled = *pooled || is_one_of(port, "6543") || (host && strstr(host, ".pooler."));
	set_targets(l, host, hostaddr, port);
	pg_login_close_gaps(l);
}

/* NULL when libpq does not take it. */
static PQconninfoOption *parse_url(const char *url, bool *pooled)
{
	char *copy = strndup(url, URL_MAX), *words = NULL;
	PQconninfoOption *given;

	if (!copy)
		abort();
	*pooled = cut_pgbouncer(copy);
	given = PQconninfoParse(copy, &words);
	explicit_bzero(copy, strlen(copy));
	free(copy);
	PQfreemem(words);   /* quotes the URL, so nobody may see it */
	return given;
}

enum err master_check(const char *url)
{
	bool pooled;
	PQconninfoOption *given = parse_url(url, &pooled);

	PQconninfoFree(given);
	return given ? OK : ERR_INVALID_CONNECTION_STRING;
}

static enum err read_url(struct pg_login *l, const char *url, bool *pooled)
{
	PQconninfoOption *given = parse_url(url, pooled);

	if (!given)
		return ERR_INVALID_CONNECTION_STRING;
	take_options(l, given, pooled);
	PQconninfoFree(given);
	return OK;
}

enum err master_new(const char *url, int timeout_s, int statement_ms, struct db **out)
{
	struct db *db = calloc(1, sizeof(*db));
	bool pooled = false;
	struct pg *pg;
	enum err e;

	if (!db)
		abort();
	*out = NULL;
	db->driver = &driver_postgresql;
	db->dialect = DB_POSTGRESQL;
	db->role = DB_MASTER;
	db->timeout_ms = statement_ms;
	db->broken = db->unproven = true;
	pg = pg_new(db);
	pg->connect_s = timeout_s;
	e = read_url(&pg->login, url, &pooled);
	if (e) {
		log_error(NULL, "master_url",
			"MASTER_DB_URL is not a connection string that libpq understands");
		db_close(db);
		return e;
	}
	db->prepare = !pooled;
	*out = db;
	return OK;
}

enum err master_open(const char *url, int timeout_s, int statement_ms, struct db **out)
{
	enum err e = master_new(url, timeout_s, statement_ms, out);

	if (!e && (e = db_prove(*out))) {
		db_close(*out);
		*out = NULL;
	}
	return e;
}

enum err master_prove(struct db *db, enum conn_reason *why)
{
	enum err e = db_prove(db);

	*why = ((struct pg *)db->own)->failure;
	return e;
}

int master_socket(struct db *db)
{
	struct pg *pg = db->own;

	return db->broken || !pg->channel[0] ? -1 : PQsocket(pg->conn);
}

void master_hear(struct db *db, void (*hear)(void *arg, const char *text), void *arg)
{
	struct pg *pg = db->own;

	pg->hear = hear;
	pg->hear_arg = arg;
}

enum err master_ping(struct db *db)
{
	return db_one(db, &ping, NO_ARGS, NULL);
}

bool master_notified(struct db *db)
{
	struct pg *pg = db->own;
	bool yes;

	if (!db->broken && !pg_alive(pg))
		db->broken = true;
	yes = pg->notified;
	pg->notified = false;
	return yes;
}

static bool is_channel(const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i < n; i++)
		if (!islower((unsigned char)s[i]) && s[i] != '_' &&
			!(i && isdigit((unsigned char)s[i])))
			return false;
	return n && n < PG_CHANNEL;
}

bool master_listen(struct db *db, const char *channel)
{
	struct pg *pg = db->own;
	char sql[PG_CHANNEL + 16];

	if (db->broken || !db->prepare || !is_channel(channel))
		return false;
	/* LISTEN takes no parameter; a channel is letters, digits and '_'. */
	snprintf(sql, sizeof(sql), "LISTEN %s", channel);
	if (pg_simple(db, sql, NULL, 0))
		return false;
	text_copy(pg->channel, sizeof(pg->channel), channel);
	return true;
}
