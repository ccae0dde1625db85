/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: body in rq->reply, header lines in rq->extra_headers, both put together at the end. */
#include "web/reply.h"

#include <string.h>

#include "base/text.h"
#include "json/json.h"
#include "web/cookie.h"
#include "web/cors.h"
#include "web/template.h"
#include "web/url.h"
#include "web/view.h"

enum { HEAD_USUAL = 1024 /* bytes of headers */ };

static const char type_json[] = "application/json";
static const char type_html[] = "text/html; charset=utf-8";

static void start(struct request *rq, int status, const char *type)
{
	buf_clear(&rq->reply);
	rq->status = status;
	rq->reply_type = type;
}

struct json_writer *reply_begin(struct request *rq, int status, const char *message)
{
	start(rq, status, type_json);
	jw_init(&rq->jw, &rq->reply);
	jw_object(&rq->jw, NULL);
	jw_bool(&rq->jw, "success", true);
	if (message)
		jw_text(&rq->jw, "message", message);
	jw_object(&rq->jw, "data");
	return &rq->jw;
}

enum err reply_end(struct request *rq)
{
	jw_end_object(&rq->jw);
	jw_end_object(&rq->jw);
	return OK;
}

struct json_writer *reply_list_begin(struct request *rq, const char *name)
{
	struct json_writer *jw = reply_begin(rq, 200, NULL);

	jw_array(jw, name);
	return jw;
}

enum err reply_list_end(struct request *rq, const struct paging *paging)
{
	jw_end_array(&rq->jw);
	jw_text(&rq->jw, "nextCursor", paging->next);
	return reply_end(rq);
}

enum err reply_message(struct request *rq, int status, const char *message)
{
	reply_begin(rq, status, message);
	return reply_end(rq);
}

enum err reply_page(struct request *rq, int status, const char *name, struct json_object *view)
{
	enum err e;

	if (!view)
		view = view_new();
	view_frame(rq, view);
	start(rq, status, type_html);
	e = templates_render(rq->site->templates, name, view, &rq->reply);
	json_free(view);
	if (e) {
		log_error(&rq->log, "template", "template %s does not render", name);
		start(rq, 0, NULL);
	}
	return e;
}

enum err reply_redirect(struct request *rq, const char *path)
{
	start(rq, 303, type_html);
	reply_header(rq, "Location", url_own_path(path) ? path : "/");
	return OK;
}

enum err reply_raw(struct request *rq, int status, const char *type, const char *text, size_t len)
{
	start(rq, status, type);
	buf_append(&rq->reply, text, len);
	return OK;
}

static struct buf *lazy(struct request *rq, struct buf **b)
{
	if (!*b) {
		*b = arena_alloc(&rq->arena, sizeof(**b));
		buf_init(*b);
	}
	return *b;
}

static void put_line(struct buf *b, const char *name, const char *value)
{
	buf_puts(b, name);
	buf_append(b, ": ", 2);
	buf_puts(b, value);
	buf_append(b, "\r\n", 2);
}

void reply_header(struct request *rq, const char *name, const char *value)
{
	if (text_has_control(value)) {
		log_warn(&rq->log, "header_dropped", "a value for %s holds controls", name);
		return;
	}
	put_line(lazy(rq, &rq->extra_headers), name, value);
}

void reply_cookie(struct request *rq, const char *name, const char *value, int max_age)
{
	const char *line = cookie_line(&rq->arena, rq->site->secure, name, value, max_age);

	if (line)
		reply_header(rq, "Set-Cookie", line);
	else
		log_warn(&rq->log, "cookie_dropped", "a value for %s holds odd characters", name);
}

/* Opens the details' object for one more member. */
static void detail_begin(struct request *rq, struct json_writer *w)
{
	struct buf *b = lazy(rq, &rq->details);

	jw_init(w, b);
	if (b->len <= 2) {
		buf_clear(b);
		jw_object(w, NULL);
		return;
	}
	b->data[--b->len] = '\0';
	w->depth = 1;
	w->filled = 3;
}

void reply_detail(struct request *rq, const char *field, const char *words)
{
	struct json_writer w;

	detail_begin(rq, &w);
	jw_text(&w, field, words);
	jw_end_object(&w);
}

void reply_detail_decimal(struct request *rq, const char *field, int64_t value, int scale)
{
	struct json_writer w;

	detail_begin(rq, &w);
	jw_decimal(&w, field, value, scale);
	jw_end_object(&w);
}

static const char *reason(int status)
{
	static const struct { int status; const char *words; } reasons[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" },
		{ 303, "See Other" }, { 304, "Not Modified" }, { 400, "Bad Request" },
		{ 401, "Unauthorized" }, { 402, "Payment Required" }, { 403, "Forbidden" },
		{ 404, "Not Found" }, { 405, "Method Not Allowed" }, { 409, "Conflict" },
		{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
		{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].words;
	return "Status";
}

static const char security[] =
	"X-Content-Type-Options: nosniff\r\n"
	"X-Frame-Options: DENY\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self' data: https:; font-src 'self'; connect-src 'self'; "
	"form-action 'self' https://checkout.stripe.com; frame-ancestors 'none'; "
	"base-uri 'none'\r\n";
static const char transport[] = "Strict-Transport-Security: max-age=31536000\r\n";

static bool has_header(const struct request *rq, const char *line_start)
{
	const char *text = rq->extra_headers ? buf_str(rq->extra_headers) : "";

	return strstr(text, line_start) != NULL;
}

static const char *cache_control(const struct request *rq)
{
	if (rq->status >= 300 || rq->reply_type == type_json || rq->who.kind != NOBODY)
		return "no-store";
	return rq->reply_type == type_html ? "private, no-cache" : "no-cache";
}

void reply_write(struct request *rq, struct buf *out)
{
	bool bodiless;

	if (!rq->status) {
		log_error(&rq->log, "no_answer", "the handler gave no answer");
		reply_error(rq, ERR_INTERNAL);
	}
	bodiless = rq->status == 204 || rq->status == 304;
	buf_reserve(out, HEAD_USUAL + rq->reply.len);
	buf_puts(out, "Status: ");
	buf_putu(out, (uint64_t)rq->status);
	buf_putc(out, ' ');
	buf_puts(out, reason(rq->status));
	buf_puts(out, "\r\n");
	if (!bodiless) {
		put_line(out, "Content-Type", rq->reply_type);
		buf_puts(out, "Content-Length: ");
		buf_putu(out, rq->reply.len);
		buf_puts(out, "\r\n");
	}
	put_line(out, "X-Request-Id", rq->request_id);
	if (!has_header(rq, "Cache-Control: "))
		put_line(out, "Cache-Control", cache_control(rq));
	if (!has_header(rq, "Referrer-Policy: "))
		put_line(out, "Referrer-Policy", "same-origin");
	buf_puts(out, security);
	if (rq->site->secure)
		buf_puts(out, transport);
	cors_write(rq, out);
	if (rq->extra_headers)
		buf_append(out, rq->extra_headers->data, rq->extra_headers->len);
	buf_puts(out, "\r\n");
	if (!bodiless && !text_eq(rq->method, "HEAD"))
		buf_append(out, rq->reply.data, rq->reply.len);
}
