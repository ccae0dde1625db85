/* SPDX-License-Identifier: Apache-2.0 */
/* Random tokens, hashes, MACs (FIPS 180-4, RFC 4231) and comparison. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "crypto/token.h"

static void hex_is(const unsigned char hash[HASH_BYTES], const char *hex)
{
	char text[2 * HASH_BYTES + 1];

	text_hex(hash, HASH_BYTES, text);
	assert_string_equal(text, hex);
}

static void tokens(void **state)
{
	char a[TOKEN_TEXT], b[TOKEN_TEXT];
	unsigned char raw[32];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_ptr_equal(token_new(a), a);
		assert_int_equal(strlen(a), TOKEN_TEXT - 1);
		assert_int_equal(text_unbase64url(a, strlen(a), raw, sizeof(raw)), 32);
		assert_string_not_equal(a, token_new(b));
	}
}

static void codes(void **state)
{
	int seen[10] = { 0 }, i, k;
	char code[7];

	(void)state;
	for (i = 0; i < 20000; i++) {
		assert_int_equal(strlen(token_code(code)), 6);
		for (k = 0; k < 6; k++) {
			assert_in_range(code[k], '0', '9');
			seen[code[k] - '0']++;
		}
	}
	/* 12,000 each are expected; 600 is over five standard deviations. */
	for (i = 0; i < 10; i++)
		assert_in_range(seen[i], 11400, 12600);
}

static void random_bytes(void **state)
{
	unsigned char big[70000], zero[64] = { 0 };

	(void)state;
	memset(big, 0, sizeof(big));
	token_random(big, sizeof(big));
	assert_memory_not_equal(big, zero, 64);
	assert_memory_not_equal(big + sizeof(big) - 64, zero, 64);
	token_random(NULL, 0);
}

static void hashes(void **state)
{
	unsigned char hash[HASH_BYTES], key[131];

	(void)state;
	token_sha256("", 0, hash);
	hex_is(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	token_sha256(NULL, 0, hash);
	hex_is(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	token_sha256("abc", 3, hash);
	hex_is(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	token_hmac("Jefe", 4, "what do ya want for nothing?", 28, hash);
	hex_is(hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	token_hmac(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54,
		hash);
	hex_is(hash, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	token_hmac(NULL, 0, NULL, 0, hash);
	hex_is(hash, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void comparison(void **state)
{
	unsigned char a[32] = { 1 }, b[32] = { 1 };
	int i;

	(void)state;
	assert_true(token_equal(a, b, sizeof(a)));
	assert_true(token_equal("a", "b", 0));
	for (i = 0; i < 256; i++) {
		b[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_false(token_equal(a, b, sizeof(a)));
		b[i / 8] ^= (unsigned char)(1 << i % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(codes),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(hashes),
		cmocka_unit_test(comparison),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
