/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with and without their token, from here and from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "request_fixture.h"
#include "web/csrf.h"
#include "web/router.h"

static const char form_type[] = "CONTENT_TYPE=application/x-www-form-urlencoded";

static struct fixture f;
static char cookie[128], token[64];

/* A page is shown to a browser without cookies: keeps what it sets and its token. */
static int setup(void **state)
{
	const char *line, *t;

	(void)state;
	fixture_init(&f);
	assert_int_equal(fixture_request(&f, "GET", "/login", NULL, NULL, NULL), OK);
	t = csrf_token(&f.rq);
	assert_int_equal(strlen(t), 43);
	assert_string_equal(csrf_token(&f.rq), t);
	line = buf_str(f.rq.extra_headers);
	assert_true(strncmp(line, "Set-Cookie: souk_pre=", 21) == 0);
	snprintf(cookie, sizeof(cookie), "HTTP_COOKIE=souk_pre=%.43s", line + 21);
	snprintf(token, sizeof(token), "%s", t);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_done(&f);
	return 0;
}

static enum err post(const char *sent, const char *with_cookie, const char *header)
{
	char text[256];

	assert_int_equal(fixture_request(&f, "POST", "/login", form_type, with_cookie, header), OK);
	snprintf(text, sizeof(text), "email=a&_csrf=%s", sent);
	fixture_form(&f, text);
	return csrf_check(&f.rq);
}

static void fits(void **state)
{
	(void)state;
	assert_int_equal(post(token, cookie, NULL), OK);
	assert_string_equal(csrf_token(&f.rq), token);
	assert_null(f.rq.extra_headers);
	assert_int_equal(post(token, cookie, "HTTP_ORIGIN=http://shop.example:8080"), OK);
	assert_int_equal(post(token, cookie, "HTTP_ORIGIN=http://SHOP.example"), OK);
	assert_int_equal(post(token, cookie, "HTTP_SEC_FETCH_SITE=same-origin"), OK);
	assert_int_equal(post(token, cookie, "HTTP_SEC_FETCH_SITE=none"), OK);
}

static void does_not_fit(void **state)
{
	char other[64];

	(void)state;
	snprintf(other, sizeof(other), "%s", token);
	other[5] = other[5] == 'A' ? 'B' : 'A';
	assert_int_equal(post(other, cookie, NULL), ERR_CSRF);
	assert_int_equal(post("", cookie, NULL), ERR_CSRF);
	assert_int_equal(post("short", cookie, NULL), ERR_CSRF);
	assert_int_equal(post(token, NULL, NULL), ERR_CSRF);
	assert_int_equal(post(token, "HTTP_COOKIE=souk_pre=", NULL), ERR_CSRF);
	assert_int_equal(post(token, "HTTP_COOKIE=souk_pre=x", NULL), ERR_CSRF);
	assert_int_equal(post(token,
		"HTTP_COOKIE=souk_pre=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL),
		ERR_CSRF);
	assert_int_equal(post("x&_csrf=y", cookie, NULL), ERR_VALIDATION);
	assert_int_equal(post("%", cookie, NULL), ERR_BAD_REQUEST);
}

static void other_sites(void **state)
{
	static const char *const from[] = {
		"HTTP_ORIGIN=https://evil.example", "HTTP_ORIGIN=null", "HTTP_ORIGIN=",
		"HTTP_ORIGIN=http://shop.example.evil",
		"HTTP_ORIGIN=http://x.shop.example", "HTTP_ORIGIN=http://shop.example@evil",
		"HTTP_ORIGIN=ftp://shop.example",
		"HTTP_ORIGIN=http://", "HTTP_ORIGIN=http:///", "HTTP_SEC_FETCH_SITE=cross-site",
		"HTTP_SEC_FETCH_SITE=same-site",
		"HTTP_SEC_FETCH_SITE=", NULL };
	int i;

	(void)state;
	for (i = 0; from[i]; i++)
		if (post(token, cookie, from[i]) != ERR_CSRF)
			fail_msg("taken: %s", from[i]);
}

static void public_url_is_ours(void **state)
{
	(void)state;
	f.settings.public_url = "https://platform.example/";
	assert_int_equal(post(token, cookie, "HTTP_ORIGIN=https://platform.example"), OK);
	f.site.secure = true;
	snprintf(cookie, sizeof(cookie),
		"HTTP_COOKIE=__Host-souk_pre=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	assert_int_equal(fixture_request(&f, "GET", "/", cookie, NULL, NULL), OK);
	snprintf(token, sizeof(token), "%s", csrf_token(&f.rq));
	assert_null(f.rq.extra_headers);
	assert_int_equal(post(token, cookie, "HTTP_ORIGIN=https://platform.example"), OK);
	assert_int_equal(post(token, cookie, "HTTP_ORIGIN=http://platform.example"), ERR_CSRF);
}

static const struct route for_members = { .method = "POST", .pattern = "/x", .who = AGENCY };
static const struct route for_all = { .method = "POST", .pattern = "/x", .who = PUBLIC };

static enum err signed_in(const char *session, const char *header, const char *type)
{
	assert_int_equal(fixture_request(&f, "POST", "/x", type, header, cookie), OK);
	f.rq.match.route = &for_members;
	f.rq.who.kind = AGENCY_USER;
	snprintf(f.rq.who.session_id, sizeof(f.rq.who.session_id), "%s", session);
	return csrf_check(&f.rq);
}

static void sessions(void **state)
{
	static const char one[] = "0190b6a0-1111-7222-8333-444455556666";
	static const char two[] = "0190b6a0-1111-7222-8333-444455556667";
	char header[128];

	(void)state;
	signed_in(one, NULL, NULL);
	snprintf(header, sizeof(header), "HTTP_X_CSRF_TOKEN=%s", csrf_token(&f.rq));
	assert_int_equal(signed_in(one, header, NULL), OK);
	assert_int_equal(signed_in(one, header, "CONTENT_TYPE=application/json"), OK);
	assert_int_equal(signed_in(one, NULL, "CONTENT_TYPE=application/json"), ERR_CSRF);
	assert_int_equal(signed_in(two, header, NULL), ERR_CSRF);
	/* The token from before the login is not one of the session. */
	snprintf(header, sizeof(header), "HTTP_X_CSRF_TOKEN=%s", token);
	assert_int_equal(signed_in(one, header, NULL), ERR_CSRF);
	/* It still sends the form for everybody that it was shown with. */
	f.rq.match.route = &for_all;
	assert_int_equal(csrf_check(&f.rq), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fits), TEST(does_not_fit), TEST(other_sites), TEST(public_url_is_ours),
			TEST(sessions),
	};

	return cmocka_run_group_tests_name("csrf", tests, NULL, NULL);
}
