/* SPDX-License-Identifier: Apache-2.0 */
/* Idempotency keys (draft-ietf-httpapi-idempotency-key-header): one effect, the same answer again.
 */
#ifndef SOUK_DOMAIN_IDEMPOTENCY_H
#define SOUK_DOMAIN_IDEMPOTENCY_H

#include <stdint.h>

#include "base/err.h"
#include "db/db.h"

enum { IDEMPOTENCY_KEY_MAX = 255, IDEMPOTENCY_LIFE_H = 24 };

struct idempotency {
	const char *user_id, *route, *key;
	unsigned char request_hash[32];
	int lock_s;           /* nothing is done for the request any more after this time */
};
struct idempotency_replay {
	int status;           /* 0: the request is new and ours to do */
	const char *body;     /* borrowed */
	int64_t since_us;     /* of a new one: when the key was first used; names its effects */
};
/* ERR_IDEMPOTENCY_KEY_REUSED; ERR_IDEMPOTENCY_IN_PROGRESS until idempotency_end(), or when that
 * never comes, for the `lock_s` of the one who began. */
enum err idempotency_begin(struct db *, const struct idempotency *,
			   struct idempotency_replay *out) MUST_CHECK;
/* Keeps the answer; answers of 500 and above are not kept, so that the client can try again. */
enum err idempotency_end(struct db *, const struct idempotency *, int status,
			 const char *body) MUST_CHECK;

#endif
