/* SPDX-License-Identifier: Apache-2.0 */
/* Cross-origin calls of browsers (Fetch standard, CORS protocol): only origins in CORS_ORIGINS,
 * compared to the letter, never with credentials. */
#ifndef SOUK_WEB_CORS_H
#define SOUK_WEB_CORS_H

#include <stdbool.h>

#include "base/err.h"
#include "web/request.h"

/* Each item of CORS_ORIGINS is an origin as a browser would send it; an empty list is good. */
bool cors_list_good(const char *list);

/* The request's Origin when it may call the API; NULL otherwise. Borrowed from the request. */
const char *cors_origin(const struct request *);

/* Appends this answer's CORS headers, with Vary, to the header lines in `out`. Pages get none. */
void cors_write(const struct request *, struct buf *out);

/* Answers an OPTIONS request for a path that has rows, after router_find() gave
 * ERR_METHOD_NOT_ALLOWED with `allow`: 204, Allow and, for an origin that may, what a preflight
 * asks for. Always OK. */
enum err reply_cors_preflight(struct request *);

#endif
