/* SPDX-License-Identifier: Apache-2.0 */
/* What a database is, before anything is changed in it. */
#include "db/connect.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "crypto/token.h"

enum { HASH_TEXT = 2 * HASH_BYTES + 1, HASH_SHOWN = 32 };

static const struct stmt facts_ping = { "facts_ping", "SELECT 1::int4 AS one", NULL };

static const struct stmt facts_server = {
	"facts_server",
	"SELECT current_setting('server_version_num')::int4 AS version,"
	" coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"
	" AND current_setting('transaction_read_only') = 'off'"
	" AND current_schema() !~ '^pg_' AS can_create,"
	" pg_catalog.getdatabaseencoding() IN ('UTF8', 'SQL_ASCII') AS any_text,"
	" coalesce(has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'), false) AS "
	"can_identify,"
	" (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())::int8 AS "
	"database_oid,"
	" coalesce(inet_server_addr()::text, 'local') || ' ' ||"
	" coalesce(inet_server_port()::text, current_setting('port')) AS address,"
	" EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'souk_meta' AND relkind = 'r'"
	" AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = "
	"current_schema())) AS ours",
	NULL,
};

static const struct stmt facts_identity = {
	"facts_identity",
	"SELECT system_identifier::text AS identity FROM pg_catalog.pg_control_system()",
	NULL,
};

static const struct stmt facts_marker = {
	"facts_marker",
	"SELECT value::text AS store_id FROM souk_meta WHERE key = 'store_id'",
	NULL,
};

/* $1: what stands in the current schema is ours. */
static const struct stmt facts_empty = {
	"facts_empty",
	"WITH place AS (SELECT oid FROM pg_catalog.pg_namespace"
	"  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
	"  AND NOT ($1::boolean AND nspname = current_schema())),"
	" thing AS ("
	"  SELECT 'pg_catalog.pg_class'::regclass AS class, oid, relnamespace AS place FROM "
	"pg_catalog.pg_class"
	"   WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')"
	"  UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid, pronamespace FROM "
	"pg_catalog.pg_proc"
	"  UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid, typnamespace FROM "
	"pg_catalog.pg_type"
	"   WHERE typtype IN ('d', 'e', 'r', 'm'))"
	" SELECT NOT EXISTS (SELECT FROM thing WHERE thing.place IN (SELECT oid FROM place)"
	"  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = thing.class"
	"   AND d.objid = thing.oid AND d.deptype = 'e')) AS empty",
	NULL,
};

enum conn_reason connect_reason(enum err e)
{
	switch (e) {
	case ERR_DB_TIMEOUT: return CONN_TIMEOUT;
	case ERR_DB_UNAVAILABLE: return CONN_REFUSED;
	case ERR_DB_PERMISSION: return CONN_PERMISSION;
	default: return CONN_SERVER_VERSION;
	}
}

/* PostgreSQL has one row for each of these questions. */
static enum err ask(struct db *db, const struct stmt *stmt, struct args args, struct result *out)
{
	enum err e = db_one(db, stmt, args, out);

	return e == ERR_NO_ROW ? ERR_DB_SQL : e;
}

static enum err measure(struct db *db, struct server_facts *out)
{
	int64_t start = clock_mono_us();
	struct result r;
	enum err e = ask(db, &facts_ping, NO_ARGS, &r);

	out->latency_ms = (long)((clock_mono_us() - start + 500) / 1000);
	return e;
}

static void set_version(struct server_facts *out)
{
	snprintf(out->server, sizeof(out->server), "PostgreSQL %d.%d", out->version / 10000,
		out->version % 10000);
}

/* No name, no start time, no version: it must stay the same when those change. */
static void identity_of_address(const char *address, struct server_facts *out)
{
	unsigned char hash[HASH_BYTES];
	char text[HASH_TEXT];

	token_sha256(address ? address : "", address ? strlen(address) : 0, hash);
	text_hex(hash, sizeof(hash), text);
	snprintf(out->identity, sizeof(out->identity), "addr-%.*s", HASH_SHOWN, text);
}

static enum err ask_identity(struct db *db, struct server_facts *out)
{
	struct result r;
	enum err e = ask(db, &facts_identity, NO_ARGS, &r);
	const char *text = e ? NULL : row_text(&r, 0, "identity");

	if (e)
		return e == ERR_DB_PERMISSION ? OK : e;
	/* It goes into our own statements: nothing but a number gets there. */
	if (text_empty(text) || text[strspn(text, "0123456789")])
		return ERR_DB_SQL;
	snprintf(out->identity, sizeof(out->identity), "pg-%.20s", text);
	return OK;
}

static enum err ask_server(struct db *db, struct server_facts *out)
{
	struct result r;
	enum err e = ask(db, &facts_server, NO_ARGS, &r);

	if (e)
		return e;
	out->version = (int)row_int(&r, 0, "version");
	out->can_create = row_bool(&r, 0, "can_create");
	out->any_text = row_bool(&r, 0, "any_text");
	out->database_oid = row_int(&r, 0, "database_oid");
	out->ours = row_bool(&r, 0, "ours");
	set_version(out);
	if (db->broken || out->version < CONNECT_OLDEST)
		return ERR_DB_SQL;
	if (row_bool(&r, 0, "can_identify"))
		e = ask_identity(db, out);
	if (!e && !out->identity[0])
		identity_of_address(row_text(&r, 0, "address"), out);
	return e;
}

/* A table of our name that is not built like ours is somebody else's. */
static enum err ask_marker(struct db *db, struct server_facts *out)
{
	struct result r;
	enum err e;
	const char *id;

	if (!out->ours)
		return OK;
	e = db_run(db, &facts_marker, NO_ARGS, &r);
	if (e == ERR_DB_SQL && !db->broken) {
		out->ours = false;
		return OK;
	}
	id = e || !r.rows ? NULL : row_text(&r, 0, "store_id");
	if (id && id_valid(id))
		text_copy(out->store_id, sizeof(out->store_id), id);
	return e;
}

static enum err ask_empty(struct db *db, struct server_facts *out)
{
	struct result r;
	enum err e = ask(db, &facts_empty, ARGS(a_bool(out->ours)), &r);

	if (!e)
		out->empty = row_bool(&r, 0, "empty");
	return e;
}

enum err connect_facts(struct db *db, struct server_facts *out)
{
	static enum err (*const questions[])(struct db *, struct server_facts *) = {
		measure, ask_server, ask_marker, ask_empty };
	enum err e = OK;
	size_t i;

	memset(out, 0, sizeof(*out));
	db->brief = true;
	for (i = 0; !e && i < sizeof(questions) / sizeof(*questions); i++) {
		e = questions[i](db, out);
		/* A server that faked a column has been found out only on the side. */
		if (!e && db->broken)
			e = ERR_DB_SQL;
	}
	db->brief = false;
	return e;
}
