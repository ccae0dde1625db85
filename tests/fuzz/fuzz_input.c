/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a body, JSON (first byte even) or form, and of a query, read in every way there is. */
#include "fuzz.h"

#include "../unit/request_fixture.h"
#include "base/text.h"
#include "json/json.h"
#include "web/input.h"

enum { SMALL = 5, LARGE = 100 };

static struct fixture f;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_quiet();
	fixture_init(&f);
	return 0;
}

static void check_text(struct input *in, const char *name, unsigned int flags)
{
	const char *s = input_text(in, name, SMALL, LARGE, flags), *p;
	size_t chars = s ? text_utf8_chars(s) : SMALL;

	EXPECT(chars >= SMALL && chars <= LARGE);
	if (!s) {
		EXPECT(!(flags & INPUT_REQUIRED) || input_complaint(in, name));
		return;
	}
	EXPECT(text_utf8(s, strlen(s)));
	for (p = s; *p; p++)
		EXPECT(((unsigned char)*p >= ' ' && *p != 0x7f) ||
		       ((flags & INPUT_MULTILINE) && (*p == '\n' || *p == '\t')));
	if (!(flags & INPUT_NO_TRIM) && !(flags & INPUT_MULTILINE))
		EXPECT(s[0] != ' ' && s[strlen(s) - 1] != ' ');
}

static void check_email(struct input *in)
{
	const char *s = input_email(in, "email", 0), *p;

	if (!s)
		return;
	EXPECT(strlen(s) <= 254 && strchr(s, '@') && strchr(s, '@') == strrchr(s, '@'));
	for (p = s; *p; p++)
		EXPECT(*p > ' ' && *p < 0x7f && !(*p >= 'A' && *p <= 'Z') &&
		       !strchr("<>(),;:\"[]\\", *p));
}

static void check_words(struct input *in)
{
	static const char *const words[] = { "red", "green", NULL };
	const char *word = input_word(in, "colour", words, 0), *id = input_uuid(in, "storeId", 0);
	const char *url = input_url(in, "url", 0);
	bool flag;

	EXPECT(!word || text_in(word, words));
	EXPECT(!id || (id_valid(id) && !strpbrk(id, "ABCDEF")));
	EXPECT(!url || (strlen(url) <= 2000 && !text_has_control(url) && !strpbrk(url, " <>\"\\")));
	if (input_bool(in, "isOpen", 0, &flag))
		EXPECT(input_has(in, "isOpen") && !input_complaint(in, "isOpen"));
}

static void check_numbers(struct input *in)
{
	int64_t n;

	if (input_int(in, "count", -SMALL, LARGE, 0, &n))
		EXPECT(n >= -SMALL && n <= LARGE);
	if (input_decimal(in, "amount", 4, 1, LARGE, 0, &n))
		EXPECT(n >= 1 && n <= LARGE && !input_complaint(in, "amount"));
	if (input_decimal(in, "price", 2, INT64_MIN, 0, INPUT_REQUIRED, &n))
		EXPECT(n <= 0);
	else
		EXPECT(input_complaint(in, "price") || in->complaint_count == INPUT_MAX_COMPLAINTS);
}

/* An answer can always be made of what was complained of. */
static void check_end(struct input *in)
{
	int complaints = in->complaint_count;
	enum err e = input_end(in);

	EXPECT(complaints >= 0 && complaints <= INPUT_MAX_COMPLAINTS);
	EXPECT(e == (complaints ? ERR_VALIDATION : OK));
	EXPECT(!e || f.rq.details);
	if (f.rq.details)
		EXPECT(json_valid(buf_str(f.rq.details), f.rq.details->len));
}

static void check_page(void)
{
	struct paging p;

	if (!input_paging(&f.rq, &p))
		EXPECT(p.limit >= 1 && p.limit <= 100 && (!p.cursor || id_valid(p.cursor)));
}

static void check_body(const char *type, const uint8_t *data, size_t size)
{
	static const struct route takes_forms = { .flags = ROUTE_FORM };
	char *body = fuzz_text(data, size);
	struct input in;
	enum err e;

	f.rq.match.route = &takes_forms;
	f.rq.content_type = type;
	f.rq.body = size ? body : NULL;
	f.rq.body_len = size;
	e = input_begin(&f.rq, &in);
	EXPECT(e != ERR_INVALID_JSON || !json_valid(body, size));
	if (!e) {
		check_text(&in, "name", INPUT_REQUIRED);
		check_text(&in, "password", INPUT_NO_TRIM);
		check_text(&in, "note", INPUT_MULTILINE);
		check_email(&in);
		check_words(&in);
		check_numbers(&in);
		check_end(&in);
	}
	request_reset(&f.rq);
	free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *query, *target;

	if (!size)
		return 0;
	query = fuzz_text(data + 1, size - 1);
	target = fuzz_alloc(size + 3);
	snprintf(target, size + 3, "/?%s", query);
	if (!fixture_request(&f, "GET", target, NULL, NULL, NULL))
		check_page();
	free(target);
	free(query);
	EXPECT(!fixture_request(&f, "POST", "/x", NULL, NULL, NULL));
	check_body(data[0] & 1 ? "application/x-www-form-urlencoded" : "application/json", data + 1,
		   size - 1);
	return 0;
}
