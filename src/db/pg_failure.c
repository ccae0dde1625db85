/* SPDX-License-Identifier: Apache-2.0 */
/* Why a connect failed. What the server says is read, never repeated: it may be markup, or a
 * secret. */
#include "db/pg.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum err conn_fail(struct conn_failure *why, enum conn_reason reason, const char *fmt, ...)
{
	va_list ap;
	char *s;

	why->reason = reason;
	va_start(ap, fmt);
	vsnprintf(why->detail, sizeof(why->detail), fmt, ap);
	va_end(ap);
	for (s = why->detail; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			*s = '?';
	return reason == CONN_NOT_ALLOWED ? ERR_HOST_NOT_ALLOWED : ERR_CONNECTION_FAILED;
}

static bool is_state(const char *s)
{
	int i;

	for (i = 0; i < 5; i++)
		if (!isdigit((unsigned char)s[i]) && !isupper((unsigned char)s[i]))
			return false;
	return s[5] == ':';
}

/* "FATAL:  28P01: …" of the last attempt (a refusal over TLS may be followed by one without). */
static void find_state(const char *text, char sqlstate[6])
{
	sqlstate[0] = '\0';
	while ((text = strstr(text, ":  "))) {
		text += 3;
		if (is_state(text)) {
			memcpy(sqlstate, text, 5);
			sqlstate[5] = '\0';
		}
	}
}

static enum conn_reason by_state(const char *state)
{
	static const struct {
		const char *state;
		enum conn_reason reason;
	} rows[] = {
		{ "28P01", CONN_AUTH },
		{ "28000", CONN_AUTH },
		{ "3D000", CONN_NO_DATABASE },
		{ "57P04", CONN_NO_DATABASE },
		{ "42501", CONN_PERMISSION },
		{ "55000", CONN_PERMISSION },
		{ "0A000", CONN_SERVER_VERSION },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (text_eq(state, rows[i].state))
			return rows[i].reason;
	return CONN_REFUSED;
}

static enum conn_reason by_text(const char *text)
{
	const struct {
		const char *words;
		enum conn_reason reason;
	} rows[] = {
		{ "could not translate host name", CONN_DNS },
		{ strerror(ECONNREFUSED), CONN_REFUSED },
		{ strerror(ENETUNREACH), CONN_UNREACHABLE },
		{ strerror(EHOSTUNREACH), CONN_UNREACHABLE },
		{ strerror(EADDRNOTAVAIL), CONN_UNREACHABLE },
		{ strerror(ETIMEDOUT), CONN_TIMEOUT },
		{ "SSL", CONN_TLS_FAILED },
		{ "certificate", CONN_TLS_FAILED },
		{ "expected authentication request", CONN_REFUSED },
		{ "no password supplied", CONN_AUTH },
		{ "SCRAM", CONN_AUTH },
		{ "SASL", CONN_AUTH },
		{ "server signature", CONN_AUTH },
		{ "authentication", CONN_AUTH },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strstr(text, rows[i].words))
			return rows[i].reason;
	return CONN_REFUSED;
}

enum conn_reason pg_failure(const PGconn *conn, char sqlstate[6])
{
	const char *text = PQerrorMessage(conn);

	find_state(text, sqlstate);
	if (strstr(text, "enant or user not found") || strstr(text, "tenant/user"))
		return CONN_POOLER_TENANT;
	return sqlstate[0] ? by_state(sqlstate) : by_text(text);
}
