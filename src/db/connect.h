/* SPDX-License-Identifier: Apache-2.0 */
/* Opening connections: to a stranger's database behind the egress check, and to our own. */
#ifndef SOUK_DB_CONNECT_H
#define SOUK_DB_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/conninfo.h"
#include "db/db.h"
#include "net/egress.h"

enum { CONNECT_OLDEST = 130000 };   /* PostgreSQL 13 */

struct connect_options {
	const struct egress_policy *policy;   /* NULL: a server of our own, no check (managed) */
	const char *ca_file;
	int timeout_s;                        /* of the connect, all addresses together */
	int statement_ms;
	const struct budget_user *budget;     /* or NULL: as many connections as one likes */
	int server_conns;                     /* the most to one server */
};

/* Resolves, checks, connects to the checked address, checks the server's version. TLS: public
 * addresses need it, verify-full unless the URL says otherwise (disable/prefer are refused there);
 * addresses in TENANT_NET_ALLOW default to prefer. ERR_HOST_NOT_ALLOWED, ERR_CONNECTION_FAILED with
 * *why; ERR_BUSY when the server has as many connections of ours as it may. */
enum err connect_tenant(const struct conninfo *, const struct connect_options *, struct db **out,
			struct conn_failure *why) MUST_CHECK;

/* What a test of a database shows. */
struct server_facts {
	char server[64];          /* "PostgreSQL 15.18" */
	int version;              /* 150018 */
	char identity[64]; /* of the server, whatever its name or address: "pg-" and the system
			      identifier; where that may not be read, "addr-" and a hash of the
			      address and port that the server itself sees. Never empty; the same
			      for all databases of a server. */
	int64_t database_oid;     /* of the database on it, stable under renaming; 0 when unknown */
	long latency_ms;          /* of one round trip */
	bool can_create;          /* may create tables in the schema used; never where all is
				     read-only, or where they would be gone with the session */
	bool any_text;            /* its encoding has a place for every character */
	bool empty; /* no tables, views, sequences, functions or types in the database but those
		       of the engine, of extensions and, with our marker, of the schema used */
	bool ours;                /* the schema used holds our marker: souk_meta(key, value) */
	char store_id[37];        /* of the marker, or "" */
};
/* ERR_DB_SQL: it answers as no PostgreSQL of version 13 or newer does; else those of db_run(). */
enum err connect_facts(struct db *, struct server_facts *out) MUST_CHECK;
/* What an error of connect_facts() means to the owner of the server. */
enum conn_reason connect_reason(enum err);

/* What CREATE ROLE … PASSWORD may be given instead of the password itself, so that no log or
 * statement view of the server ever shows it: a SCRAM-SHA-256 verifier (RFC 5802). */
enum err connect_password_verifier(struct db *, const char *user, const char *password, char *out,
				   size_t size) MUST_CHECK;

/* MASTER_DB_URL is something that master_new() takes; connects to nothing. */
enum err master_check(const char *url) MUST_CHECK;
/* The master: MASTER_DB_URL as libpq understands it (several hosts, target_session_attrs, poolers).
 * Port 6543 or a host named *.pooler.* or pgbouncer=true means no named statements. The password in
 * the URL is used; PG* variables are not. */
enum err master_open(const char *url, int timeout_s, int statement_ms, struct db **out) MUST_CHECK;
/* The same, but connects only at its first use (db_prove_later()). */
enum err master_new(const char *url, int timeout_s, int statement_ms, struct db **out) MUST_CHECK;
/* Proves the connection as its first use would, and tells *why when it cannot be made. */
enum err master_prove(struct db *, enum conn_reason *why) MUST_CHECK;
/* File descriptor for poll() after LISTEN on a direct connection, or -1; and whether a notification
 * arrived since the last call (also reads them). */
int master_socket(struct db *);
bool master_notified(struct db *);
/* From now on each notification's text is given to `hear`, too. */
void master_hear(struct db *, void (*hear)(void *arg, const char *text), void *arg);
/* One round trip: proves that the server answers, and that what it had notified before is here. */
enum err master_ping(struct db *) MUST_CHECK;
/* Sends LISTEN; false when the connection cannot (transaction pooler). */
bool master_listen(struct db *, const char *channel);

#endif
