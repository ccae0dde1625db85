/* SPDX-License-Identifier: Apache-2.0 */
/* Where a database is and how to get in: a connection string of a stranger, taken apart and
 * checked. */
#ifndef SOUK_DB_CONNINFO_H
#define SOUK_DB_CONNINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum conn_type { CONN_POSTGRESQL, CONN_MYSQL };
enum conn_tls {
	CONN_TLS_DEFAULT,
	CONN_TLS_DISABLE,
	CONN_TLS_PREFER,
	CONN_TLS_REQUIRE,
	CONN_TLS_VERIFY_CA,
	CONN_TLS_VERIFY_FULL
};

struct conninfo {
	enum conn_type type;
	char host[256];	  /* name or literal address as given, lower case, without brackets; or for
			     a managed server a socket directory ("/…") */
	char address[64]; /* the checked numeric address that is connected to; "" before the check
			   */
	int port;
	char user[128], password[1024], database[128];
	enum conn_tls tls;
	char ca_file[256];     /* bundle for VERIFY_*, "" = system's */
	bool pooled;           /* behind a transaction pooler: no named statements */
};

/* Why a connect failed, in the words of the contract. */
enum conn_reason {
	CONN_OK,
	CONN_DNS,
	CONN_REFUSED,
	CONN_UNREACHABLE,
	CONN_IPV6_ONLY,
	CONN_TIMEOUT,
	CONN_TLS_FAILED,
	CONN_AUTH,
	CONN_POOLER_TENANT,
	CONN_NO_DATABASE,
	CONN_PERMISSION,
	CONN_SERVER_VERSION,
	CONN_NOT_ALLOWED /* the address check; becomes HOST_NOT_ALLOWED */
};

struct conn_failure {
	enum conn_reason reason;
	char detail[160];   /* for the log: never a secret, control characters removed */
};

/* "dns", "refused", … and what the person should do about it, in one or two sentences. */
const char *conn_reason_word(enum conn_reason);
const char *conn_reason_hint(enum conn_reason);

/* Takes apart `postgres://`, `postgresql://`, `mysql://`, `mariadb://` URLs of strangers:
 * percent-decoded user, password and database, one host, port 1..65535, the TLS mode (`sslmode`,
 * `ssl-mode`) and no other parameter. Empty user, password or database, several hosts, socket
 * paths, control characters, fragments: ERR_INVALID_CONNECTION_STRING, and `why` says in words for
 * people what is wrong (never the password). */
enum err conninfo_parse(const char *url, struct conninfo *out, char *why, size_t size) MUST_CHECK;

/* The operator's own URL of one PostgreSQL server (MANAGED_DB_URL): the same, but a socket
 * directory
 * (`?host=/dir` or %2F-encoded) and an empty password are allowed. */
enum err conninfo_parse_trusted(const char *url, struct conninfo *out, char *why,
				size_t size) MUST_CHECK;

/* Compact text for sealing in store_databases.credentials_sealed, and back. `text` holds
 * CONNINFO_TEXT. */
enum { CONNINFO_TEXT = 8192 };
enum err conninfo_store(const struct conninfo *, char *text, size_t size) MUST_CHECK;
enum err conninfo_load(const char *text, struct conninfo *out) MUST_CHECK;

void conninfo_wipe(struct conninfo *);

#endif
