/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's inside, shared by json_valid.c and json.c only: what makes up for json-c. */
#ifndef SOUK_JSON_JSON_SCAN_H
#define SOUK_JSON_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* What json-c has no memory for it leaves out, or cuts, without a word. So what went in is weighed
 * against what came out: these for each value, and added to it the bytes of a string, of the names
 * of members, and of a number that has a fraction or an exponent, whose text is kept. A missing
 * value looks like null. */
enum { JSON_WEIGHT_NULL = 1, JSON_WEIGHT_VALUE = 2 };

/* json_valid(), and what all values of the text weigh together. */
bool json_weigh_text(const char *text, size_t len, size_t *weight);

/* Appends the valid text with each pair of surrogates as the character that it means: json-c takes
 * U+1D800 and others that end like a surrogate for half a pair more, and gives U+FFFD. */
void json_join_pairs(const char *text, size_t len, struct buf *out);

#endif
