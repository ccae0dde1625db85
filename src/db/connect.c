/* SPDX-License-Identifier: Apache-2.0 */
/* To a stranger's database: resolve, check, and connect to what was checked. */
#include "db/connect.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/driver.h"
#include "db/pg.h"

static struct db *db_new(
	const struct driver *driver, enum db_role role, int statement_ms, bool prepare)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		abort();
	db->driver = driver;
	db->dialect = driver->dialect;
	db->role = role;
	db->timeout_ms = statement_ms;
	db->prepare = prepare;
	return db;
}

static const struct driver *driver_of(const struct conninfo *info)
{
	enum db_dialect dialect = info->type == CONN_MYSQL ? DB_MYSQL : DB_POSTGRESQL;
	int i;

	for (i = 0; drivers[i]; i++)
		if (drivers[i]->dialect == dialect)
			return drivers[i];
	return NULL;
}

/* A pooler is one address for many owners, whom it tells apart by their user names. */
static uint32_t server_of(const struct conninfo *info)
{
	bool shared = info->pooled || strstr(info->host, ".pooler.");

	return budget_server(info->address[0] ? info->address : info->host, info->port,
			     shared ? info->user : "");
}

static enum err open_one(const struct conninfo *info, const struct connect_options *o,
	int timeout_s, struct db **out, struct conn_failure *why)
{
	const struct driver *driver = driver_of(info);
	struct db *db;
	enum err e;

	if (!driver)
		return ERR_DATABASE_TYPE_UNSUPPORTED;
	db = db_new(driver, DB_TENANT, o->statement_ms, !info->pooled);
	e = budget_enter(o->budget, server_of(info), o->server_conns, &db->seat);
	if (!e)
		e = driver->open(db, info, timeout_s, why);
	if (e)
		db_close(db);
	else
		*out = db;
	return e;
}

/* Another address may do better: this one did not even speak. */
static bool is_silent(enum conn_reason reason)
{
	return reason == CONN_REFUSED || reason == CONN_UNREACHABLE || reason == CONN_TIMEOUT;
}

static enum err resolve(const struct conninfo *info, const struct connect_options *o,
			struct egress_addresses *out, struct conn_failure *why)
{
	if (info->host[0] == '/')
		return conn_fail(why, CONN_NOT_ALLOWED, "a socket path");
	switch (egress_resolve(o->policy, info->host, info->port, out)) {
	case EGRESS_OK:
		return OK;
	case EGRESS_NOT_ALLOWED:
		return conn_fail(why, CONN_NOT_ALLOWED, "%.80s has an address that is not allowed",
			info->host);
	case EGRESS_IPV6_ONLY:
		return conn_fail(why, CONN_IPV6_ONLY, "%.80s has only IPv6 addresses", info->host);
	case EGRESS_NO_SUCH_NAME:
		break;
	}
	return conn_fail(why, CONN_DNS, "%.80s is not found", info->host);
}

/* Across public networks a password and a shop's data never travel without TLS. */
static enum err choose_tls(
	struct conninfo *info, bool is_private, const char *ca_file, struct conn_failure *why)
{
	if (!info->ca_file[0] && ca_file &&
		!text_copy(info->ca_file, sizeof(info->ca_file), ca_file))
		return conn_fail(why, CONN_TLS_FAILED, "the name of the CA file is too long");
	if (info->tls == CONN_TLS_DEFAULT)
		info->tls = is_private ? CONN_TLS_PREFER : CONN_TLS_VERIFY_FULL;
	if (!is_private && (info->tls == CONN_TLS_DISABLE || info->tls == CONN_TLS_PREFER))
		return conn_fail(why, CONN_TLS_FAILED, "a public address needs TLS");
	return OK;
}

static enum err try_address(const struct conninfo *info, const struct connect_options *o,
			    const struct egress_addresses *to, int i, int seconds, struct db **out,
			    struct conn_failure *why)
{
	struct conninfo one = *info;
	enum err e = choose_tls(&one, to->is_private[i], o->ca_file, why);

	text_copy(one.address, sizeof(one.address), to->address[i]);
	if (!e)
		e = open_one(&one, o, seconds, out, why);
	conninfo_wipe(&one);
	return e;
}

static enum err try_addresses(const struct conninfo *info, const struct connect_options *o,
			      const struct egress_addresses *to, int64_t end, struct db **out,
			      struct conn_failure *why)
{
	enum err e = ERR_CONNECTION_FAILED;
	int i, left;

	for (i = 0; i < to->count; i++) {
		left = (int)((end - clock_mono_ms() + 999) / 1000) / (to->count - i);
		e = try_address(info, o, to, i, left > 0 ? left : 1, out, why);
		if (e != ERR_CONNECTION_FAILED || !is_silent(why->reason))
			break;
		if (clock_mono_ms() >= end)
			break;
	}
	return e;
}

enum err connect_tenant(const struct conninfo *info, const struct connect_options *o,
	struct db **out, struct conn_failure *why)
{
	int64_t end = clock_mono_ms() + (int64_t)o->timeout_s * 1000;
	struct egress_addresses to = { 0 };
	enum err e;

	*out = NULL;
	memset(why, 0, sizeof(*why));
	if (!driver_of(info))
		return ERR_DATABASE_TYPE_UNSUPPORTED;
	if (!o->policy)
		return open_one(info, o, o->timeout_s, out, why);
	e = resolve(info, o, &to, why);
	return e ? e : try_addresses(info, o, &to, end, out, why);
}
