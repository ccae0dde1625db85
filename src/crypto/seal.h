/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed boxes: AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce and the key's id inside. */
#ifndef SOUK_CRYPTO_SEAL_H
#define SOUK_CRYPTO_SEAL_H

#include <stddef.h>

#include "base/err.h"
#include "crypto/keyring.h"

/* version (1) | key id (4) | nonce (12) | tag (16) | ciphertext, of at most SEAL_MAX bytes */
enum { SEAL_OVERHEAD = 33, SEAL_MAX = 65536 };

/* What a box belongs to; a box moved to another row, column or revision does not open. */
struct seal_place {
	const char *table, *column, *row_id;
	int revision;
};

/* `box` holds len + SEAL_OVERHEAD bytes. */
enum err seal_box(const struct keyring *, const struct seal_place *, const void *plain, size_t len,
		  unsigned char *box) MUST_CHECK;
/* `plain` (never NULL) holds box_len - SEAL_OVERHEAD bytes; on failure it is wiped, an alarm is
 * logged and ERR_INTERNAL returned. The caller wipes `plain` after use. */
enum err seal_open(const struct keyring *, const struct seal_place *, const unsigned char *box,
		   size_t box_len, void *plain, size_t *plain_len) MUST_CHECK;

#endif
