/* SPDX-License-Identifier: Apache-2.0 */
/* Text helpers: ASCII comparisons, UTF-8, numbers, encodings. */
#include "base/text.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"

bool text_eq(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool text_eq_nocase(const char *a, const char *b)
{
	return a && b ? !strcasecmp(a, b) : a == b;
}

bool text_starts(const char *s, const char *prefix)
{
	return s && !strncmp(s, prefix, strlen(prefix));
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = s ? strlen(s) : 0, k = strlen(suffix);

	return s && n >= k && !strcmp(s + n - k, suffix);
}

bool text_in(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (text_eq(s, *list))
			return true;
	return false;
}

static size_t decode(const char *s, size_t left, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;
	uint32_t c;

	*out = p[0];
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || left < n)
		return 0;
	c = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	*out = c;
	return c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? n : 0;
}

size_t text_utf8_step(const char *s, size_t left)
{
	uint32_t c;

	return decode(s, left, &c);
}

bool text_utf8(const char *s, size_t len)
{
	size_t n;

	for (; len; s += n, len -= n)
		if (!(n = text_utf8_step(s, len)))
			return false;
	return true;
}

size_t text_utf8_chars(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

uint32_t text_hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ h >> 16;
}

/* Eight bytes at a time: in `odd` a byte below 0x20, of 0x7f or above has its highest bit set. A
 * borrow can set one too many, but only behind a byte that is odd itself. */
size_t text_printable(const char *s, size_t len)
{
	const uint64_t ones = UINT64_MAX / 255, high = ones << 7;
	uint64_t w, del, odd;
	size_t i = 0;

	for (; i + sizeof(w) <= len; i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		del = w ^ ones * 0x7f;
		odd = w | ((w - ones * 0x20) & ~w) | ((del - ones) & ~del);
		if (odd & high)
			break;
	}
	while (i < len && s[i] >= 0x20 && s[i] < 0x7f)
		i++;
	return i;
}

bool text_has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

char *text_lower(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s), *p;

	for (p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	return copy;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool leaves_no_mark(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x20 },	    { 0x7f, 0xa0 },	{ 0xad, 0xad },	    { 0x115f, 0x1160 },
		{ 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180e }, { 0x2000, 0x200f },
		{ 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x2800, 0x2800 }, { 0x3000, 0x3000 },
		{ 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xe0000, 0xe0fff },
	};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool text_shows(const char *s)
{
	size_t left = strlen(s), n;
	uint32_t c;

	for (; left && (n = decode(s, left, &c)); s += n, left -= n)
		if (!leaves_no_mark(c))
			return true;
	return false;
}

char *text_trim(struct arena *a, const char *s)
{
	size_t n;

	while (blank(*s))
		s++;
	for (n = strlen(s); n && blank(s[n - 1]);)
		n--;
	return arena_strndup(a, s, n);
}

bool text_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	bool negative = *s == '-';
	int64_t v = 0;

	s += negative;
	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, *s - '0', &v))
			return false;
	}
	if (!negative && __builtin_sub_overflow(0, v, &v))
		return false;
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

bool text_copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);
	bool fits = n < size;

	if (!fits)
		n = size - 1;
	memcpy(to, from, n);
	to[n] = '\0';
	return fits;
}

void text_hex(const void *p, size_t len, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *b = p;

	for (; len; len--, b++) {
		*out++ = digit[*b >> 4];
		*out++ = digit[*b & 15];
	}
	*out = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_unhex(const char *hex, void *out, size_t len)
{
	unsigned char *b = out;
	int high, low;

	for (; len; len--, hex += 2) {
		if ((high = hex_value(hex[0])) < 0 || (low = hex_value(hex[1])) < 0)
			return false;
		*b++ = (unsigned char)(high << 4 | low);
	}
	return *hex == '\0';
}

static const char alphabet64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet64url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode64(struct buf *out, const unsigned char *p, size_t len, const char *digit,
		     bool pad)
{
	for (; len; p += 3, len -= len < 3 ? len : 3) {
		uint32_t v =
			(uint32_t)p[0] << 16 | (len > 1 ? p[1] << 8 : 0) | (len > 2 ? p[2] : 0);

		buf_putc(out, digit[v >> 18]);
		buf_putc(out, digit[v >> 12 & 63]);
		if (len > 1)
			buf_putc(out, digit[v >> 6 & 63]);
		if (len > 2)
			buf_putc(out, digit[v & 63]);
		for (size_t i = len; pad && i < 3; i++)
			buf_putc(out, '=');
	}
}

static long decode64(const char *s, size_t len, unsigned char *out, size_t size, const char *digit)
{
	uint32_t v = 0;
	size_t i, n = 0;

	if (len % 4 == 1 || len * 3 / 4 > size)
		return -1;
	for (i = 0; i < len; i++) {
		const char *at = s[i] ? strchr(digit, s[i]) : NULL;

		if (!at)
			return -1;
		v = v << 6 | (uint32_t)(at - digit);
		if (i % 4 == 1)
			out[n++] = (unsigned char)(v >> 4);
		else if (i % 4 == 2)
			out[n++] = (unsigned char)(v >> 2);
		else if (i % 4 == 3)
			out[n++] = (unsigned char)v;
	}
	if ((len % 4 == 2 && v & 15) || (len % 4 == 3 && v & 3))
		return -1;
	return (long)n;
}

void text_base64(struct buf *b, const void *p, size_t len)
{
	encode64(b, p, len, alphabet64, true);
}

void text_base64url(struct buf *b, const void *p, size_t len)
{
	encode64(b, p, len, alphabet64url, false);
}

long text_unbase64(const char *s, size_t len, void *out, size_t size)
{
	size_t pad = 0;

	if (len % 4)
		return -1;
	while (pad < 2 && len > pad && s[len - pad - 1] == '=')
		pad++;
	return decode64(s, len - pad, out, size, alphabet64);
}

long text_unbase64url(const char *s, size_t len, void *out, size_t size)
{
	return decode64(s, len, out, size, alphabet64url);
}
