/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the store of a request. */
#include "handlers/current_store.h"

#include "base/text.h"

enum err current_store(struct request *rq, const char *named, struct store *out)
{
	const char *wanted = named ? named : request_query(rq, "storeId");

	if (!wanted)
		wanted = request_query(rq, "store_id");
	if (!text_empty(wanted) && !id_valid(wanted))
		return ERR_STORE_NOT_FOUND;
	return stores_current(rq->rt, rq->master, rq->who.user_id, wanted, rq->who.store_id,
			      &rq->arena, out);
}
