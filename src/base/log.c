/* SPDX-License-Identifier: Apache-2.0 */
/* One write(2) a line, so that lines of many processes do not mix. */
#include "base/log.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

/* Together the values leave room for the names and what stands around them, so that a line is cut
 * inside a value only. */
enum { LINE_MAX_BYTES = 4096, TAIL = 3, VALUE_MAX = 200, MESSAGE_MAX = 2048 };

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
	/* Nobody reads the log any more, or it may not grow: no reason to end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static void put(struct line *l, const char *s)
{
	size_t n = strlen(s), room = sizeof(l->text) - TAIL - l->len;

	if (n > room)
		n = room;
	memcpy(l->text + l->len, s, n);
	l->len += n;
}

/* At most `most` bytes, cut between characters. */
static void put_escaped(struct line *l, const char *s, size_t most)
{
	size_t left = strlen(s), end = l->len + most, n;

	for (; left; s += n, left -= n) {
		unsigned char c = (unsigned char)*s;
		char out[8];

		n = text_utf8_step(s, left);
		if (c == '"' || c == '\\')
			snprintf(out, sizeof(out), "\\%c", c);
		else if (c < 0x20 || c == 0x7f || !n)
			snprintf(out, sizeof(out), "\\u%04x", c);
		else
			snprintf(out, sizeof(out), "%.*s", (int)n, s);
		if (!n)
			n = 1;
		if (l->len + strlen(out) > end)
			return;
		put(l, out);
	}
}

static void field(struct line *l, const char *name, const char *value, size_t most)
{
	if (!value)
		return;
	put(l, l->len == 1 ? "\"" : ",\"");
	put(l, name);
	put(l, "\":\"");
	put_escaped(l, value, most);
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
	field(&l, "at", clock_rfc3339(clock_now_us(), at), VALUE_MAX);
	field(&l, "level", names[level], VALUE_MAX);
	field(&l, "role", log_role, VALUE_MAX);
	field(&l, "pid", pid, VALUE_MAX);
	field(&l, "requestId", cx ? cx->request_id : NULL, VALUE_MAX);
	field(&l, "route", cx ? cx->route : NULL, VALUE_MAX);
	field(&l, "storeId", cx ? cx->store_id : NULL, VALUE_MAX);
	field(&l, "event", event, VALUE_MAX);
	field(&l, "message", message, MESSAGE_MAX);
	l.text[l.len++] = '}';
	l.text[l.len++] = '\n';
	/* A full disk must not stop a shop: a lost log line is the lesser harm. */
	written = write(STDERR_FILENO, l.text, l.len);
	(void)written;
}
