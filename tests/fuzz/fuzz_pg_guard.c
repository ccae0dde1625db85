/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger's PostgreSQL says before it is trusted. First byte: whether its certificate was
 * checked, and whether TLS is in use. The guard must see every request that libpq would act on, and
 * take no byte away. */
#include "fuzz.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/pg.h"

enum { HEAD = 9, LONGEST = 2001, CLEARTEXT = 3, SASL_MORE = 11, COSTLY = 1000000, MOST = 8192 };

static int ends[2] = { -1, -1 };
static bool tls;

/* In the place of libpq's and OpenSSL's: the guard asks the connection for nothing else. */
int PQsocket(const PGconn *conn)
{
	(void)conn;
	return ends[0];
}

int PQsslInUse(PGconn *conn)
{
	(void)conn;
	return tls;
}

void *PQgetssl(PGconn *conn)
{
	(void)conn;
	return ends;
}

int SSL_peek(SSL *ssl, void *to, int size)
{
	(void)ssl;
	return (int)recv(ends[0], to, (size_t)size, MSG_PEEK | MSG_DONTWAIT);
}

int SSL_get_error(const SSL *ssl, int n)
{
	(void)ssl;
	return n > 0 ? SSL_ERROR_NONE : SSL_ERROR_WANT_READ;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The iteration count of "r=…,s=…,i=N" as libpq 15 reads it: 0 when it would refuse the text. */
static long libpq_count(const uint8_t *text, size_t len)
{
	char *copy = fuzz_text(text, len), *at = copy, *end;
	const char *wanted = "rsi";
	long n = 0;

	if (strlen(copy) == len)
		for (; *wanted && at && at[0] == *wanted && at[1] == '='; wanted++) {
			n = *wanted == 'i' ? strtol(at + 2, &end, 10) : 0;
			if ((at = strchr(at, ',')))
				at++;
		}
	free(copy);
	return *wanted ? 0 : n;
}

/* What the first message asks for, when all of it is there and libpq would read it. */
static void check_first(enum pg_guard got, bool verified, const uint8_t *data, size_t size)
{
	size_t len = size >= HEAD ? (size_t)be32(data + 1) + 1 : 0;

	if (len < HEAD || data[0] != 'R')
		return;
	if (len > LONGEST)
		EXPECT(got != PG_GUARD_PASS);
	if (len > LONGEST)
		return;
	if (len > size)
		EXPECT(got == (tls ? PG_GUARD_SPLIT : PG_GUARD_WAIT));
	if (len > size)
		return;
	if (be32(data + 5) == CLEARTEXT)
		EXPECT((got == PG_GUARD_CLEARTEXT) == !(verified && tls));
	if (be32(data + 5) == SASL_MORE && libpq_count(data + HEAD, len - HEAD) > COSTLY)
		EXPECT(got == PG_GUARD_COSTLY);
}

static void check_untouched(const uint8_t *data, size_t size)
{
	uint8_t seen[MOST];
	ssize_t n = recv(ends[0], seen, sizeof(seen), MSG_DONTWAIT);

	EXPECT(size ? n == (ssize_t)size && !memcmp(seen, data, size) : n < 0 && errno == EAGAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool verified = size && data[0] & 1;
	enum pg_guard got;

	if (!size || --size > MOST)
		return 0;
	tls = *data++ & 2;
	EXPECT(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	EXPECT(!size || write(ends[1], data, size) == (ssize_t)size);
	got = pg_guard(NULL, verified);
	EXPECT(pg_guard(NULL, verified) == got);
	if (!size)
		EXPECT(got == PG_GUARD_WAIT);
	check_first(got, verified, data, size);
	check_untouched(data, size);
	close(ends[0]);
	close(ends[1]);
	return 0;
}
