/* SPDX-License-Identifier: Apache-2.0 */
/* Text: UTF-8, numbers and encodings, above all what is not well formed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

static void comparing(void **state)
{
	static const char *const list[] = { "a", "b", NULL };

	(void)state;
	assert_true(text_eq(NULL, NULL) && !text_eq(NULL, "") && !text_eq("", NULL));
	assert_true(text_eq_nocase("AbC", "aBc") && !text_eq_nocase("a", NULL));
	assert_true(text_starts("abc", "ab") && text_starts("a", "") && !text_starts("a", "ab"));
	assert_true(!text_starts(NULL, "a") && !text_ends(NULL, "a"));
	assert_true(text_ends("abc", "bc") && !text_ends("c", "bc"));
	assert_true(text_in("b", list) && !text_in("c", list) && !text_in(NULL, list));
	assert_true(text_empty(NULL) && text_empty("") && !text_empty(" "));
}

static void utf8(void **state)
{
	static const char *const good[] = { "", "a", "\x7f", "é", "€", "😀", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80" };
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(",
		"\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x82",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf0\x9f\x98", "\xff", "\xfe" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(text_utf8(good[i], strlen(good[i])));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(text_utf8(bad[i], strlen(bad[i])));
	assert_int_equal(text_utf8_chars("aé€😀"), 4);
	assert_int_equal(text_utf8_step("€x", 4), 3);
	assert_int_equal(text_utf8_step("€", 2), 0);
	assert_true(text_has_control("a\tb") && text_has_control("\x7f") && !text_has_control("é"));
}

/* Against the plain loop, with every byte at every place of a few words. */
static void to_be_seen(void **state)
{
	static const char *const nothing[] = { "", "  ", "\t", "\u00a0", "\u200b", "\u202e\u2066",
		"\u3000\ufeff", "\u2800", "\U000e0041", "\u3164" };
	static const char *const something[] = { "a", " a", "\u200ba", "\u65e5\u672c", "\u0645",
		"\U0001f600\u200d", "-", "\u00e9" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		assert_false(text_shows(nothing[i]));
	for (i = 0; i < sizeof(something) / sizeof(*something); i++)
		assert_true(text_shows(something[i]));
}

static void printable(void **state)
{
	char s[27];
	size_t at;
	int c;

	(void)state;
	for (at = 0; at < sizeof(s); at++) {
		for (c = 0; c < 256; c++) {
			bool plain = c >= 0x20 && c < 0x7f;

			memset(s, 'a', sizeof(s));
			s[at] = (char)c;
			assert_int_equal(text_printable(s, sizeof(s)), plain ? sizeof(s) : at);
			assert_int_equal(text_printable(s, at), at);
		}
	}
	memset(s, 0x1f, sizeof(s));
	assert_int_equal(text_printable(s, sizeof(s)), 0);
	assert_int_equal(text_printable(s, 0), 0);
}

static void numbers(void **state)
{
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1x", "0x1", "1e3", "1.0",
		"--1", "9223372036854775808", "-9223372036854775809", "99999999999999999999999" };
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(text_int(bad[i], INT64_MIN, INT64_MAX, &v));
	assert_true(text_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v) && v == INT64_MIN);
	assert_true(text_int("9223372036854775807", INT64_MIN, INT64_MAX, &v) && v == INT64_MAX);
	assert_true(text_int("10", 1, 10, &v) && v == 10);
	assert_false(text_int("11", 1, 10, &v));
	assert_false(text_int("0", 1, 10, &v));
}

static void copies(void **state)
{
	struct arena a;
	char small[4];

	(void)state;
	arena_init(&a, 4096);
	assert_true(text_copy(small, sizeof(small), "abc"));
	assert_false(text_copy(small, sizeof(small), "abcd"));
	assert_string_equal(small, "abc");
	assert_string_equal(text_lower(&a, "AZaz09É"), "azaz09É");
	assert_string_equal(text_trim(&a, " \t\r\nx y\v "), "x y");
	assert_string_equal(text_trim(&a, "  "), "");
	arena_done(&a);
}

static void hex(void **state)
{
	unsigned char b[3];
	char out[7];

	(void)state;
	text_hex("\x00\xab\xff", 3, out);
	assert_string_equal(out, "00abff");
	assert_true(text_unhex("00ABff", b, 3));
	assert_memory_equal(b, "\x00\xab\xff", 3);
	assert_false(text_unhex("00abf", b, 3));
	assert_false(text_unhex("00abfff", b, 3));
	assert_false(text_unhex("00abfg", b, 3));
	assert_false(text_unhex("", b, 3));
}

static void base64_there_and_back(void **state)
{
	unsigned char in[64], out[64];
	struct buf b = BUF_INIT;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)(i * 37 + 250);
	for (n = 0; n <= sizeof(in); n++) {
		buf_clear(&b);
		text_base64(&b, in, n);
		assert_int_equal(text_unbase64(buf_str(&b), b.len, out, sizeof(out)), n);
		assert_memory_equal(in, out, n);
		buf_clear(&b);
		text_base64url(&b, in, n);
		assert_int_equal(text_unbase64url(buf_str(&b), b.len, out, sizeof(out)), n);
		assert_memory_equal(in, out, n);
		if (n)
			assert_int_equal(text_unbase64url(buf_str(&b), b.len, out, n - 1), -1);
	}
	buf_clear(&b);
	text_base64(&b, "foob", 4);
	assert_string_equal(buf_str(&b), "Zm9vYg==");
	buf_done(&b);
}

static void base64_refuses(void **state)
{
	static const char *const bad[] = { "Zg",
		"Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "-_-_",
		"=Zm9" };
	static const char *const bad_url[] = { "Z", "Zg==", "Zh", "Zm9", "+/+/", "Zm9v.", "Zm9vZ" };
	unsigned char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(text_unbase64(bad[i], strlen(bad[i]), out, sizeof(out)), -1);
	for (i = 0; i < sizeof(bad_url) / sizeof(*bad_url); i++)
		assert_int_equal(
			text_unbase64url(bad_url[i], strlen(bad_url[i]), out, sizeof(out)), -1);
	assert_int_equal(text_unbase64("Zm\0v", 4, out, sizeof(out)), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(utf8),
		cmocka_unit_test(to_be_seen),
		cmocka_unit_test(printable),
		cmocka_unit_test(numbers),
		cmocka_unit_test(copies),
		cmocka_unit_test(hex),
		cmocka_unit_test(base64_there_and_back),
		cmocka_unit_test(base64_refuses),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
