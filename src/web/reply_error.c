/* SPDX-License-Identifier: Apache-2.0 */
/* Errors as answers: the envelope for programs, a page for people. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "web/reply.h"
#include "web/template.h"
#include "web/view.h"

/* How much a client wants a media type, in thousandths; 0 when its Accept does not name it. */
static int wanted(const char *accept, const char *type)
{
	size_t len = strlen(type);
	const char *stop, *q;

	for (; *accept; accept = *stop ? stop + 1 : stop) {
		accept += strspn(accept, " \t");
		stop = accept + strcspn(accept, ",");
		if (strncasecmp(accept, type, len) != 0 || !strchr("; \t,", accept[len]))
			continue;
		q = memmem(accept, (size_t)(stop - accept), "q=", 2);
		if (!q)
			return 1000;
		if (q[2] != '0')
			return q[2] == '1' ? 1000 : 0;
		return q[3] == '.' && q[4] >= '0' && q[4] <= '9' ? (q[4] - '0') * 100 : 0;
	}
	return 0;
}

static bool wants_page(const struct request *rq)
{
	const char *accept = request_header(rq, "accept");

	if (rq->match.route)
		return rq->match.route->flags & ROUTE_PAGE;
	if (text_starts(rq->path, "/api/") || text_eq(rq->path, "/api") || !accept)
		return false;
	return wanted(accept, "text/html") > wanted(accept, "application/json");
}

static const char *title(int status)
{
	switch (status) {
	case 401:
		return "Please sign in";
	case 403:
		return "This is not allowed";
	case 404:
		return "Page not found";
	case 405:
		return "This does not work here";
	case 413:
		return "That is too large";
	case 429:
		return "Too many tries";
	case 503:
		return "Not available right now";
	default:
		return status >= 500 ? "Something went wrong" : "That did not work";
	}
}

/* What may be over in a moment: the same address is worth another try. */
static bool may_pass(int status)
{
	return status == 429 || status >= 500;
}

static void plain(struct request *rq, const struct err_row *row)
{
	reply_raw(rq, row->status, "text/plain; charset=utf-8", "", 0);
	buf_puts(&rq->reply, title(row->status));
	buf_puts(&rq->reply, "\n\n");
	buf_puts(&rq->reply, row->words);
	buf_puts(&rq->reply, "\n\nRequest id: ");
	buf_puts(&rq->reply, rq->request_id);
	buf_puts(&rq->reply, "\n");
}

static void page(struct request *rq, const struct err_row *row)
{
	struct json_object *view = view_new();

	view_int(view, "status", row->status);
	view_text(view, "title", title(row->status));
	view_text(view, "message", row->words);
	view_text(view, "requestId", rq->request_id);
	view_text(view, "code", row->code);
	view_bool(view, "again", may_pass(row->status) && text_eq(rq->method, "GET"));
	view_text(view, "home", rq->who.kind == AGENCY_USER ? "/dashboard" : "/");
	if (reply_page(rq, row->status, "error", view))
		plain(rq, row);
}

static void envelope(struct request *rq, const struct err_row *row)
{
	struct json_writer *w = &rq->jw;

	reply_raw(rq, row->status, "application/json", "", 0);
	jw_init(w, &rq->reply);
	jw_object(w, NULL);
	jw_bool(w, "success", false);
	jw_text(w, "error", row->words);
	jw_text(w, "code", row->code);
	if (rq->details && rq->details->len)
		jw_raw(w, "details", buf_str(rq->details));
	jw_end_object(w);
}

static bool set_already(const struct request *rq, const char *line_start)
{
	return rq->extra_headers && strstr(buf_str(rq->extra_headers), line_start);
}

/* In seconds: a rate limit needs patience, a moment without room passes soon. */
static const char *retry_after(enum err e)
{
	if (err_row(e)->status == 429)
		return "60";
	return e == ERR_BUSY ? "1" : "5";
}

static void headers(struct request *rq, enum err e, bool for_people)
{
	int status = err_row(e)->status;

	if (status == 405 && *rq->match.allow)
		reply_header(rq, "Allow", rq->match.allow);
	if (status == 401 && !for_people)
		reply_header(rq, "WWW-Authenticate", "Bearer");
	if ((status == 429 || status == 503) && !set_already(rq, "Retry-After: "))
		reply_header(rq, "Retry-After", retry_after(e));
}

void reply_error(struct request *rq, enum err e)
{
	const struct err_row *row = err_row(e);
	bool for_people = wants_page(rq);

	/* Overload is told in sums (worker.c): a line for each would make it worse. */
	if (row->status >= 500 && e != ERR_BUSY)
		log_error(&rq->log, "failed", "%s", row->name);
	headers(rq, e, for_people);
	if (for_people)
		page(rq, row);
	else
		envelope(rq, row);
}
