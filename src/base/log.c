/* SPDX-License-Identifier: Apache-2.0 */
/* One write(2) a line, so that lines of many processes do not mix. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 4096, TAIL = 3 };

struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
};

/* Of the process, not of a request: set once at its start. */
static const char *log_role = "souk";
static enum log_level log_least = LOG_LEVEL_INFO;

void log_init(const char *role, enum log_level least)
{
	log_role = role;
	log_least = least;
}

static void put(struct line *l, const char *s)
{
	size_t n = strlen(s), room = sizeof(l->text) - TAIL - l->len;

	if (n > room)
		n = room;
	memcpy(l->text + l->len, s, n);
	l->len += n;
}

static void put_escaped(struct line *l, const char *s)
{
	bool utf8 = text_utf8(s, strlen(s));

	for (; *s && l->len < sizeof(l->text) - 16; s++) {
		unsigned char c = (unsigned char)*s;
		char esc[8] = { (char)c, '\0' };

		if (c == '"' || c == '\\')
			snprintf(esc, sizeof(esc), "\\%c", c);
		else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8))
			snprintf(esc, sizeof(esc), "\\u%04x", c);
		put(l, esc);
	}
}

static void field(struct line *l, const char *name, const char *value)
{
	if (!value)
		return;
	put(l, l->len == 1 ? "\"" : ",\"");
	put(l, name);
	put(l, "\":\"");
	put_escaped(l, value);
	put(l, "\"");
}

void log_write(enum log_level level, const struct log_context *cx, const char *event,
	       const char *fmt, ...)
{
	static const char *const names[] = { "debug", "info", "warn", "error", "alarm" };
	char at[CLOCK_TEXT], pid[16], message[LINE_MAX_BYTES / 2];
	struct line l = { .text = "{", .len = 1 };
	ssize_t written;
	va_list ap;

	if (level < log_least)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	field(&l, "at", clock_rfc3339(clock_now_us(), at));
	field(&l, "level", names[level]);
	field(&l, "role", log_role);
	field(&l, "pid", pid);
	field(&l, "requestId", cx ? cx->request_id : NULL);
	field(&l, "route", cx ? cx->route : NULL);
	field(&l, "storeId", cx ? cx->store_id : NULL);
	field(&l, "event", event);
	field(&l, "message", message);
	l.text[l.len++] = '}';
	l.text[l.len++] = '\n';
	/* A full disk must not stop a shop: a lost log line is the lesser harm. */
	written = write(STDERR_FILENO, l.text, l.len);
	(void)written;
}
