/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: exact, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/decimal.h"

static void reads(void **state)
{
	static const struct {
		const char *text;
		int scale;
		int64_t value;
	} good[] = { { "0", 4, 0 }, { "1", 4, 10000 }, { "12.5", 4, 125000 }, { "0.0001", 4, 1 },
		{ "-0.05", 2, -5 }, { "-12.50", 2, -1250 },
		{ "922337203685477.5807", 4, INT64_MAX }, { "007", 0, 7 }, { "5", 0, 5 } };
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(decimal_parse(good[i].text, good[i].scale, &v));
		assert_int_equal(v, good[i].value);
	}
}

static void refuses(void **state)
{
	static const char *const bad[] = { "", "-", ".", ".5", "5.", "1e3", "1E3", "+1", " 1", "1 ",
		"1,5", "0.00001", "1.2.3", "--1", "NaN", "Infinity", "0x10", "922337203685477.5808",
		"99999999999999999999", "1.-5" };
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(decimal_parse(bad[i], 4, &v));
	assert_false(decimal_parse("1.5", 0, &v));
}

static void writes(void **state)
{
	char out[DECIMAL_TEXT];

	(void)state;
	assert_string_equal(decimal_text(125000, 4, out), "12.5");
	assert_string_equal(decimal_text(1000000, 4, out), "100");
	assert_string_equal(decimal_text(0, 4, out), "0");
	assert_string_equal(decimal_text(-1, 4, out), "-0.0001");
	assert_string_equal(decimal_text(100, 0, out), "100");
	assert_string_equal(decimal_fixed(1250, 2, out), "12.50");
	assert_string_equal(decimal_fixed(-5, 2, out), "-0.05");
	assert_string_equal(decimal_fixed(1250, 0, out), "1250");
	assert_string_equal(decimal_fixed(INT64_MIN, 4, out), "-922337203685477.5808");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(writes),
	};

	return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
