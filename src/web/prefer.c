/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a Prefer header: any case, blanks and quotes, and other preferences before it. */
#include "web/prefer.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static int seconds_of(const char *s, int most)
{
	size_t len = strspn(s, "0123456789");
	char digits[8];
	int64_t n;

	if (len >= sizeof(digits))
		return most;
	text_copy(digits, len + 1, s);
	if (!text_int(digits, 0, 9999999, &n))
		return 0;
	return n > most ? most : (int)n;
}

int prefer_wait(const char *header, int most)
{
	const char *at = header;

	while (at) {
		at = skip_blanks(at);
		if (!strncasecmp(at, "wait", 4) && *skip_blanks(at + 4) == '=') {
			at = skip_blanks(skip_blanks(at + 4) + 1);
			return seconds_of(at + (*at == '"'), most);
		}
		at = strpbrk(at, ",;");
		at += at != NULL;
	}
	return 0;
}
