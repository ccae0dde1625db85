/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM boxes, bound to the place they belong to. */
#include "crypto/seal.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "crypto/token.h"

enum {
	VERSION = 1, NONCE_BYTES = 12, TAG_BYTES = 16,
	AT_KEY = 1, AT_NONCE = AT_KEY + KEY_ID_BYTES, AT_TAG = AT_NONCE + NONCE_BYTES,
	AT_TEXT = AT_TAG + TAG_BYTES
};

_Static_assert((int)AT_TEXT == (int)SEAL_OVERHEAD, "the header tells the layout");

/* Each part ends with its NUL, so that no two places give the same bytes. */
static void place_bytes(struct buf *b, const unsigned char *box, const struct seal_place *place)
{
	char revision[16];

	snprintf(revision, sizeof(revision), "%d", place->revision);
	buf_append(b, box, AT_NONCE);
	buf_append(b, place->table, strlen(place->table) + 1);
	buf_append(b, place->column, strlen(place->column) + 1);
	buf_append(b, place->row_id, strlen(place->row_id) + 1);
	buf_append(b, revision, strlen(revision) + 1);
}

static bool encrypt(EVP_CIPHER_CTX *cx, const struct seal_key *key, const struct buf *aad,
		    const void *plain, size_t len, unsigned char *box)
{
	int n;

	return cx && EVP_EncryptInit_ex(cx, EVP_aes_256_gcm(), NULL, key->key, box + AT_NONCE) &&
	       EVP_EncryptUpdate(cx, NULL, &n, (const unsigned char *)aad->data, (int)aad->len) &&
	       (!len || EVP_EncryptUpdate(cx, box + AT_TEXT, &n, plain, (int)len)) &&
	       EVP_EncryptFinal_ex(cx, box + AT_TEXT + len, &n) &&
	       EVP_CIPHER_CTX_ctrl(cx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, box + AT_TAG);
}

static bool decrypt(EVP_CIPHER_CTX *cx, const struct seal_key *key, const struct buf *aad,
		    const unsigned char *box, size_t len, unsigned char *plain)
{
	unsigned char tag[TAG_BYTES], end[TAG_BYTES];
	int n;

	memcpy(tag, box + AT_TAG, TAG_BYTES);
	return cx && EVP_DecryptInit_ex(cx, EVP_aes_256_gcm(), NULL, key->key, box + AT_NONCE) &&
	       EVP_DecryptUpdate(cx, NULL, &n, (const unsigned char *)aad->data, (int)aad->len) &&
	       (!len || EVP_DecryptUpdate(cx, plain, &n, box + AT_TEXT, (int)len)) &&
	       EVP_CIPHER_CTX_ctrl(cx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) &&
	       EVP_DecryptFinal_ex(cx, end, &n) > 0;
}

enum err seal_box(const struct keyring *keys, const struct seal_place *place, const void *plain,
		  size_t len, unsigned char *box)
{
	struct buf aad = BUF_INIT;
	EVP_CIPHER_CTX *cx;
	bool good;

	if (keys->seals < 1 || len > SEAL_MAX) {
		log_error(NULL, "seal", "%zu bytes for %s.%s cannot be sealed", len, place->table,
			  place->column);
		return ERR_INTERNAL;
	}
	box[0] = VERSION;
	memcpy(box + AT_KEY, keys->seal[0].id, KEY_ID_BYTES);
	token_random(box + AT_NONCE, NONCE_BYTES);
	place_bytes(&aad, box, place);
	cx = EVP_CIPHER_CTX_new();
	good = encrypt(cx, &keys->seal[0], &aad, plain, len, box);
	EVP_CIPHER_CTX_free(cx);
	buf_done(&aad);
	if (!good) {
		explicit_bzero(box, len + SEAL_OVERHEAD);
		return ERR_INTERNAL;
	}
	return OK;
}

static enum err refuse(const struct seal_place *place, const char *why)
{
	log_alarm(NULL, "sealed_box_refused", "%s.%s of row %s, revision %d: %s", place->table,
		  place->column, place->row_id, place->revision, why);
	return ERR_INTERNAL;
}

static const struct seal_key *find_key(const struct keyring *keys, const unsigned char *id)
{
	int i;

	for (i = 0; i < keys->seals; i++)
		if (!memcmp(keys->seal[i].id, id, KEY_ID_BYTES))
			return &keys->seal[i];
	return NULL;
}

enum err seal_open(const struct keyring *keys, const struct seal_place *place,
		   const unsigned char *box, size_t box_len, void *plain, size_t *plain_len)
{
	size_t len = box_len - SEAL_OVERHEAD;
	struct buf aad = BUF_INIT;
	const struct seal_key *key;
	EVP_CIPHER_CTX *cx;
	bool good;

	*plain_len = 0;
	if (box_len < SEAL_OVERHEAD || len > SEAL_MAX)
		return refuse(place, "wrong length");
	explicit_bzero(plain, len);
	if (box[0] != VERSION)
		return refuse(place, "unknown version");
	if (!(key = find_key(keys, box + AT_KEY)))
		return refuse(place, "its key is not among ours");
	place_bytes(&aad, box, place);
	cx = EVP_CIPHER_CTX_new();
	good = decrypt(cx, key, &aad, box, len, plain);
	EVP_CIPHER_CTX_free(cx);
	buf_done(&aad);
	if (!good) {
		explicit_bzero(plain, len);
		return refuse(place, "it was changed, or belongs elsewhere");
	}
	*plain_len = len;
	return OK;
}
