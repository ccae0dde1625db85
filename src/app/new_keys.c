/* SPDX-License-Identifier: Apache-2.0 */
/* Fresh keys that the keyring itself would take. */
#include "app/new_keys.h"

#include <stdbool.h>
#include <string.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/text.h"
#include "crypto/keyring.h"
#include "crypto/token.h"

enum { JWT_SECRET_BYTES = 48 };

static bool good(const char *key, const char *secret)
{
	struct keyring keys;
	char why[APP_WHY];
	enum err e = keyring_load(&keys, key, "", secret, "", why, sizeof(why));

	keyring_wipe(&keys);
	return e == OK;
}

static void make(size_t bytes, struct buf *out)
{
	unsigned char raw[JWT_SECRET_BYTES];

	token_random(raw, bytes);
	text_base64(out, raw, bytes);
	explicit_bzero(raw, sizeof(raw));
}

/* Chance can spell a word that the keyring refuses: then the dice are thrown again. */
void new_keys(struct buf *key, struct buf *secret)
{
	do {
		buf_clear(key);
		buf_clear(secret);
		make(KEY_BYTES, key);
		make(JWT_SECRET_BYTES, secret);
	} while (!good(buf_str(key), buf_str(secret)));
}
