/* SPDX-License-Identifier: Apache-2.0 */
/* Opaque secrets that we hand out and store only as hashes; MACs; random bytes. */
#ifndef SOUK_CRYPTO_TOKEN_H
#define SOUK_CRYPTO_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_TEXT = 44 /* 32 bytes in base64url and the NUL */, HASH_BYTES = 32 };

/* Aborts without randomness: a guessable secret is worse than no process. */
void token_random(void *out, size_t len);
char *token_new(char out[TOKEN_TEXT]);          /* 256 random bits; returns `out` */
char *token_code(char out[7]);                  /* six random decimal digits, unbiased */

void token_sha256(const void *p, size_t len, unsigned char out[HASH_BYTES]);
void token_hmac(const void *key, size_t key_len, const void *p, size_t len,
		unsigned char out[HASH_BYTES]);
/* SipHash under a secret of this process, for tables whose keys strangers have a say in. */
uint32_t token_place(const void *p, size_t len);
bool token_equal(const void *a, const void *b, size_t len);   /* in constant time */

#endif
