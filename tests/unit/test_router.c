/* SPDX-License-Identifier: Apache-2.0 */
/* The router: which row a path finds, and which tables it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/scoreboard.h"
#include "web/router.h"
#include "web/url.h"

static enum err nothing(struct request *rq)
{
	(void)rq;
	return OK;
}

#define ROW(m, p) { m, p, PUBLIC, POOL_WEB, 0, RATE_NONE, 0, nothing, "test", 0 }

static const struct route table[] = {
	ROW("GET", "/"),
	ROW("GET", "/api/stores/mt?"),
	ROW("POST", "/api/stores/mt?"),
	ROW("GET", "/api/stores/mt?/dropdown"),
	ROW("GET", "/api/stores/mt?/:id"),
	ROW("PATCH", "/api/stores/mt?/:id"),
	ROW("POST", "/api/stores/mt?/:id/connect-database"),
	ROW("DELETE", "/api/stores/mt?/:id/members/:userId"),
	ROW("GET", "/a/b/c"),
	ROW("GET", "/a/:x/d"),
	ROW("GET", "/openapi.json"),
	{ .method = NULL },
};

static struct router *router;
static struct arena arena;

static int setup(void **state)
{
	char why[200];

	(void)state;
	arena_init(&arena, 1 << 20);
	return router_new(table, &router, why, sizeof(why));
}

static int teardown(void **state)
{
	(void)state;
	router_free(router);
	arena_done(&arena);
	return 0;
}

/* Index of the row, or minus the error. */
static int find(const char *method, const char *path, struct route_match *m)
{
	const char *segments[ROUTER_SEGMENTS + 1];
	int count;
	enum err e = url_path(&arena, path, strlen(path), segments, ROUTER_SEGMENTS + 1, &count);

	if (e || (e = router_find(router, method, segments, count, m)))
		return -(int)e;
	assert_ptr_equal(m->route, &table[m->index]);
	return m->index;
}

static void finds_rows(void **state)
{
	struct route_match m;

	(void)state;
	assert_int_equal(find("GET", "/", &m), 0);
	assert_int_equal(find("GET", "/api/stores", &m), 1);
	assert_int_equal(find("GET", "/api/stores/mt", &m), 1);
	assert_int_equal(find("HEAD", "/api/stores/mt", &m), 1);
	assert_int_equal(find("POST", "/api/stores/mt", &m), 2);
	assert_int_equal(find("GET", "/api/stores/mt/dropdown", &m), 3);
	assert_int_equal(find("GET", "/api/stores/dropdown", &m), 3);
	assert_int_equal(find("GET", "/api/%73tores/dropdown", &m), 3);
	assert_int_equal(find("GET", "/openapi.json", &m), 10);
}

static void finds_parameters(void **state)
{
	const char *segments[] = { "api", "stores", "mt", "s1", "members", "u2" };
	struct route_match m;

	(void)state;
	assert_int_equal(find("GET", "/api/stores/abc", &m), 4);
	assert_int_equal(find("PATCH", "/api/stores/mt/abc", &m), 5);
	assert_int_equal(find("POST", "/api/stores/abc/connect-database", &m), 6);
	assert_int_equal(router_find(router, "DELETE", segments, 6, &m), OK);
	assert_int_equal(m.index, 7);
	assert_int_equal(m.param_count, 2);
	assert_string_equal(m.params[0].name, "id");
	assert_string_equal(m.params[0].value, "s1");
	assert_string_equal(m.params[1].name, "userId");
	assert_string_equal(m.params[1].value, "u2");
}

static void literal_wins(void **state)
{
	struct route_match m;

	(void)state;
	assert_int_equal(find("GET", "/a/b/c", &m), 8);
	/* Comes back from the literal that leads nowhere. */
	assert_int_equal(find("GET", "/a/b/d", &m), 9);
	assert_string_equal(m.params[0].name, "x");
	assert_int_equal(find("PATCH", "/api/stores/dropdown", &m), -(int)ERR_METHOD_NOT_ALLOWED);
}

static void not_found(void **state)
{
	static const char *const paths[] = {
		"//", "/api", "/api/", "/api/stores/", "/api//stores", "//api/stores",
		"/api/stores//",
		"/api/stores;x", "/api/stores%3Bx", "/API/stores", "/api/stores/mt/a/b/c",
		"/openapi.json/",
		"/a/b", "/a//d", "/%20", "/api%20/stores", "/api/stores/mt//connect-database",
		"/1/2/3/4/5/6/7/8/9/10/11/12", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", NULL };
	struct route_match m;
	int i;

	(void)state;
	for (i = 0; paths[i]; i++) {
		if (find("GET", paths[i], &m) != -(int)ERR_NOT_FOUND)
			fail_msg("found: %s", paths[i]);
		assert_null(m.route);
		assert_int_equal(m.index, -1);
	}
}

static void method_not_allowed(void **state)
{
	struct route_match m;

	(void)state;
	assert_int_equal(find("FOO", "/api/stores", &m), -(int)ERR_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD, POST, OPTIONS");
	assert_int_equal(find("get", "/api/stores/abc", &m), -(int)ERR_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD, PATCH, OPTIONS");
	assert_int_equal(find("HEAD", "/api/stores/a/connect-database", &m),
		-(int)ERR_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "POST, OPTIONS");
	assert_int_equal(find("OPTIONS", "/", &m), -(int)ERR_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD, OPTIONS");
	assert_null(m.route);
	assert_int_equal(find("", "/", &m), -(int)ERR_METHOD_NOT_ALLOWED);
}

static void refused(const struct route *rows, const char *words)
{
	struct router *r = (struct router *)1;
	char why[300] = "";

	assert_int_equal(router_new(rows, &r, why, sizeof(why)), ERR_VALIDATION);
	assert_null(r);
	if (!strstr(why, words))
		fail_msg("%s: not about %s", why, words);
}

#define REFUSED(words, ...) do { \
	const struct route rows[] = { __VA_ARGS__, { .method = NULL } }; \
	refused(rows, words); \
} while (0)

static void bad_tables(void **state)
{
	(void)state;
	REFUSED("who may", { "GET", "/x", WHO_UNSET, POOL_WEB, 0, RATE_NONE, 0, nothing, "t", 0 });
	REFUSED("handler", { "GET", "/x", PUBLIC, POOL_WEB, 0, RATE_NONE, 0, NULL, "t", 0 });
	REFUSED("summary", { "GET", "/x", PUBLIC, POOL_WEB, 0, RATE_NONE, 0, nothing, "", 0 });
	REFUSED("master", { "GET", "/x", AGENCY, POOL_WEB, ROUTE_NO_MASTER, RATE_NONE, 0, nothing,
		"t", 0 });
	REFUSED("pattern", { "GET", NULL, PUBLIC, POOL_WEB, 0, RATE_NONE, 0, nothing, "t", 0 });
	REFUSED("method", ROW("HEAD", "/x"));
	REFUSED("method", ROW("get", "/x"));
	REFUSED("begin with /", ROW("GET", "x"));
	REFUSED("begin with /", ROW("GET", ""));
	REFUSED("empty", ROW("GET", "/x/"));
	REFUSED("empty", ROW("GET", "//x"));
	REFUSED("empty", ROW("GET", "/x/:"));
	REFUSED("empty", ROW("GET", "/x/../y"));
	REFUSED("odd characters", ROW("GET", "/x y"));
	REFUSED("odd characters", ROW("GET", "/x/:a-b"));
	REFUSED("optional", ROW("GET", "/x/:a?"));
	REFUSED("twice", ROW("GET", "/x/:a/:a"));
	REFUSED("too many parameters", ROW("GET", "/:a/:b/:c/:d/:e"));
	REFUSED("too many segments", ROW("GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13"));
	REFUSED("same path", ROW("GET", "/x/:a"), ROW("GET", "/x/:b"));
	REFUSED("same path", ROW("GET", "/x"), ROW("GET", "/x/mt?"));
	REFUSED("same path", ROW("GET", "/x/mt"), ROW("POST", "/x"), ROW("GET", "/x/mt?"));
}

static void too_many_rows(void **state)
{
	static struct route rows[SCORE_ROUTES + 1];
	static char patterns[SCORE_ROUTES][16];
	struct router *r;
	char why[200];
	int i;

	(void)state;
	for (i = 0; i < SCORE_ROUTES; i++) {
		snprintf(patterns[i], sizeof(patterns[i]), "/r%d", i);
		rows[i] = (struct route)ROW("GET", patterns[i]);
	}
	refused(rows, "too many rows");
	rows[SCORE_ROUTES - 1].method = NULL;
	assert_int_equal(router_new(rows, &r, why, sizeof(why)), OK);
	router_free(r);
	router_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_rows),
		cmocka_unit_test(finds_parameters),
		cmocka_unit_test(literal_wins),
		cmocka_unit_test(not_found),
		cmocka_unit_test(method_not_allowed),
		cmocka_unit_test(bad_tables),
		cmocka_unit_test(too_many_rows),
	};

	return cmocka_run_group_tests_name("router", tests, setup, teardown);
}
