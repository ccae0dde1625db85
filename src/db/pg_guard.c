/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at what a stranger's server asks for before libpq answers it. */
#include "db/pg.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

enum {
	HEAD = 9 /* 'R', length, request */,
	LONGEST = 2001,       /* with its kind; no way of signing in needs more */
	SCRAM_MOST = 1000000, /* about a second of CPU; servers ask for 4096 */
};

enum {
	ASK_OK = 0,
	ASK_CLEARTEXT = 3,
	ASK_MD5 = 5,
	ASK_SASL = 10,
	ASK_SASL_MORE = 11,
	ASK_SASL_LAST = 12
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bytes seen; 0 when none are there yet, -1 when libpq should find out what is wrong. */
static long peek(PGconn *conn, unsigned char *to, size_t size)
{
	SSL *ssl = PQsslInUse(conn) ? PQgetssl(conn) : NULL;
	long n;
	int error;

	if (!ssl) {
		n = recv(PQsocket(conn), to, size, MSG_PEEK | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		return n > 0 ? n : -1;
	}
	ERR_clear_error();
	n = SSL_peek(ssl, to, (int)size);
	error = n > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, (int)n);
	ERR_clear_error();
	return n > 0 ? n : error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* "r=…,s=…,i=4096": the count as the server wrote it, or more than may be. */
static long scram_count(const unsigned char *text, size_t len)
{
	size_t i;
	long n = 0;

	for (i = 0; i + 2 < len; i++)
		if (text[i] == ',' && text[i + 1] == 'i' && text[i + 2] == '=')
			break;
	/* libpq reads it by strtol(), so anything but digits is left to be misread by nobody. */
	for (i += 3; i < len && n <= SCRAM_MOST; i++) {
		if (text[i] < '0' || text[i] > '9')
			return SCRAM_MOST + 1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static enum pg_guard judge(const unsigned char *message, size_t len, bool verified)
{
	switch (be32(message + 5)) {
	case ASK_CLEARTEXT:
		return verified ? PG_GUARD_PASS : PG_GUARD_CLEARTEXT;
	case ASK_SASL_MORE:
		return scram_count(message + HEAD, len - HEAD) > SCRAM_MOST ? PG_GUARD_COSTLY
									    : PG_GUARD_PASS;
	case ASK_OK:
	case ASK_MD5:
	case ASK_SASL:
	case ASK_SASL_LAST:
		return PG_GUARD_PASS;
	default:
		/* Kerberos and the like would speak to third parties in our name. */
		return PG_GUARD_METHOD;
	}
}

/* libpq reads no more than what is seen here: the rest has not come through the pipe yet. */
enum pg_guard pg_guard(PGconn *conn, bool verified)
{
	unsigned char seen[PG_PIECE];
	size_t at = 0, len;
	long n = peek(conn, seen, sizeof(seen));
	enum pg_guard verdict = PG_GUARD_PASS;
	bool tls = PQsslInUse(conn);

	if (n <= 0)
		return n ? PG_GUARD_PASS : PG_GUARD_WAIT;
	while (!verdict && at < (size_t)n && seen[at] == 'R') {
		/* The rest of a message that is cut stands in another TLS record, which cannot be
		 * seen. */
		if ((size_t)n - at < HEAD)
			return tls ? PG_GUARD_SPLIT : PG_GUARD_WAIT;
		len = (size_t)be32(seen + at + 1) + 1;
		if (len < HEAD)
			return PG_GUARD_PASS;
		/* How much libpq takes depends on its version. */
		if (len > LONGEST)
			return PG_GUARD_METHOD;
		if ((size_t)n - at < len)
			return tls ? PG_GUARD_SPLIT : PG_GUARD_WAIT;
		verdict = judge(seen + at, len, verified && tls);
		if (be32(seen + at + 5) == ASK_OK)
			break;
		at += len;
	}
	return verdict;
}
