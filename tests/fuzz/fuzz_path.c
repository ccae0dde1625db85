/* SPDX-License-Identifier: Apache-2.0 */
/* A path: taken apart, written again, and looked up among all routes as a plain list would be. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "web/router.h"
#include "web/url.h"

static struct arena arena;
static struct router *router;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char why[256];

	(void)argc;
	(void)argv;
	fuzz_quiet();
	arena_init(&arena, 16 << 20);
	EXPECT(!router_new(routes, &router, why, sizeof(why)));
	return 0;
}

static void check_segment(const char *s)
{
	struct buf b = BUF_INIT;

	EXPECT(text_utf8(s, strlen(s)) && !text_has_control(s) && !strchr(s, '/'));
	EXPECT(strcmp(s, ".") != 0 && strcmp(s, "..") != 0);
	url_encode(&b, s);
	EXPECT(text_eq(url_decode(&arena, buf_str(&b), b.len, false), s));
	EXPECT(text_eq(url_decode(&arena, buf_str(&b), b.len, true), s));
	buf_done(&b);
}

/* Written percent-encoded, the segments are the same again. */
static void check_again(const char *const *segments, int n)
{
	const char *again[ROUTER_SEGMENTS + 1];
	struct buf b = BUF_INIT;
	int i, count;

	for (i = 0; i < n; i++) {
		buf_putc(&b, '/');
		url_encode(&b, segments[i]);
	}
	if (!n)
		buf_putc(&b, '/');
	/* One empty segment is written "/", which has none. */
	if (n != 1 || *segments[0]) {
		EXPECT(!url_path(&arena, b.data, b.len, again, ROUTER_SEGMENTS + 1, &count));
		EXPECT(count == n);
		for (i = 0; i < n; i++)
			EXPECT(text_eq(again[i], segments[i]));
	}
	buf_done(&b);
}

/* Whether the rest of a pattern takes these segments. */
static bool takes(const char *pattern, const char *const *segments, int n)
{
	size_t len = *pattern ? strcspn(pattern + 1, "/") : 0;
	bool optional = len > 1 && pattern[len] == '?';

	if (!*pattern || !strcmp(pattern, "/"))
		return n == 0;
	if (optional && takes(pattern + 1 + len, segments, n))
		return true;
	if (!n || !**segments)
		return false;
	if (pattern[1] != ':' && (strlen(*segments) != len - optional ||
				  memcmp(*segments, pattern + 1, len - optional) != 0))
		return false;
	return takes(pattern + 1 + len, segments + 1, n - 1);
}

static bool any_takes(const char *const *segments, int n)
{
	const struct route *r;

	for (r = routes; r->method; r++)
		if (takes(r->pattern, segments, n))
			return true;
	return false;
}

static void check_route(const char *method, const char *const *segments, int n)
{
	struct route_match m;
	enum err e = router_find(router, method, segments, n, &m);
	int i;

	EXPECT((e == ERR_NOT_FOUND) == !any_takes(segments, n));
	EXPECT(e == OK || m.route == NULL);
	EXPECT((e == ERR_METHOD_NOT_ALLOWED) == (*m.allow != '\0'));
	if (e)
		return;
	EXPECT(text_eq(m.route->method, method) && takes(m.route->pattern, segments, n));
	EXPECT(m.route == &routes[m.index]);
	for (i = 0; i < m.param_count; i++)
		EXPECT(!text_empty(m.params[i].name) && !text_empty(m.params[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = { "GET", "POST", "PATCH", "DELETE" };
	const char *segments[ROUTER_SEGMENTS + 1], *path = (const char *)data;
	int i, n;
	enum err e = url_path(&arena, path, size, segments, ROUTER_SEGMENTS + 1, &n);

	EXPECT(e == OK || e == ERR_BAD_REQUEST);
	EXPECT(n >= 0 && n <= ROUTER_SEGMENTS + 1);
	if (!e) {
		for (i = 0; i < n; i++)
			check_segment(segments[i]);
		check_again(segments, n);
		for (i = 0; i < 4; i++)
			check_route(methods[i], segments, n);
	}
	arena_reset(&arena);
	return 0;
}
