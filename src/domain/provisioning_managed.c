/* SPDX-License-Identifier: Apache-2.0 */
/* A database that the platform makes itself: one role and one database for each store, on
 * MANAGED_DB_URL. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "crypto/token.h"
#include "domain/provisioning_steps.h"

/* The server quotes: names and the verifier become literals and identifiers there, not here. */
static const struct stmt role_ddl = {
	.name = "managed_role_ddl",
	.sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)"
	       " THEN format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)"
	       " ELSE format('CREATE ROLE %I LOGIN PASSWORD %L', $1::text, $2::text) END"
	       " || format('; GRANT %I TO CURRENT_USER', $1::text) AS ddl",
};

static const struct stmt database_ddl = {
	.name = "managed_database_ddl",
	.sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)"
	       " THEN NULL ELSE format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING"
	       " %L', $1::text, $2::text, 'UTF8') END AS ddl",
};

static const struct stmt fence_ddl = {
	.name = "managed_fence_ddl",
	.sql = "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text) AS ddl",
};

/* The first server of the comma-separated list; passwords in URLs are percent-encoded, so a comma
 * splits. */
static enum err managed_server(struct runtime *rt, struct conninfo *out)
{
	char url[4096], why[160];
	enum err e;

	if (text_empty(rt->settings->managed_db_url))
		return ERR_MANAGED_UNAVAILABLE;
	text_copy(url, sizeof(url), rt->settings->managed_db_url);
	url[strcspn(url, ",")] = '\0';
	e = conninfo_parse_trusted(url, out, why, sizeof(why));
	explicit_bzero(url, sizeof(url));
	if (e) {
		log_error(NULL, "managed_url", "MANAGED_DB_URL: %s", why);
		return ERR_MANAGED_UNAVAILABLE;
	}
	return OK;
}

static enum err open_server(struct runtime *rt, struct db **out, struct conn_failure *why)
{
	struct conninfo server;
	const struct runtime_target to = { &server, NULL, true, PROVISION_STATEMENT_MS };
	enum err e = managed_server(rt, &server);

	*out = NULL;
	if (!e)
		e = runtime_connect(rt, &to, out, why);
	conninfo_wipe(&server);
	return e;
}

enum err managed_plan(struct runtime *rt, const char *store_id, struct conninfo *out)
{
	char secret[TOKEN_TEXT];
	size_t n = 0;
	enum err e = managed_server(rt, out);

	if (e)
		return e;
	n = (size_t)snprintf(out->database, sizeof(out->database), "souk_");
	for (; *store_id && n < 37; store_id++)
		if (*store_id != '-')
			out->database[n++] = *store_id;
	out->database[n] = '\0';
	text_copy(out->user, sizeof(out->user), out->database);
	text_copy(out->password, sizeof(out->password), token_new(secret));
	explicit_bzero(secret, sizeof(secret));
	return OK;
}

static enum err run_ddl(struct db *db, const struct stmt *make, struct args args)
{
	const char *ddl;
	struct result r;
	enum err e = db_one(db, make, args, &r);

	if (e)
		return e;
	ddl = row_text(&r, 0, "ddl");
	return ddl ? db_script(db, ddl) : OK;
}

static enum err make_all(struct db *db, const struct conninfo *info)
{
	char verifier[256];
	enum err e = connect_password_verifier(db, info->user, info->password, verifier,
					       sizeof(verifier));

	if (!e)
		e = run_ddl(db, &role_ddl, ARGS(a_text(info->user), a_text(verifier)));
	explicit_bzero(verifier, sizeof(verifier));
	if (!e)
		e = run_ddl(db, &database_ddl, ARGS(a_text(info->database), a_text(info->user)));
	return e ? e : run_ddl(db, &fence_ddl, ARGS(a_text(info->database)));
}

enum err managed_make(struct runtime *rt, const struct conninfo *info, struct conn_failure *why)
{
	struct db *db;
	enum err e = open_server(rt, &db, why);

	if (!e)
		e = make_all(db, info);
	db_close(db);
	return e;
}

enum err managed_facts(struct runtime *rt, struct server_facts *out, struct conn_failure *why)
{
	struct db *db;
	enum err e = open_server(rt, &db, why);

	if (!e)
		e = connect_facts(db, out);
	db_close(db);
	/* What will be made is empty and its own, whatever the server's maintenance database holds.
	 */
	out->empty = out->can_create = true;
	out->ours = false;
	out->store_id[0] = '\0';
	return e == ERR_CONNECTION_FAILED ? ERR_MANAGED_UNAVAILABLE : e;
}
