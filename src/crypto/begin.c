/* SPDX-License-Identifier: Apache-2.0 */
/* What OpenSSL and libsodium would else do at their first use. */
#include "crypto/begin.h"

#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <sodium.h>

enum err crypto_begin(void)
{
	const uint64_t all = OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
			     OPENSSL_INIT_LOAD_CONFIG;
	unsigned char byte;

	/* A child's generators seed themselves anew. */
	return OPENSSL_init_ssl(all, NULL) && RAND_bytes(&byte, 1) == 1 &&
			       RAND_priv_bytes(&byte, 1) == 1 && sodium_init() >= 0
		       ? OK : ERR_NO_MEMORY;
}
