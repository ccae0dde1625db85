/* SPDX-License-Identifier: Apache-2.0 */
/* The way to /login and back to where one was. */
#include "handlers/to_login.h"

#include <string.h>

#include "base/text.h"
#include "web/reply.h"
#include "web/router.h"

static bool is_read(const struct request *rq)
{
	return text_eq(rq->method, "GET") || text_eq(rq->method, "HEAD");
}

/* A form's own page; some forms are parts of another one, and have none. */
static bool has_page(const struct request *rq)
{
	struct route_match page;

	return is_read(rq) || !router_find(rq->site->router, "GET", rq->segments,
					   rq->segment_count, &page);
}

static void put_path(struct buf *b, const char *path)
{
	for (; *path; path++)
		if (strchr("/-_.~", *path) || (*path >= '0' && *path <= '9') ||
		    (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z'))
			buf_putc(b, *path);
		else
			buf_printf(b, "%%%02X", (unsigned char)*path);
}

/* Signing out of a session that has ended is done already. */
static const char *what_became(const struct request *rq, enum err why)
{
	if (text_eq(rq->path, "/logout"))
		return NULL;
	if (!is_read(rq))
		return "unsaved";
	return why == ERR_NO_TOKEN ? NULL : "ended";
}

enum err to_login(struct request *rq, enum err why)
{
	const char *what = what_became(rq, why);
	struct buf to = BUF_INIT;
	char glue = '?';
	enum err e;

	buf_puts(&to, "/login");
	if (!text_eq(rq->path, "/") && has_page(rq)) {
		buf_puts(&to, "?return_to=");
		put_path(&to, rq->path);
		glue = '&';
	}
	if (what)
		buf_printf(&to, "%csession=%s", glue, what);
	e = reply_redirect(rq, buf_str(&to));
	buf_done(&to);
	return e;
}

const char *to_login_words(const struct request *rq)
{
	const char *what = request_query(rq, "session");

	if (text_eq(what, "unsaved"))
		return "You were not signed in any more, so nothing was saved. Sign in, and send "
		       "the form again.";
	return text_eq(what, "ended") ? "Your session has ended. Sign in to go on." : "";
}
