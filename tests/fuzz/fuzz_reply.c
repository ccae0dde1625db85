/* SPDX-License-Identifier: Apache-2.0 */
/* An answer that is full of what a client sent: its headers stay ours, its body is as announced.
 * First byte: the kind of answer; then a value, a path, a body, Accept, Origin, a request's id. */
#include "fuzz.h"

#include "../unit/request_fixture.h"
#include "base/text.h"
#include "json/json.h"
#include "web/cors.h"
#include "web/reply.h"
#include "web/template.h"

#define CANARY "<c4n4ry>"

enum { VALUE, PATH, BODY, ACCEPT, ORIGIN, ID, PIECES };
enum { RAW, REDIRECT, MESSAGE, FAILURE, PREFLIGHT, NONE, KINDS };

static struct fixture f;
static struct templates *pages;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char error[] = "<h1>{{title}}</h1>{{message}} {{requestId}} {{path}} {{csrf}}";
	char why[200];

	(void)argc;
	(void)argv;
	fuzz_quiet();
	fixture_init(&f);
	pages = templates_new();
	EXPECT(!templates_add(pages, "error", error, strlen(error), why, sizeof(why)));
	EXPECT(!templates_link(pages, false, why, sizeof(why)));
	f.site.templates = pages;
	f.settings.cors_origins = "https://app.example, http://localhost:3000";
	return 0;
}

/* The request that is answered; what cannot be a header is left out. */
static void ask(const struct fuzz_pieces *p, bool head)
{
	char *accept, *origin, *id;

	if (asprintf(&accept, "HTTP_ACCEPT=%s", fuzz_piece(p, ACCEPT)) < 0 ||
	    asprintf(&origin, "HTTP_ORIGIN=%s", fuzz_piece(p, ORIGIN)) < 0 ||
	    asprintf(&id, "HTTP_X_REQUEST_ID=%s", fuzz_piece(p, ID)) < 0)
		abort();
	if (fixture_request(&f, head ? "HEAD" : "GET", "/%3Cc4n4ry%3E/x", accept, origin, id))
		EXPECT(!fixture_request(&f, "GET", "/%3Cc4n4ry%3E/x", NULL, NULL, NULL));
	free(accept);
	free(origin);
	free(id);
}

static void answer(int kind, const struct fuzz_pieces *p)
{
	static const enum err errors[] = { ERR_INTERNAL, ERR_NOT_FOUND, ERR_VALIDATION,
					   ERR_RATE_LIMITED, ERR_METHOD_NOT_ALLOWED,
					   ERR_FORBIDDEN, ERR_BODY_TOO_LARGE,
					   ERR_DB_UNAVAILABLE };
	const char *body = fuzz_piece(p, BODY);

	reply_header(&f.rq, "X-Test", fuzz_piece(p, VALUE));
	reply_cookie(&f.rq, "name", fuzz_piece(p, VALUE), -1);
	switch (kind) {
	case RAW: reply_raw(&f.rq, 200, "text/plain; charset=utf-8", body, strlen(body)); break;
	case REDIRECT: EXPECT(!reply_redirect(&f.rq, fuzz_piece(p, PATH))); break;
	case MESSAGE: EXPECT(!reply_message(&f.rq, 201, body)); break;
	case PREFLIGHT: EXPECT(!reply_cors_preflight(&f.rq)); break;
	case FAILURE:
		reply_detail(&f.rq, "field", body);
		reply_error(&f.rq, errors[strlen(body) % 8]);
		break;
	default: break;   /* a handler that forgot to answer */
	}
}

/* One line each, "Name: value", no name twice but Set-Cookie. */
static void check_line(const char *head, const char *line, size_t len)
{
	size_t name = strcspn(line, ":");
	char *copy = fuzz_text(line, len), *start;

	EXPECT(name < len && copy[name + 1] == ' ' && !text_has_control(copy));
	copy[name + 1] = '\0';
	if (asprintf(&start, "\r\n%s", copy) < 0)
		abort();
	EXPECT(line == head || strstr(head, start) == line - 2 || text_eq(copy, "Set-Cookie:"));
	free(start);
	free(copy);
}

static const char *value_of(const char *head, const char *name)
{
	const char *at = strstr(head, name);

	return at ? at + strlen(name) : NULL;
}

static void check_head(const char *head)
{
	const char *line, *end, *location = value_of(head, "\r\nLocation: ");

	for (line = head; *line; line = end + 2) {
		EXPECT((end = strstr(line, "\r\n")));
		check_line(head, line, (size_t)(end - line));
	}
	EXPECT(text_starts(head, "Status: ") && value_of(head, "\r\nX-Request-Id: "));
	EXPECT(text_starts(value_of(head, "\r\nX-Request-Id: "), f.rq.request_id));
	EXPECT(!location || (location[0] == '/' && location[1] != '/' && location[1] != '\\'));
}

static void check_body(const char *head, const char *body, size_t len, bool head_only)
{
	const char *length = value_of(head, "\r\nContent-Length: ");

	EXPECT(!length == (f.rq.status == 204));
	EXPECT(len == (length && !head_only ? strtoul(length, NULL, 10) : 0));
	if (len && strstr(head, "\r\nContent-Type: application/json\r\n"))
		EXPECT(json_valid(body, len) && !strpbrk(body, "<>&"));
	if (strstr(head, "\r\nContent-Type: text/html"))
		EXPECT(!strstr(body, CANARY));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int kind = size ? data[0] % KINDS : NONE;
	bool head_only = size && data[0] & 0x80;
	struct buf out = BUF_INIT;
	struct fuzz_pieces p;
	char *end;

	fuzz_cut(data + (size > 0), size - (size > 0), PIECES, &p);
	f.site.secure = size && data[0] & 0x40;
	ask(&p, head_only);
	head_only = text_eq(f.rq.method, "HEAD");
	answer(kind, &p);
	reply_write(&f.rq, &out);
	end = strstr(out.data, "\r\n\r\n");
	EXPECT(end);
	end[2] = '\0';
	check_head(out.data);
	check_body(out.data, end + 4, out.len - (size_t)(end + 4 - out.data), head_only);
	buf_done(&out);
	fuzz_cut_done(&p);
	return 0;
}
