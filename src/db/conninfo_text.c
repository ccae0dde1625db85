/* SPDX-License-Identifier: Apache-2.0 */
/* Connection data as sealed text and back; the words for why a connect failed. */
#include "db/conninfo.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char header[] = "souk-conninfo 1\n";

static const struct field {
	const char *name;
	size_t place, size;
} fields[] = {
#define FIELD(name) { #name, offsetof(struct conninfo, name), sizeof(((struct conninfo *)0)->name) }
	FIELD(host), FIELD(user), FIELD(password), FIELD(database), FIELD(ca_file),
#undef FIELD
};

static const struct number {
	const char *name;
	long min, max;
} numbers[] = {
	{ "type", CONN_POSTGRESQL, CONN_MYSQL },
	{ "port", 1, 65535 },
	{ "tls", CONN_TLS_DEFAULT, CONN_TLS_VERIFY_FULL },
	{ "pooled", 0, 1 },
};

enum { FIELDS = sizeof(fields) / sizeof(*fields), NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static long number_get(const struct conninfo *c, int i)
{
	const long values[NUMBERS] = { (long)c->type, c->port, (long)c->tls, c->pooled };

	return values[i];
}

static void number_set(struct conninfo *c, int i, long value)
{
	switch (i) {
	case 0: c->type = (enum conn_type)value; break;
	case 1: c->port = (int)value; break;
	case 2: c->tls = (enum conn_tls)value; break;
	default: c->pooled = value != 0;
	}
}

static bool add(char *text, size_t size, size_t *at, const char *name, const char *value)
{
	int n = snprintf(text + *at, size - *at, "%s=%s\n", name, value);

	if (n < 0 || (size_t)n >= size - *at)
		return false;
	*at += (size_t)n;
	return true;
}

/* One field a line: a line break in a value would forge the next, so none may hold a control
 * character. */
enum err conninfo_store(const struct conninfo *c, char *text, size_t size)
{
	size_t at = sizeof(header) - 1;
	bool ok = size > at;
	char digits[24];
	int i;

	if (ok)
		memcpy(text, header, sizeof(header));
	for (i = 0; ok && i < FIELDS; i++) {
		const char *value = (const char *)c + fields[i].place;

		ok = !text_has_control(value) && add(text, size, &at, fields[i].name, value);
	}
	for (i = 0; ok && i < NUMBERS; i++) {
		snprintf(digits, sizeof(digits), "%ld", number_get(c, i));
		ok = add(text, size, &at, numbers[i].name, digits);
	}
	if (!ok && size)
		explicit_bzero(text, size);
	return ok ? OK : ERR_INTERNAL;
}

static bool load_value(struct conninfo *c, const char *name, const char *value, unsigned int *seen)
{
	int64_t n;
	int i;

	for (i = 0; i < FIELDS; i++)
		if (text_eq(name, fields[i].name) && !(*seen & 1u << i)) {
			*seen |= 1u << i;
			return text_copy((char *)c + fields[i].place, fields[i].size, value);
		}
	for (i = 0; i < NUMBERS; i++)
		if (text_eq(name, numbers[i].name) && !(*seen & 1u << (FIELDS + i))) {
			*seen |= 1u << (FIELDS + i);
			if (!text_int(value, numbers[i].min, numbers[i].max, &n))
				return false;
			number_set(c, i, (long)n);
			return true;
		}
	return false;
}

static bool load_line(struct conninfo *c, const char *line, size_t len, unsigned int *seen)
{
	char copy[1200], *equals;
	bool ok = false;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	equals = strchr(copy, '=');
	if (equals) {
		*equals = '\0';
		ok = load_value(c, copy, equals + 1, seen);
	}
	explicit_bzero(copy, sizeof(copy));
	return ok;
}

enum err conninfo_load(const char *text, struct conninfo *out)
{
	const char *at, *end;
	unsigned int seen = 0;
	bool ok = text_starts(text, header);

	memset(out, 0, sizeof(*out));
	for (at = text + sizeof(header) - 1; ok && *at; at = end + 1) {
		end = strchr(at, '\n');
		ok = end && load_line(out, at, (size_t)(end - at), &seen);
		if (!ok)
			break;
	}
	if (ok && seen == (1u << (FIELDS + NUMBERS)) - 1 && out->host[0] && out->user[0])
		return OK;
	conninfo_wipe(out);
	return ERR_INTERNAL;
}

static const struct {
	const char *word, *hint;
} reasons[] = {
	[CONN_OK] = { "ok", "" },
	[CONN_DNS] = { "dns", "The host name was not found. Please check its spelling." },
	[CONN_REFUSED] = { "refused", "The server takes no connection from here. Please check host "
				      "and port, that the server runs, that it takes connections "
				      "from outside, and that it has room for one more." },
	[CONN_UNREACHABLE] = { "unreachable", "There is no way from here to this address. Please "
					      "check the host, and the network of the "
					      "server." },
	[CONN_IPV6_ONLY] = { "ipv6_only", "This host has only an IPv6 address, which cannot be "
					  "reached from here. With Supabase, use "
					  "the connection string of the session pooler." },
	[CONN_TIMEOUT] = { "timeout", "The server did not answer in time. Please check host and "
				      "port, and that a firewall lets "
				      "this platform in." },
	[CONN_TLS_FAILED] = { "tls", "No safe (TLS) connection could be made. Please switch TLS on "
				     "at the server, with a valid "
				     "certificate for this host name; or add ?sslmode=require to "
				     "encrypt without checking the "
				     "certificate." },
	[CONN_AUTH] = { "auth", "The server refused this user or password, does not let the user "
				"in from outside, or signs in in a way that is not safe (SCRAM "
				"is). Please check all three, and write special characters of the "
				"password percent-encoded." },
	[CONN_POOLER_TENANT] = { "pooler_tenant", "The pooler does not know this project. Please "
						  "copy the connection string from your "
						  "project's page again: the host names its "
						  "region, and the user ends in the project's "
						  "reference." },
	[CONN_NO_DATABASE] = { "no_database", "The server has no database of this name. Please "
					      "create it, or correct the name after the "
					      "last slash." },
	[CONN_PERMISSION] = { "permission", "This user may not do what is needed. Please grant it "
					    "CONNECT and CREATE on the database and its "
					    "schema. A read-only server, such as a replica, "
					    "cannot be used." },
	[CONN_SERVER_VERSION] = { "server_version", "This server is too old or not one that we "
						    "know. Please use PostgreSQL 13 or newer, "
						    "and a database in the encoding UTF8." },
	[CONN_NOT_ALLOWED] = { "not_allowed", "The database must live at a public address." },
};

static size_t reason_index(enum conn_reason reason)
{
	return (size_t)reason < sizeof(reasons) / sizeof(*reasons) ? (size_t)reason : CONN_REFUSED;
}

const char *conn_reason_word(enum conn_reason reason)
{
	return reasons[reason_index(reason)].word;
}

const char *conn_reason_hint(enum conn_reason reason)
{
	return reasons[reason_index(reason)].hint;
}
