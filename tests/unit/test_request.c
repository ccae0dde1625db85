/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as a web server hands them on, and as one that is lied to hands them on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "request_fixture.h"
#include "web/url.h"

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

static enum err get(const char *target)
{
	return fixture_request(&f, "GET", target, NULL, NULL, NULL);
}

static void plain(void **state)
{
	(void)state;
	assert_int_equal(fixture_request(&f, "GET", "/api/st%C3%B6res/x?limit=5&q=a+b%26",
					 "HTTP_USER_AGENT=curl", "HTTP_X_REQUEST_ID=abc-1._Z",
					 "CONTENT_TYPE=Application/JSON; charset=utf-8"), OK);
	assert_string_equal(f.rq.method, "GET");
	assert_string_equal(f.rq.path, "/api/st\xc3\xb6res/x");
	assert_int_equal(f.rq.segment_count, 3);
	assert_string_equal(f.rq.segments[2], "x");
	assert_string_equal(request_query(&f.rq, "limit"), "5");
	assert_string_equal(request_query(&f.rq, "q"), "a b&");
	assert_null(request_query(&f.rq, "nothing"));
	assert_string_equal(f.rq.host, "shop.example");
	assert_string_equal(f.rq.remote_addr, "192.0.2.1");
	assert_string_equal(f.rq.content_type, "application/json");
	assert_string_equal(request_header(&f.rq, "user-agent"), "curl");
	assert_string_equal(f.rq.request_id, "abc-1._Z");
	assert_string_equal(f.rq.log.request_id, "abc-1._Z");
	assert_string_equal(request_param(&f.rq, "id"), "");
}

static void nothing_survives_a_reset(void **state)
{
	(void)state;
	assert_int_equal(fixture_request(&f, "GET", "/a?b=c", "HTTP_COOKIE=k=v", NULL, NULL), OK);
	f.rq.who.kind = AGENCY_USER;
	f.rq.status = 200;
	request_reset(&f.rq);
	assert_int_equal(f.rq.query_count + f.rq.header_count + f.rq.cookie_count, 0);
	assert_int_equal(f.rq.segment_count + f.rq.status, 0);
	assert_int_equal(f.rq.who.kind, NOBODY);
	assert_int_equal(f.rq.match.index, -1);
	assert_string_equal(f.rq.path, "");
	assert_ptr_equal(f.rq.rt, &f.rt);
}

static void paths_refused(void **state)
{
	static const char *const targets[] = {
		"", "x", "*", "/%", "/%4", "/%zz", "/a%00b", "/a%2Fb", "/a%2fb", "/a/..", "/../a",
		"/a/./b",
		"/%2e%2e/a", "/a/%2E%2e", "/.%2e", "/%2e", "/a%0d%0aX: y", "/a%09", "/a%7f", "/%ff",
		"/%c0%af",
		"/%ed%a0%80", "/\xff", "/a#b", "/api/auth/me#/../x", "/a\rb", "/a\x01",
		"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/%2e%2e", "http://h/%2e%2e", "ftp://h/x", "//%00",
		NULL };
	int i;

	(void)state;
	for (i = 0; targets[i]; i++) {
		if (get(targets[i]) != ERR_BAD_REQUEST)
			fail_msg("taken: %s", targets[i]);
		assert_int_equal(strlen(f.rq.request_id), 36);
	}
}

static void odd_paths_keep_their_segments(void **state)
{
	(void)state;
	assert_int_equal(get("/"), OK);
	assert_int_equal(f.rq.segment_count, 0);
	assert_string_equal(f.rq.path, "/");
	assert_int_equal(get("//api"), OK);
	assert_int_equal(f.rq.segment_count, 2);
	assert_string_equal(f.rq.segments[0], "");
	assert_int_equal(get("/api/"), OK);
	assert_int_equal(f.rq.segment_count, 2);
	assert_string_equal(f.rq.path, "/api/");
	assert_int_equal(get("/api;x=1"), OK);
	assert_string_equal(f.rq.segments[0], "api;x=1");
	assert_int_equal(get("/%252e%252e"), OK);
	assert_string_equal(f.rq.segments[0], "%2e%2e");
	assert_int_equal(get("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15"), OK);
	assert_int_equal(f.rq.segment_count, ROUTER_SEGMENTS + 1);
}

static void absolute_form_names_no_host(void **state)
{
	(void)state;
	assert_int_equal(get("http://evil.example/api/x?y=1"), OK);
	assert_string_equal(f.rq.path, "/api/x");
	assert_string_equal(f.rq.host, "shop.example");
	assert_string_equal(request_query(&f.rq, "y"), "1");
	assert_int_equal(get("HTTPS://evil.example"), OK);
	assert_string_equal(f.rq.path, "/");
	assert_int_equal(get("http://evil.example?y=2"), OK);
	assert_int_equal(f.rq.segment_count, 0);
	assert_string_equal(request_query(&f.rq, "y"), "2");
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_HOST=evil.example",
					 "HTTP_X_FORWARDED_HOST=evil.example", "SERVER_NAME=evil"),
					OK);
	assert_string_equal(f.rq.host, "shop.example");
}

static void queries(void **state)
{
	static const char *const bad[] = { "/?a=1&a=2", "/?a=%", "/?a=%00", "/?%00=1", "/?=1",
		"/?a=%ff",
					   "/?a=%0d%0aSet-Cookie:x", "/?a=%1b", NULL };
	char many[REQUEST_FIELDS * 8 + 64], *p = many;
	int i;

	(void)state;
	for (i = 0; bad[i]; i++)
		if (get(bad[i]) != ERR_BAD_REQUEST)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(get("/?a=1&&b&c=?&"), OK);
	assert_int_equal(f.rq.query_count, 3);
	assert_string_equal(request_query(&f.rq, "b"), "");
	assert_string_equal(request_query(&f.rq, "c"), "?");
	p += snprintf(p, 8, "/?");
	for (i = 0; i < REQUEST_FIELDS; i++)
		p += snprintf(p, 8, "f%d&", i);
	assert_int_equal(get(many), OK);
	assert_int_equal(f.rq.query_count, REQUEST_FIELDS);
	snprintf(p, 8, "more");
	assert_int_equal(get(many), ERR_BAD_REQUEST);
}

static void lengths_of_targets(void **state)
{
	static char target[32000];

	(void)state;
	memset(target, 'a', sizeof(target) - 1);
	target[0] = '/';
	assert_int_equal(get(target), ERR_BAD_REQUEST);
	target[REQUEST_PATH + 1] = '\0';
	assert_int_equal(get(target), ERR_BAD_REQUEST);
	target[REQUEST_PATH] = '\0';
	assert_int_equal(get(target), OK);
	memset(target, 'a', sizeof(target) - 1);
	memcpy(target, "/?", 2);
	target[2 + REQUEST_QUERY] = '\0';
	assert_int_equal(get(target), OK);
	target[2 + REQUEST_QUERY] = 'a';
	target[3 + REQUEST_QUERY] = '\0';
	assert_int_equal(get(target), ERR_BAD_REQUEST);
}

static void methods(void **state)
{
	static const char *const bad[] = { "", "get", "GET ", "G-T", "ABCDEFGHIJKLMNOPQ", "G\tT",
		"G\xc3\xa4", NULL };
	int i;

	(void)state;
	for (i = 0; bad[i]; i++)
		assert_int_equal(fixture_request(&f, bad[i], "/", NULL, NULL, NULL),
			ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "FOO", "/", NULL, NULL, NULL), OK);
	assert_int_equal(fixture_request(&f, "ABCDEFGHIJKLMNOP", "/", NULL, NULL, NULL), OK);
}

static enum err length_of(const char *text, size_t *length)
{
	char param[128];
	const char *params[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/", param, NULL };

	snprintf(param, sizeof(param), "CONTENT_LENGTH=%s", text);
	return fixture_params(&f, params, length);
}

static void content_length(void **state)
{
	static const char *const bad[] = { "-1", "+1", " 1", "1 ", "0x10", "1e3", "1,1", "1.0",
		"abc", "\xd9\xa1",
					   NULL };
	static const char *const large[] = { "1048577", "4294967297", "99999999999",
		"18446744073709551617",
					     "00000000000000000000000000000000009999999", NULL };
	size_t n;
	int i;

	(void)state;
	assert_int_equal(length_of("", &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(length_of("1048576", &n), OK);
	assert_int_equal(n, REQUEST_BODY);
	assert_int_equal(length_of("0000000000000000000000012", &n), OK);
	assert_int_equal(n, 12);
	for (i = 0; bad[i]; i++)
		assert_int_equal(length_of(bad[i], &n), ERR_BAD_REQUEST);
	for (i = 0; large[i]; i++)
		assert_int_equal(length_of(large[i], &n), ERR_BODY_TOO_LARGE);
}

static void host_is(const char *sent, const char *host)
{
	char out[URL_HOST];

	if (!url_host(sent, out))
		fail_msg("refused: %s", sent);
	assert_string_equal(out, host);
}

static void hosts(void **state)
{
	static const char *const bad[] = {
		".", "..", ".a", "a..b", "a b", "a/b", "a\\b", "a@b", "a:b", "a:1:2", "a:-1",
		"a:65536", "[::1", "[]",
		"[::1]x", "[a]b]", "[::g]", "a\r\nb", "a%2e", "\xc3\xa9.example", "a,b", "a'b",
		":80", "~", NULL };
	char out[URL_HOST], long_name[300], param[320];
	const char *params[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/", param, NULL };
	size_t n;
	int i;

	(void)state;
	host_is("", "");
	host_is("Shop.EXAMPLE", "shop.example");
	host_is("shop.example.", "shop.example");
	host_is("shop.example.:8080", "shop.example");
	host_is("shop.example:", "shop.example");
	host_is("127.0.0.1:8080", "127.0.0.1");
	host_is("[::1]:8080", "[::1]");
	host_is("[FE80::1]", "[fe80::1]");
	host_is("my_shop.example", "my_shop.example");
	for (i = 0; bad[i]; i++) {
		if (url_host(bad[i], out))
			fail_msg("taken: %s", bad[i]);
		snprintf(param, sizeof(param), "TENANT_HOST=%s", bad[i]);
		assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[299] = '\0';
	assert_false(url_host(long_name, out));
	long_name[254] = '\0';
	assert_true(url_host(long_name, out));
}

static void headers(void **state)
{
	(void)state;
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_PROXY=http://evil", "HTTP_ACCEPT=a",
					 "HTTP_ACCEPT=b"), OK);
	assert_null(request_header(&f.rq, "proxy"));
	assert_int_equal(f.rq.header_count, 2);
	assert_string_equal(request_header(&f.rq, "accept"), "a");
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_USER_AGENT=M\xf6zilla \xc3\xb6\tx",
		"HTTP_=x",
					 "HTTP_BAD NAME=x"), OK);
	assert_string_equal(request_header(&f.rq, "user-agent"), "M?zilla \xc3\xb6\tx");
	assert_int_equal(f.rq.header_count, 1);
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_X=a\r\nSet-Cookie: b", NULL, NULL),
			 ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_X=a\x7f", NULL, NULL),
		ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_AUTHORIZATION=Bearer a",
					 "HTTP_AUTHORIZATION=Bearer b", NULL), ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "GET", "/", "HTTP_NOVALUE", "", "="), OK);
}

static void doubled_parameters(void **state)
{
	(void)state;
	assert_int_equal(fixture_request(&f, "GET", "/", "TENANT_HOST=other", NULL, NULL),
		ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "GET", "/", "REQUEST_URI=/x", NULL, NULL),
		ERR_BAD_REQUEST);
	assert_int_equal(fixture_request(&f, "GET", "/", "CONTENT_LENGTH=1", "CONTENT_LENGTH=2",
		NULL),
			 ERR_BAD_REQUEST);
}

static void counts_are_capped(void **state)
{
	static char text[REQUEST_PARAMS + 10][32];
	const char *params[REQUEST_PARAMS + 10] = { "REQUEST_METHOD=GET", "REQUEST_URI=/" };
	static char big[REQUEST_PARAM_BYTES + 32];
	size_t n;
	int i;

	(void)state;
	for (i = 2; i < 2 + REQUEST_HEADERS; i++) {
		snprintf(text[i], sizeof(text[i]), "HTTP_X%d=v", i);
		params[i] = text[i];
	}
	assert_int_equal(fixture_params(&f, params, &n), OK);
	assert_int_equal(f.rq.header_count, REQUEST_HEADERS);
	params[i] = "HTTP_ONE_MORE=v";
	assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
	for (i = 2; i < REQUEST_PARAMS; i++)
		params[i] = "PARAM=v";
	assert_int_equal(fixture_params(&f, params, &n), OK);
	params[i] = "PARAM=v";
	assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
	memset(big, 'a', sizeof(big) - 1);
	memcpy(big, "HTTP_X=", 7);
	params[2] = big;
	params[3] = NULL;
	assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
	params[0] = NULL;
	assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
}

static void request_ids(void **state)
{
	static const char *const bad[] = { "", "a b", "a\"b", "a\\nb", "\xc3\xb6",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL };
	char param[128];
	int i;

	(void)state;
	for (i = 0; bad[i]; i++) {
		snprintf(param, sizeof(param), "HTTP_X_REQUEST_ID=%s", bad[i]);
		assert_int_equal(fixture_request(&f, "GET", "/", param, NULL, NULL), OK);
		assert_true(id_valid(f.rq.request_id));
	}
	param[strlen(param) - 1] = '\0';
	assert_int_equal(fixture_request(&f, "GET", "/", param, NULL, NULL), OK);
	assert_int_equal(strlen(f.rq.request_id), 64);
	assert_int_equal(fixture_request(&f, "GET", "/", param, param, NULL), OK);
	assert_true(id_valid(f.rq.request_id));
	/* Also what is refused has the caller's id. */
	assert_int_equal(fixture_request(&f, "bad", "/", "HTTP_X_REQUEST_ID=mine", NULL, NULL),
		ERR_BAD_REQUEST);
	assert_string_equal(f.rq.request_id, "mine");
}

static void addresses_and_types(void **state)
{
	const char *params[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/", "REMOTE_ADDR=unix:",
		"CONTENT_TYPE= ;x", NULL };
	size_t n;

	(void)state;
	assert_int_equal(fixture_params(&f, params, &n), OK);
	assert_string_equal(f.rq.remote_addr, "");
	assert_string_equal(f.rq.content_type, "");
	assert_string_equal(f.rq.host, "");
	params[2] = "REMOTE_ADDR=2001:db8::1";
	params[3] = "CONTENT_TYPE=text/x\r\ny";
	assert_int_equal(fixture_params(&f, params, &n), OK);
	assert_string_equal(f.rq.remote_addr, "2001:db8::1");
	assert_string_equal(f.rq.content_type, "unknown");
}

static void own_paths(void **state)
{
	static const char *const bad[] = { "", "x", "//evil", "/\\evil", "/a\r\nb", "/a b",
		"https://evil", "/\xc3\xb6",
					   NULL };
	struct buf b = BUF_INIT;
	int i;

	(void)state;
	for (i = 0; bad[i]; i++)
		assert_false(url_own_path(bad[i]));
	assert_false(url_own_path(NULL));
	assert_true(url_own_path("/"));
	assert_true(url_own_path("/dashboard?x=%20//y"));
	url_encode(&b, "/a b?\xc3\xb6&~");
	assert_string_equal(b.data, "%2Fa%20b%3F%C3%B6%26~");
	buf_done(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain), TEST(nothing_survives_a_reset), TEST(paths_refused),
		TEST(odd_paths_keep_their_segments), TEST(absolute_form_names_no_host),
			TEST(queries),
		TEST(lengths_of_targets), TEST(methods), TEST(content_length), TEST(hosts),
			TEST(headers),
		TEST(doubled_parameters), TEST(counts_are_capped), TEST(request_ids),
		TEST(addresses_and_types), TEST(own_paths),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
