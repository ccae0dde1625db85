/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of JSON bodies and forms: read by kind, complained of in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "request_fixture.h"
#include "web/input.h"

static const char json[] = "application/json";
static const char form[] = "application/x-www-form-urlencoded";

static struct fixture f;
static struct input in;

static int setup(void **state)
{
	(void)state;
	fixture_init(&f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_done(&f);
	return 0;
}

static void body(const char *type, const char *text)
{
	fixture_body(&f, type, text);
	assert_int_equal(input_begin(&f.rq, &in), OK);
}

static enum err begin(const char *type, const char *text)
{
	fixture_body(&f, type, text);
	return input_begin(&f.rq, &in);
}

static void complained(const char *name, const char *what)
{
	assert_non_null(input_complaint(&in, name));
	assert_string_equal(input_complaint(&in, name), what);
}

static void bodies(void **state)
{
	static const char *const bad[] = { " ", "{", "{}x", "{'a':1}", "{\"a\":NaN}",
		"{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}",
					   "{\"a\":\"\xff\"}", "{\"a\":01}", NULL };
	int i;

	(void)state;
	for (i = 0; bad[i]; i++)
		assert_int_equal(begin(json, bad[i]), ERR_INVALID_JSON);
	assert_int_equal(begin(json, "[]"), ERR_VALIDATION);
	assert_string_equal(buf_str(f.rq.details), "{\"body\":\"must be a JSON object\"}");
	assert_int_equal(begin(json, "null"), ERR_VALIDATION);
	assert_int_equal(begin(json, "{}"), OK);
	assert_int_equal(begin("text/plain", "{}"), ERR_UNSUPPORTED_MEDIA_TYPE);
	assert_int_equal(begin("", "{}"), ERR_UNSUPPORTED_MEDIA_TYPE);
	assert_int_equal(begin("multipart/form-data; boundary=x", "--x"),
		ERR_UNSUPPORTED_MEDIA_TYPE);
	assert_int_equal(begin("text/plain", ""), OK);
	assert_int_equal(begin(form, "a=%"), ERR_BAD_REQUEST);
	assert_int_equal(begin(form, "a=1&a=2"), ERR_VALIDATION);
	assert_string_equal(buf_str(f.rq.details), "{\"a\":\"was sent more than once\"}");
}

static void forms_are_for_pages(void **state)
{
	static const struct route api = { .flags = 0 };
	const struct route *const rows[] = { &api, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_body(&f, form, "a=1");
		f.rq.match.route = rows[i];
		assert_int_equal(input_begin(&f.rq, &in), ERR_UNSUPPORTED_MEDIA_TYPE);
		assert_int_equal(f.rq.form_count, 0);
	}
}

static void parsed_once_and_limited(void **state)
{
	const struct route small = { .body_limit = 4 };
	struct json_object *first;

	(void)state;
	body(json, "{\"a\":\"x\"}");
	first = f.rq.json;
	assert_int_equal(input_begin(&f.rq, &in), OK);
	assert_ptr_equal(f.rq.json, first);
	fixture_body(&f, json, "{\"a\":1}");
	f.rq.match.route = &small;
	assert_int_equal(input_begin(&f.rq, &in), ERR_BODY_TOO_LARGE);
}

static void texts(void **state)
{
	(void)state;
	body(json,
		"{\"name\":\"  J\xc3\xb6 \",\"firstName\":null,\"n\":5,\"b\":true,\"o\":{},"
		"\"e\":\"\",\"c\":\"a\\u0007b\","
		   "\"l\":\"abcdef\",\"s\":\"ab\",\"m\":\"a\\r\\nb\\tc\",\"p\":\" pw \"}");
	assert_string_equal(input_text(&in, "name", 1, 2, INPUT_REQUIRED), "J\xc3\xb6");
	assert_null(input_text(&in, "firstName", 1, 9, 0));
	assert_null(input_text(&in, "missing", 1, 9, 0));
	assert_int_equal(in.complaint_count, 0);
	assert_string_equal(input_text(&in, "p", 1, 9, INPUT_NO_TRIM), " pw ");
	assert_string_equal(input_text(&in, "m", 1, 9, INPUT_MULTILINE), "a\nb\tc");
	assert_string_equal(input_text(&in, "e", 0, 9, 0), "");
	assert_null(input_text(&in, "firstName", 1, 9, INPUT_REQUIRED));
	complained("firstName", "is required");
	assert_null(input_text(&in, "n", 1, 9, 0));
	complained("n", "must be text");
	assert_null(input_text(&in, "b", 1, 9, 0));
	assert_null(input_text(&in, "o", 1, 9, 0));
	complained("o", "must be text");
	assert_null(input_text(&in, "e", 1, 9, 0));
	complained("e", "must not be empty");
	assert_null(input_text(&in, "c", 1, 9, INPUT_MULTILINE));
	complained("c", "must not contain control characters");
	assert_null(input_text(&in, "m", 1, 9, 0));
	complained("m", "must not contain control characters");
	assert_null(input_text(&in, "l", 1, 5, 0));
	complained("l", "must have at most 5 characters");
	assert_null(input_text(&in, "s", 3, 5, 0));
	complained("s", "must have at least 3 characters");
	assert_int_equal(input_end(&in), ERR_VALIDATION);
	assert_true(strstr(buf_str(f.rq.details), "\"n\":\"must be text\"") != NULL);
	assert_int_equal(f.rq.details->data[f.rq.details->len - 1], '}');
}

static void both_spellings(void **state)
{
	(void)state;
	body(json,
		"{\"first_name\":\"A\",\"lastName\":\"B\",\"companyName\":\"C\","
		"\"company_name\":\"D\"}");
	assert_string_equal(input_text(&in, "firstName", 1, 9, 0), "A");
	assert_string_equal(input_text(&in, "lastName", 1, 9, 0), "B");
	assert_true(input_has(&in, "firstName"));
	assert_false(input_has(&in, "phone"));
	assert_int_equal(in.complaint_count, 0);
	assert_null(input_text(&in, "companyName", 1, 9, 0));
	complained("companyName", "was sent twice, also as company_name");
	body(form, "connection_string=x&_csrf=t&skip=");
	assert_string_equal(input_text(&in, "connectionString", 1, 9, 0), "x");
	assert_true(input_button(&in, "skip"));
	assert_false(input_button(&in, "nothing"));
}

static void cleared(void **state)
{
	static const char *const names[] = { "empty", "blank", "gone", "goneToo", NULL };
	int i;

	(void)state;
	body(json, "{\"empty\":\"\",\"blank\":\" \",\"gone\":null,\"gone_too\":null,\"n\":5}");
	for (i = 0; names[i]; i++) {
		assert_string_equal(input_text(&in, names[i], 2, 9, INPUT_CLEARABLE), "");
		assert_string_equal(input_url(&in, names[i], INPUT_CLEARABLE), "");
	}
	assert_null(input_text(&in, "absent", 2, 9, INPUT_CLEARABLE));
	assert_null(input_text(&in, "gone", 2, 9, 0));
	assert_int_equal(in.complaint_count, 0);
	assert_null(input_text(&in, "n", 2, 9, INPUT_CLEARABLE));
	complained("n", "must be text");
	assert_null(input_text(&in, "empty", 2, 9, 0));
	complained("empty", "must not be empty");
}

static void form_fields(void **state)
{
	int64_t n;
	bool b;

	(void)state;
	body(form, "name=+&amount=12.5&count=7&yes=on&bad=1e3&no=0&odd=maybe");
	assert_null(input_text(&in, "name", 1, 9, 0));
	assert_int_equal(in.complaint_count, 0);
	assert_null(input_text(&in, "name", 1, 9, INPUT_REQUIRED));
	complained("name", "is required");
	assert_true(input_decimal(&in, "amount", 4, 1, 1000000, 0, &n));
	assert_int_equal(n, 125000);
	assert_true(input_int(&in, "count", 1, 10, 0, &n));
	assert_int_equal(n, 7);
	assert_true(input_bool(&in, "yes", 0, &b) && b);
	assert_true(input_bool(&in, "no", 0, &b) && !b);
	assert_false(input_bool(&in, "odd", 0, &b));
	complained("odd", "must be true or false");
	assert_false(input_decimal(&in, "bad", 4, 1, 1000000, 0, &n));
	complained("bad", "must be a plain number such as 10 or 2.5, with at most 4 decimals");
}

static void emails(void **state)
{
	static const char *const bad[] = { "a", "@b.c", "a@", "a@b@c", "a b@c.d", "a@b c",
		"a,b@c.d", "<a@b.c>", "a@.b", "a@b.",
					   "a@b..c", "a@b_c", "a\xc3\xb6@b.c", "a@\xc3\xb6.c",
					"a\"@b.c", "a@b;c", NULL };
	char text[400], local[300];
	int i;

	(void)state;
	body(json, "{\"email\":\" Ada.L+x@Example.COM \"}");
	assert_string_equal(input_email(&in, "email", INPUT_REQUIRED), "ada.l+x@example.com");
	for (i = 0; bad[i]; i++) {
		snprintf(text, sizeof(text), "email=%s", bad[i]);
		body(form, text);
		if (input_email(&in, "email", 0))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(in.complaint_count, 1);
	}
	body(json, "{\"email\":\"a@b.c\\r\\nBcc: d@e.f\"}");
	assert_null(input_email(&in, "email", 0));
	memset(local, 'a', sizeof(local) - 1);
	local[299] = '\0';
	local[2] = '@';
	local[254] = '\0';
	snprintf(text, sizeof(text), "email=%s", local);
	body(form, text);
	assert_non_null(input_email(&in, "email", 0));
	snprintf(text, sizeof(text), "email=%sa", local);
	body(form, text);
	assert_null(input_email(&in, "email", 0));
}

static void words_ids_urls(void **state)
{
	static const char *const words[] = { "supabase", "postgresql", NULL };

	(void)state;
	body(json,
		"{\"type\":\"postgresql\",\"other\":\"oracle\","
		"\"id\":\"0190B6A0-1111-7222-8333-444455556666\",\"no\":\"1\","
		   "\"url\":\"https://x.example/a?b\",\"js\":\"javascript:alert(1)\","
		"\"u2\":\"https://a@b/\",\"u3\":\"https:///x\","
		   "\"u4\":\"https://x/\\u003cb>\"}");
	assert_string_equal(input_word(&in, "type", words, 0), "postgresql");
	assert_null(input_word(&in, "other", words, 0));
	complained("other", "must be one of supabase, postgresql");
	assert_string_equal(input_uuid(&in, "id", 0), "0190b6a0-1111-7222-8333-444455556666");
	assert_null(input_uuid(&in, "no", 0));
	assert_string_equal(input_url(&in, "url", 0), "https://x.example/a?b");
	assert_null(input_url(&in, "js", 0));
	assert_null(input_url(&in, "u2", 0));
	assert_null(input_url(&in, "u3", 0));
	assert_null(input_url(&in, "u4", 0));
}

static void amounts(void **state)
{
	static const char *const bad[] = { "0", "-1", "1e3", "\"10\"", "true", "[1]", "{}",
		"1.00001", "1E0", "0.00001",
					   "99999999999999999999", "-99999999999999999999", "1.5e1",
					NULL };
	char text[100];
	int64_t n = 77;
	int i;

	(void)state;
	for (i = 0; bad[i]; i++) {
		snprintf(text, sizeof(text), "{\"amount\":%s}", bad[i]);
		body(json, text);
		if (input_decimal(&in, "amount", 4, 1, 10000000000, INPUT_REQUIRED, &n))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(in.complaint_count, 1);
	}
	assert_int_equal(n, 77);
	body(json, "{\"amount\":1.50,\"n\":3,\"f\":3.0,\"s\":\"3\",\"b\":false,\"bs\":\"true\"}");
	assert_true(input_decimal(&in, "amount", 4, 1, 10000000000, 0, &n));
	assert_int_equal(n, 15000);
	assert_true(input_int(&in, "n", 1, 3, 0, &n));
	assert_false(input_int(&in, "f", 1, 3, 0, &n));
	complained("f", "must be a whole number");
	assert_false(input_int(&in, "s", 1, 3, 0, &n));
	assert_false(input_decimal(&in, "n", 2, 400, 500, 0, &n));
	complained("n", "must be between 4 and 5");
	assert_false(input_decimal(&in, "amount", 4, 20000, INT64_MAX, 0, &n));
	complained("amount", "must be at least 2");
}

static void flags_as_json(void **state)
{
	bool b = true;

	(void)state;
	body(json, "{\"isLive\":false,\"as_snake\":true,\"text\":\"true\",\"one\":1}");
	assert_true(input_bool(&in, "isLive", 0, &b) && !b);
	assert_true(input_bool(&in, "asSnake", 0, &b) && b);
	assert_false(input_bool(&in, "text", 0, &b));
	assert_false(input_bool(&in, "one", 0, &b));
	assert_false(input_bool(&in, "missing", 0, &b));
	assert_int_equal(in.complaint_count, 2);
}

static void complaints_are_bounded(void **state)
{
	char name[16];
	int i;

	(void)state;
	body(json, "{}");
	assert_int_equal(input_end(&in), OK);
	input_complain(&in, "a", "first");
	input_complain(&in, "a", "second");
	complained("a", "first");
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		input_complain(&in, name, "\"<x>\"");
	}
	assert_int_equal(in.complaint_count, INPUT_MAX_COMPLAINTS);
	assert_int_equal(input_end(&in), ERR_VALIDATION);
}

static enum err page(const char *target, struct paging *out)
{
	assert_int_equal(fixture_request(&f, "GET", target, NULL, NULL, NULL), OK);
	return input_paging(&f.rq, out);
}

static void pages(void **state)
{
	static const char *const bad[] = { "/?limit=0", "/?limit=101", "/?limit=", "/?limit=1e1",
		"/?limit=-1", "/?cursor=x", NULL };
	struct paging p;
	int i;

	(void)state;
	assert_int_equal(page("/?cursor=", &p), OK);
	assert_int_equal(p.limit, 20);
	assert_null(p.cursor);
	assert_int_equal(page("/?limit=100&cursor=0190b6a0-1111-7222-8333-444455556666", &p), OK);
	assert_int_equal(p.limit, 100);
	assert_string_equal(p.cursor, "0190b6a0-1111-7222-8333-444455556666");
	for (i = 0; bad[i]; i++)
		assert_int_equal(page(bad[i], &p), ERR_VALIDATION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bodies), TEST(forms_are_for_pages), TEST(parsed_once_and_limited),
		TEST(texts), TEST(both_spellings), TEST(cleared), TEST(form_fields),
		TEST(emails), TEST(words_ids_urls), TEST(amounts), TEST(flags_as_json),
		TEST(complaints_are_bounded), TEST(pages),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
