/* SPDX-License-Identifier: Apache-2.0 */
/* Where people go whose page or form needs a session that they do not have. */
#ifndef SOUK_HANDLERS_TO_LOGIN_H
#define SOUK_HANDLERS_TO_LOGIN_H

#include "web/request.h"

/* Answers with the way to /login, which leads back to the page that was asked for, or to the page
 * of the form that was sent. `why` is what was wrong with the session: who had one, or sent a form,
 * is told there what became of it. */
enum err to_login(struct request *rq, enum err why);

/* The words for it, from the query of /login; "" for who merely has to sign in. */
const char *to_login_words(const struct request *rq);

#endif
