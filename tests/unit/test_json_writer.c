/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: commas, escapes, and that the strict reader takes it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "json/json_writer.h"

static void text_as(const char *value, const char *json)
{
	struct buf b = BUF_INIT;
	struct json_writer w;

	jw_init(&w, &b);
	jw_text(&w, NULL, value);
	assert_string_equal(buf_str(&b), json);
	assert_true(json_valid(b.data, b.len));
	buf_done(&b);
}

static void escapes(void **state)
{
	(void)state;
	text_as("", "\"\"");
	text_as(NULL, "null");
	text_as("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	text_as("\n\t\x01\x1f\x7f", "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"");
	text_as("</script>&", "\"\\u003c/script\\u003e\\u0026\"");
	text_as("é€😀", "\"é€😀\"");
	text_as("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9", "\"\xe2\x80\xa7\\u2028\\u2029\"");
	text_as("a\xff"
		"b",
		"\"a\xef\xbf\xbd"
		"b\"");
	text_as("\xc0\x80\xed\xa0\x80",
		"\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	text_as("x\xe2\x82", "\"x\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void commas(void **state)
{
	struct buf b = BUF_INIT;
	struct json_writer w;

	(void)state;
	jw_init(&w, &b);
	jw_object(&w, NULL);
	jw_object(&w, "empty");
	jw_end_object(&w);
	jw_array(&w, "list");
	jw_int(&w, NULL, INT64_MIN);
	jw_array(&w, NULL);
	jw_end_array(&w);
	jw_object(&w, NULL);
	jw_bool(&w, "t", true);
	jw_bool(&w, "f", false);
	jw_end_object(&w);
	jw_end_array(&w);
	jw_null(&w, "no");
	jw_text(&w, "a\"<\n", "v");
	jw_decimal(&w, "d", 125000, 4);
	jw_decimal(&w, "e", -5, 2);
	jw_time(&w, "at", 1795435200123456);
	jw_raw(&w, "raw", "{\"x\":[1]}");
	jw_raw(&w, "none", NULL);
	jw_end_object(&w);
	assert_string_equal(buf_str(&b),
		"{\"empty\":{},\"list\":[-9223372036854775808,[],"
		"{\"t\":true,\"f\":false}],\"no\":null,\"a\\\"\\u003c\\u000a\":\"v\",\"d\":12.5,"
		"\"e\":-0.05,"
		"\"at\":\"2026-11-23T12:00:00.123Z\",\"raw\":{\"x\":[1]},\"none\":null}");
	assert_true(json_valid(b.data, b.len));
	buf_done(&b);
}

static void depth(void **state)
{
	struct buf b = BUF_INIT;
	struct json_writer w;
	int i;

	(void)state;
	jw_init(&w, &b);
	for (i = 0; i < 60; i++)
		jw_array(&w, NULL);
	jw_int(&w, NULL, 1);
	jw_int(&w, NULL, 2);
	for (i = 0; i < 60; i++)
		jw_end_array(&w);
	assert_int_equal(b.len, 123);
	assert_non_null(strstr(buf_str(&b), "[1,2]"));
	buf_done(&b);
}

static void every_byte_comes_out_valid(void **state)
{
	struct buf b = BUF_INIT;
	struct json_writer w;
	char value[4] = "aXb";
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		buf_clear(&b);
		jw_init(&w, &b);
		value[1] = (char)c;
		jw_object(&w, NULL);
		jw_text(&w, value, value);
		jw_end_object(&w);
		assert_true(json_valid(b.data, b.len));
	}
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(commas),
		cmocka_unit_test(depth),
		cmocka_unit_test(every_byte_comes_out_valid),
	};

	return cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
}
