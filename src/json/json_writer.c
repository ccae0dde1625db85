/* SPDX-License-Identifier: Apache-2.0 */
/* Appending JSON to a buffer. */
#include "json/json_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"

enum { DEPTH_MAX = 60 };

void jw_init(struct json_writer *w, struct buf *out)
{
	w->out = out;
	w->filled = 0;
	w->depth = 0;
}

/* Bytes that cannot stand for themselves everywhere. */
static const bool special[256] = {
	[0] = true, [1 ... 0x1f] = true, ['"'] = true, ['\\'] = true, ['<'] = true, ['>'] = true,
	['&'] = true, [0x7f ... 0xff] = true,
};

static size_t plain(const char *s)
{
	size_t n = 0;

	while (!special[(unsigned char)s[n]])
		n++;
	return n;
}

/* One character of n bytes that cannot stand for itself everywhere. n is 0 for a byte that is no
 * UTF-8. */
static void put_special(struct buf *b, const char *s, size_t n)
{
	char text[8];

	if (!n) {
		buf_puts(b, "\xef\xbf\xbd");
	} else if (n == 1 && (*s == '"' || *s == '\\')) {
		buf_putc(b, '\\');
		buf_putc(b, *s);
	} else if (n == 1) {
		snprintf(text, sizeof(text), "\\u%04x", (unsigned int)(unsigned char)*s);
		buf_puts(b, text);
	} else if (n == 3 && (!memcmp(s, "\xe2\x80\xa8", 3) || !memcmp(s, "\xe2\x80\xa9", 3))) {
		buf_puts(b, s[2] == '\xa8' ? "\\u2028" : "\\u2029");
	} else {
		buf_append(b, s, n);
	}
}

/* From the first byte that is not plain. */
static void put_rest(struct buf *b, const char *s)
{
	size_t left = strlen(s), n;

	while (left) {
		n = text_utf8_step(s, left);
		put_special(b, s, n);
		s += n ? n : 1;
		left -= n ? n : 1;
		n = plain(s);
		buf_append(b, s, n);
		s += n;
		left -= n;
	}
}

static void put_string(struct buf *b, const char *s)
{
	size_t n = plain(s);
	char *to = buf_reserve(b, n + 2);

	*to = '"';
	memcpy(to + 1, s, n);
	b->len += n + 1;
	if (s[n])
		put_rest(b, s + n);
	buf_putc(b, '"');
}

static void begin(struct json_writer *w, const char *name)
{
	uint64_t here = (uint64_t)1 << w->depth;

	if (w->filled & here)
		buf_putc(w->out, ',');
	w->filled |= here;
	if (name) {
		put_string(w->out, name);
		buf_putc(w->out, ':');
	}
}

static void enter(struct json_writer *w, const char *name, char c)
{
	begin(w, name);
	buf_putc(w->out, c);
	/* Only our own code nests: deeper is a bug, and half an answer would hide it. */
	if (++w->depth > DEPTH_MAX)
		abort();
	w->filled &= ~((uint64_t)1 << w->depth);
}

static void leave(struct json_writer *w, char c)
{
	if (--w->depth < 0)
		abort();
	buf_putc(w->out, c);
}

void jw_object(struct json_writer *w, const char *name)
{
	enter(w, name, '{');
}

void jw_array(struct json_writer *w, const char *name)
{
	enter(w, name, '[');
}

void jw_end_object(struct json_writer *w)
{
	leave(w, '}');
}

void jw_end_array(struct json_writer *w)
{
	leave(w, ']');
}

void jw_text(struct json_writer *w, const char *name, const char *value)
{
	if (!value) {
		jw_null(w, name);
		return;
	}
	begin(w, name);
	put_string(w->out, value);
}

void jw_int(struct json_writer *w, const char *name, int64_t value)
{
	char text[24];

	begin(w, name);
	snprintf(text, sizeof(text), "%" PRId64, value);
	buf_puts(w->out, text);
}

void jw_bool(struct json_writer *w, const char *name, bool value)
{
	begin(w, name);
	buf_puts(w->out, value ? "true" : "false");
}

void jw_null(struct json_writer *w, const char *name)
{
	begin(w, name);
	buf_puts(w->out, "null");
}

void jw_decimal(struct json_writer *w, const char *name, int64_t value, int scale)
{
	char text[DECIMAL_TEXT];

	begin(w, name);
	buf_puts(w->out, decimal_text(value, scale, text));
}

void jw_time(struct json_writer *w, const char *name, int64_t us)
{
	char text[CLOCK_TEXT];

	jw_text(w, name, clock_rfc3339(us, text));
}

void jw_raw(struct json_writer *w, const char *name, const char *json)
{
	begin(w, name);
	buf_puts(w->out, json ? json : "null");
}
