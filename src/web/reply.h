/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of a request: gathered in one buffer, written once by the front. */
#ifndef SOUK_WEB_REPLY_H
#define SOUK_WEB_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "db/paging.h"
#include "web/request.h"

struct json_object;

/* {"success":true,"message":…,"data":{ … ; returns the writer, standing inside `data`. */
struct json_writer *reply_begin(struct request *, int status, const char *message);
/* Closes what reply_begin() opened. Always OK, so that a handler ends in `return reply_end(rq)`. */
enum err reply_end(struct request *);
/* A page of a list: {"success":true,"data":{"<name>":[ … ],"nextCursor":…}}. */
struct json_writer *reply_list_begin(struct request *, const char *name);
enum err reply_list_end(struct request *, const struct paging *);
/* {"success":true,"message":…} with an empty data object. */
enum err reply_message(struct request *, int status, const char *message);

/* A page: templates/<name>.html rendered with `view` (which is freed here, may be NULL, and into
 * which the frame's own fields are merged first: see view_frame()). ERR_INTERNAL when it does
 * not render. */
enum err reply_page(struct request *, int status, const char *name, struct json_object *view);
/* 303 to one of our own paths ("/dashboard"); anything else goes to "/". */
enum err reply_redirect(struct request *, const char *path);
/* Any other body. `type` must be static. The text is copied. */
enum err reply_raw(struct request *, int status, const char *type, const char *text, size_t len);

/* The error's envelope or page, replacing whatever body was begun; headers and cookies stay.
 * `details` come from rq->details. A page for rows with ROUTE_PAGE, and where no row matched
 * outside /api for clients that prefer HTML: template "error" with {status, title, message,
 * requestId, code, home} and the frame, or plain text when that does not render. Adds Allow
 * (405), Retry-After (429, 503, unless it was set) and WWW-Authenticate (401 of the API). Logs
 * 5xx under the error's internal name. */
void reply_error(struct request *, enum err);

/* One header line; a value with control characters is dropped and logged. A Cache-Control set
 * here replaces the usual one: no-store for JSON, redirects, errors and pages of who is signed
 * in, `private, no-cache` for other pages, no-cache for the rest. So does a Referrer-Policy. */
void reply_header(struct request *, const char *name, const char *value);
/* Set-Cookie by the site's rules: HttpOnly, SameSite=Lax, Path=/, Secure and __Host- under TLS.
 * `name` without prefix; max_age 0 deletes it, -1 makes it last as long as the browser. */
void reply_cookie(struct request *, const char *name, const char *value, int max_age);

/* Adds "field": "words", or a number, to the error's details. */
void reply_detail(struct request *, const char *field, const char *words);
void reply_detail_decimal(struct request *, const char *field, int64_t value, int scale);

/* `Status:` line, headers (security headers, X-Request-Id, Cache-Control, Content-Length, CORS)
 * and body as the front writes them; HEAD gets no body. A request that nobody answered becomes
 * ERR_INTERNAL. */
void reply_write(struct request *, struct buf *out);

#endif
