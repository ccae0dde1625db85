/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a FastCGI request, between NUL bytes: parsed, and written and parsed again. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <ctype.h>

#include "../unit/request_fixture.h"
#include "base/buf.h"
#include "base/text.h"
#include "web/url.h"

enum { PARAMS = 511 };

static struct fixture first, second;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_quiet();
	fixture_init(&first);
	fixture_init(&second);
	return 0;
}

/* Clean text: UTF-8, and no control character but those in `also`. */
static bool clean(const char *s, const char *also)
{
	const char *p;

	for (p = s; *p; p++)
		if (((unsigned char)*p < ' ' || *p == 0x7f) && !strchr(also, *p))
			return false;
	return text_utf8(s, strlen(s));
}

/* What holds after an error too, since it is answered and logged. */
static void check_door(const struct request *rq)
{
	const char *p;

	EXPECT(*rq->request_id && strlen(rq->request_id) <= 64);
	for (p = rq->request_id; *p; p++)
		EXPECT(isalnum((unsigned char)*p) || strchr("._-", *p));
	EXPECT(rq->method && rq->target && rq->path && rq->host && rq->remote_addr);
	EXPECT(rq->content_type && clean(rq->path, "") && clean(rq->method, ""));
	EXPECT(rq->query_count <= REQUEST_FIELDS && rq->header_count <= REQUEST_HEADERS);
	EXPECT(rq->cookie_count <= REQUEST_COOKIES && rq->segment_count <= ROUTER_SEGMENTS + 1);
	EXPECT(rq->status == 0 && rq->match.index == -1 && rq->who.kind == NOBODY);
}

static void check_line(const struct request *rq)
{
	char host[URL_HOST];
	unsigned char any[16];
	int i;

	EXPECT(strlen(rq->method) >= 1 && strlen(rq->method) <= REQUEST_METHOD);
	EXPECT(strspn(rq->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(rq->method));
	EXPECT(!text_has_control(rq->target) && *rq->path == '/');
	EXPECT(url_host(rq->host, host) && text_eq(rq->host, host));
	EXPECT(!*rq->remote_addr || inet_pton(AF_INET, rq->remote_addr, any) == 1 ||
	       inet_pton(AF_INET6, rq->remote_addr, any) == 1);
	EXPECT(clean(rq->content_type, "") && !strpbrk(rq->content_type, ";ABCXYZ"));
	for (i = 0; i < rq->segment_count; i++)
		EXPECT(clean(rq->segments[i], "") && !strchr(rq->segments[i], '/') &&
		       strcmp(rq->segments[i], "..") != 0 && strcmp(rq->segments[i], ".") != 0);
	for (i = 0; i < rq->query_count; i++) {
		EXPECT(*rq->query[i].name && clean(rq->query[i].name, ""));
		EXPECT(clean(rq->query[i].value, ""));
		EXPECT(request_query(rq, rq->query[i].name) == rq->query[i].value);
	}
}

static void check_headers(const struct request *rq)
{
	static const char *const once[] = { "authorization", "host", "idempotency-key", "origin",
					    "x-csrf-token", NULL };
	const char *name;
	int i;

	for (i = 0; i < rq->header_count; i++) {
		name = rq->headers[i].name;
		EXPECT(*name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
					strlen(name));
		EXPECT(strcmp(name, "proxy") != 0 && clean(rq->headers[i].value, "\t"));
		if (text_in(name, once))
			EXPECT(request_header(rq, name) == rq->headers[i].value);
	}
	for (i = 0; i < rq->cookie_count; i++)
		EXPECT(*rq->cookies[i].name && clean(rq->cookies[i].value, "") &&
		       request_header(rq, "cookie"));
}

static char *put_target(struct request *rq, const struct request *of)
{
	struct buf b = BUF_INIT;
	char *target;
	int i;

	buf_puts(&b, "REQUEST_URI=");
	if (!of->segment_count)
		buf_putc(&b, '/');
	for (i = 0; i < of->segment_count; i++) {
		buf_putc(&b, '/');
		url_encode(&b, of->segments[i]);
	}
	for (i = 0; i < of->query_count; i++) {
		buf_putc(&b, i ? '&' : '?');
		url_encode(&b, of->query[i].name);
		buf_putc(&b, '=');
		url_encode(&b, of->query[i].value);
	}
	target = arena_strdup(&rq->arena, b.data);
	buf_done(&b);
	return target;
}

static char *put_header(struct arena *a, const struct pair *header)
{
	char *line = arena_printf(a, "HTTP_%s=%s", header->name, header->value), *p;

	for (p = line; *p != '='; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	return line;
}

static bool same(const struct pair *a, int n, const struct pair *b, int m)
{
	int i;

	for (i = 0; n == m && i < n; i++)
		if (!text_eq(a[i].name, b[i].name) || !text_eq(a[i].value, b[i].value))
			return false;
	return n == m;
}

/* As plainly as a request can be written, it means the same. */
static void check_again(struct request *rq, size_t length)
{
	const char *params[REQUEST_HEADERS + 8];
	struct request *again = &second.rq;
	struct arena *a = &rq->arena;
	size_t length_again;
	enum err e;
	int i, n = 0;

	params[n++] = arena_printf(a, "REQUEST_METHOD=%s", rq->method);
	params[n++] = put_target(rq, rq);
	params[n++] = arena_printf(a, "TENANT_HOST=%s", rq->host);
	params[n++] = arena_printf(a, "REMOTE_ADDR=%s", rq->remote_addr);
	params[n++] = arena_printf(a, "CONTENT_TYPE=%s", rq->content_type);
	params[n++] = arena_printf(a, "CONTENT_LENGTH=%zu", length);
	for (i = 0; i < rq->header_count; i++)
		params[n++] = put_header(a, &rq->headers[i]);
	params[n] = NULL;
	/* Percent-encoded it may be longer than it may be; one empty segment cannot be written. */
	if (strlen(params[1]) > REQUEST_PATH || (rq->segment_count == 1 && !*rq->segments[0]))
		return;
	e = fixture_params(&second, params, &length_again);
	EXPECT(!e && length_again == length);
	EXPECT(text_eq(rq->method, again->method) && text_eq(rq->path, again->path));
	EXPECT(text_eq(rq->host, again->host) && text_eq(rq->remote_addr, again->remote_addr));
	EXPECT(text_eq(rq->content_type, again->content_type));
	EXPECT(rq->segment_count == again->segment_count);
	EXPECT(same(rq->query, rq->query_count, again->query, again->query_count));
	EXPECT(same(rq->headers, rq->header_count, again->headers, again->header_count));
	EXPECT(same(rq->cookies, rq->cookie_count, again->cookies, again->cookie_count));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_pieces p;
	size_t length;
	enum err e;

	fuzz_cut(data, size, PARAMS, &p);
	e = fixture_params(&first, (const char *const *)p.v, &length);
	EXPECT(e == OK || e == ERR_BAD_REQUEST || e == ERR_BODY_TOO_LARGE);
	EXPECT(length <= REQUEST_BODY || e == ERR_BODY_TOO_LARGE);
	check_door(&first.rq);
	if (!e) {
		check_line(&first.rq);
		check_headers(&first.rq);
		check_again(&first.rq, length);
	}
	fuzz_cut_done(&p);
	return 0;
}
