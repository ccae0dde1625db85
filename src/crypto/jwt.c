/* SPDX-License-Identifier: Apache-2.0 */
/* HS256 tokens: libjwt checks the signature; everything that it does not check is checked here. */
#include "crypto/jwt.h"

#include <jwt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/memo.h"
#include "base/text.h"
#include "crypto/token.h"
#include "json/json.h"
#include "json/json_writer.h"

enum {
	HEADER_MAX = 256, PARTS = 3,
	DAY_S = 86400, LIFE_MAX_S = 366 * DAY_S, REMEMBER_MS = DAY_S * 1000
};

static const char issuer[] = "souk", kind[] = "access";

/* The three segments of a token, borrowed. */
struct parts {
	const char *at[PARTS];
	size_t len[PARTS];
};

static void write_claims(struct buf *b, const struct jwt_claims *c)
{
	char jti[ID_TEXT];
	struct json_writer w;

	jw_init(&w, b);
	jw_object(&w, NULL);
	jw_text(&w, "iss", issuer);
	jw_text(&w, "aud", c->audience);
	jw_text(&w, "sub", c->user_id);
	jw_text(&w, "userId", c->user_id);
	jw_text(&w, "sid", c->session_id);
	jw_text(&w, "email", c->email);
	jw_text(&w, "role", c->role);
	jw_text(&w, "accountType", c->account_type);
	if (*c->store_id)
		jw_text(&w, "storeId", c->store_id);
	jw_text(&w, "type", kind);
	jw_int(&w, "iat", c->issued_at);
	jw_int(&w, "exp", c->expires_at);
	jw_text(&w, "jti", id_new(jti));
	jw_end_object(&w);
}

enum err jwt_sign(const struct keyring *keys, const struct jwt_claims *claims, struct arena *arena,
		  char **token)
{
	const struct sign_key *key = &keys->sign[0];
	struct buf body = BUF_INIT;
	enum err e = ERR_INTERNAL;
	char *text = NULL;
	jwt_t *jwt = NULL;

	*token = NULL;
	if (keys->signs < 1 || key->len < KEY_BYTES)
		return ERR_INTERNAL;
	write_claims(&body, claims);
	if (jwt_new(&jwt) || jwt_add_header(jwt, "kid", key->kid) ||
	    jwt_add_grants_json(jwt, buf_str(&body)) ||
	    jwt_set_alg(jwt, JWT_ALG_HS256, key->secret, (int)key->len))
		goto cleanup;
	if (!(text = jwt_encode_str(jwt)) || strlen(text) > JWT_MAX_BYTES)
		goto cleanup;
	*token = arena_strdup(arena, text);
	e = OK;
cleanup:
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	jwt_free(jwt);
	buf_done(&body);
	return e;
}

static bool base64url(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static bool split(const char *token, struct parts *out)
{
	const char *p = token, *end = p + strnlen(token, JWT_MAX_BYTES + 1);
	int i;

	if (end - p > JWT_MAX_BYTES)
		return false;
	for (i = 0; i < PARTS; i++) {
		out->at[i] = p;
		while (p < end && base64url(*p))
			p++;
		out->len[i] = (size_t)(p - out->at[i]);
		if (!out->len[i] || (i < PARTS - 1 && (p == end || *p++ != '.')))
			return false;
	}
	return p == end;
}

/* `kid` is "" when the header names none. */
static bool read_header(const struct parts *parts, char *kid, size_t size)
{
	char text[HEADER_MAX];
	long n = text_unbase64url(parts->at[0], parts->len[0], text, sizeof(text));
	struct json_object *header;
	enum json_kind has_kid;
	bool good;

	if (n < 0 || json_parse(text, (size_t)n, &header))
		return false;
	has_kid = json_get(header, "kid", NULL);
	good = text_eq(json_text(header, "alg"), "HS256") &&
	       text_eq(json_text(header, "typ"), "JWT") &&
	       (has_kid == JSON_ABSENT || has_kid == JSON_STRING) &&
	       json_members(header) == (has_kid == JSON_STRING ? 3 : 2);
	*kid = '\0';
	if (good && has_kid == JSON_STRING)
		good = text_copy(kid, size, json_text(header, "kid")) && *kid;
	json_free(header);
	return good;
}

/* libjwt takes the last of two equal names, and the payload up to a NUL: so the bytes that were
 * signed are looked at first. */
static bool payload_valid(const struct parts *parts)
{
	char text[JWT_MAX_BYTES];
	long n = text_unbase64url(parts->at[1], parts->len[1], text, sizeof(text));

	return n > 0 && json_valid(text, (size_t)n);
}

static struct json_object *claims_signed_with(const struct sign_key *key, const char *token)
{
	struct json_object *claims = NULL;
	char *text = NULL;
	jwt_t *jwt = NULL;

	if (key->len < KEY_BYTES || jwt_decode(&jwt, token, key->secret, (int)key->len))
		return NULL;
	if (jwt_get_alg(jwt) == JWT_ALG_HS256)
		text = jwt_get_grants_json(jwt, NULL);
	if (text && json_parse(text, strlen(text), &claims))
		claims = NULL;
	free(text);
	jwt_free(jwt);
	return claims;
}

static struct json_object *verified_claims(const struct keyring *keys, const char *token,
					   const char *kid)
{
	struct json_object *claims = NULL;
	int i;

	for (i = 0; i < keys->signs && !claims; i++)
		if (!*kid || !strcmp(keys->sign[i].kid, kid))
			claims = claims_signed_with(&keys->sign[i], token);
	return claims;
}

static bool take_text(struct json_object *claims, const char *name, char *out, size_t size)
{
	const char *text = json_text(claims, name);

	return text && *text && !text_has_control(text) && text_copy(out, size, text);
}

static bool take_id(struct json_object *claims, const char *name, char out[ID_TEXT])
{
	return take_text(claims, name, out, ID_TEXT) && id_valid(out);
}

static bool take_audience(struct json_object *claims, char *out, size_t size)
{
	static const char store[] = "store:";

	if (!take_text(claims, "aud", out, size))
		return false;
	return !strcmp(out, "platform") ||
	       (text_starts(out, store) && id_valid(out + sizeof(store) - 1));
}

static bool who_good(struct json_object *claims, struct jwt_claims *out)
{
	bool has_store = json_get(claims, "storeId", NULL) != JSON_ABSENT;
	bool has_jti = json_get(claims, "jti", NULL) != JSON_ABSENT;

	return text_eq(json_text(claims, "iss"), issuer) &&
	       text_eq(json_text(claims, "type"), kind) &&
	       take_id(claims, "userId", out->user_id) &&
	       text_eq(json_text(claims, "sub"), out->user_id) &&
	       take_id(claims, "sid", out->session_id) &&
	       (!has_store || take_id(claims, "storeId", out->store_id)) &&
	       (!has_jti || !text_empty(json_text(claims, "jti"))) &&
	       take_text(claims, "email", out->email, sizeof(out->email)) &&
	       take_text(claims, "role", out->role, sizeof(out->role)) &&
	       take_text(claims, "accountType", out->account_type, sizeof(out->account_type)) &&
	       take_audience(claims, out->audience, sizeof(out->audience));
}

static bool times_good(struct json_object *claims, int64_t now, struct jwt_claims *out)
{
	int64_t soon = now + JWT_LEEWAY_S, nbf;

	if (!json_int(claims, "iat", 0, soon, &out->issued_at) ||
	    !json_int(claims, "exp", out->issued_at + 1, now + LIFE_MAX_S, &out->expires_at))
		return false;
	return json_get(claims, "nbf", NULL) == JSON_ABSENT ||
	       json_int(claims, "nbf", 0, soon, &nbf);
}

static enum err verify(const struct keyring *keys, const char *token, struct jwt_claims *out)
{
	char kid[sizeof(keys->sign[0].kid)];
	int64_t now = clock_now_s();
	struct json_object *claims;
	struct parts parts;
	bool good;

	memset(out, 0, sizeof(*out));
	if (!split(token, &parts) || !read_header(&parts, kid, sizeof(kid)) ||
	    !payload_valid(&parts))
		return ERR_INVALID_TOKEN;
	if (!(claims = verified_claims(keys, token, kid)))
		return ERR_INVALID_TOKEN;
	good = who_good(claims, out) && times_good(claims, now, out);
	json_free(claims);
	if (good && out->expires_at > now)
		return OK;
	memset(out, 0, sizeof(*out));
	return good ? ERR_TOKEN_EXPIRED : ERR_INVALID_TOKEN;
}

/* The last segment is the MAC of the others under a secret of ours. */
static bool rightly_signed(const struct keyring *keys, const char *token)
{
	unsigned char mac[HASH_BYTES], sent[HASH_BYTES];
	struct parts parts;
	size_t len;
	int i;

	if (!split(token, &parts) || text_unbase64url(parts.at[2], parts.len[2], sent,
						      sizeof(sent)) != HASH_BYTES)
		return false;
	len = (size_t)(parts.at[1] + parts.len[1] - token);
	for (i = 0; i < keys->signs; i++) {
		token_hmac(keys->sign[i].secret, keys->sign[i].len, token, len, mac);
		if (token_equal(mac, sent, HASH_BYTES))
			return true;
	}
	return false;
}

/* libjwt and its JSON library do not tell a bad token from a lack of memory. One that we did sign
 * is looked at once more before its owner is sent away. */
enum err jwt_verify(const struct keyring *keys, const char *token, struct jwt_claims *out)
{
	enum err e = verify(keys, token, out);

	return e == ERR_INVALID_TOKEN && rightly_signed(keys, token) ? verify(keys, token, out)
								     : e;
}

/* Known by all of its bytes. They are compared only when its last ones, the signature's, have been
 * found, so the time that takes tells nobody anything. */
enum err jwt_recall(const struct keyring *keys, struct memo *known, const char *token,
		    struct jwt_claims *out)
{
	static const struct memo_shape shape = { sizeof(*out), NULL, 0 };
	size_t len = strnlen(token, JWT_MAX_BYTES + 1);
	const struct jwt_claims *claims = memo_get(known, token, len, NULL);
	struct memo_stamp stamp;
	enum err e;

	if (claims && claims->expires_at > clock_now_s()) {
		*out = *claims;
		return OK;
	}
	if ((e = jwt_verify(keys, token, out)))
		return e;
	stamp = memo_stamp(known, NULL, REMEMBER_MS, REMEMBER_MS);
	memo_put(known, token, len, &stamp, &shape, out, 1);
	return OK;
}
