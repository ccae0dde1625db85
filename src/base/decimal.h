/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal numbers as integers: credits in ten-thousandths (e4), money in cents (e2).
 * No binary float ever holds an amount. */
#ifndef SOUK_BASE_DECIMAL_H
#define SOUK_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

enum { DECIMAL_CREDITS = 4, DECIMAL_MONEY = 2, DECIMAL_TEXT = 24 };

/* "12.5" with scale 4 -> 125000. Plain digits with at most `scale` decimals; an exponent, a sign
 * other than '-', blanks, more decimals or an overflow: false. */
bool decimal_parse(const char *text, int scale, int64_t *out);
/* 125000 with scale 4 -> "12.5"; no needless zeros. Returns `out`. */
char *decimal_text(int64_t value, int scale, char out[DECIMAL_TEXT]);
/* 1250 with scale 2 -> "12.50". Returns `out`. */
char *decimal_fixed(int64_t value, int scale, char out[DECIMAL_TEXT]);

#endif
