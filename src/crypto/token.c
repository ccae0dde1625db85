/* SPDX-License-Identifier: Apache-2.0 */
/* Random secrets from getrandom(2); SHA-256, HMAC and constant-time comparison from OpenSSL;
 * SipHash from libsodium. */
#include "crypto/token.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SECRET_BYTES = 32, CODES = 1000000 };

void token_random(void *out, size_t len)
{
	unsigned char *p = out;
	ssize_t n;

	while (len) {
		n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort();
		p += n;
		len -= (size_t)n;
	}
}

/* Not text_base64url(): that one's buffer would leave the secret on the heap. */
char *token_new(char out[TOKEN_TEXT])
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char b[SECRET_BYTES + 1];
	char *to = out;
	size_t i;

	token_random(b, SECRET_BYTES);
	b[SECRET_BYTES] = 0;
	for (i = 0; i < sizeof(b); i += 3) {
		uint32_t v = (uint32_t)b[i] << 16 | (uint32_t)b[i + 1] << 8 | b[i + 2];

		*to++ = digit[v >> 18];
		*to++ = digit[v >> 12 & 63];
		*to++ = digit[v >> 6 & 63];
		*to++ = digit[v & 63];
	}
	out[TOKEN_TEXT - 1] = '\0';
	explicit_bzero(b, sizeof(b));
	return out;
}

char *token_code(char out[7])
{
	const uint32_t unbiased = UINT32_MAX - UINT32_MAX % CODES;
	uint32_t v;
	int i;

	do
		token_random(&v, sizeof(v));
	while (v >= unbiased);
	for (i = 5, v %= CODES; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
	out[6] = '\0';
	return out;
}

void token_sha256(const void *p, size_t len, unsigned char out[HASH_BYTES])
{
	if (!EVP_Digest(len ? p : "", len, out, NULL, EVP_sha256(), NULL))
		abort();
}

void token_hmac(const void *key, size_t key_len, const void *p, size_t len,
		unsigned char out[HASH_BYTES])
{
	if (key_len > INT_MAX)
		abort();
	if (!HMAC(EVP_sha256(), key_len ? key : "", (int)key_len,
		  len ? p : (const void *)"", len, out, NULL))
		abort();
}

uint32_t token_place(const void *p, size_t len)
{
	static unsigned char secret[crypto_shorthash_KEYBYTES];
	static bool made;
	unsigned char sum[crypto_shorthash_BYTES];
	uint32_t place;

	if (!made)
		token_random(secret, sizeof(secret));
	made = true;
	crypto_shorthash(sum, p, len, secret);
	memcpy(&place, sum, sizeof(place));
	return place;
}

bool token_equal(const void *a, const void *b, size_t len)
{
	return !CRYPTO_memcmp(a, b, len);
}
