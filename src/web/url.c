/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoding, paths and hosts. */
#include "web/url.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

char *url_decode(struct arena *a, const char *s, size_t len, bool plus)
{
	char *out = arena_alloc(a, len + 1);
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%') {
			char hex[3] = { 0 };

			if (len - i < 3)
				return NULL;
			memcpy(hex, s + i + 1, 2);
			if (!text_unhex(hex, &c, 1))
				return NULL;
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (!c)
			return NULL;
		out[n++] = c;
	}
	out[n] = '\0';
	return text_utf8(out, n) ? out : NULL;
}

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void url_encode(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (unreserved(*s))
			buf_putc(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned int)(unsigned char)*s);
	}
}

static const char *segment(struct arena *a, const char *s, size_t len)
{
	char *text = memchr(s, '#', len) ? NULL : url_decode(a, s, len, false);

	if (!text || text_has_control(text) || strchr(text, '/') || text_eq(text, ".") ||
	    text_eq(text, ".."))
		return NULL;
	return text;
}

enum err url_path(struct arena *a, const char *path, size_t len, const char **segments, int max,
		  int *count)
{
	const char *at = path + 1, *end = path + len, *slash, *text;

	*count = 0;
	if (!len || *path != '/')
		return ERR_BAD_REQUEST;
	if (len == 1)
		return OK;
	/* Also what is beyond `max` is looked at: a bad path is bad at any length. */
	for (;; at = slash + 1) {
		slash = memchr(at, '/', (size_t)(end - at));
		text = segment(a, at, (size_t)((slash ? slash : end) - at));
		if (!text)
			return ERR_BAD_REQUEST;
		if (*count < max)
			segments[(*count)++] = text;
		if (!slash)
			return OK;
	}
}

static bool port(const char *s)
{
	int64_t n;

	return !*s || (*s == ':' && (!s[1] || text_int(s + 1, 0, 65535, &n)) && s[1] != '-');
}

/* Labels of letters, digits, '-' and '_' between single dots. */
static bool name(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '.' && (i == 0 || i + 1 == len || s[i + 1] == '.'))
			return false;
		if (!unreserved(s[i]) || s[i] == '~')
			return false;
	}
	return len > 0;
}

static bool bracketed(const char *s, size_t len)
{
	return len > 2 && s[len - 1] == ']' && strspn(s + 1, "0123456789abcdefABCDEF:.") == len - 2;
}

bool url_host(const char *s, char out[URL_HOST])
{
	size_t len = *s == '[' ? strcspn(s, "]") + 1 : strcspn(s, ":"), i;

	out[0] = '\0';
	if (!*s)
		return true;
	if (len > strlen(s) || len > 254 || !port(s + len))
		return false;
	if (*s != '[' && len > 1 && s[len - 1] == '.')
		len--;
	if (*s == '[' ? !bracketed(s, len) : !name(s, len))
		return false;
	for (i = 0; i < len; i++)
		out[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 0x20 : s[i]);
	out[len] = '\0';
	return true;
}

bool url_http_host(const char *url, char out[URL_HOST])
{
	char authority[URL_HOST];
	size_t len;

	if (!strncasecmp(url, "https://", 8))
		url += 8;
	else if (!strncasecmp(url, "http://", 7))
		url += 7;
	else
		return false;
	len = strcspn(url, "/?#");
	if (!len || len >= sizeof(authority))
		return false;
	memcpy(authority, url, len);
	authority[len] = '\0';
	return url_host(authority, out);
}

bool url_own_path(const char *s)
{
	const char *p;

	if (!s || s[0] != '/' || s[1] == '/')
		return false;
	for (p = s; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '\\')
			return false;
	return true;
}
