/* SPDX-License-Identifier: Apache-2.0 */
/* Form fields, which are a query's too. The first byte is how many there may be. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "web/form.h"
#include "web/url.h"

static struct arena arena;
static struct pair fields[REQUEST_FIELDS], again[REQUEST_FIELDS];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	arena_init(&arena, 16 << 20);
	return 0;
}

static void check_fields(int n, const char *twice)
{
	bool repeated = false;
	int i, k;

	for (i = 0; i < n; i++) {
		EXPECT(!text_empty(fields[i].name) && fields[i].value);
		EXPECT(text_utf8(fields[i].name, strlen(fields[i].name)));
		EXPECT(text_utf8(fields[i].value, strlen(fields[i].value)));
		EXPECT(!text_has_control(fields[i].name));
		for (k = 0; k < i; k++)
			repeated = repeated || text_eq(fields[i].name, fields[k].name);
	}
	EXPECT(repeated == (twice != NULL));
}

static void check_again(int n, const char *twice)
{
	struct buf b = BUF_INIT;
	const char *twice_again;
	int i, count;

	for (i = 0; i < n; i++) {
		url_encode(&b, fields[i].name);
		buf_putc(&b, '=');
		url_encode(&b, fields[i].value);
		buf_puts(&b, i % 2 ? "&&" : "&");
	}
	EXPECT(!form_parse(&arena, buf_str(&b), b.len, again, n, &count, &twice_again));
	EXPECT(count == n && text_eq(twice, twice_again));
	for (i = 0; i < n; i++)
		EXPECT(text_eq(fields[i].name, again[i].name) &&
		       text_eq(fields[i].value, again[i].value));
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int max = size ? data[0] + 1 : 1, n;
	const char *twice, *text = (const char *)data + (size > 0);
	enum err e = form_parse(&arena, text, size - (size > 0), fields, max, &n, &twice);

	EXPECT(e == OK || e == ERR_BAD_REQUEST);
	EXPECT(n >= 0 && n <= max);
	EXPECT(!e || n == 0);
	if (!e) {
		check_fields(n, twice);
		check_again(n, twice);
	}
	arena_reset(&arena);
	return 0;
}
