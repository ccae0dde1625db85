/* SPDX-License-Identifier: Apache-2.0 */
/* Making the two secrets of a settings file. */
#ifndef SOUK_APP_NEW_KEYS_H
#define SOUK_APP_NEW_KEYS_H

struct buf;

/* Base64 texts for ENCRYPTION_KEY and JWT_SECRET; replaces what the buffers held. Wipe them. */
void new_keys(struct buf *key, struct buf *secret);

#endif
