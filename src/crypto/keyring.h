/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the process: one that seals, old ones that still open, secrets that sign tokens. */
#ifndef SOUK_CRYPTO_KEYRING_H
#define SOUK_CRYPTO_KEYRING_H

#include <stddef.h>

#include "base/err.h"

enum { KEY_BYTES = 32, KEY_ID_BYTES = 4, KEYRING_MAX = 8, SECRET_MAX = 512 };

struct seal_key {
	unsigned char id[KEY_ID_BYTES];   /* first bytes of SHA-256("souk key id" | key) */
	unsigned char key[KEY_BYTES];
};

struct sign_key {
	char kid[2 * KEY_ID_BYTES + 1];   /* hex, made like the id of a seal key */
	unsigned char secret[SECRET_MAX];
	size_t len;
};

struct keyring {
	struct seal_key seal[KEYRING_MAX];   /* [0] seals, all open */
	int seals;
	struct sign_key sign[KEYRING_MAX];   /* [0] signs, all verify */
	int signs;
	unsigned char csrf_key[KEY_BYTES], refresh_key[KEY_BYTES], code_key[KEY_BYTES];
		/* HMAC-SHA256 of fixed labels under sign[0] */
};

/* From the settings' texts: `encryption_key` base64 of exactly 32 bytes, lists comma-separated,
 * secrets of 32 to 512 bytes. Refuses weak ones (all bytes alike, fewer than 8 different bytes, a
 * sequence, a piece repeated, placeholder words such as "changeme", "secret", "your-…"), equal
 * ones, and a JWT secret equal to an encryption key. ERR_VALIDATION; `why` then holds one line that
 * names the setting and never the value, and the keyring is wiped. */
enum err keyring_load(struct keyring *, const char *encryption_key, const char *encryption_keys_old,
		      const char *jwt_secret, const char *jwt_secrets_old, char *why,
		      size_t size) MUST_CHECK;
void keyring_wipe(struct keyring *);

#endif
