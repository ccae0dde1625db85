/* SPDX-License-Identifier: Apache-2.0 */
/* The store that a request means when its path does not name one. */
#ifndef SOUK_HANDLERS_CURRENT_STORE_H
#define SOUK_HANDLERS_CURRENT_STORE_H

#include "base/err.h"
#include "domain/stores.h"
#include "web/request.h"

/* `named` (a body's storeId), else `?storeId=` or `?store_id=`, else the token's store; the
 * user's newest one when the token names none or, for a GET, one that is gone. ERR_STORE_NOT_FOUND
 * also for somebody else's store and for what is no id. */
enum err current_store(struct request *, const char *named, struct store *out) MUST_CHECK;

#endif
