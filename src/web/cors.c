/* SPDX-License-Identifier: Apache-2.0 */
/* Which origins may, and the headers that tell them. */
#include "web/cors.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "web/reply.h"
#include "web/url.h"

static const char between[] = ", \t";

static bool listed(const char *list, const char *origin)
{
	size_t len = strlen(origin), n;

	for (; *list; list += n) {
		list += strspn(list, between);
		n = strcspn(list, between);
		if (n == len && n && !memcmp(list, origin, n))
			return true;
	}
	return false;
}

/* "https://app.example:8443": nothing behind the port, and no capitals, which browsers lower. */
static bool is_origin(const char *s, size_t len)
{
	char origin[URL_HOST + 16], host[URL_HOST];

	if (len >= sizeof(origin))
		return false;
	memcpy(origin, s, len);
	origin[len] = '\0';
	if (!text_starts(origin, "https://") && !text_starts(origin, "http://"))
		return false;
	return !strpbrk(strchr(origin, '/') + 2, "/?#ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
	       url_http_host(origin, host);
}

bool cors_list_good(const char *list)
{
	size_t n;

	for (list += strspn(list, between); *list; list += n, list += strspn(list, between)) {
		n = strcspn(list, between);
		if (!is_origin(list, n))
			return false;
	}
	return true;
}

const char *cors_origin(const struct request *rq)
{
	const char *origin = request_header(rq, "origin");

	return origin && listed(rq->rt->settings->cors_origins, origin) ? origin : NULL;
}

static void line(struct buf *out, const char *name, const char *value)
{
	buf_puts(out, name);
	buf_puts(out, ": ");
	buf_puts(out, value);
	buf_puts(out, "\r\n");
}

void cors_write(const struct request *rq, struct buf *out)
{
	const char *origin = cors_origin(rq);
	bool page = rq->match.route && (rq->match.route->flags & ROUTE_PAGE);

	if (page || !*rq->rt->settings->cors_origins)
		return;
	/* Also without an origin: a cache must not give this answer to one that has. */
	line(out, "Vary", "Origin");
	if (!origin)
		return;
	line(out, "Access-Control-Allow-Origin", origin);
	line(out, "Access-Control-Expose-Headers",
	     "X-Request-Id, Retry-After, Idempotent-Replayed");
}

enum err reply_cors_preflight(struct request *rq)
{
	reply_raw(rq, 204, "text/plain; charset=utf-8", "", 0);
	reply_header(rq, "Allow", rq->match.allow);
	if (cors_origin(rq) && request_header(rq, "access-control-request-method")) {
		reply_header(rq, "Access-Control-Allow-Methods", rq->match.allow);
		reply_header(rq, "Access-Control-Allow-Headers",
			     "Authorization, Content-Type, Idempotency-Key, Prefer, X-Request-Id");
		reply_header(rq, "Access-Control-Max-Age", "600");
	}
	return OK;
}
