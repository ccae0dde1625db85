/* SPDX-License-Identifier: Apache-2.0 */
/* A hash of the key, whose it is, and when it was first used. */
#include "handlers/keyed_id.h"

#include <inttypes.h>
#include <string.h>

#include "crypto/token.h"

const char *keyed_id(struct request *rq, char out[ID_TEXT])
{
	unsigned char hash[HASH_BYTES];
	const char *name;

	if (!rq->idempotent)
		return NULL;
	name = arena_printf(&rq->arena, "%s:%" PRId64 ":%s", rq->who.user_id, rq->idempotent_since,
			    request_header(rq, "idempotency-key"));
	token_sha256(name, strlen(name), hash);
	return id_of(rq->idempotent_since / 1000, hash, out);
}
