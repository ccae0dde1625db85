/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: Argon2id (RFC 9106) for new ones; bcrypt hashes of imported users verify too. */
#ifndef SOUK_CRYPTO_PASSWORD_H
#define SOUK_CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/seats.h"

enum { PASSWORD_MIN_CHARS = 8, PASSWORD_MAX_BYTES = 1024, PASSWORD_HASH_TEXT = 128 };

/* In memory that processes share: how many make a hash at once, and how many may be on their way
 * to one. */
struct password_room {
	struct seats inside, hashing;
};
/* Before the fork: one hash for each core; as many and twice as many more are let in. */
void password_room_init(struct password_room *, int cores);
/* The room that this process makes its hashes in; NULL, as at first: no limit. */
void password_use_room(struct password_room *);
/* At the door, before anything costs: ERR_BUSY when all are in. Who was let in gets its turn. A
 * process is in once. */
enum err password_enter(void) MUST_CHECK;
void password_leave(void);
/* Now and then: gives back the memory of hashes when none was made for a while. */
void password_rest(void);

/* Argon2id, 19 MiB, t=2, p=1 (OWASP password storage, 2023); PHC text. ERR_VALIDATION when the
 * password is longer than PASSWORD_MAX_BYTES; every byte counts. ERR_BUSY: its turn did not come.
 */
enum err password_hash(const char *password, char out[PASSWORD_HASH_TEXT]) MUST_CHECK;

/* OK when it fits, else ERR_INVALID_CREDENTIALS; ERR_BUSY, and it was not looked at;
 * ERR_NO_MEMORY, and nobody knows. `hash` NULL or of an unknown kind burns the same Argon2id time
 * and does not fit; nor does one that asks for more than 64 MiB, 8 passes or bcrypt's cost 13:
 * tenants' rows are input. bcrypt ($2a$, $2b$, $2y$) looks at 72 bytes: a longer password never
 * fits such a hash, although the library that made it may have cut it silently; its owner resets
 * it.
 * *rehash (may be NULL) tells that it fits but should be stored anew (bcrypt, other parameters). */
enum err password_verify(const char *hash, const char *password, bool *rehash) MUST_CHECK;

/* One of the passwords that everybody tries first (compared in lower case). */
bool password_common(const char *password);

#endif
