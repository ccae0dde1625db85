/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed boxes: they open where they belong and nowhere else, and only whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/seal.h"
#include "crypto/token.h"

static const char text[] = "postgres://canary:s3cr3t@db.example.org/shop";
enum { LEN = sizeof(text), BOX = LEN + SEAL_OVERHEAD };

static const struct seal_place here = { "store_databases", "credentials", "row-1", 3 };
static struct keyring ring, other;

static int keys(void **state)
{
	char why[128];

	(void)state;
	/* Refusals below are meant, thousands of them: their alarms have a test of their own. */
	log_init("test", LOG_LEVEL_ALARM + 1);
	if (keyring_load(&ring, "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E=", NULL,
		    "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa", NULL, why, sizeof(why)))
		return -1;
	return keyring_load(&other, "3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8=", NULL,
		       "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa", NULL, why, sizeof(why))
		       ? -1
		       : 0;
}

static void seal(unsigned char box[BOX])
{
	assert_int_equal(seal_box(&ring, &here, text, LEN, box), OK);
}

/* Nothing of the text stays behind. The box stands in memory of its exact size. */
static void refused(const struct keyring *k, const struct seal_place *place,
	const unsigned char *box, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1), plain[BOX + 64];
	size_t n = 99, i;

	assert_non_null(copy);
	memcpy(copy, box, len);
	memset(plain, 'x', sizeof(plain));
	assert_int_equal(seal_open(k, place, copy, len, plain, &n), ERR_INTERNAL);
	free(copy);
	assert_int_equal(n, 0);
	for (i = 0; i < sizeof(plain); i++)
		assert_int_equal(plain[i], i + SEAL_OVERHEAD < len ? 0 : 'x');
}

static void opens(void **state)
{
	unsigned char box[BOX], again[BOX], plain[LEN];
	size_t n;

	(void)state;
	seal(box);
	seal(again);
	assert_memory_not_equal(box + 5, again + 5, 12);
	assert_memory_not_equal(box + SEAL_OVERHEAD, again + SEAL_OVERHEAD, LEN);
	assert_int_equal(box[0], 1);
	assert_memory_equal(box + 1, ring.seal[0].id, KEY_ID_BYTES);
	assert_int_equal(seal_open(&ring, &here, box, BOX, plain, &n), OK);
	assert_int_equal(n, LEN);
	assert_memory_equal(plain, text, LEN);
	assert_null(memmem(box, BOX, "canary", 6));
}

static void lengths(void **state)
{
	unsigned char *box = malloc(SEAL_MAX + SEAL_OVERHEAD + 1), *in = calloc(1, SEAL_MAX + 1);
	unsigned char *out = malloc(SEAL_MAX + 1);
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4096, SEAL_MAX };
	size_t i, n;

	(void)state;
	assert_true(box && in && out);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		token_random(in, sizes[i]);
		assert_int_equal(seal_box(&ring, &here, in, sizes[i], box), OK);
		assert_int_equal(
			seal_open(&ring, &here, box, sizes[i] + SEAL_OVERHEAD, out, &n), OK);
		assert_int_equal(n, sizes[i]);
		assert_memory_equal(in, out, n);
	}
	assert_int_equal(seal_box(&ring, &here, in, SEAL_MAX + 1, box), ERR_INTERNAL);
	assert_int_equal(
		seal_open(&ring, &here, box, SEAL_MAX + SEAL_OVERHEAD + 1, out, &n), ERR_INTERNAL);
	free(box);
	free(in);
	free(out);
}

static void every_flipped_bit(void **state)
{
	unsigned char box[BOX];
	size_t i;
	int bit;

	(void)state;
	seal(box);
	for (i = 0; i < BOX; i++) {
		for (bit = 0; bit < 8; bit++) {
			box[i] ^= (unsigned char)(1 << bit);
			refused(&ring, &here, box, BOX);
			box[i] ^= (unsigned char)(1 << bit);
		}
	}
}

static void every_cut(void **state)
{
	unsigned char box[BOX + 1], cut[BOX];
	size_t n;

	(void)state;
	seal(box);
	for (n = 0; n < BOX; n++)
		refused(&ring, &here, box, n);
	box[BOX] = 0;
	refused(&ring, &here, box, BOX + 1);
	/* A tag cut short, the text moved up: OpenSSL itself would take a tag of one byte. */
	for (n = 1; n < 16; n++) {
		memcpy(cut, box, 17 + n);
		memcpy(cut + 17 + n, box + SEAL_OVERHEAD, LEN);
		refused(&ring, &here, cut, 17 + n + LEN);
	}
	/* Only the text left out. */
	refused(&ring, &here, box, SEAL_OVERHEAD);
}

static void elsewhere(void **state)
{
	static const struct seal_place places[] = { { "store_database", "credentials", "row-1", 3 },
		{ "store_databases", "credential", "row-1", 3 },
		{ "store_databases", "credentials", "row-2", 3 },
		{ "store_databases", "credentials", "row-1", 4 },
		{ "store_databases", "credentials", "row-1", -3 },
		{ "credentials", "store_databases", "row-1", 3 },
		{ "store_databasesc", "redentials", "row-1", 3 },
		{ "store_databases", "credentialsr", "ow-1", 3 },
		{ "store_databases", "credentials", "row-13", 0 },
		{ "store_databases", "credentials", "row-", 13 },
		{ "", "store_databasescredentials", "row-1", 3 } };
	unsigned char box[BOX];
	size_t i;

	(void)state;
	seal(box);
	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		refused(&ring, &places[i], box, BOX);
}

static void other_keys(void **state)
{
	unsigned char box[BOX], plain[LEN];
	struct keyring rotated = other;
	size_t n;

	(void)state;
	seal(box);
	refused(&other, &here, box, BOX);
	/* An old key still opens; a key that only says it is the one does not. */
	rotated.seal[rotated.seals++] = ring.seal[0];
	assert_int_equal(seal_open(&rotated, &here, box, BOX, plain, &n), OK);
	memcpy(rotated.seal[1].key, other.seal[0].key, KEY_BYTES);
	refused(&rotated, &here, box, BOX);
	memcpy(box + 1, other.seal[0].id, KEY_ID_BYTES);
	refused(&rotated, &here, box, BOX);
	rotated.seals = 0;
	refused(&rotated, &here, box, BOX);
	assert_int_equal(seal_box(&rotated, &here, text, LEN, box), ERR_INTERNAL);
}

static void a_refusal_is_an_alarm(void **state)
{
	unsigned char box[BOX], plain[LEN];
	int kept = dup(STDERR_FILENO), ends[2];
	char line[4096];
	ssize_t got;
	size_t n;

	(void)state;
	seal(box);
	box[BOX - 1] ^= 1;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_init("test", LOG_LEVEL_INFO);
	assert_int_equal(seal_open(&ring, &here, box, BOX, plain, &n), ERR_INTERNAL);
	log_init("test", LOG_LEVEL_ALARM + 1);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	got = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	assert_true(got > 0);
	line[got] = '\0';
	assert_non_null(strstr(line, "\"level\":\"alarm\""));
	assert_non_null(strstr(line, "store_databases.credentials of row row-1"));
	assert_null(strstr(line, "canary"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(lengths),
		cmocka_unit_test(every_flipped_bit),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(elsewhere),
		cmocka_unit_test(other_keys),
		cmocka_unit_test(a_refusal_is_an_alarm),
	};

	return cmocka_run_group_tests_name("seal", tests, keys, NULL);
}
