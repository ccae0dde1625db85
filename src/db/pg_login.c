/* SPDX-License-Identifier: Apache-2.0 */
/* Every option of a connect, spelt out, so that no file or variable of this machine gets a word in.
 */
#include "db/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* libpq takes a certificate, key or CRL from ~/.postgresql unless it is told of another place. */
static const char nowhere[] = "/nonexistent/souk";
static const char system_ca[] = "/etc/ssl/certs/ca-certificates.crt";

static char *copy(const char *s)
{
	char *p = text_empty(s) ? NULL : strdup(s);

	if (!p && !text_empty(s))
		abort();
	return p;
}

static void drop(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

static int find(const struct pg_login *l, const char *name)
{
	int i = 0;

	while (i < l->options && strcmp(l->name[i], name) != 0)
		i++;
	return i;
}

void pg_login_set(struct pg_login *l, const char *name, const char *value)
{
	int i = find(l, name);

	if (text_empty(value))
		return;
	if (i == PG_OPTIONS)
		abort();
	if (i == l->options) {
		l->name[i] = copy(name);
		l->options++;
	}
	drop(&l->value[i]);
	l->value[i] = copy(value);
}

const char *pg_login_get(const struct pg_login *l, const char *name)
{
	int i = find(l, name);

	return i < l->options ? l->value[i] : NULL;
}

void pg_login_target(struct pg_login *l, const char *host, const char *hostaddr, const char *port)
{
	if (l->targets == PG_TARGETS)
		return;
	l->target[l->targets++] = (struct pg_target){ copy(host), copy(hostaddr), copy(port) };
}

static void set_default(struct pg_login *l, const char *name, const char *value)
{
	if (!pg_login_get(l, name))
		pg_login_set(l, name, value);
}

void pg_login_close_gaps(struct pg_login *l)
{
	static const char *const defaults[][2] = {
		{ "passfile", nowhere },           { "sslcert", nowhere },
		{ "sslkey", nowhere },             { "sslrootcert", nowhere },
		{ "sslcrl", nowhere },             { "gssencmode", "disable" },
		{ "ssl_min_protocol_version", "TLSv1.2" },
		{ "target_session_attrs", "any" }, { "client_encoding", "UTF8" },
		{ "application_name", "souk" },    { "keepalives", "1" },
		{ "keepalives_idle", "30" },       { "keepalives_interval", "10" },
		{ "keepalives_count", "3" },       { "tcp_user_timeout", "30000" },
	};
	size_t i;

	for (i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		set_default(l, defaults[i][0], defaults[i][1]);
}

static const char *tls_mode(const struct conninfo *c)
{
	switch (c->tls) {
	case CONN_TLS_DISABLE: return "disable";
	case CONN_TLS_REQUIRE: return "require";
	case CONN_TLS_VERIFY_CA: return "verify-ca";
	case CONN_TLS_VERIFY_FULL: return "verify-full";
	case CONN_TLS_PREFER:
	case CONN_TLS_DEFAULT:
		break;
	}
	return c->host[0] == '/' ? "disable" : "prefer";
}

void pg_login_conninfo(struct pg_login *l, const struct conninfo *c, enum db_role role)
{
	char port[12];

	l->verified = c->tls == CONN_TLS_VERIFY_CA || c->tls == CONN_TLS_VERIFY_FULL;
	/* Only a stranger's server has passed the egress check. */
	l->guarded = role == DB_TENANT && c->address[0];
	snprintf(port, sizeof(port), "%d", c->port);
	pg_login_target(l, c->host, c->address, port);
	pg_login_set(l, "user", c->user);
	pg_login_set(l, "password", c->password);
	pg_login_set(l, "dbname", c->database);
	pg_login_set(l, "sslmode", tls_mode(c));
	/* With a bundle that exists, libpq turns "require" into "verify-ca". */
	if (l->verified)
		pg_login_set(l, "sslrootcert", c->ca_file[0] ? c->ca_file : system_ca);
	pg_login_close_gaps(l);
}

void pg_login_done(struct pg_login *l)
{
	int i;

	for (i = 0; i < l->options; i++) {
		drop(&l->name[i]);
		drop(&l->value[i]);
	}
	for (i = 0; i < l->targets; i++) {
		drop(&l->target[i].host);
		drop(&l->target[i].hostaddr);
		drop(&l->target[i].port);
	}
	l->options = l->targets = 0;
}
