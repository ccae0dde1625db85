/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies and forms: what is read, what is passed over, what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "request_fixture.h"
#include "web/cookie.h"
#include "web/form.h"

static struct fixture f;

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

static void reads(void **state)
{
	(void)state;
	assert_int_equal(fixture_request(&f, "GET", "/",
		"HTTP_COOKIE=a=1; b=two;c=x=y; bad; =none; d=sp ace; e=\"q\"; f=\xc3\xb6;; g=",
		"HTTP_COOKIE=h=8; a=2",
		NULL), OK);
	assert_string_equal(request_cookie(&f.rq, "a"), "1");
	assert_string_equal(request_cookie(&f.rq, "b"), "two");
	assert_string_equal(request_cookie(&f.rq, "c"), "x=y");
	assert_string_equal(request_cookie(&f.rq, "g"), "");
	assert_string_equal(request_cookie(&f.rq, "h"), "8");
	assert_null(request_cookie(&f.rq, "bad"));
	assert_null(request_cookie(&f.rq, ""));
	assert_null(request_cookie(&f.rq, "d"));
	assert_null(request_cookie(&f.rq, "e"));
	assert_null(request_cookie(&f.rq, "f"));
}

static void prefix_under_tls(void **state)
{
	(void)state;
	f.site.secure = true;
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_COOKIE=s=planted; __Host-s=real",
		NULL, NULL), OK);
	assert_string_equal(request_cookie(&f.rq, "s"), "real");
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_COOKIE=s=planted", NULL, NULL), OK);
	assert_null(request_cookie(&f.rq, "s"));
	f.site.secure = false;
}

static void many(void **state)
{
	char param[2000] = "HTTP_COOKIE=";
	size_t len = strlen(param);
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		len += (size_t)snprintf(param + len, sizeof(param) - len, "c%d=%d;", i, i);
	assert_int_equal(fixture_request(&f, "GET", "/", param, NULL, NULL), OK);
	assert_int_equal(f.rq.cookie_count, REQUEST_COOKIES);
	assert_null(request_cookie(&f.rq, "c99"));
}

static void writes(void **state)
{
	struct arena *a = &f.rq.arena;

	(void)state;
	assert_string_equal(cookie_line(a, false, "s", "v", -1),
		"s=v; Path=/; HttpOnly; SameSite=Lax");
	assert_string_equal(cookie_line(a, true, "s", "v", 60),
			    "__Host-s=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
	assert_string_equal(cookie_line(a, false, "s", "v", 0),
		"s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
	assert_null(cookie_line(a, false, "s", "a;b", 1));
	assert_null(cookie_line(a, false, "s", "a\r\nb", 1));
	assert_null(cookie_line(a, false, "s", "a b", 1));
	assert_null(cookie_line(a, false, "s", "\xc3\xb6", 1));
	assert_null(cookie_line(a, false, "", "v", 1));
	assert_null(cookie_line(a, false, "a=b", "v", 1));
}

static enum err form(const char *text, int max, struct pair *out, int *n, const char **twice)
{
	return form_parse(&f.rq.arena, text, strlen(text), out, max, n, twice);
}

static void forms(void **state)
{
	static const char *const bad[] = { "a=%", "a=%0", "%00=1", "a=%00", "a=%ff", "=x", "a%0A=1",
		NULL };
	struct pair v[4];
	const char *twice;
	int n, i;

	(void)state;
	assert_int_equal(form("", 4, v, &n, &twice), OK);
	assert_int_equal(n, 0);
	assert_int_equal(form("a=1+2%2B&b=%C3%B6&&c&d=x%0D%0Ay", 4, v, &n, &twice), OK);
	assert_int_equal(n, 4);
	assert_string_equal(v[0].value, "1 2+");
	assert_string_equal(v[1].value, "\xc3\xb6");
	assert_string_equal(v[2].value, "");
	assert_string_equal(v[3].value, "x\r\ny");
	assert_null(twice);
	assert_int_equal(form("a=1&b=2&%61=3", 4, v, &n, &twice), OK);
	assert_string_equal(twice, "a");
	assert_int_equal(form("a&b&c&d&e", 4, v, &n, &twice), ERR_BAD_REQUEST);
	for (i = 0; bad[i]; i++)
		assert_int_equal(form(bad[i], 4, v, &n, &twice), ERR_BAD_REQUEST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads), TEST(prefix_under_tls), TEST(many), TEST(writes), TEST(forms),
	};

	return cmocka_run_group_tests_name("cookie", tests, NULL, NULL);
}
