/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, hex, base64 and whole numbers, each against a second way to find the same out. */
#include "fuzz.h"

#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	arena_init(&arena, 16 << 20);
	return 0;
}

/* Table 3-7 of the Unicode standard, row by row; 0 for a sequence that is in none. */
static size_t by_table(const uint8_t *s, size_t left)
{
	static const struct {
		uint8_t first, last, low, high;
		size_t len;
	} rows[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (s[0] < rows[i].first || s[0] > rows[i].last)
			continue;
		if (left < rows[i].len)
			return 0;
		if (rows[i].len > 1 && (s[1] < rows[i].low || s[1] > rows[i].high))
			return 0;
		for (k = 2; k < rows[i].len; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return rows[i].len;
	}
	return 0;
}

static void check_utf8(const uint8_t *data, size_t size)
{
	bool good = true;
	size_t i, n;

	for (i = 0; i < size && good; i += n) {
		n = by_table(data + i, size - i);
		EXPECT(text_utf8_step((const char *)data + i, size - i) == n);
		good = n > 0;
	}
	EXPECT(text_utf8((const char *)data, size) == good);
}

static void check_encodings(const uint8_t *data, size_t size)
{
	char *hex = fuzz_alloc(2 * size + 1);
	uint8_t *back = fuzz_alloc(size + 2);
	struct buf b = BUF_INIT;

	text_hex(data, size, hex);
	EXPECT(strlen(hex) == 2 * size && text_unhex(hex, back, size));
	EXPECT(!memcmp(back, data, size));
	text_base64(&b, data, size);
	EXPECT(b.len % 4 == 0 && text_unbase64(buf_str(&b), b.len, back, size + 2) == (long)size);
	EXPECT(!memcmp(back, data, size));
	buf_clear(&b);
	text_base64url(&b, data, size);
	EXPECT(text_unbase64url(buf_str(&b), b.len, back, size) == (long)size);
	EXPECT(!memcmp(back, data, size));
	buf_done(&b);
	free(back);
	free(hex);
}

/* What is taken as base64 is written the same again: no two texts mean the same bytes. */
static void check_decodings(const char *text, size_t size)
{
	uint8_t *out = fuzz_alloc(size);
	struct buf b = BUF_INIT;
	long n = text_unbase64(text, size, out, size);

	if (n >= 0) {
		text_base64(&b, out, (size_t)n);
		EXPECT(b.len == size && !memcmp(buf_str(&b), text, size));
	}
	buf_clear(&b);
	if ((n = text_unbase64url(text, size, out, size)) >= 0) {
		text_base64url(&b, out, (size_t)n);
		EXPECT(b.len == size && !memcmp(buf_str(&b), text, size));
	}
	EXPECT(size < 8 || text_unbase64(text, size, out, 1) < 0);
	buf_done(&b);
	free(out);
}

static void check_int(const char *text)
{
	int64_t got = 0;
	bool good = text_int(text, INT64_MIN, INT64_MAX, &got);
	size_t digits = strspn(text + (*text == '-'), "0123456789");
	long long wanted;
	char *end;

	errno = 0;
	wanted = strtoll(text, &end, 10);
	EXPECT(good == (digits && !errno && !*end && (size_t)(end - text) == digits +
			(*text == '-')));
	EXPECT(!good || got == wanted);
	EXPECT(!text_int(text, -5, 5, &got) || (got >= -5 && got <= 5));
}

static void check_copies(const char *text)
{
	const char *trimmed = text_trim(&arena, text), *lower = text_lower(&arena, text);
	char *small = fuzz_alloc(8);

	EXPECT(text_eq_nocase(text, lower) && text_eq(text_lower(&arena, lower), lower));
	EXPECT(text_eq(text_trim(&arena, trimmed), trimmed) && strstr(text, trimmed));
	EXPECT(text_copy(small, 8, text) == (strlen(text) < 8));
	EXPECT(text_starts(text, small) && strlen(small) < 8);
	EXPECT(text_starts(text, text) && text_ends(text, text) && text_ends(text, ""));
	free(small);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_utf8(data, size);
	check_encodings(data, size);
	check_decodings((const char *)data, size);
	check_int(text);
	check_copies(text);
	free(text);
	arena_reset(&arena);
	return 0;
}
