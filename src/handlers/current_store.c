/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the store of a request. */
#include "handlers/current_store.h"

#include "base/text.h"

/* Whoever only looks is shown another store when that of the token is gone; what is changed is the
 * one that was meant, or none. */
static const char *meant(const struct request *rq, const char *named)
{
	const char *wanted = named ? named : request_query(rq, "storeId");

	if (!wanted)
		wanted = request_query(rq, "store_id");
	if (text_empty(wanted) && !text_eq(rq->match.route->method, "GET"))
		wanted = rq->who.store_id;
	return wanted;
}

enum err current_store(struct request *rq, const char *named, struct store *out)
{
	const char *wanted = meant(rq, named);

	if (!text_empty(wanted) && !id_valid(wanted))
		return ERR_STORE_NOT_FOUND;
	return stores_current(rq->rt, rq->master, rq->who.user_id, wanted, rq->who.store_id,
			      &rq->arena, out);
}
