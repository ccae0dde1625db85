/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens. By the first byte: any text; any header and payload, rightly signed; or a token of
 * ours with some bytes changed. Nothing is taken whose signature is not right. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/memo.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "crypto/token.h"

#define USER "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
#define SID "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"
#define KEY "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E="
#define SECRET "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa"
#define OLD_SECRET "Zt6yWq0bE3nRk8uHs5mJ2dXv7cLp1fGa"

enum { TEXT, FORGED, CHANGED, MODES };
enum { REMEMBERED = 4 };

static struct arena arena;
static struct memo *known;
static struct keyring ring;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char why[128];

	(void)argc;
	(void)argv;
	fuzz_quiet();
	arena_init(&arena, 16 << 20);
	known = memo_new(REMEMBERED, NULL, token_place);
	EXPECT(!keyring_load(&ring, KEY, NULL, SECRET, OLD_SECRET, why, sizeof(why)));
	return 0;
}

static void put_signature(struct buf *b, const char *secret)
{
	unsigned char mac[HASH_BYTES];

	token_hmac(secret, strlen(secret), b->data, b->len, mac);
	buf_putc(b, '.');
	text_base64url(b, mac, sizeof(mac));
}

/* Whether its last segment is the MAC of the others under a secret of ours. */
static bool signed_by_us(const char *token, const char *secret)
{
	const char *dot = strrchr(token, '.');
	struct buf b = BUF_INIT;
	bool yes;

	if (!dot)
		return false;
	buf_append(&b, token, (size_t)(dot - token));
	put_signature(&b, secret);
	yes = text_eq(buf_str(&b), token);
	buf_done(&b);
	return yes;
}

static void check_claims(const struct jwt_claims *c)
{
	int64_t now = clock_now_s();
	struct jwt_claims again;
	char *token;

	EXPECT(id_valid(c->user_id) && id_valid(c->session_id));
	EXPECT(!*c->store_id || id_valid(c->store_id));
	EXPECT(*c->email && *c->role && *c->account_type);
	EXPECT(!text_has_control(c->email) && !text_has_control(c->role));
	EXPECT(text_eq(c->audience, "platform") || text_starts(c->audience, "store:"));
	EXPECT(c->expires_at >= now && c->expires_at > c->issued_at);
	EXPECT(c->issued_at >= 0 && c->issued_at <= now + JWT_LEEWAY_S);
	EXPECT(!jwt_sign(&ring, c, &arena, &token));
	EXPECT(!jwt_verify(&ring, token, &again) || c->expires_at <= clock_now_s());
	EXPECT(c->expires_at <= clock_now_s() || !memcmp(c, &again, sizeof(again)));
}

/* What is remembered of a token is what is true of it, and of no other. */
static void check_recalled(const char *token, enum err e, const struct jwt_claims *c)
{
	struct jwt_claims again;
	int i;

	/* One that dies while we look may be either. */
	for (i = 0; i < 2 && (e || c->expires_at > clock_now_s() + 1); i++) {
		EXPECT(jwt_recall(&ring, known, token, &again) == e);
		EXPECT(!memcmp(c, &again, sizeof(again)));
	}
}

static enum err check_token(const char *token)
{
	static const struct jwt_claims nothing;
	struct jwt_claims c;
	enum err e = jwt_verify(&ring, token, &c);

	if (e) {
		EXPECT(e == ERR_INVALID_TOKEN || e == ERR_TOKEN_EXPIRED);
		EXPECT(!memcmp(&c, &nothing, sizeof(c)));
	}
	if (e != ERR_INVALID_TOKEN)
		EXPECT(signed_by_us(token, SECRET) || signed_by_us(token, OLD_SECRET));
	check_recalled(token, e, &c);
	if (!e)
		check_claims(&c);
	return e;
}

/* "@900" is 900 seconds from now, so that kept inputs stay what they were. */
static void put_times(struct buf *b, const char *s)
{
	int64_t now = clock_now_s();
	char *end;

	for (; *s; s++) {
		if (s[0] != '@' || !strchr("-0123456789", s[1])) {
			buf_putc(b, *s);
			continue;
		}
		buf_printf(b, "%lld", (long long)now + strtoll(s + 1, &end, 10) % 1000000000);
		s = end - 1;
	}
}

static void check_forged(const uint8_t *data, size_t size, const char *secret)
{
	struct buf payload = BUF_INIT, b = BUF_INIT;
	struct fuzz_pieces p;

	fuzz_cut(data, size, 2, &p);
	put_times(&payload, fuzz_piece(&p, 1));
	text_base64url(&b, fuzz_piece(&p, 0), strlen(fuzz_piece(&p, 0)));
	buf_putc(&b, '.');
	text_base64url(&b, buf_str(&payload), payload.len);
	put_signature(&b, secret);
	check_token(b.data);
	buf_done(&payload);
	buf_done(&b);
	fuzz_cut_done(&p);
}

/* Pairs of bytes: where, and what is xored in. */
static void check_changed(const uint8_t *data, size_t size)
{
	struct jwt_claims c = { .user_id = USER, .session_id = SID, .email = "a@example.org",
				.role = "admin", .account_type = "agency", .audience = "platform",
				.issued_at = clock_now_s(), .expires_at = clock_now_s() + 900 };
	char *token, *changed;
	size_t i, len;

	EXPECT(!jwt_sign(&ring, &c, &arena, &token));
	len = strlen(token);
	changed = fuzz_text(token, len);
	for (i = 0; i + 1 < size; i += 2)
		changed[(i + 1) * data[i] % len] ^= (char)data[i + 1];
	EXPECT((check_token(changed) == OK) == text_eq(changed, token));
	free(changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *token;

	if (!size)
		return 0;
	switch (data[0] % MODES) {
	case TEXT:
		token = fuzz_text(data + 1, size - 1);
		check_token(token);
		free(token);
		break;
	case FORGED:
		check_forged(data + 1, size - 1, data[0] & 1 ? SECRET : OLD_SECRET);
		break;
	default:
		check_changed(data + 1, size - 1);
	}
	arena_reset(&arena);
	return 0;
}
