/* SPDX-License-Identifier: Apache-2.0 */
/* The strict JSON reader: what RFC 8259 allows passes, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "json/json.h"

static struct json_object *parse(const char *text)
{
	struct json_object *o;

	assert_int_equal(json_parse(text, strlen(text), &o), OK);
	return o;
}

static void takes(void **state)
{
	static const char *const good[] = { "{}", "[]", " \t\r\n{} \n", "null", "true", "false",
		"0", "-0", "12", "-1.5e-3", "1E400", "0.10", "1e+5", "\"\"", "\"a\"",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\\uD83D\\ude00\"", "\"\x7f\"", "\"😀\"",
		"[1,2,[3]]", "{\"a\":1,\"A\":2}", "{\"a\":{\"a\":1}}", "[{\"a\":1},{\"a\":1}]",
		"{\"\":1}", "{\"a\" : [ ] , \"b\":{ } }", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
		"{\"\\u0061b\":1,\"a\":2}", "\"\\uffff\"",
		"1234567890123456789012345678901234567890123456789012345678901234" };
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!json_valid(good[i], strlen(good[i])))
			fail_msg("refused: %s", good[i]);
		assert_int_equal(json_parse(good[i], strlen(good[i]), &o), OK);
		json_free(o);
	}
}

static void refuses(void **state)
{
	static const char *const bad[] = { "", " ", "nul", "nulll", "True", "NaN", "-NaN",
		"Infinity", "-Infinity", "[NaN]", "undefined", "'a'", "{'a':1}", "{a:1}", "{1:1}",
		"{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "[1,]", "[,1]", "[,]", "[1 2]", "[1",
		"{", "[", "]", "}", "[}", "{]", "{\"a\":1]", "[1}", "{} {}", "{}x", "1 2", "{}\v",
		"\f{}", "\xc2\xa0{}", "\xef\xbb\xbf{}", "// x\n{}", "/* x */{}", "{}#", "01", "-01",
		"+1", ".5", "5.", "-", "-.5", "1e", "1e+", "1.e5", "0x10", "1_000", "--1", "1.2.3",
		"00", "0b1", "1L",
		"12345678901234567890123456789012345678901234567890123456789012345", "\"", "\"a",
		"\"\\\"", "\"\\", "\"\\x41\"", "\"\\u\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\U0041\"",
		"\"\\u0000\"", "\"a\\u0000b\"", "{\"a\\u0000\":1}", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\udc00\\ud800\"",
		"\"\\ud83d\\u\"", "\"\n\"", "\"\t\"", "\"\x01\"", "\"\x1f\"", "\"\x80\"",
		"\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xe2\x82\"",
		"\"\\'\"", "\"\\a\"", "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":3}",
		"{\"\\u0061\":1,\"a\":2}", "{\"\":1,\"\":2}", "{\"\\/\":1,\"/\":2}",
		"{\"\\u00E9\":1,\"é\":2}", "{\"\\ud83d\\ude00\":1,\"😀\":2}",
		"[{\"x\":{\"a\":1,\"b\":[{\"a\":1}],\"a\":2}}]", "{\"a\":{\"b\":1},\"a\":2}",
		"{\"\\n\":1,\"\\u000a\":2}", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "{\"a\"=1}",
		"{\"a\":1;\"b\":2}", "[1;2]" };
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (json_valid(bad[i], strlen(bad[i])))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(json_parse(bad[i], strlen(bad[i]), &o), ERR_INVALID_JSON);
		assert_null(o);
	}
	assert_false(json_valid("{\"a\":1}\0", 8));
	assert_false(json_valid("\"a\0b\"", 5));
	assert_false(json_valid("\0", 1));
}

/* Read right at the end of an allocation, so that ASan sees a step too far. */
static void every_prefix_is_refused(void **state)
{
	static const char text[] = "{\"a\\ud83d\\ude00\":[1.5e+3,true,null,\"\\n€\"],\"b\":{}}";
	size_t n;

	(void)state;
	assert_true(json_valid(text, strlen(text)));
	for (n = 0; n < strlen(text); n++) {
		char *cut = malloc(n ? n : 1);

		assert_non_null(cut);
		memcpy(cut, text, n);
		assert_false(json_valid(cut, n));
		free(cut);
	}
}

static void many_names(struct buf *b, int n, const char *form, const char *last)
{
	int i;

	buf_clear(b);
	buf_putc(b, '{');
	for (i = 0; i < n; i++)
		buf_printf(b, form, i);
	buf_puts(b, last);
	buf_putc(b, '}');
}

static void many_names_are_quick(void **state)
{
	static const char *const forms[] = { "\"%x\":0,", "\"%05x\":0,", "\"\\u0061%x\":0," };
	struct buf b = BUF_INIT;
	int64_t start;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		many_names(&b, 60000, forms[i], "\"x\":0");
		start = clock_mono_us();
		assert_true(json_valid(b.data, b.len));
		assert_true(clock_mono_us() - start < 2000000);
	}
	many_names(&b, 60000, forms[0], "\"\\u0030\":0");
	assert_false(json_valid(b.data, b.len));
	many_names(&b, 60000, forms[1], "\"0ea5f\":0");
	assert_false(json_valid(b.data, b.len));
	for (i = 2; i < 40; i++) {
		many_names(&b, (int)i, "\"%d\":0,", "\"1\":0");
		assert_false(json_valid(b.data, b.len));
		many_names(&b, (int)i, "\"%d\":0,", "\"x\":0");
		assert_true(json_valid(b.data, b.len));
	}
	buf_done(&b);
}

static void deep_nesting_is_cheap(void **state)
{
	size_t n = 1 << 20;
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	memset(text, '[', n);
	assert_false(json_valid(text, n));
	free(text);
}

/* Half of U+1D800 and of its like looks like a surrogate again. */
static void pairs_are_characters(void **state)
{
	static const char text[] = "{\"\\ud836\\udc00\":\"\\uD836\\uDE00.\\ud87e\\udfff\\n\"}";
	struct json_object *o;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &o), OK);
	assert_string_equal(json_text(o, "\xf0\x9d\xa0\x80"),
		"\xf0\x9d\xa8\x80.\xf0\xaf\xaf\xbf\n");
	json_free(o);
}

static void kinds(void **state)
{
	struct json_object
		*o = parse("{\"n\":null,\"b\":false,\"i\":1,\"d\":1.5,\"s\":\"x\",\"a\":[7],"
			   "\"o\":{}}"),
		*m = o;

	(void)state;
	assert_int_equal(json_get(o, "n", &m), JSON_NULL);
	assert_null(m);
	assert_int_equal(json_get(o, "b", NULL), JSON_BOOL);
	assert_int_equal(json_get(o, "i", NULL), JSON_NUMBER);
	assert_int_equal(json_get(o, "d", NULL), JSON_NUMBER);
	assert_int_equal(json_get(o, "s", NULL), JSON_STRING);
	assert_int_equal(json_get(o, "o", NULL), JSON_OBJECT);
	assert_int_equal(json_get(o, "N", NULL), JSON_ABSENT);
	assert_int_equal(json_get(NULL, "n", &m), JSON_ABSENT);
	assert_int_equal(json_get(o, "a", &m), JSON_ARRAY);
	assert_int_equal(json_get(m, "a", NULL), JSON_ABSENT);
	assert_int_equal(json_length(m), 1);
	assert_int_equal(json_kind(json_at(m, 0)), JSON_NUMBER);
	assert_null(json_at(m, 1));
	assert_null(json_at(o, 0));
	assert_int_equal(json_length(o), 0);
	assert_int_equal(json_members(o), 7);
	assert_int_equal(json_members(m), 0);
	json_free(o);
	json_free(NULL);
}

static void getters_look_at_the_kind(void **state)
{
	struct json_object *o =
		parse("{\"t\":true,\"s\":\"12\",\"i\":12,\"d\":12.0,\"e\":1e1,\"n\":null,"
		      "\"a\":[1],\"max\":9223372036854775807,\"over\":9223372036854775808,"
		      "\"far\":99999999999999999999,\"min\":-9223372036854775808,"
		      "\"under\":-99999999999999999999,\"m\":1.50,\"z\":-0,\"x\":\"12abc\"}");
	static const char *const no_int[] = { "t", "s", "d", "e", "n", "a", "over", "far", "min",
		"under", "x", "absent" };
	bool flag = false;
	int64_t v = 5;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no_int) / sizeof(*no_int); i++)
		assert_false(json_int(o, no_int[i], INT64_MIN, INT64_MAX, &v));
	assert_true(json_int(o, "i", 0, 12, &v) && v == 12);
	assert_false(json_int(o, "i", 0, 11, &v));
	assert_false(json_int(o, "i", 13, 20, &v));
	assert_true(json_int(o, "max", 0, INT64_MAX, &v) && v == INT64_MAX);
	assert_true(json_int(o, "z", 0, 0, &v) && v == 0);
	assert_true(json_flag(o, "t", &flag) && flag);
	assert_false(json_flag(o, "i", &flag));
	assert_false(json_flag(o, "n", &flag));
	assert_null(json_text(o, "i"));
	assert_null(json_text(o, "n"));
	assert_string_equal(json_text(o, "s"), "12");
	assert_string_equal(json_number(o, "m"), "1.50");
	assert_string_equal(json_number(o, "e"), "1e1");
	assert_string_equal(json_number(o, "i"), "12");
	assert_null(json_number(o, "s"));
	assert_null(json_number(o, "far"));
	assert_null(json_number(o, "under"));
	json_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(many_names_are_quick),
		cmocka_unit_test(deep_nesting_is_cheap),
		cmocka_unit_test(pairs_are_characters),
		cmocka_unit_test(kinds),
		cmocka_unit_test(getters_look_at_the_kind),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
