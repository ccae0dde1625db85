/* SPDX-License-Identifier: Apache-2.0 */
/* Times and amounts as text: what is read is written the same, and read the same again. */
#include "fuzz.h"

#include "base/clock.h"
#include "base/decimal.h"
#include "base/id.h"
#include "base/text.h"

enum { SCALE_MAX = 6 };

/* Between the years 0000 and 9999, which is what four digits can say. */
static const int64_t first_us = -62167219200000000, last_us = 253402300799999999;

static void check_time(const char *text)
{
	char out[CLOCK_TEXT];
	int64_t us, again;

	if (!clock_parse(text, &us))
		return;
	/* An offset may reach a day beyond. */
	EXPECT(us >= first_us - 86400000000 && us <= last_us + 86400000000 + 1000000);
	if (us < first_us || us > last_us)
		return;
	clock_rfc3339(us, out);
	EXPECT(strlen(out) == 24 && clock_parse(out, &again));
	EXPECT(again <= us && us - again < 1000);
}

static void check_any_time(int64_t us)
{
	char out[CLOCK_TEXT];
	int64_t again;

	clock_rfc3339(us, out);
	EXPECT(strlen(out) < CLOCK_TEXT);
	if (us >= first_us && us <= last_us)
		EXPECT(clock_parse(out, &again) && again <= us && us - again < 1000);
}

static void check_decimal(const char *text, int scale)
{
	char out[DECIMAL_TEXT];
	int64_t value, again;
	size_t point = strcspn(text, ".");

	if (!decimal_parse(text, scale, &value))
		return;
	EXPECT(strspn(text, "-0123456789.") == strlen(text));
	EXPECT(!text[point] || strlen(text + point + 1) <= (size_t)scale);
	decimal_text(value, scale, out);
	EXPECT(decimal_parse(out, scale, &again) && again == value);
	EXPECT(!strchr(out, '.') || out[strlen(out) - 1] != '0');
	decimal_fixed(value, scale, out);
	EXPECT(decimal_parse(out, scale, &again) && again == value);
}

static void check_any_amount(int64_t value, int scale)
{
	char out[DECIMAL_TEXT];
	int64_t again;

	decimal_text(value, scale, out);
	EXPECT(value == INT64_MIN || (decimal_parse(out, scale, &again) && again == value));
	EXPECT(strlen(out) < DECIMAL_TEXT - 1);
	decimal_fixed(value, scale, out);
	EXPECT(value == INT64_MIN || (decimal_parse(out, scale, &again) && again == value));
}

static void check_id(const char *text)
{
	if (id_valid(text))
		EXPECT(strlen(text) == ID_TEXT - 1 && text[8] == '-' &&
		       strspn(text, "0123456789abcdefABCDEF-") == ID_TEXT - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t number = 0;
	char *text = fuzz_text(data, size);
	int scale;

	memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
	check_time(text);
	check_any_time(number);
	for (scale = 0; scale <= SCALE_MAX; scale++) {
		check_decimal(text, scale);
		check_any_amount(number, scale);
	}
	check_id(text);
	free(text);
	return 0;
}
