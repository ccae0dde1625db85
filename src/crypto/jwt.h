/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens: HS256 JWTs (RFC 7519), signed and read through libjwt behind a strict pre-scan. */
#ifndef SOUK_CRYPTO_JWT_H
#define SOUK_CRYPTO_JWT_H

#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "crypto/keyring.h"

struct arena;
struct memo;

enum { JWT_MAX_BYTES = 8192, JWT_LEEWAY_S = 30 };

struct jwt_claims {
	char user_id[ID_TEXT];      /* "userId" and "sub" */
	char session_id[ID_TEXT];   /* "sid" */
	char store_id[ID_TEXT];     /* "storeId"; "" when there is none */
	char email[255];
	char role[32];              /* admin, store_owner, staff, customer, … */
	char account_type[32];      /* agency, admin, staff, customer */
	char audience[64];          /* "platform" or "store:<id>" */
	int64_t issued_at, expires_at;   /* seconds since 1970 */
};

/* Writes iss "souk", type "access", a new jti. The token lives in the arena. */
enum err jwt_sign(const struct keyring *, const struct jwt_claims *, struct arena *,
		  char **token) MUST_CHECK;

/* At most JWT_MAX_BYTES, three base64url segments, header exactly
 * {"alg":"HS256","typ":"JWT"[,"kid"]}, no crit/jku/…, kid one of ours (absent: tried with each),
 * signature, then each claim by name and type: iss, type, sub == userId, UUIDs well formed,
 * iat/exp/nbf whole numbers, iat and nbf not in the future (leeway), exp after iat and at most 366
 * days away (no leeway: a token is dead at its second). ERR_INVALID_TOKEN, or ERR_TOKEN_EXPIRED
 * when that is all that is wrong with it; *out is empty then. */
enum err jwt_verify(const struct keyring *, const char *token, struct jwt_claims *out) MUST_CHECK;

/* The same answer, remembered: a token whose bytes were found good is only asked for its `exp`. The
 * memo belongs to these keys. */
enum err jwt_recall(const struct keyring *, struct memo *, const char *token,
		    struct jwt_claims *out) MUST_CHECK;

#endif
