/* SPDX-License-Identifier: Apache-2.0 */
/* CSRF tokens: an HMAC of the session's id, or, before there is one, of a random cookie (OWASP:
 * signed double submit). Sent as form field `_csrf` or header `X-CSRF-Token`. */
#ifndef SOUK_WEB_CSRF_H
#define SOUK_WEB_CSRF_H

#include "base/err.h"
#include "web/request.h"

/* The token for forms of this answer; sets the cookie `souk_pre` when there is neither a session
 * nor that cookie. The same for one request however often it is asked. In the arena. */
const char *csrf_token(struct request *);
/* OK when the request bears its token and does not come from another origin: Sec-Fetch-Site,
 * when sent, is same-origin or none, and Origin's host is the request's or PUBLIC_URL's. Who has
 * signed in meanwhile may still send a public route's form with the token it was shown with.
 * ERR_CSRF; for a form that cannot be read, what input_begin() gives. */
enum err csrf_check(struct request *) MUST_CHECK;

#endif
