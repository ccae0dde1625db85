/* SPDX-License-Identifier: Apache-2.0 */
/* The store that a request means when its path does not name one. */
#ifndef SOUK_HANDLERS_CURRENT_STORE_H
#define SOUK_HANDLERS_CURRENT_STORE_H

#include "base/err.h"
#include "domain/stores.h"
#include "web/request.h"

/* `named` (a body's storeId), else `?storeId=` or `?store_id=`, else the token's store or the
 * user's newest one. ERR_STORE_NOT_FOUND also for somebody else's store and for what is no id. */
enum err current_store(struct request *, const char *named, struct store *out) MUST_CHECK;

#endif
