/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies: a header read, written and read again; and a Set-Cookie line of any name and value. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "web/cookie.h"

static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	arena_init(&arena, 16 << 20);
	return 0;
}

static bool visible(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\",;\\", *s))
			return false;
	return true;
}

static void check_header(const char *header, int max)
{
	struct pair cookies[REQUEST_COOKIES], again[REQUEST_COOKIES];
	struct buf b = BUF_INIT;
	int i, n = 0, count = 0;

	cookie_parse(&arena, header, cookies, max, &n);
	EXPECT(n >= 0 && n <= max);
	for (i = 0; i < n; i++) {
		EXPECT(*cookies[i].name && visible(cookies[i].name) && visible(cookies[i].value));
		EXPECT(!strchr(cookies[i].name, '='));
		buf_printf(&b, "%s%s=%s", i ? "; " : "", cookies[i].name, cookies[i].value);
	}
	cookie_parse(&arena, buf_str(&b), again, max, &count);
	EXPECT(count == n);
	for (i = 0; i < n; i++)
		EXPECT(text_eq(cookies[i].name, again[i].name) &&
		       text_eq(cookies[i].value, again[i].value));
	buf_done(&b);
}

static int count_of(const char *s, char c)
{
	int n = 0;

	for (; *s; s++)
		n += *s == c;
	return n;
}

/* Nothing in name or value adds an attribute. */
static void check_line(bool secure, const char *name, const char *value, int max_age)
{
	const char *line = cookie_line(&arena, secure, name, value, max_age);
	struct pair read[1];
	int n = 0;

	EXPECT((line != NULL) == (*name && !strchr(name, '=') && visible(name) && visible(value)));
	if (!line)
		return;
	EXPECT(!text_has_control(line));
	EXPECT(count_of(line, ';') == 3 + secure + (max_age >= 0));
	cookie_parse(&arena, line, read, 1, &n);
	EXPECT(n == 1 && text_eq(read[0].value, max_age == 0 ? "" : value));
	EXPECT(text_eq(read[0].name + (secure ? strlen(COOKIE_HOST_PREFIX) : 0), name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_pieces p;
	int max = size ? data[0] % (REQUEST_COOKIES + 1) : 0;

	fuzz_cut(data + (size > 0), size - (size > 0), 3, &p);
	check_header(fuzz_piece(&p, 0), max);
	check_line(max & 1, fuzz_piece(&p, 1), fuzz_piece(&p, 2), max - 2);
	fuzz_cut_done(&p);
	arena_reset(&arena);
	return 0;
}
