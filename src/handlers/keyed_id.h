/* SPDX-License-Identifier: Apache-2.0 */
/* What a request under an Idempotency-Key makes is named by it, so that it is made once. */
#ifndef SOUK_HANDLERS_KEYED_ID_H
#define SOUK_HANDLERS_KEYED_ID_H

#include "base/id.h"
#include "web/request.h"

/* The same id when the request is sent again after its answer was lost. NULL without a key. */
const char *keyed_id(struct request *, char out[ID_TEXT]);

#endif
