/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing of scaled integers. */
#include "base/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool decimal_parse(const char *s, int scale, int64_t *out)
{
	bool negative = *s == '-', point = false;
	int64_t v = 0;
	int decimals = 0;

	s += negative;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s; s++) {
		if (*s == '.' && !point && s[1]) {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9' || (point && ++decimals > scale) ||
		    __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v))
			return false;
	}
	for (; decimals < scale; decimals++)
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
	*out = negative ? -v : v;
	return true;
}

char *decimal_fixed(int64_t value, int scale, char out[DECIMAL_TEXT])
{
	uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
	int i;

	for (i = 0; i < scale; i++)
		unit *= 10;
	if (!scale) {
		snprintf(out, DECIMAL_TEXT, "%" PRId64, value);
		return out;
	}
	snprintf(out, DECIMAL_TEXT, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", v / unit,
		 scale, v % unit);
	return out;
}

char *decimal_text(int64_t value, int scale, char out[DECIMAL_TEXT])
{
	size_t n;

	decimal_fixed(value, scale, out);
	if (!scale)
		return out;
	for (n = strlen(out); n && out[n - 1] == '0';)
		n--;
	if (n && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return out;
}
