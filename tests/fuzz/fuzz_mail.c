/* SPDX-License-Identifier: Apache-2.0 */
/* A mail as it goes out: its headers are ours, each once, its lines are short and end in CRLF. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/text.h"
#include "net/mail.h"

enum { FROM, TO, SUBJECT, ID, TEXT, HTML, PIECES, LINE_MAX_BYTES = 998 };

static const char *const headers[] = { "From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ",
				       "Auto-Submitted: ", "MIME-Version: ", "Content-Type: " };

static void check_line(const char *line, size_t len)
{
	size_t i;

	EXPECT(len <= LINE_MAX_BYTES);
	for (i = 0; i < len; i++)
		EXPECT(line[i] != '\r' && line[i] != '\n' && !(line[i] & 0x80) && line[i]);
}

/* Headers in their order; what goes on in a second line begins with a blank. */
static void check_header(int *at, const char *line)
{
	if (*line == ' ') {
		EXPECT(*at > 0 && line[strspn(line, " ")] != '\r');
		return;
	}
	EXPECT(*at < (int)(sizeof(headers) / sizeof(headers[0])));
	EXPECT(text_starts(line, headers[*at]));
	++*at;
}

static void check_mail(const struct buf *mail)
{
	const char *line = mail->data, *end;
	bool in_headers = true;
	int at = 0;

	EXPECT(strlen(mail->data) == mail->len);
	for (; *line; line = end + 2) {
		end = strstr(line, "\r\n");
		EXPECT(end);
		check_line(line, (size_t)(end - line));
		if (in_headers && end > line)
			check_header(&at, line);
		else
			in_headers = false;
	}
	EXPECT(at == (int)(sizeof(headers) / sizeof(headers[0])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT;
	struct fuzz_pieces p;
	struct mail m;
	char why[200];
	enum err e;

	fuzz_cut(data, size, PIECES, &p);
	m = (struct mail){ .id = fuzz_piece(&p, ID), .to = fuzz_piece(&p, TO),
			   .subject = fuzz_piece(&p, SUBJECT), .text = fuzz_piece(&p, TEXT),
			   .html = fuzz_piece(&p, HTML) };
	e = mail_compose(fuzz_piece(&p, FROM), &m, &out);
	EXPECT(e == OK || (e == ERR_VALIDATION && !out.len));
	if (!e) {
		check_mail(&out);
		EXPECT(!mail_check("", fuzz_piece(&p, FROM), why, sizeof(why)));
	}
	if (mail_check(m.subject, "a@example.org", why, sizeof(why)))
		EXPECT(*why && !text_has_control(why));
	buf_done(&out);
	fuzz_cut_done(&p);
	return 0;
}
