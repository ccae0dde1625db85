/* SPDX-License-Identifier: Apache-2.0 */
/* Mails: what they look like on the wire, what may not stand in a header, the file they become. */
#include "net/mail.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"

static const char sender[] = "Souk <souk@example.com>";
static const struct mail plain = { "0193-a", "ada@example.com", "Hello", "One\nTwo\n",
				   "<p>One</p>\n" };

static void the_whole_mail(void **state)
{
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(mail_compose(sender, &plain, &b), OK);
	assert_non_null(strstr(b.data, "From: \"Souk\" <souk@example.com>\r\n"
				       "To: <ada@example.com>\r\n"
				       "Subject: Hello\r\nDate: "));
	assert_non_null(strstr(b.data, "\r\nMessage-ID: <0193-a@example.com>\r\n"));
	assert_non_null(strstr(b.data, "Content-Type: text/plain; charset=utf-8\r\n"
				       "Content-Transfer-Encoding: 7bit\r\n\r\nOne\r\nTwo\r\n"));
	assert_non_null(strstr(b.data, "Content-Type: text/html; charset=utf-8\r\n"));
	for (i = 0; i < b.len; i++)
		if (b.data[i] == '\n')
			assert_int_equal(b.data[i - 1], '\r');
	buf_done(&b);
}

static void other_letters_are_encoded(void **state)
{
	const struct mail m = { "a", "a@b.example", "Größe 日本", "Grüße\n", "x" };
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(mail_compose("Süß & Co <s@b.example>", &m, &b), OK);
	assert_non_null(strstr(b.data, "Subject: =?UTF-8?B?R3LDtsOfZSDml6XmnKw=?=\r\n"));
	assert_non_null(strstr(b.data, "From: =?UTF-8?B?U8O8w58gJiBDbw==?= <s@b.example>\r\n"));
	assert_non_null(strstr(b.data, "-Encoding: base64\r\n\r\nR3LDvMOfZQo=\r\n"));
	for (i = 0; i < b.len; i++)
		assert_false(b.data[i] & 0x80);
	buf_done(&b);
}

static void long_subjects_are_folded(void **state)
{
	struct mail m = plain;
	struct buf b = BUF_INIT;
	const char *line;

	(void)state;
	m.subject = "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé";
	assert_int_equal(mail_compose(sender, &m, &b), OK);
	assert_non_null(strstr(b.data, "?=\r\n =?UTF-8?B?"));
	for (line = b.data; *line; line = strchr(line, '\n') + 1)
		assert_true(strcspn(line, "\r") <= 78);
	buf_done(&b);
}

static void a_name_is_quoted_once(void **state)
{
	static const char *const senders[] = { "Souk, Inc. <s@b.example>",
		"\"Souk, Inc.\" <s@b.example>" };
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		buf_clear(&b);
		assert_int_equal(mail_compose(senders[i], &plain, &b), OK);
		assert_non_null(strstr(b.data, "From: \"Souk, Inc.\" <s@b.example>\r\n"));
	}
	buf_done(&b);
}

static void nothing_gets_into_a_header(void **state)
{
	static const char *const receivers[] = {
		"", "a", "@b", "a@", "a@b@c", "a@b\r\nBcc: c@d", "a@b\nBcc: c@d", "<a@b>",
		"a@b, c@d", "a@b c@d", "\"a\"@b", "a@b\t", "a@b>", "ü@b" };
	static const char *const subjects[] = { "", "a\r\nBcc: c@d", "a\nb", "a\rb", "a\tb",
						"\xff" };
	static const char *const ids[] = { "", "../a", "a b", "a>\r\nBcc: c@d", "a/b", "." };
	static const char *const senders[] = { "", "Souk", "Souk <a>", "a@b\r\nBcc: c@d",
					       "x <a@b> y", "x <a@b", "x <a@b>, y <c@d>" };
	struct buf b = BUF_INIT;
	struct mail m = plain;
	size_t i;

	(void)state;
#define REFUSED(list, field) \
	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) { \
		m = plain; \
		m.field = list[i]; \
		assert_int_equal(mail_compose(sender, &m, &b), ERR_VALIDATION); \
	}
	REFUSED(receivers, to)
	REFUSED(subjects, subject)
	REFUSED(ids, id)
	for (i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		assert_int_equal(mail_compose(senders[i], &plain, &b), ERR_VALIDATION);
	assert_int_equal(b.len, 0);
	buf_done(&b);
}

static void the_settings_are_looked_at(void **state)
{
	char why[200];

	(void)state;
	assert_int_equal(mail_check("", sender, why, sizeof(why)), OK);
	assert_int_equal(mail_check("file:/var/mail", "a@b.example", why, sizeof(why)), OK);
	assert_int_equal(mail_check("smtps://u:p@h.example", sender, why, sizeof(why)), OK);
	assert_int_equal(mail_check("http://u:secret@h", sender, why, sizeof(why)), ERR_VALIDATION);
	assert_non_null(strstr(why, "SMTP_URL"));
	assert_null(strstr(why, "secret"));
	assert_int_equal(mail_check("", "nobody", why, sizeof(why)), ERR_VALIDATION);
	assert_non_null(strstr(why, "MAIL_FROM"));
}

static void a_file_is_there_as_a_whole(void **state)
{
	char dir[] = "/tmp/souk-mail-XXXXXX", url[64], path[96], temp[96], why[200];
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(url, sizeof(url), "file:%s", dir);
	snprintf(path, sizeof(path), "%s/0193-a.eml", dir);
	snprintf(temp, sizeof(temp), "%s/.0193-a.tmp", dir);
	fclose(fopen(temp, "w"));   /* left by one that was killed */
	assert_int_equal(mail_send(url, sender, &plain, why, sizeof(why)), OK);
	assert_int_equal(mail_send(url, sender, &plain, why, sizeof(why)), OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(st.st_size > 400);
	assert_int_not_equal(access(temp, F_OK), 0);
	unlink(path);
	rmdir(dir);
	assert_int_equal(mail_send("file:/dev/null/x", sender, &plain, why, sizeof(why)), ERR_IO);
	assert_int_equal(mail_send("", sender, &plain, why, sizeof(why)), ERR_IO);
}

static void a_server_that_is_away_is_told_without_its_password(void **state)
{
	char why[200];

	(void)state;
	assert_int_equal(mail_send("smtp://user:geheim@127.0.0.1:1", sender, &plain, why,
				   sizeof(why)),
			 ERR_IO);
	assert_null(strstr(why, "geheim"));
	assert_true(*why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_mail),
		cmocka_unit_test(other_letters_are_encoded),
		cmocka_unit_test(long_subjects_are_folded),
		cmocka_unit_test(a_name_is_quoted_once),
		cmocka_unit_test(nothing_gets_into_a_header),
		cmocka_unit_test(the_settings_are_looked_at),
		cmocka_unit_test(a_file_is_there_as_a_whole),
		cmocka_unit_test(a_server_that_is_away_is_told_without_its_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
