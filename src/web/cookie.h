/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies (RFC 6265): read from a Cookie header, written as a Set-Cookie header. */
#ifndef SOUK_WEB_COOKIE_H
#define SOUK_WEB_COOKIE_H

#include <stdbool.h>

#include "web/request.h"

#define COOKIE_HOST_PREFIX "__Host-"

/* Adds the header's cookies to out[*count..max), names with their prefix, values as sent, both in
 * the arena. What is no cookie, and what is beyond `max`, is passed over. */
void cookie_parse(struct arena *, const char *header, struct pair *out, int max, int *count);

/* Value of a Set-Cookie header by the site's rules, see reply_cookie(); NULL when name or value
 * holds what a cookie must not. */
const char *cookie_line(struct arena *, bool secure, const char *name, const char *value,
			int max_age);

#endif
