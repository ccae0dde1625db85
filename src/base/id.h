/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers: UUID version 7 (RFC 9562, section 5.7). */
#ifndef SOUK_BASE_ID_H
#define SOUK_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_TEXT = 37 };  /* 36 characters and the NUL */

/* A new id in lower-case text: 48 bits of milliseconds, then 74 random bits. Aborts without
 * randomness: an id that could repeat is worse than no answer. Returns `out`. */
char *id_new(char out[ID_TEXT]);
/* The one id of a given time and given 16 bytes (a hash): for what must be made once, however often
 * it is asked for. */
char *id_of(int64_t ms, const unsigned char bytes[16], char out[ID_TEXT]);
/* Any UUID in 8-4-4-4-12 form, lower or upper case. */
bool id_valid(const char *s);

#endif
