/* SPDX-License-Identifier: Apache-2.0 */
/* What a mail looks like on the wire (RFC 5322, 2045 to 2047). */
#include "net/mail_parts.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypto/token.h"
#include "net/mail.h"

enum { LINE_MAX_BYTES = 200, WORD_BYTES = 39, PLAIN_BYTES = 65, BASE64_LINE = 57,
       SUBJECT_MAX = 250, ID_MAX = 64 };

/* Letters, digits and what else may stand in an address without quotes, and one '@' between. */
static bool good_address(const char *s, size_t len)
{
	static const char odd[] = "!#$%&'*+-/=?^_`{|}~.";
	size_t i, at = 0, signs = 0;

	for (i = 0; i < len; i++) {
		char c = s[i];

		if (c == '@') {
			at = i;
			signs++;
		} else if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			   !(c >= '0' && c <= '9') && (!c || !strchr(odd, c))) {
			return false;
		}
	}
	return len <= 254 && signs == 1 && at > 0 && at + 1 < len;
}

static bool good_id(const char *s)
{
	size_t n = text_empty(s) ? 0 : strlen(s);

	return n && n <= ID_MAX &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

static bool good_subject(const char *s)
{
	return !text_empty(s) && strlen(s) <= SUBJECT_MAX && !text_has_control(s) &&
	       text_utf8(s, strlen(s));
}

/* Without the blank behind it and the quotes around it. */
static void take_name(struct mail_sender *s)
{
	while (s->name_len && s->name[s->name_len - 1] == ' ')
		s->name_len--;
	if (s->name_len > 1 && s->name[0] == '"' && s->name[s->name_len - 1] == '"') {
		s->name++;
		s->name_len -= 2;
	}
}

bool mail_sender(const char *from, struct mail_sender *out)
{
	const char *open = strrchr(from, '<'), *end;

	if (text_has_control(from) || !text_utf8(from, strlen(from)))
		return false;
	*out = (struct mail_sender){ .name = from, .address = from, .address_len = strlen(from) };
	if (!open)
		return good_address(from, strlen(from));
	end = strchr(open, '>');
	if (!end || end[1])
		return false;
	out->address = open + 1;
	out->address_len = (size_t)(end - open) - 1;
	out->name_len = (size_t)(open - from);
	take_name(out);
	return !memchr(out->name, '<', out->name_len) && !memchr(out->name, '>', out->name_len) &&
	       good_address(out->address, out->address_len);
}

static bool ascii(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] & 0x80)
			return false;
	return true;
}

/* RFC 2047: words of base64, each on a line of its own, cut between characters. */
static void put_words(struct buf *b, const char *s, size_t len)
{
	size_t n, step;

	while (len) {
		for (n = 0; n < len && n + (step = text_utf8_step(s + n, len - n)) <= WORD_BYTES;)
			n += step;
		buf_puts(b, "=?UTF-8?B?");
		text_base64(b, s, n);
		buf_puts(b, "?=");
		s += n;
		len -= n;
		if (len)
			buf_puts(b, "\r\n ");
	}
}

/* As a quoted string, where it is plain. */
static void put_name(struct buf *b, const char *s, size_t len)
{
	size_t i;

	if (!ascii(s, len) || len > WORD_BYTES) {
		put_words(b, s, len);
		return;
	}
	buf_putc(b, '"');
	for (i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, s[i]);
	}
	buf_putc(b, '"');
}

static void put_from(struct buf *b, const struct mail_sender *from)
{
	buf_puts(b, "From: ");
	if (from->name_len)
		put_name(b, from->name, from->name_len);
	buf_puts(b, from->name_len ? " <" : "<");
	buf_append(b, from->address, from->address_len);
	buf_puts(b, ">\r\n");
}

static void put_subject(struct buf *b, const char *s)
{
	size_t len = strlen(s);

	buf_puts(b, "Subject: ");
	/* What looks like an encoded word must not be taken for one. */
	if (len <= PLAIN_BYTES && ascii(s, len) && !strstr(s, "=?"))
		buf_append(b, s, len);
	else
		put_words(b, s, len);
	buf_puts(b, "\r\n");
}

static void put_date(struct buf *b)
{
	time_t now = (time_t)clock_now_s();
	char text[64];
	struct tm tm;

	/* The process stays in the C locale, in which these words are the standard's. */
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&now, &tm));
	buf_printf(b, "Date: %s\r\n", text);
}

/* Short lines of ASCII need no coding, and people can read them in the file. */
static bool plain(const char *s)
{
	size_t n;

	if (!ascii(s, strlen(s)))
		return false;
	for (;; s += n + 1) {
		n = strcspn(s, "\n");
		if (n > LINE_MAX_BYTES || memchr(s, '\r', n))
			return false;
		if (!s[n])
			return true;
	}
}

static void put_lines(struct buf *b, const char *s)
{
	size_t n;

	for (; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		buf_append(b, s, n);
		buf_puts(b, "\r\n");
	}
}

static void put_base64(struct buf *b, const char *s)
{
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		n = left < BASE64_LINE ? left : BASE64_LINE;
		text_base64(b, s, n);
		buf_puts(b, "\r\n");
	}
}

static void put_part(struct buf *b, const char *boundary, const char *type, const char *body)
{
	bool as_is = plain(body);

	buf_printf(b, "--%s\r\nContent-Type: %s; charset=utf-8\r\n", boundary, type);
	buf_printf(b, "Content-Transfer-Encoding: %s\r\n\r\n", as_is ? "7bit" : "base64");
	if (as_is)
		put_lines(b, body);
	else
		put_base64(b, body);
	buf_puts(b, "\r\n");
}

static void put_message_id(struct buf *b, const struct mail_sender *from, const char *id)
{
	const char *at = memchr(from->address, '@', from->address_len);
	int len = (int)(from->address + from->address_len - (at + 1));

	buf_printf(b, "Message-ID: <%s@%.*s>\r\n", id, len, at + 1);
}

enum err mail_compose(const char *from, const struct mail *m, struct buf *out)
{
	struct mail_sender sender;
	char boundary[TOKEN_TEXT];

	if (!mail_sender(from, &sender) || text_empty(m->to) ||
	    !good_address(m->to, strlen(m->to)) || !good_id(m->id) || !good_subject(m->subject))
		return ERR_VALIDATION;
	token_new(boundary);
	put_from(out, &sender);
	buf_printf(out, "To: <%s>\r\n", m->to);
	put_subject(out, m->subject);
	put_date(out);
	put_message_id(out, &sender, m->id);
	buf_puts(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
		   boundary);
	put_part(out, boundary, "text/plain", m->text);
	put_part(out, boundary, "text/html", m->html);
	buf_printf(out, "--%s--\r\n", boundary);
	return OK;
}
