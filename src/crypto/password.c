/* SPDX-License-Identifier: Apache-2.0 */
/* Argon2id by libsodium, bcrypt by libcrypt. */
#include "crypto/password.h"

#include <crypt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash_memory.h"
#include "crypto/token.h"

enum {
	PASSES = 2, MEMORY_KIB = 19 * 1024,
	/* What a stored hash may ask for. Tenants' rows are input: without a cap one could ask for
	 * all memory, or for days. */
	PASSES_MAX = 8, MEMORY_MAX_KIB = 64 * 1024, LANES_MAX = 4, BCRYPT_MIN = 4, BCRYPT_MAX = 13,
	BCRYPT_BYTES = 72, BCRYPT_TEXT = 60, SUM_BYTES = 32,
	TURN_MOST_MS = 2000, REST_MS = 5000
};

_Static_assert((int)PASSWORD_HASH_TEXT >= (int)crypto_pwhash_STRBYTES, "libsodium's text fits");

/* Of the process, like its keys: nothing of a request is in it. */
static struct password_room *room;

void password_room_init(struct password_room *r, int cores)
{
	seats_init(&r->inside, 3 * cores);
	seats_init(&r->hashing, cores);
}

void password_use_room(struct password_room *r)
{
	room = r;
}

enum err password_enter(void)
{
	return !room || seats_take(&room->inside) ? OK : ERR_BUSY;
}

void password_leave(void)
{
	if (room)
		seats_give(&room->inside);
}

/* A turn comes after a few hashes. What takes longer are imported ones that are dear, or a machine
 * that is overloaded by others. */
static enum err turn_begin(void)
{
	return !room || seats_wait(&room->hashing, TURN_MOST_MS) ? OK : ERR_BUSY;
}

static void turn_end(void)
{
	if (room)
		seats_give(&room->hashing);
}

static enum err make(const char *password, size_t len, char out[PASSWORD_HASH_TEXT])
{
	enum err e = turn_begin();

	if (e)
		return e;
	hash_memory_offer();
	if (crypto_pwhash_argon2id_str(out, password, len, PASSES, (size_t)MEMORY_KIB * 1024))
		e = ERR_NO_MEMORY;
	hash_memory_take_back();
	turn_end();
	return e;
}

enum err password_hash(const char *password, char out[PASSWORD_HASH_TEXT])
{
	size_t len = strnlen(password, PASSWORD_MAX_BYTES + 1);

	*out = '\0';
	if (len > PASSWORD_MAX_BYTES)
		return ERR_VALIDATION;
	if (sodium_init() < 0)
		return ERR_INTERNAL;
	return make(password, len, out);
}

void password_rest(void)
{
	hash_memory_rest(REST_MS);
}

static bool argon2id(unsigned char sum[SUM_BYTES], const char *password, size_t len,
		     const unsigned char *salt, unsigned long passes, size_t memory)
{
	int failed;

	hash_memory_offer();
	failed = crypto_pwhash_argon2id(sum, SUM_BYTES, password, len, salt, passes, memory,
					crypto_pwhash_argon2id_ALG_ARGON2ID13);
	hash_memory_take_back();
	return !failed;
}

/* So that an unknown user takes as long as a known one. */
static void burn(const char *password, size_t len)
{
	static const unsigned char salt[crypto_pwhash_argon2id_SALTBYTES] = "no such user";
	unsigned char out[SUM_BYTES];

	if (len > PASSWORD_MAX_BYTES)
		len = PASSWORD_MAX_BYTES;
	if (!argon2id(out, password, len, salt, PASSES, (size_t)MEMORY_KIB * 1024))
		abort();
	explicit_bzero(out, sizeof(out));
}

/* "m=19456" and what ends it; leaves *p behind both. */
static bool parameter(const char **p, const char *name, char end, int max)
{
	int v = 0, digits = 0;

	if (!text_starts(*p, name))
		return false;
	for (*p += strlen(name); **p >= '0' && **p <= '9'; (*p)++) {
		if (++digits > 7)
			return false;
		v = v * 10 + (**p - '0');
	}
	return digits && v >= 1 && v <= max && *(*p)++ == end;
}

static bool argon2id_bearable(const char *hash)
{
	static const char prefix[] = "$argon2id$v=19$";
	const char *p = hash + sizeof(prefix) - 1;

	return text_starts(hash, prefix) && strlen(hash) < crypto_pwhash_argon2id_STRBYTES &&
	       parameter(&p, "m=", ',', MEMORY_MAX_KIB) && parameter(&p, "t=", ',', PASSES_MAX) &&
	       parameter(&p, "p=", '$', LANES_MAX);
}

static bool bcrypt_bearable(const char *hash)
{
	static const char alphabet[] =
		"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	int cost;

	if (strlen(hash) != BCRYPT_TEXT || hash[0] != '$' || hash[1] != '2' || !hash[2] ||
	    !strchr("aby", hash[2]) || hash[3] != '$' || hash[6] != '$')
		return false;
	if (hash[4] < '0' || hash[4] > '9' || hash[5] < '0' || hash[5] > '9')
		return false;
	cost = (hash[4] - '0') * 10 + (hash[5] - '0');
	return cost >= BCRYPT_MIN && cost <= BCRYPT_MAX &&
	       strspn(hash + 7, alphabet) == BCRYPT_TEXT - 7;
}

/* A hash as we make them. */
struct own_hash {
	unsigned long passes;
	size_t memory;   /* bytes */
	unsigned char salt[crypto_pwhash_argon2id_SALTBYTES], sum[SUM_BYTES];
};

static bool take_base64(const char **p, char end, unsigned char *out, size_t size)
{
	size_t n;

	return !sodium_base642bin(out, size, *p, strlen(*p), NULL, &n, p,
				  sodium_base64_VARIANT_ORIGINAL_NO_PADDING) &&
	       n == size && *(*p)++ == end;
}

/* Of a bearable one; false for lanes, or sizes, that are not ours. */
static bool own_hash_read(const char *hash, struct own_hash *out)
{
	const char *p = strstr(hash, "$m=") + 3;
	char *end;

	out->memory = (size_t)strtoul(p, &end, 10) * 1024;
	out->passes = strtoul(end + 3, &end, 10);
	p = end + 5;
	return !strncmp(end, ",p=1$", 5) && out->memory >= crypto_pwhash_argon2id_MEMLIMIT_MIN &&
	       take_base64(&p, '$', out->salt, sizeof(out->salt)) &&
	       take_base64(&p, '\0', out->sum, sizeof(out->sum));
}

/* libsodium's own verify calls it a mismatch when memory is out; who is right must not be told that
 * the password is wrong. */
static enum err verify_argon2id(const char *hash, const char *password, size_t len)
{
	unsigned char sum[SUM_BYTES];
	struct own_hash h;
	bool fits;

	if (!own_hash_read(hash, &h))
		return crypto_pwhash_argon2id_str_verify(hash, password, len)
			       ? ERR_INVALID_CREDENTIALS : OK;
	if (!argon2id(sum, password, len, h.salt, h.passes, h.memory))
		return ERR_NO_MEMORY;
	fits = token_equal(sum, h.sum, sizeof(sum));
	explicit_bzero(sum, sizeof(sum));
	return fits ? OK : ERR_INVALID_CREDENTIALS;
}

/* bcrypt looks at 72 bytes only: of a longer password any tail would do, so none does. */
static enum err verify_bcrypt(const char *hash, const char *password, size_t len)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made;
	bool fits;

	if (!data)
		return ERR_NO_MEMORY;
	made = crypt_rn(password, hash, data, (int)sizeof(*data));
	fits = made && strlen(made) == BCRYPT_TEXT && token_equal(made, hash, BCRYPT_TEXT);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return fits && len <= BCRYPT_BYTES ? OK : ERR_INVALID_CREDENTIALS;
}

static enum err verify(const char *hash, const char *password, size_t len, bool *rehash)
{
	if (hash && len <= PASSWORD_MAX_BYTES && argon2id_bearable(hash)) {
		*rehash = crypto_pwhash_argon2id_str_needs_rehash(hash, PASSES,
								  (size_t)MEMORY_KIB * 1024) != 0;
		return verify_argon2id(hash, password, len);
	}
	if (hash && len <= PASSWORD_MAX_BYTES && bcrypt_bearable(hash)) {
		*rehash = true;
		return verify_bcrypt(hash, password, len);
	}
	burn(password, len);
	return ERR_INVALID_CREDENTIALS;
}

enum err password_verify(const char *hash, const char *password, bool *rehash)
{
	size_t len = strnlen(password, PASSWORD_MAX_BYTES + 1);
	bool again = false;
	enum err e;

	if (sodium_init() < 0)
		abort();
	if (rehash)
		*rehash = false;
	if ((e = turn_begin()))
		return e;
	e = verify(hash, password, len, &again);
	turn_end();
	if (rehash)
		*rehash = !e && again;
	return e;
}
