/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens: what we sign verifies, and every trick with a token is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "crypto/token.h"

#define USER "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
#define SID "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"
#define STORE "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d"
#define KEY "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E="
#define SECRET_A "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa"
#define SECRET_B "Zt6yWq0bE3nRk8uHs5mJ2dXv7cLp1fGa"
#define PLAIN_HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define BODY                                                                                       \
	"\"iss\":\"souk\",\"aud\":\"platform\",\"sub\":\"" USER "\",\"userId\":\"" USER            \
	"\",\"sid\":\"" SID "\",\"email\":\"a@b.c\",\"role\":\"store_owner\",\"accountType\":"     \
			    "\"agency\",\"type\":\"access\","                                      \
	"\"jti\":\"" SID "\""

static struct keyring ring, rotated, foreign;
static struct arena arena;
static int64_t now;

static int start(void **state)
{
	char why[128];

	(void)state;
	arena_init(&arena, 64 << 20);
	now = clock_now_s();
	return keyring_load(&ring, KEY, NULL, SECRET_A, NULL, why, sizeof(why)) ||
			       keyring_load(
				       &rotated, KEY, NULL, SECRET_B, SECRET_A, why, sizeof(why)) ||
			       keyring_load(&foreign, KEY, NULL, SECRET_B, NULL, why, sizeof(why))
		       ? -1
		       : 0;
}

static int end(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* A token of any header and payload, rightly signed. */
static char *forge_bytes(
	const char *secret, const char *header, size_t header_len, const char *payload, size_t len)
{
	unsigned char mac[HASH_BYTES];
	struct buf b = BUF_INIT;
	char *token;

	text_base64url(&b, header, header_len);
	buf_putc(&b, '.');
	text_base64url(&b, payload, len);
	token_hmac(secret, strlen(secret), buf_str(&b), b.len, mac);
	buf_putc(&b, '.');
	text_base64url(&b, mac, sizeof(mac));
	token = arena_strdup(&arena, buf_str(&b));
	buf_done(&b);
	return token;
}

static char *forge(const char *header, const char *payload)
{
	return forge_bytes(SECRET_A, header, strlen(header), payload, strlen(payload));
}

static char *good_payload(void)
{
	return arena_printf(
		&arena, "{" BODY ",\"iat\":%ld,\"exp\":%ld}", (long)now, (long)now + 900);
}

static enum err verify(const char *token)
{
	struct jwt_claims c, nothing;
	enum err e = jwt_verify(&ring, token, &c);

	memset(&nothing, 0, sizeof(nothing));
	if (e)
		assert_memory_equal(&c, &nothing, sizeof(c));
	return e;
}

static void refused(const char *token)
{
	if (verify(token) != ERR_INVALID_TOKEN)
		fail_msg("not INVALID_TOKEN: %.200s", token);
}

static void fill(struct jwt_claims *c)
{
	memset(c, 0, sizeof(*c));
	text_copy(c->user_id, sizeof(c->user_id), USER);
	text_copy(c->session_id, sizeof(c->session_id), SID);
	text_copy(c->email, sizeof(c->email), "o\"wner+é@example.org");
	text_copy(c->role, sizeof(c->role), "store_owner");
	text_copy(c->account_type, sizeof(c->account_type), "agency");
	text_copy(c->audience, sizeof(c->audience), "platform");
	c->issued_at = now;
	c->expires_at = now + 900;
}

static void signs_and_verifies(void **state)
{
	struct jwt_claims in, out;
	char *token, *second;

	(void)state;
	fill(&in);
	assert_int_equal(jwt_sign(&ring, &in, &arena, &token), OK);
	assert_int_equal(jwt_sign(&ring, &in, &arena, &second), OK);
	assert_string_not_equal(token, second);
	assert_int_equal(jwt_verify(&ring, token, &out), OK);
	assert_memory_equal(&in, &out, sizeof(in));
	text_copy(in.store_id, sizeof(in.store_id), STORE);
	text_copy(in.audience, sizeof(in.audience), "store:" STORE);
	memset(in.email, 'x', 254);
	assert_int_equal(jwt_sign(&ring, &in, &arena, &token), OK);
	assert_int_equal(jwt_verify(&ring, token, &out), OK);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void keys(void **state)
{
	struct jwt_claims c;
	struct keyring none;
	char *token;

	(void)state;
	fill(&c);
	assert_int_equal(jwt_sign(&ring, &c, &arena, &token), OK);
	assert_int_equal(jwt_verify(&rotated, token, &c), OK);
	assert_int_equal(jwt_verify(&foreign, token, &c), ERR_INVALID_TOKEN);
	fill(&c);
	assert_int_equal(jwt_sign(&rotated, &c, &arena, &token), OK);
	assert_int_equal(jwt_verify(&ring, token, &c), ERR_INVALID_TOKEN);
	/* Without a kid each secret is tried. */
	assert_int_equal(jwt_verify(&rotated, forge(PLAIN_HEADER, good_payload()), &c), OK);
	assert_int_equal(
		jwt_verify(&foreign, forge(PLAIN_HEADER, good_payload()), &c), ERR_INVALID_TOKEN);
	/* A key of no bytes would let libjwt take anything. */
	memset(&none, 0, sizeof(none));
	assert_int_equal(jwt_verify(&none, token, &c), ERR_INVALID_TOKEN);
	assert_int_equal(jwt_sign(&none, &c, &arena, &token), ERR_INTERNAL);
	none.signs = 1;
	none.sign[0].len = 16;
	memcpy(none.sign[0].secret, SECRET_A, 16);
	token = forge_bytes("kD83hfT2mZqPw7Xc", PLAIN_HEADER, strlen(PLAIN_HEADER), good_payload(),
		strlen(good_payload()));
	assert_int_equal(jwt_verify(&none, token, &c), ERR_INVALID_TOKEN);
	none.sign[0].len = 0;
	assert_int_equal(
		jwt_verify(&none, forge(PLAIN_HEADER, good_payload()), &c), ERR_INVALID_TOKEN);
	assert_int_equal(jwt_sign(&none, &c, &arena, &token), ERR_INTERNAL);
}

static void headers(void **state)
{
	static const char *const bad[] = { "", "{}", "[]", "null", "\"HS256\"", "1",
		"{\"alg\":\"HS256\"}", "{\"typ\":\"JWT\"}", "{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\",\"typ\":\"JWT\"}", "{\"alg\":\"NONE\",\"typ\":\"JWT\"}",
		"{\"alg\":\"\",\"typ\":\"JWT\"}", "{\"alg\":\"hs256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"Hs256\",\"typ\":\"JWT\"}", "{\"alg\":\"HS256 \",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS384\",\"typ\":\"JWT\"}", "{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"typ\":\"JWT\"}", "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"PS256\",\"typ\":\"JWT\"}", "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}",
		"{\"alg\":1,\"typ\":\"JWT\"}", "{\"alg\":null,\"typ\":\"JWT\"}",
		"{\"alg\":[\"HS256\"],\"typ\":\"JWT\"}", "{\"alg\":{\"HS256\":1},\"typ\":\"JWT\"}",
		"{\"ALG\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"none\",\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"jwt\"}", "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
		"{\"alg\":\"HS256\",\"typ\":1}", "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"crit\":[]}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"crit\":[\"exp\"]}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"jku\":\"https://x\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"jwk\":{}}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5u\":\"x\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5c\":[]}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"zip\":\"DEF\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"cty\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"b64\":false}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":null}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":0}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"00000000\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":[\"x\"]}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"../../../dev/null\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"' UNION SELECT 'x\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}x", "{\"alg\":\"HS256\",\"typ\":\"JWT\"",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\",}", "{'alg':'HS256','typ':'JWT'}", "\xff\xfe" };
	const char *payload = good_payload();
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(forge(bad[i], payload));
	assert_int_equal(verify(forge(PLAIN_HEADER, payload)), OK);
	assert_int_equal(verify(forge("{\"typ\":\"JWT\",\"alg\":\"HS256\"}", payload)), OK);
	text = arena_printf(
		&arena, "{\"kid\":\"%s\",\"alg\":\"HS256\",\"typ\":\"JWT\"}", ring.sign[0].kid);
	assert_int_equal(verify(forge(text, payload)), OK);
	text = arena_printf(
		&arena, "{\"kid\":\"%sa\",\"alg\":\"HS256\",\"typ\":\"JWT\"}", ring.sign[0].kid);
	refused(forge(text, payload));
	text = arena_printf(&arena, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%0300d\"}", 0);
	refused(forge(text, payload));
	refused(forge_bytes(
		SECRET_A, PLAIN_HEADER, sizeof(PLAIN_HEADER), payload, strlen(payload)));
}

/* `where` holds one %s, for the times that are good. */
static void body_refused(const char *where)
{
	char *times = arena_printf(&arena, "\"iat\":%ld,\"exp\":%ld", (long)now, (long)now + 900);
	const char *at = strstr(where, "%s");

	assert_non_null(at);
	refused(forge(PLAIN_HEADER,
		arena_printf(&arena, "%.*s%s%s", (int)(at - where), where, times, at + 2)));
}

static void payloads(void **state)
{
	static const char *const bad[] = { "[%s]", "[{" BODY ",%s}]", "\"%s\"", "{" BODY ",%s}x",
		"{%s}", "{" BODY ",%s,}", "{" BODY ",%s,\"iss\":\"souk\"}",
		"{\"role\":\"admin\"," BODY ",%s}", "{" BODY ",%s,\"role\":\"admin\"}",
		"{" BODY ",%s,\"r\\u006fle\":\"admin\"}", "{" BODY ",%s,\"exp\":1}",
		"{" BODY ",%s,\"x\":\"\\u0000\"}", "{" BODY ",%s,\"x\":NaN}",
		"{" BODY ",%s,\"x\":\"\xff\"}",
		"{" BODY ",%s,\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
		"{" BODY ",%s,\"storeId\":\"\"}", "{" BODY ",%s,\"storeId\":\"x\"}",
		"{" BODY ",%s,\"storeId\":null}", "{" BODY ",%s,\"storeId\":[\"" STORE "\"]}",
		"{" BODY ",%s,\"storeId\":\"" STORE " \"}", "{" BODY ",%s,\"nbf\":\"1\"}",
		"{" BODY ",%s,\"nbf\":1.5}", "{" BODY ",%s,\"nbf\":-1}",
		"{" BODY ",%s,\"nbf\":null}", "{" BODY ",%s,\"nbf\":99999999999}",
		"{" BODY ",%s,\"x\":1e999}" };
	const char *payload = good_payload();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		body_refused(bad[i]);
	refused(forge_bytes(
		SECRET_A, PLAIN_HEADER, strlen(PLAIN_HEADER), payload, strlen(payload) + 1));
	assert_int_equal(verify(forge(PLAIN_HEADER,
				 arena_printf(&arena,
					 "{" BODY ",\"iat\":%ld,\"exp\":%ld,\"nbf\":%ld,\"extra\":{"
						  "\"a\":[1]},\"storeId\":\"" STORE "\"}",
					 (long)now, (long)now + 900, (long)now))),
		OK);
}

/* Each claim in turn left out, of another kind, or of another value. */
static void claims(void **state)
{
	static const char *const names[] = { "iss", "aud", "sub", "userId", "sid", "email", "role",
		"accountType", "type" };
	static const char *const values[] = { NULL, "null", "1", "true", "{}", "[]", "\"\"",
		"[\"platform\"]", "[\"souk\"]", "\"x\\ny\"",
		"\"00000000-0000-0000-0000-00000000000g\"",
		"\"0123456789012345678901234567890123456789012345678901234567890123456789\"" };
	const char *good = good_payload();
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *quoted = arena_printf(&arena, "\"%s\":\"", names[i]);
		const char *at = strstr(good, quoted), *past = strstr(at, "\",") + 1;

		for (k = 0; k < sizeof(values) / sizeof(*values); k++) {
			bool email = !strcmp(names[i], "email") &&
				     k == sizeof(values) / sizeof(*values) - 1;
			bool word = k == 10 && i >= 5 && i <= 6;
			const char *value = values[k];
			char *text =
				value ? arena_printf(&arena, "%.*s%.*s%s%s", (int)(at - good), good,
						(int)strlen(quoted) - 1, quoted, value, past)
				      : arena_printf(
						&arena, "%.*s%s", (int)(at - good), good, past + 1);

			/* Any text is an address, and no role has 36 characters. */
			if (!email && !(word && i == 5))
				refused(forge(PLAIN_HEADER, text));
		}
	}
}

static enum err with_times(const char *iat, const char *exp)
{
	return verify(forge(
		PLAIN_HEADER, arena_printf(&arena, "{" BODY "%s%s%s%s}", iat ? ",\"iat\":" : "",
				      iat ? iat : "", exp ? ",\"exp\":" : "", exp ? exp : "")));
}

static enum err with_ages(int64_t iat, int64_t exp)
{
	return with_times(arena_printf(&arena, "%ld", (long)(now + iat)),
		arena_printf(&arena, "%ld", (long)(now + exp)));
}

static void times(void **state)
{
	static const char *const bad[] = { NULL, "null", "\"1\"", "true", "-1", "1.5", "1e9",
		"1795435200.0", "[1]", "{}", "99999999999", "9223372036854775807",
		"9223372036854775808", "99999999999999999999999", "-9223372036854775808",
		"-99999999999999999999" };
	char *soon = arena_printf(&arena, "%ld", (long)now + 900),
	     *at = arena_printf(&arena, "%ld", (long)now);
	size_t i;

	(void)state;
	assert_int_equal(with_times(at, soon), OK);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(with_times(at, bad[i]), ERR_INVALID_TOKEN);
		assert_int_equal(with_times(bad[i], soon), ERR_INVALID_TOKEN);
	}
	assert_int_equal(with_times(at, arena_printf(&arena, "\"%s\"", soon)), ERR_INVALID_TOKEN);
	assert_int_equal(with_times(at, arena_printf(&arena, "%s.0", soon)), ERR_INVALID_TOKEN);
	assert_int_equal(with_ages(-1000, -1), ERR_TOKEN_EXPIRED);
	assert_int_equal(with_ages(-1000, -900), ERR_TOKEN_EXPIRED);
	assert_int_equal(with_ages(10, 900), OK);
	assert_int_equal(with_ages(3600, 7200), ERR_INVALID_TOKEN);
	assert_int_equal(with_ages(-5, -10), ERR_INVALID_TOKEN);
	assert_int_equal(with_ages(0, 365 * 86400), OK);
	assert_int_equal(with_ages(0, 367 * 86400), ERR_INVALID_TOKEN);
}

static void expired_and_wrong_is_invalid(void **state)
{
	char *payload = arena_printf(&arena, "{" BODY ",\"iat\":1000,\"exp\":2000}"), *token;

	(void)state;
	assert_int_equal(verify(forge(PLAIN_HEADER, payload)), ERR_TOKEN_EXPIRED);
	token = forge(PLAIN_HEADER, payload);
	token[strlen(token) - 5] ^= 1;
	refused(token);
	refused(forge_bytes(
		SECRET_B, PLAIN_HEADER, strlen(PLAIN_HEADER), payload, strlen(payload)));
}

static void every_changed_character(void **state)
{
	char *token = forge(PLAIN_HEADER, good_payload());
	size_t i, n = strlen(token);

	(void)state;
	assert_int_equal(verify(token), OK);
	for (i = 0; i < n; i++) {
		char kept = token[i];

		token[i] = kept == 'A' ? 'B' : 'A';
		refused(token);
		/* In the last character of a segment two bits say nothing: they count all the same.
		 */
		token[i] = (char)(kept == 'z' || kept == '.' ? 'y' : kept + 1);
		refused(token);
		token[i] = '\0';
		refused(token);
		token[i] = kept;
	}
	assert_int_equal(verify(token), OK);
}

static void junk(void **state)
{
	static const char *const bad[] = { "", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d",
		".b.c", "a..c", "a.b.", "null", "Bearer x", "e30.e30.", "e30.e30.e30",
		"eyJhbGciOiJub25lIn0.e30.", "e30=.e30=.e30=", "\xff.\xff.\xff", "a b.c.d",
		"a.b\n.c", "%2e.%2e.%2e" };
	char *good = forge(PLAIN_HEADER, good_payload()), *last = strrchr(good, '.');
	char *big;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i]);
	refused(arena_printf(&arena, "%.*s.", (int)(last - good), good));
	refused(arena_printf(&arena, "%.*s", (int)(last - good), good));
	refused(arena_printf(&arena, "%s.", good));
	refused(arena_printf(&arena, ".%s", good));
	refused(arena_printf(&arena, "%s=", good));
	refused(arena_printf(&arena, "%s ", good));
	refused(arena_printf(&arena, " %s", good));
	refused(arena_printf(&arena, "%s\n", good));
	refused(arena_printf(&arena, "%s%s", good, good));
	refused(arena_printf(&arena, "%s.%s", good, good));
	big = arena_printf(&arena, "%010000000d.a.b", 0);
	refused(big);
	memset(big, '.', 10000000);
	refused(big);
}

static void the_longest(void **state)
{
	char *head = arena_printf(
		&arena, "{" BODY ",\"iat\":%ld,\"exp\":%ld,\"pad\":\"", (long)now, (long)now + 900);
	size_t pad, n;
	int fits = 0, over = 0;

	(void)state;
	for (pad = 5500; pad < 6200; pad++) {
		char *token =
			forge(PLAIN_HEADER, arena_printf(&arena, "%s%0*d\"}", head, (int)pad, 0));

		n = strlen(token);
		if (n <= JWT_MAX_BYTES && ++fits)
			assert_int_equal(verify(token), OK);
		else if (++over)
			refused(token);
	}
	assert_true(fits && over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_and_verifies),
		cmocka_unit_test(keys),
		cmocka_unit_test(headers),
		cmocka_unit_test(payloads),
		cmocka_unit_test(claims),
		cmocka_unit_test(times),
		cmocka_unit_test(expired_and_wrong_is_invalid),
		cmocka_unit_test(every_changed_character),
		cmocka_unit_test(junk),
		cmocka_unit_test(the_longest),
	};

	return cmocka_run_group_tests_name("jwt", tests, start, end);
}
