/* SPDX-License-Identifier: Apache-2.0 */
/* Keyrings: good keys load, and every key that could be guessed stops the start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "crypto/keyring.h"

#define KEY_A "3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8="
#define KEY_B "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E="
#define SECRET_A "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa"
#define SECRET_B "Zt6yWq0bE3nRk8uHs5mJ2dXv7cLp1fGa"

static struct keyring ring;
static char why[256];

static enum err load(const char *key, const char *old, const char *secret, const char *secrets)
{
	why[0] = '\0';
	return keyring_load(&ring, key, old, secret, secrets, why, sizeof(why));
}

static void all_zero(const void *p, size_t n)
{
	const unsigned char *b = p;

	for (; n; n--)
		assert_int_equal(*b++, 0);
}

static void loads(void **state)
{
	unsigned char csrf[KEY_BYTES];

	(void)state;
	assert_int_equal(load(KEY_A, NULL, SECRET_A, NULL), OK);
	assert_int_equal(ring.seals, 1);
	assert_int_equal(ring.signs, 1);
	assert_memory_equal(ring.seal[0].key, "\xde\xad\xbe\xef\x00\x01\x02\x03", 8);
	assert_int_equal(strlen(ring.sign[0].kid), 8);
	assert_int_equal(ring.sign[0].len, strlen(SECRET_A));
	assert_memory_not_equal(ring.csrf_key, ring.refresh_key, KEY_BYTES);
	assert_memory_not_equal(ring.csrf_key, ring.code_key, KEY_BYTES);
	memcpy(csrf, ring.csrf_key, KEY_BYTES);
	assert_int_equal(load(KEY_B, KEY_A, SECRET_B, SECRET_A), OK);
	assert_int_equal(ring.seals, 2);
	assert_memory_equal(ring.seal[1].key, "\xde\xad\xbe\xef", 4);
	assert_memory_not_equal(csrf, ring.csrf_key, KEY_BYTES);
	keyring_wipe(&ring);
	all_zero(&ring, sizeof(ring));
	assert_int_equal(load(KEY_B, "  " KEY_A "  ", SECRET_B, " " SECRET_A " "), OK);
	assert_int_equal(ring.signs, 2);
	assert_int_equal(ring.sign[1].len, strlen(SECRET_A));
}

/* The id of a key must be the same on every host and in every version. */
static void ids_are_fixed(void **state)
{
	char hex[9];

	(void)state;
	assert_int_equal(load(KEY_A, NULL, SECRET_A, NULL), OK);
	snprintf(hex, sizeof(hex), "%02x%02x%02x%02x", ring.seal[0].id[0], ring.seal[0].id[1],
		ring.seal[0].id[2], ring.seal[0].id[3]);
	assert_string_equal(hex, "f36eb067");
	assert_string_equal(ring.sign[0].kid, "6c6b66eb");
}

static void refused(enum err e, const char *setting, const char *value)
{
	if (e == OK)
		fail_msg("taken: %s=%s", setting, value ? value : "(null)");
	assert_int_equal(e, ERR_VALIDATION);
	assert_non_null(strstr(why, setting));
	assert_null(strchr(why, '\n'));
	if (value && strlen(value) > 8)
		assert_null(strstr(why, value));
	all_zero(&ring, sizeof(ring));
}

static void weak_keys(void **state)
{
	static const char *const bad[] = { NULL, "", "x", "changeme",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"//////////////////////////////////////////8=",
		"AQIDBAUGAQIDBAUGAQIDBAUGAQIDBAUGAQIDBAUGAQI=", /* six bytes over and over */
		"AQIDBAUGBwgJCgECAwQFBgcICQoBAgMEBQYHCAkKAQI=", /* ten bytes over and over */
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", /* 0, 1, 2, … 31 */
		"YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=", /* abcdefgh… */
		"Y2hhbmdlbWVjaGFuZ2VtZWNoYW5nZW1lY2hhbmdlbWU=", /* changeme… */
		"WW91ci0zMi1ieXRlLWtleS1nb2VzLWluLWhlcmUhISE=", /* Your-32-byte-… */
		"changemechangemechangemechangemechangemecha=",
		"3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7w==", /* 31 bytes */
		"3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8B", /* 33 bytes */
		"3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/9=", /* loose bits */
		"3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8",  /* no padding */
		"3q2-7wABAgMEBQYHCAkKCw8fLz9PX29_j5-vv8_f7_8=", /* base64url */
		" 3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8=",
		"deadbeef000102030405060708090a0b0f1f2f3f4f5f6f7f8f9fafbfcfdfefff" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(load(bad[i], NULL, SECRET_A, NULL), "ENCRYPTION_KEY", bad[i]);
	for (i = 2; i < sizeof(bad) / sizeof(*bad) - 2; i++)
		refused(load(KEY_B, bad[i], SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", bad[i]);
	refused(load(KEY_A, KEY_A, SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", KEY_A);
	refused(load(KEY_A, KEY_B "," KEY_B, SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", KEY_B);
	refused(load(KEY_A, KEY_B ",", SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", KEY_B);
	refused(load(KEY_A, ",", SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", NULL);
	refused(load(KEY_A, KEY_B " " KEY_B, SECRET_A, NULL), "ENCRYPTION_KEYS_OLD", KEY_B);
}

static void weak_secrets(void **state)
{
	static const char *const bad[] = { NULL, "", "short", "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tU",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"abababababababababababababababababababab", "0123456789abcdef0123456789abcdef",
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abc",
		"changeme-kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa",
		"my-Super-SECRET-jwt-key-of-production", "your-kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa",
		"Your_kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa", "this is a placeholder: kD83hfT2mZqPw7Xc",
		"kD83hfT2mZqPw7XckD83hfT2mZqPw7Xc" };
	char big[SECRET_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(load(KEY_A, NULL, bad[i], NULL), "JWT_SECRET", bad[i]);
	for (i = 2; i < sizeof(bad) / sizeof(*bad); i++)
		refused(load(KEY_A, NULL, SECRET_B, bad[i]), "JWT_SECRETS_OLD", bad[i]);
	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)('!' + i * i % 89);
	big[SECRET_MAX + 1] = '\0';
	refused(load(KEY_A, NULL, big, NULL), "JWT_SECRET", big);
	refused(load(KEY_A, NULL, SECRET_A, SECRET_A), "JWT_SECRETS_OLD", SECRET_A);
	refused(load(KEY_A, NULL, SECRET_A, SECRET_B "," SECRET_A), "JWT_SECRETS_OLD", SECRET_A);
	refused(load(KEY_A, NULL, KEY_A, NULL), "JWT_SECRET", KEY_A);
	refused(load(KEY_A, KEY_B, KEY_B, NULL), "JWT_SECRET", KEY_B);
	refused(load("a0Q4M2hmVDJtWnFQdzdYYzVWYk4xc1J5OUxnSjR0VWE=", NULL,
			"kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa", NULL),
		"JWT_SECRET", SECRET_A);
}

static void too_many(void **state)
{
	char list[KEYRING_MAX * 48] = "";
	size_t at = 0;
	int i;

	(void)state;
	for (i = 0; i < KEYRING_MAX; i++)
		at += (size_t)snprintf(
			list + at, sizeof(list) - at, "%s%s%d", i ? "," : "", SECRET_A, i);
	refused(load(KEY_A, NULL, SECRET_B, list), "JWT_SECRETS_OLD", NULL);
	*strrchr(list, ',') = '\0';
	assert_int_equal(load(KEY_A, NULL, SECRET_B, list), OK);
	assert_int_equal(ring.signs, KEYRING_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads),
		cmocka_unit_test(ids_are_fixed),
		cmocka_unit_test(weak_keys),
		cmocka_unit_test(weak_secrets),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
