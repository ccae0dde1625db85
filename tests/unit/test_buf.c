/* SPDX-License-Identifier: Apache-2.0 */
/* Appending at every fill of the buffer. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_grows(void **state)
{
	struct buf b = BUF_INIT;
	size_t n;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_append(&b, NULL, 0);
	assert_string_equal(buf_str(&b), "");
	for (n = 0; n < 5000; n++) {
		assert_int_equal(b.len, n);
		buf_putc(&b, (char)('a' + n % 26));
		assert_true(b.len < b.cap);
		assert_int_equal(b.data[b.len], 0);
	}
	for (n = 0; n < 5000; n++)
		assert_int_equal(b.data[n], 'a' + n % 26);
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
	buf_done(&b);
	assert_null(b.data);
}

/* Also what exactly fills the room that is there. */
static void test_reserve(void **state)
{
	size_t before, len;

	(void)state;
	for (before = 0; before < 600; before += 7) {
		for (len = 0; len < 600; len++) {
			struct buf b = BUF_INIT;

			memset(buf_reserve(&b, before), 'x', before + 1);
			b.len = before;
			memset(buf_reserve(&b, len), 'y', len + 1);
			assert_true(b.cap > before + len);
			assert_true(!before || b.data[before - 1] == 'x');
			buf_done(&b);
		}
	}
}

static void test_numbers(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 9, 10, 200, 404, 65536, UINT64_MAX };
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct buf b = BUF_INIT;

		buf_putu(&b, numbers[i]);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)numbers[i]);
		assert_string_equal(buf_str(&b), text);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
