/* SPDX-License-Identifier: Apache-2.0 */
/* Reading keys and secrets from the settings, and refusing those that anybody could guess. */
#include "crypto/keyring.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "crypto/token.h"

enum { KEY_TEXT = 44 /* 32 bytes in base64 */, LEAST_DIFFERENT = 8 };

/* What is being read; all functions below say what is wrong through it. */
struct load {
	struct keyring *keys;
	const char *setting;
	char *why;
	size_t size;
};

static enum err refuse(const struct load *l, const char *what)
{
	snprintf(l->why, l->size, "setting %s %s; `souk keys new` makes good ones", l->setting,
		 what);
	return ERR_VALIDATION;
}

static void key_id(const void *key, size_t len, unsigned char id[KEY_ID_BYTES])
{
	static const char label[] = "souk key id";
	unsigned char hash[HASH_BYTES];
	struct buf b = BUF_INIT;

	buf_reserve(&b, sizeof(label) + len);
	buf_append(&b, label, sizeof(label) - 1);
	buf_append(&b, key, len);
	token_sha256(b.data, b.len, hash);
	memcpy(id, hash, KEY_ID_BYTES);
	buf_wipe(&b);
}

static int different_bytes(const unsigned char *p, size_t len)
{
	bool seen[256] = { false };
	int n = 0;

	for (; len; len--, p++) {
		n += !seen[*p];
		seen[*p] = true;
	}
	explicit_bzero(seen, sizeof(seen));
	return n;
}

/* "0123…", "abcd…", or a short piece over and over. */
static bool regular(const unsigned char *p, size_t len)
{
	size_t i, period;

	for (i = 2; i < len; i++)
		if ((unsigned char)(p[i] - p[i - 1]) != (unsigned char)(p[1] - p[0]))
			break;
	if (i >= len)
		return true;
	for (period = 1; period <= len / 2; period++)
		if (!memcmp(p, p + period, len - period))
			return true;
	return false;
}

static bool holds_word(const unsigned char *p, size_t len)
{
	static const char *const words[] = {
		"changeme", "change-me", "change_me", "change this", "change-this", "change_this",
		"changethis", "secret", "yourkey", "your-key", "your_key", "placeholder",
		"password", "passw0rd", "example", "replace", "abcdefgh", "12345678",
		"deadbeef", "qwerty", "xxxxxxxx", NULL };
	size_t i, k, n;

	/* Five letters: at the start only, else one random secret in a million would be refused. */
	if (len > 5 && !strncasecmp((const char *)p, "your", 4) && (p[4] == '-' || p[4] == '_'))
		return true;
	for (k = 0; words[k]; k++) {
		n = strlen(words[k]);
		for (i = 0; n + i <= len; i++)
			if (!strncasecmp((const char *)p + i, words[k], n))
				return true;
	}
	return false;
}

static bool weak(const unsigned char *p, size_t len)
{
	return different_bytes(p, len) < LEAST_DIFFERENT || regular(p, len) || holds_word(p, len);
}

static enum err add_seal(const struct load *l, const char *text, size_t len)
{
	struct keyring *k = l->keys;
	struct seal_key *key = &k->seal[k->seals];
	int i;

	if (k->seals == KEYRING_MAX)
		return refuse(l, "names more keys than can be held");
	if (len != KEY_TEXT || text_unbase64(text, len, key->key, KEY_BYTES) != KEY_BYTES)
		return refuse(l, "must be base64 of exactly 32 bytes");
	if (weak(key->key, KEY_BYTES) || holds_word((const unsigned char *)text, len))
		return refuse(l, "is a key that can be guessed");
	key_id(key->key, KEY_BYTES, key->id);
	for (i = 0; i < k->seals; i++)
		if (!memcmp(k->seal[i].id, key->id, KEY_ID_BYTES))
			return refuse(l, "repeats a key");
	k->seals++;
	return OK;
}

/* The secret is a sealing key, raw or as it is written. */
static bool seals_too(const struct keyring *k, const char *text, size_t len)
{
	unsigned char raw[KEY_BYTES];
	bool same = false;
	int i;

	if (len == KEY_BYTES)
		memcpy(raw, text, KEY_BYTES);
	else if (len != KEY_TEXT || text_unbase64(text, len, raw, KEY_BYTES) != KEY_BYTES)
		return false;
	for (i = 0; i < k->seals; i++)
		same |= token_equal(k->seal[i].key, raw, KEY_BYTES);
	explicit_bzero(raw, sizeof(raw));
	return same;
}

static enum err add_sign(const struct load *l, const char *text, size_t len)
{
	struct keyring *k = l->keys;
	struct sign_key *key = &k->sign[k->signs];
	unsigned char id[KEY_ID_BYTES];
	int i;

	if (k->signs == KEYRING_MAX)
		return refuse(l, "names more secrets than can be held");
	if (len < KEY_BYTES || len > SECRET_MAX)
		return refuse(l, "must have 32 to 512 bytes");
	if (weak((const unsigned char *)text, len))
		return refuse(l, "is a secret that can be guessed");
	if (seals_too(k, text, len))
		return refuse(l, "must not be an encryption key as well");
	memcpy(key->secret, text, len);
	key->len = len;
	key_id(text, len, id);
	text_hex(id, sizeof(id), key->kid);
	for (i = 0; i < k->signs; i++)
		if (!strcmp(k->sign[i].kid, key->kid))
			return refuse(l, "repeats a secret");
	k->signs++;
	return OK;
}

static enum err add_list(const struct load *l, const char *list,
			 enum err (*add)(const struct load *, const char *, size_t))
{
	const char *p = list, *end;
	enum err e;
	size_t n;

	if (text_empty(list))
		return OK;
	do {
		p += strspn(p, " ");
		end = p + strcspn(p, ",");
		for (n = (size_t)(end - p); n && p[n - 1] == ' ';)
			n--;
		if ((e = add(l, p, n)))
			return e;
		p = end + 1;
	} while (*end);
	return OK;
}

static void derive(const struct keyring *k, const char *label, unsigned char out[KEY_BYTES])
{
	_Static_assert((int)KEY_BYTES == (int)HASH_BYTES, "a MAC is a key");
	token_hmac(k->sign[0].secret, k->sign[0].len, label, strlen(label), out);
}

static enum err load(struct load *l, const char *encryption_key, const char *encryption_keys_old,
		     const char *jwt_secret, const char *jwt_secrets_old)
{
	enum err e;

	l->setting = "ENCRYPTION_KEY";
	if (text_empty(encryption_key))
		return refuse(l, "is not set");
	if ((e = add_seal(l, encryption_key, strlen(encryption_key))))
		return e;
	l->setting = "ENCRYPTION_KEYS_OLD";
	if ((e = add_list(l, encryption_keys_old, add_seal)))
		return e;
	l->setting = "JWT_SECRET";
	if (text_empty(jwt_secret))
		return refuse(l, "is not set");
	if ((e = add_sign(l, jwt_secret, strlen(jwt_secret))))
		return e;
	l->setting = "JWT_SECRETS_OLD";
	return add_list(l, jwt_secrets_old, add_sign);
}

enum err keyring_load(struct keyring *k, const char *encryption_key,
		      const char *encryption_keys_old, const char *jwt_secret,
		      const char *jwt_secrets_old, char *why, size_t size)
{
	struct load l = { .keys = k, .why = why, .size = size };
	enum err e;

	memset(k, 0, sizeof(*k));
	e = load(&l, encryption_key, encryption_keys_old, jwt_secret, jwt_secrets_old);
	if (e) {
		keyring_wipe(k);
		return e;
	}
	derive(k, "souk csrf v1", k->csrf_key);
	derive(k, "souk refresh v1", k->refresh_key);
	derive(k, "souk code v1", k->code_key);
	return OK;
}

void keyring_wipe(struct keyring *k)
{
	explicit_bzero(k, sizeof(*k));
}
