/* SPDX-License-Identifier: Apache-2.0 */
/* Times: RFC 3339 out, RFC 3339 and PostgreSQL's form in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static void writes(void **state)
{
	char out[CLOCK_TEXT];

	(void)state;
	assert_string_equal(clock_rfc3339(0, out), "1970-01-01T00:00:00.000Z");
	assert_string_equal(clock_rfc3339(-1, out), "1969-12-31T23:59:59.999Z");
	assert_string_equal(clock_rfc3339(-62167219200000000, out), "0000-01-01T00:00:00.000Z");
	assert_string_equal(clock_rfc3339(1795435200123456, out), "2026-11-23T12:00:00.123Z");
	clock_rfc3339(INT64_MAX, out);
	assert_true(strlen(out) < CLOCK_TEXT);
	clock_rfc3339(INT64_MIN, out);
	assert_true(strlen(out) < CLOCK_TEXT);
}

static void reads(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = { { "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-23T12:00:00.123Z", 1795435200123000 },
		{ "2026-11-23 12:00:00.123456+00", 1795435200123456 },
		{ "2026-11-23 17:30:00.123456789+05:30", 1795435200123456 },
		{ "2026-11-23 17:30:00+0530", 1795435200000000 },
		{ "2026-11-23 04:00:00-08", 1795435200000000 },
		{ "2024-02-29t00:00:00z", 1709164800000000 },
		{ "1969-12-31T23:59:59Z", -1000000 } };
	int64_t us;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(clock_parse(good[i].text, &us));
		assert_int_equal(us, good[i].us);
	}
}

/* Against the C library, over the years that four digits can write. */
static void agrees(void **state)
{
	char text[CLOCK_TEXT], theirs[80];
	int64_t s, us;
	struct tm tm;
	time_t t;

	(void)state;
	for (s = -62167219200; s < 253402300800; s += 86400 * 3 + 7919) {
		t = (time_t)s;
		gmtime_r(&t, &tm);
		snprintf(theirs, sizeof(theirs), "%04d-%02d-%02dT%02d:%02d:%02d.250Z",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			 tm.tm_sec);
		assert_string_equal(clock_rfc3339(s * 1000000 + 250000, text), theirs);
		assert_true(clock_parse(text, &us));
		assert_true(us == s * 1000000 + 250000);
	}
}

static void refuses(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-11-23", "2026-11-23T",
		"2026-11-23T12:00", "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00X",
		"2026-11-23T12:00:00+", "2026-11-23T12:00:00+0",
		"2026-11-23T12:00:00+05:", "2026-11-23T12:00:00+05:3", "2026-11-23T12:00:00+24:00",
		"2026-11-23T12:00:00+05:60", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-1-1T00:00:00Z", "+026-01-01T00:00:00Z",
		"2026-01-01T00:00:00Zx", "2026-01-01 00:00:00 BC" };
	int64_t us;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (clock_parse(bad[i], &us))
			fail_msg("taken: %s", bad[i]);
}

static void goes_on(void **state)
{
	int64_t mono = clock_mono_us(), now = clock_now_us(), back;
	char out[CLOCK_TEXT];

	(void)state;
	assert_true(clock_mono_us() >= mono);
	assert_true(clock_now_s() - now / 1000000 <= 1);
	assert_true(clock_parse(clock_rfc3339(now, out), &back));
	assert_int_equal(back / 1000, now / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes),
		cmocka_unit_test(reads),
		cmocka_unit_test(agrees),
		cmocka_unit_test(refuses),
		cmocka_unit_test(goes_on),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
