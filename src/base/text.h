/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions about text, and the encodings: hex, base64, base64url. */
#ifndef SOUK_BASE_TEXT_H
#define SOUK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

bool text_eq(const char *a, const char *b);          /* NULL equals only NULL */
bool text_eq_nocase(const char *a, const char *b);   /* ASCII */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_in(const char *s, const char *const *list);   /* list ends with NULL */

/* NULL or "". */
static inline bool text_empty(const char *s)
{
	return !s || !*s;
}

/* Well-formed UTF-8 (RFC 3629): no overlong forms, surrogates, or beyond U+10FFFF. */
bool text_utf8(const char *s, size_t len);
/* Bytes of the well-formed sequence that starts at s, of `left` > 0 bytes; 0 when it is not one. */
size_t text_utf8_step(const char *s, size_t left);
size_t text_utf8_chars(const char *s);   /* code points of well-formed text */
/* Whether there is anything to see: blanks of every kind, joiners and marks of direction alone are
 * nothing. */
bool text_shows(const char *s);
/* For tables of ours only: FNV-1a, with the high half folded into the low one. */
uint32_t text_hash(const char *);
/* How many bytes at the beginning are printable ASCII, 0x20 to 0x7e. */
size_t text_printable(const char *s, size_t len);
bool text_has_control(const char *s);    /* any byte < 0x20 or 0x7f */

/* Copies in the arena. */
char *text_lower(struct arena *, const char *s);   /* ASCII */
char *text_trim(struct arena *, const char *s);    /* ASCII white space at both ends */

/* Whole text is a decimal integer in [min, max], no sign but '-', no leading '+' or blanks. */
bool text_int(const char *s, int64_t min, int64_t max, int64_t *out);

/* Bounded copy: always terminated; false when it was cut. */
bool text_copy(char *to, size_t size, const char *from);

void text_hex(const void *p, size_t len, char *out);   /* lower case; out holds 2*len+1 */
bool text_unhex(const char *hex, void *out, size_t len);   /* exactly 2*len digits */

/* base64 (RFC 4648, section 4, padded) and base64url (section 5, unpadded), strict on reading:
 * alphabet, padding and unused bits must be right. text_unbase64* return the length or -1, and need
 * a buffer of at least strlen*3/4 bytes, else -1. */
void text_base64(struct buf *, const void *p, size_t len);
void text_base64url(struct buf *, const void *p, size_t len);
long text_unbase64(const char *s, size_t len, void *out, size_t size);
long text_unbase64url(const char *s, size_t len, void *out, size_t size);

#endif
