/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing of cookies. */
#include "web/cookie.h"

#include <string.h>

#include "base/text.h"

/* cookie-octet of RFC 6265 for values; names are tokens, of which ours use the same without '='. */
static bool octets(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || strchr("\",;\\", s[i]))
			return false;
	return true;
}

void cookie_parse(struct arena *a, const char *header, struct pair *out, int max, int *count)
{
	const char *at, *stop, *eq;

	for (at = header; *at; at = *stop ? stop + 1 : stop) {
		while (*at == ' ' || *at == '\t')
			at++;
		stop = at + strcspn(at, ";");
		eq = memchr(at, '=', (size_t)(stop - at));
		if (!eq || eq == at || *count == max)
			continue;
		if (!octets(at, (size_t)(eq - at)) || !octets(eq + 1, (size_t)(stop - eq - 1)))
			continue;
		out[*count].name = arena_strndup(a, at, (size_t)(eq - at));
		out[*count].value = arena_strndup(a, eq + 1, (size_t)(stop - eq - 1));
		++*count;
	}
}

const char *cookie_line(struct arena *a, bool secure, const char *name, const char *value,
			int max_age)
{
	const char *age = "";

	if (!*name || strchr(name, '=') || !octets(name, strlen(name)) ||
	    !octets(value, strlen(value)))
		return NULL;
	if (max_age >= 0)
		age = arena_printf(a, "; Max-Age=%d", max_age);
	return arena_printf(a, "%s%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
			    secure ? COOKIE_HOST_PREFIX : "", name, max_age == 0 ? "" : value,
			    secure ? "; Secure" : "", age);
}
