/* SPDX-License-Identifier: Apache-2.0 */
/* The strict reader's check: RFC 8259 to the letter, before json-c sees a byte. */
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "json/json_scan.h"

enum { NUMBER_MAX = 64, FEW_NAMES = 12, PAIR = 12 /* bytes of \uXXXX\uXXXX */ };

enum want {
	WANT_VALUE,
	WANT_FIRST_VALUE,   /* or the end of the array */
	WANT_NAME,
	WANT_FIRST_NAME,    /* or the end of the object */
	WANT_MORE,          /* a comma or the end of the container; at the top nothing */
};

struct name {
	const char *text;
	size_t len;
};

struct scan {
	const char *p, *end;
	enum want want;
	int depth;
	size_t weight;              /* see json_scan.h */
	bool in_object[JSON_DEPTH];
	size_t first[JSON_DEPTH];   /* where in `names` those of each open container begin */
	struct buf names;           /* struct name: of all open objects, outermost first */
	struct buf plain;           /* names that held escapes, without them */
};

static bool take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool take_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool scan_digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from;
}

static bool scan_number(struct scan *s)
{
	const char *from = s->p, *whole;

	take(s, '-');
	if (!take(s, '0') && !scan_digits(s))
		return false;
	whole = s->p;
	if (take(s, '.') && !scan_digits(s))
		return false;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		if (!scan_digits(s))
			return false;
	}
	if (s->p > whole)
		s->weight += (size_t)(s->p - from);
	return s->p - from <= NUMBER_MAX;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One \uXXXX at p. */
static bool code_unit(const char *p, const char *end, uint32_t *out)
{
	int i, digit;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return false;
	for (*out = 0, i = 2; i < 6; i++) {
		if ((digit = hex_digit(p[i])) < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* One escape at p: its character and its length in bytes; 0 when it is none, or not allowed. */
static size_t escape(const char *p, const char *end, uint32_t *c)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	uint32_t low;

	if (end - p < 2 || !p[1])
		return 0;
	if ((letter = strchr(letters, p[1]))) {
		*c = (unsigned char)meant[letter - letters];
		return 2;
	}
	if (!code_unit(p, end, c) || *c == 0)
		return 0;
	if (*c < 0xd800 || *c > 0xdfff)
		return 6;
	if (*c > 0xdbff || !code_unit(p + 6, end, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return PAIR;
}

static size_t utf8_size(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* Leaves p behind the closing quote; the text checked as UTF-8 before. */
static bool scan_string(struct scan *s, bool *escaped)
{
	uint32_t c;
	size_t n;

	for (s->p++; s->p < s->end; s->p += n, s->weight += utf8_size(c)) {
		n = 1;
		c = 0;
		if (*s->p == '"')
			return take(s, '"');
		if ((unsigned char)*s->p < 0x20)
			return false;
		if (*s->p == '\\') {
			*escaped = true;
			if (!(n = escape(s->p, s->end, &c)))
				return false;
		}
	}
	return false;
}

static void put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(b, (char)(0xe0 | c >> 12));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(b, (char)(0xf0 | c >> 18));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* An escape is never shorter than what it means, so all names fit in the room taken at the first
 * one, and those remembered before never move. */
static void unescape(struct scan *s, struct name *name)
{
	const char *p = name->text, *end = p + name->len;
	size_t from, n;
	uint32_t c;

	if (!s->plain.data)
		buf_reserve(&s->plain, (size_t)(s->end - p));
	from = s->plain.len;
	for (; p < end; p += n) {
		if (*p == '\\') {
			n = escape(p, end, &c);
			put_utf8(&s->plain, c);
		} else {
			n = 1;
			buf_putc(&s->plain, *p);
		}
	}
	name->text = s->plain.data + from;
	name->len = s->plain.len - from;
}

static int compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->text, y->text, x->len);
}

/* A sender can make names collide in a hash table, but not make sorting slow. */
static bool all_different(struct name *names, size_t n)
{
	size_t i, j;

	if (n <= FEW_NAMES) {
		for (i = 1; i < n; i++)
			for (j = 0; j < i; j++)
				if (!compare(&names[i], &names[j]))
					return false;
		return true;
	}
	qsort(names, n, sizeof(*names), compare);
	for (i = 1; i < n; i++)
		if (!compare(&names[i], &names[i - 1]))
			return false;
	return true;
}

static bool enter(struct scan *s, bool object)
{
	if (s->depth == JSON_DEPTH)
		return false;
	s->p++;
	s->in_object[s->depth] = object;
	s->first[s->depth] = s->names.len;
	s->depth++;
	s->want = object ? WANT_FIRST_NAME : WANT_FIRST_VALUE;
	return true;
}

static bool leave(struct scan *s)
{
	size_t first = s->first[--s->depth];
	size_t n = (s->names.len - first) / sizeof(struct name);

	s->p++;
	s->want = WANT_MORE;
	if (n > 1 && !all_different((struct name *)(void *)(s->names.data + first), n))
		return false;
	s->names.len = first;
	return true;
}

static bool scan_value(struct scan *s)
{
	bool escaped;

	s->want = WANT_MORE;
	s->weight += *s->p == 'n' ? JSON_WEIGHT_NULL : JSON_WEIGHT_VALUE;
	switch (*s->p) {
	case '{': return enter(s, true);
	case '[': return enter(s, false);
	case '"': return scan_string(s, &escaped);
	case 't': return take_word(s, "true");
	case 'f': return take_word(s, "false");
	case 'n': return take_word(s, "null");
	default: return scan_number(s);
	}
}

static bool scan_name(struct scan *s)
{
	struct name name = { .text = s->p + 1 };
	bool escaped = false;

	if (*s->p != '"' || !scan_string(s, &escaped))
		return false;
	name.len = (size_t)(s->p - name.text) - 1;
	if (escaped)
		unescape(s, &name);
	buf_append(&s->names, &name, sizeof(name));
	skip_blanks(s);
	s->want = WANT_VALUE;
	return take(s, ':');
}

static bool scan_more(struct scan *s)
{
	bool object;

	if (!s->depth)
		return false;
	object = s->in_object[s->depth - 1];
	if (*s->p == (object ? '}' : ']'))
		return leave(s);
	s->want = object ? WANT_NAME : WANT_VALUE;
	return take(s, ',');
}

static bool step(struct scan *s)
{
	switch (s->want) {
	case WANT_FIRST_VALUE:
		return *s->p == ']' ? leave(s) : scan_value(s);
	case WANT_VALUE:
		return scan_value(s);
	case WANT_FIRST_NAME:
		return *s->p == '}' ? leave(s) : scan_name(s);
	case WANT_NAME:
		return scan_name(s);
	case WANT_MORE:
		return scan_more(s);
	}
	return false;
}

bool json_weigh_text(const char *text, size_t len, size_t *weight)
{
	struct scan s = { .p = text, .want = WANT_VALUE, .names = BUF_INIT, .plain = BUF_INIT };
	bool good;

	*weight = 0;
	if (!len || !text_utf8(text, len))
		return false;
	s.end = text + len;
	for (good = true; good;) {
		skip_blanks(&s);
		if (s.p == s.end)
			break;
		good = step(&s);
	}
	buf_done(&s.names);
	buf_done(&s.plain);
	*weight = s.weight;
	return good && s.want == WANT_MORE && s.depth == 0;
}

bool json_valid(const char *text, size_t len)
{
	size_t weight;

	return json_weigh_text(text, len, &weight);
}

void json_join_pairs(const char *text, size_t len, struct buf *out)
{
	const char *p = text, *end = text + len;
	uint32_t c;
	size_t n;

	for (; p < end; p += n) {
		n = *p == '\\' ? escape(p, end, &c) : 1;
		if (n == PAIR)
			put_utf8(out, c);
		else
			buf_append(out, p, n);
	}
}
