/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as they leave the process: envelope, headers, pages, errors, CORS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "json/json.h"
#include "request_fixture.h"
#include "web/cors.h"
#include "web/reply.h"
#include "web/template.h"
#include "web/view.h"

static struct fixture f;
static struct buf out;
static struct templates *pages, *none;
static const struct route page_row = { .method = "GET", .pattern = "/p", .flags = ROUTE_PAGE };
static const struct route api_row = { .method = "GET", .pattern = "/api/x" };

static int setup(void **state)
{
	static const char hello[] = "<p>{{name}} {{csrf}} {{user.initials}} {{path}} "
		"{{isDashboard}}</p>";
	static const char error[] = "<h1>{{status}} {{title}}</h1>{{message}} {{requestId}} "
		"{{code}} {{home}}";
	char why[200];

	(void)state;
	fixture_init(&f);
	pages = templates_new();
	none = templates_new();
	assert_int_equal(templates_add(pages, "hello", hello, strlen(hello), why, sizeof(why)), OK);
	assert_int_equal(templates_add(pages, "error", error, strlen(error), why, sizeof(why)), OK);
	assert_int_equal(templates_link(pages, false, why, sizeof(why)), OK);
	assert_int_equal(templates_link(none, false, why, sizeof(why)), OK);
	f.site.templates = pages;
	buf_init(&out);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_done(&out);
	templates_close(pages);
	templates_close(none);
	fixture_done(&f);
	return 0;
}

static void ask(const char *method, const char *target, const char *header, const struct route *row)
{
	assert_int_equal(fixture_request(&f, method, target, "HTTP_X_REQUEST_ID=rid-1", header,
		NULL), OK);
	f.rq.match.route = row;
}

static const char *written(void)
{
	buf_clear(&out);
	reply_write(&f.rq, &out);
	return buf_str(&out);
}

static const char *body_of(const char *text)
{
	return strstr(text, "\r\n\r\n") + 4;
}

static void has(const char *line)
{
	char want[1024];

	snprintf(want, sizeof(want), "%s\r\n", line);
	if (!strstr(buf_str(&out), want))
		fail_msg("no line %s in:\n%s", line, buf_str(&out));
}

static void has_not(const char *text)
{
	if (strstr(buf_str(&out), text))
		fail_msg("%s in:\n%s", text, buf_str(&out));
}

static void envelope(void **state)
{
	(void)state;
	ask("GET", "/api/x", NULL, &api_row);
	jw_text(reply_begin(&f.rq, 201, "Made."), "name", "a<b");
	assert_int_equal(reply_end(&f.rq), OK);
	assert_string_equal(body_of(written()),
		"{\"success\":true,\"message\":\"Made.\",\"data\":{\"name\":\"a\\u003cb\"}}");
	assert_true(strncmp(buf_str(&out), "Status: 201 Created\r\n", 21) == 0);
	has("Content-Type: application/json");
	has("Content-Length: 61");
	has("X-Request-Id: rid-1");
	has("Cache-Control: no-store");
	has("X-Content-Type-Options: nosniff");
	has("X-Frame-Options: DENY");
	has("Referrer-Policy: same-origin");
	has("Cross-Origin-Opener-Policy: same-origin");
	assert_true(strstr(buf_str(&out),
		"\r\nContent-Security-Policy: default-src 'none'; ") != NULL);
	has_not("unsafe-inline");
	has_not("Strict-Transport");
	has_not("Access-Control");
	has_not("Vary");
	reply_message(&f.rq, 200, NULL);
	assert_string_equal(body_of(written()), "{\"success\":true,\"data\":{}}");
}

static void secure_site(void **state)
{
	(void)state;
	f.site.secure = true;
	ask("GET", "/api/x", NULL, &api_row);
	reply_message(&f.rq, 200, NULL);
	reply_cookie(&f.rq, "souk_session", "abc", 60);
	written();
	has("Strict-Transport-Security: max-age=31536000");
	has("Set-Cookie: __Host-souk_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; "
		"Max-Age=60");
}

static void head_and_empty(void **state)
{
	(void)state;
	ask("HEAD", "/api/x", NULL, &api_row);
	reply_message(&f.rq, 200, NULL);
	assert_string_equal(body_of(written()), "");
	has("Content-Length: 26");
	ask("GET", "/api/x", NULL, &api_row);
	reply_raw(&f.rq, 204, "text/plain", "", 0);
	assert_string_equal(body_of(written()), "");
	has_not("Content-Length");
	has_not("Content-Type: ");
}

static void no_line_breaks_in_headers(void **state)
{
	(void)state;
	ask("GET", "/api/x", NULL, &api_row);
	reply_message(&f.rq, 200, NULL);
	reply_header(&f.rq, "X-A", "a\r\nSet-Cookie: evil=1");
	reply_header(&f.rq, "X-B", "a\nb");
	reply_cookie(&f.rq, "c", "a\r\nX-Evil: 1", 5);
	reply_cookie(&f.rq, "c", "a; Domain=evil", 5);
	reply_header(&f.rq, "X-C", "fine");
	written();
	has_not("evil");
	has_not("Evil");
	has_not("X-A");
	has_not("X-B");
	has("X-C: fine");
}

static void redirect_is(const char *to, const char *line)
{
	ask("POST", "/p", NULL, &page_row);
	assert_int_equal(reply_redirect(&f.rq, to), OK);
	written();
	assert_int_equal(f.rq.status, 303);
	has(line);
	has("Cache-Control: no-store");
}

static void redirects(void **state)
{
	(void)state;
	redirect_is("/dashboard?a=1", "Location: /dashboard?a=1");
	redirect_is("//evil.example", "Location: /");
	redirect_is("https://evil.example", "Location: /");
	redirect_is("/\\evil.example", "Location: /");
	redirect_is("/a\r\nX: y", "Location: /");
	redirect_is("/a b", "Location: /");
	redirect_is(NULL, "Location: /");
}

static void page_with_frame(void **state)
{
	struct json_object *view;

	(void)state;
	ask("GET", "/dashboard/x", NULL, &page_row);
	f.rq.who.kind = AGENCY_USER;
	f.rq.who.first_name = "\xc3\x96zg\xc3\xbcr";
	f.rq.who.last_name = "Lee";
	f.rq.who.email = "o@x.example";
	view = view_new();
	view_text(view, "name", "<script>");
	view_text(view_item(view_list(view, "rows")), "a", "b");
	view_int(view, "n", 5);
	assert_int_equal(reply_page(&f.rq, 200, "hello", view), OK);
	written();
	assert_true(strstr(buf_str(&out), "<p>&lt;script&gt; ") != NULL);
	assert_true(strstr(buf_str(&out), " \xc3\x96L /dashboard/x true</p>") != NULL);
	has("Content-Type: text/html; charset=utf-8");
	has("Cache-Control: no-store");
	has_not("Set-Cookie");
	ask("GET", "/", NULL, &page_row);
	assert_int_equal(reply_page(&f.rq, 200, "hello", NULL), OK);
	written();
	has("Cache-Control: private, no-cache");
	assert_true(strstr(buf_str(&out), "\r\nSet-Cookie: souk_pre=") != NULL);
	assert_int_equal(reply_page(&f.rq, 200, "missing", NULL), ERR_INTERNAL);
	assert_int_equal(f.rq.status, 0);
}

static void error_envelope(void **state)
{
	(void)state;
	ask("POST", "/api/x", NULL, &api_row);
	jw_text(reply_begin(&f.rq, 200, NULL), "half", "done");
	reply_detail(&f.rq, "name", "is \"required\"");
	reply_detail_decimal(&f.rq, "available", 15000, 4);
	reply_detail(&f.rq, "slug", "x");
	reply_error(&f.rq, ERR_VALIDATION);
	assert_string_equal(body_of(written()),
		"{\"success\":false,\"error\":\"Some fields need your attention.\","
		"\"code\":\"VALIDATION_ERROR\","
		"\"details\":{\"name\":\"is \\\"required\\\"\",\"available\":1.5,\"slug\":\"x\"}}");
	ask("POST", "/api/x", NULL, &api_row);
	reply_error(&f.rq, ERR_NO_TOKEN);
	written();
	has("WWW-Authenticate: Bearer");
	ask("POST", "/api/x", NULL, &api_row);
	reply_error(&f.rq, ERR_DB_SQL);
	written();
	has("Status: 500 Internal Server Error");
	has_not("DB_SQL");
	ask("POST", "/api/x", NULL, &api_row);
	written();
	has("Status: 500 Internal Server Error");
}

static void error_headers(void **state)
{
	(void)state;
	ask("GET", "/api/x", NULL, NULL);
	snprintf(f.rq.match.allow, sizeof(f.rq.match.allow), "POST, OPTIONS");
	reply_error(&f.rq, ERR_METHOD_NOT_ALLOWED);
	written();
	has("Allow: POST, OPTIONS");
	ask("GET", "/api/x", NULL, &api_row);
	reply_error(&f.rq, ERR_MASTER_DB_UNAVAILABLE);
	written();
	has("Retry-After: 5");
	ask("GET", "/api/x", NULL, &api_row);
	reply_header(&f.rq, "Retry-After", "17");
	reply_error(&f.rq, ERR_RATE_LIMITED);
	written();
	has("Retry-After: 17");
	has_not("Retry-After: 60");
}

static void error_is_page(const char *target, const char *accept, const struct route *row, bool is)
{
	ask("GET", target, accept, row);
	reply_error(&f.rq, ERR_NOT_FOUND);
	written();
	has(is ? "Content-Type: text/html; charset=utf-8" : "Content-Type: application/json");
	assert_int_equal(f.rq.status, 404);
}

static void error_pages(void **state)
{
	static const char browser[] = "HTTP_ACCEPT=text/html,application/xhtml+xml,"
		"application/xml;q=0.9,*/*;q=0.8";

	(void)state;
	error_is_page("/p", NULL, &page_row, true);
	assert_true(strstr(buf_str(&out), "<h1>404 Page not found</h1>") != NULL);
	assert_true(strstr(buf_str(&out), " rid-1 NOT_FOUND /") != NULL);
	error_is_page("/nothing", browser, NULL, true);
	error_is_page("/nothing", NULL, NULL, false);
	error_is_page("/nothing", "HTTP_ACCEPT=*/*", NULL, false);
	error_is_page("/nothing", "HTTP_ACCEPT=application/json, text/html;q=0.5", NULL, false);
	error_is_page("/nothing", "HTTP_ACCEPT=application/json;q=0.2, text/html;q=0.5", NULL,
		true);
	error_is_page("/nothing", "HTTP_ACCEPT=text/html;q=0", NULL, false);
	error_is_page("/nothing", "HTTP_ACCEPT=text/htmlx, ,;q=,", NULL, false);
	error_is_page("/api/nothing", browser, NULL, false);
	error_is_page("/api", browser, NULL, false);
	error_is_page("/api/x", browser, &api_row, false);
}

static void error_without_template(void **state)
{
	(void)state;
	f.site.templates = none;
	ask("GET", "/p", NULL, &page_row);
	reply_error(&f.rq, ERR_INTERNAL);
	written();
	has("Content-Type: text/plain; charset=utf-8");
	assert_true(strstr(buf_str(&out), "Request id: rid-1") != NULL);
	assert_int_equal(f.rq.status, 500);
}

static void error_of_an_unparsed_request(void **state)
{
	const char *params[] = { "REQUEST_METHOD=get", NULL };
	size_t n;

	(void)state;
	assert_int_equal(fixture_params(&f, params, &n), ERR_BAD_REQUEST);
	reply_error(&f.rq, ERR_BAD_REQUEST);
	written();
	has("Status: 400 Bad Request");
	assert_int_equal(strlen(f.rq.request_id), 36);
}

static void cors(void **state)
{
	static const char *const no[] = { "HTTP_ORIGIN=https://b.example",
		"HTTP_ORIGIN=https://a.exampl",
		"HTTP_ORIGIN=https://a.example.evil", "HTTP_ORIGIN=null", "HTTP_ORIGIN=",
		"HTTP_ORIGIN=https://a.example,",
		"HTTP_ORIGIN=https://A.example", NULL };
	int i;

	(void)state;
	f.settings.cors_origins = "https://c.example:8443, https://a.example";
	ask("GET", "/api/x", "HTTP_ORIGIN=https://a.example", &api_row);
	reply_message(&f.rq, 200, NULL);
	written();
	has("Access-Control-Allow-Origin: https://a.example");
	has("Vary: Origin");
	has_not("Credentials");
	for (i = 0; no[i]; i++) {
		ask("GET", "/api/x", no[i], &api_row);
		reply_message(&f.rq, 200, NULL);
		written();
		has_not("Access-Control");
		has("Vary: Origin");
	}
	ask("GET", "/p", "HTTP_ORIGIN=https://a.example", &page_row);
	reply_message(&f.rq, 200, NULL);
	written();
	has_not("Access-Control");
}

static void lists_of_origins(void **state)
{
	static const char *const good[] = {
		"", " ", "https://a.example", "https://a.example:8443, http://localhost:3000,",
		"http://[::1]:3000", NULL
	};
	static const char *const bad[] = {
		"*", "null", "a.example", "https://", "https://a.example/", "https://A.example",
		"HTTPS://a.example", "https://u@a.example", "https://a.example:port",
		"https://a.example b", "ftp://a.example", NULL
	};
	int i;

	(void)state;
	for (i = 0; good[i]; i++)
		assert_true(cors_list_good(good[i]));
	for (i = 0; bad[i]; i++)
		if (cors_list_good(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static void preflight(void **state)
{
	(void)state;
	f.settings.cors_origins = "https://a.example";
	assert_int_equal(fixture_request(&f, "OPTIONS", "/api/x", "HTTP_ORIGIN=https://a.example",
					 "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST", NULL), OK);
	snprintf(f.rq.match.allow, sizeof(f.rq.match.allow), "POST, OPTIONS");
	assert_int_equal(reply_cors_preflight(&f.rq), OK);
	written();
	has("Status: 204 No Content");
	has("Allow: POST, OPTIONS");
	has("Access-Control-Allow-Origin: https://a.example");
	has("Access-Control-Allow-Methods: POST, OPTIONS");
	assert_int_equal(fixture_request(&f, "OPTIONS", "/api/x",
		"HTTP_ORIGIN=https://evil.example",
					 "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST", NULL), OK);
	snprintf(f.rq.match.allow, sizeof(f.rq.match.allow), "POST, OPTIONS");
	assert_int_equal(reply_cors_preflight(&f.rq), OK);
	written();
	has("Allow: POST, OPTIONS");
	has_not("Access-Control");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(envelope), TEST(secure_site), TEST(head_and_empty),
			TEST(no_line_breaks_in_headers),
		TEST(redirects), TEST(page_with_frame), TEST(error_envelope), TEST(error_headers),
		TEST(error_pages), TEST(error_without_template), TEST(error_of_an_unparsed_request),
		TEST(cors), TEST(lists_of_origins), TEST(preflight),
	};

	return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
