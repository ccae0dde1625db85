/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: Argon2id (RFC 9106) for new ones; bcrypt hashes of imported users verify too. */
#ifndef SOUK_CRYPTO_PASSWORD_H
#define SOUK_CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { PASSWORD_MIN_CHARS = 8, PASSWORD_MAX_BYTES = 1024, PASSWORD_HASH_TEXT = 128 };

/* Argon2id, 19 MiB, t=2, p=1 (OWASP password storage, 2023); PHC text. ERR_VALIDATION when the
 * password is longer than PASSWORD_MAX_BYTES; every byte counts. */
enum err password_hash(const char *password, char out[PASSWORD_HASH_TEXT]) MUST_CHECK;

/* True when it fits. `hash` NULL or of an unknown kind burns the same Argon2id time and is false;
 * so is one that asks for more than 64 MiB, 8 passes or bcrypt's cost 13: tenants' rows are input.
 * bcrypt ($2a$, $2b$, $2y$) looks at 72 bytes: a longer password never fits such a hash, although
 * the library that made it may have cut it silently; its owner resets it.
 * *rehash (may be NULL) tells that it fits but should be stored anew (bcrypt, other parameters). */
bool password_verify(const char *hash, const char *password, bool *rehash);

/* One of the passwords that everybody tries first (compared in lower case). */
bool password_common(const char *password);

#endif
