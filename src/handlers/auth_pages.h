/* SPDX-License-Identifier: Apache-2.0 */
/* Pages on which people sign up, in and out. The page session is the access token in a cookie. */
#ifndef SOUK_HANDLERS_AUTH_PAGES_H
#define SOUK_HANDLERS_AUTH_PAGES_H

#include "base/err.h"

struct request;

enum err get_login(struct request *) MUST_CHECK;     /* GET /login, ?return_to= */
enum err post_login(struct request *) MUST_CHECK;    /* POST /login */
enum err get_register(struct request *) MUST_CHECK;  /* GET /register */
enum err post_register(struct request *) MUST_CHECK; /* POST /register */
enum err post_logout(struct request *) MUST_CHECK;   /* POST /logout */

#endif
