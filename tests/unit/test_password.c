/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: Argon2id of our own, bcrypt of imported users, and hashes that a hostile row may hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <crypt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/seats.h"
#include "base/shared.h"
#include "crypto/hash_memory.h"
#include "crypto/password.h"

static void argon2id(void **state)
{
	char hash[PASSWORD_HASH_TEXT], again[PASSWORD_HASH_TEXT];
	bool rehash = true;

	(void)state;
	assert_int_equal(password_hash("correct horse", hash), OK);
	assert_int_equal(password_hash("correct horse", again), OK);
	assert_string_not_equal(hash, again);
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_int_equal(OK, password_verify(hash, "correct horse", &rehash));
	assert_false(rehash);
	assert_int_equal(OK, password_verify(again, "correct horse", NULL));
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "correct horsf", &rehash));
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "correct hors", NULL));
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "correct horse ", NULL));
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "Correct horse", NULL));
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "", NULL));
}

static void every_byte_counts(void **state)
{
	static const size_t places[] = { 0, 71, 72, 73, 127, 128, 255, 511, 512, 1022, 1023 };
	char password[PASSWORD_MAX_BYTES + 2], hash[PASSWORD_HASH_TEXT];
	size_t i;

	(void)state;
	memset(password, 'x', sizeof(password));
	password[PASSWORD_MAX_BYTES + 1] = '\0';
	assert_int_equal(password_hash(password, hash), ERR_VALIDATION);
	assert_string_equal(hash, "");
	password[PASSWORD_MAX_BYTES] = '\0';
	assert_int_equal(password_hash(password, hash), OK);
	assert_int_equal(OK, password_verify(hash, password, NULL));
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		password[places[i]] ^= 1;
		assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, password, NULL));
		password[places[i]] ^= 1;
	}
	password[PASSWORD_MAX_BYTES] = 'x';
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, password, NULL));
	password[PASSWORD_MAX_BYTES - 1] = '\0';
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, password, NULL));
}

/* Made by npm bcryptjs 2. */
static void bcrypt_made_elsewhere(void **state)
{
	static const struct {
		const char *password, *hash;
	} made[] = { { "correct horse battery",
			     "$2a$04$hYgDrIQVjZcEg.TydnCLaes/W8snLiCqLcNdqAaMGV59CREsh2O/O" },
		{ "pässwörd €😀", "$2a$04$YQOcYBY8MDsJbVBKYSVEMOcimXjbOcUEriHV4wgosEhw8bN18IMUK" } };
	bool rehash;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(made) / sizeof(*made); i++) {
		rehash = false;
		assert_int_equal(OK, password_verify(made[i].hash, made[i].password, &rehash));
		assert_true(rehash);
		assert_int_equal(ERR_INVALID_CREDENTIALS,
				 password_verify(made[i].hash, "correct horse batterz", &rehash));
		assert_false(rehash);
		assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(made[i].hash, "", NULL));
	}
}

static const char *bcrypt(const char *password, const char *setting)
{
	static struct crypt_data data;
	const char *hash = crypt_r(password, setting, &data);

	assert_non_null(hash);
	assert_int_equal(strlen(hash), 60);
	return hash;
}

static void bcrypt_made_here(void **state)
{
	static const char *const settings[] = { "$2a$04$abcdefghijklmnopqrstuu",
		"$2b$04$abcdefghijklmnopqrstuu", "$2y$04$abcdefghijklmnopqrstuu",
		"$2b$10$abcdefghijklmnopqrstuu" };
	char hash[61];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		snprintf(hash, sizeof(hash), "%s", bcrypt("Tr0ub4dor&3", settings[i]));
		assert_int_equal(OK, password_verify(hash, "Tr0ub4dor&3", NULL));
		assert_int_equal(ERR_INVALID_CREDENTIALS,
				 password_verify(hash, "Tr0ub4dor&4", NULL));
		hash[59] = hash[59] == 'a' ? 'b' : 'a';
		assert_int_equal(ERR_INVALID_CREDENTIALS,
				 password_verify(hash, "Tr0ub4dor&3", NULL));
	}
}

/* It would fit; but a row that asks for cost 14 could as well ask for 31. */
static void bcrypt_of_too_high_cost(void **state)
{
	(void)state;
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(
		bcrypt("Tr0ub4dor&3", "$2b$14$abcdefghijklmnopqrstuu"), "Tr0ub4dor&3", NULL));
}

/* bcryptjs cut this one at 72 bytes: any tail would fit. */
static void bcrypt_beyond_72_bytes(void **state)
{
	static const char cut[] = "$2a$04$UjhWwKkeVACMNX2jUVOOMObQ0RMRlr71pOlhHuMQZSG8/qn3cuP8a";
	static const char full[] = "$2a$04$9R35qYdp3/ZrrU16nhaBM.jlcz4Y.tv96FAp/9WAjXLppdlqbQJnS";
	char password[601];
	size_t i;

	(void)state;
	memset(password, 'x', sizeof(password));
	password[72] = '\0';
	assert_int_equal(OK, password_verify(full, password, NULL));
	assert_int_equal(OK, password_verify(cut, password, NULL));
	for (i = 73; i < sizeof(password); i += i < 80 ? 1 : 130) {
		password[i - 1] = 'x';
		password[72] = 'x';
		password[i] = '\0';
		assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(full, password, NULL));
		assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(cut, password, NULL));
		password[i] = 'x';
	}
}

/* Rows of a tenant's database are input: none may cost memory, days, or a crash. */
static void hostile_hashes(void **state)
{
	static const char salt[] =
		"$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	static const char *const params[] = { "m=4194304,t=2,p=1", "m=19456,t=4000000,p=1",
		"m=19456,t=2,p=255", "m=65537,t=1,p=1", "m=99999999999,t=1,p=1", "m=-1,t=1,p=1",
		"m=0,t=0,p=0", "m=+8,t=1,p=1", "m=,t=,p=", "m=19456,t=2", "t=2,m=19456,p=1",
		"m= 19456,t=2,p=1", "m=19456,t=2,p=1,data=AAAA" };
	static const char *const bad[] = { "", "$", "x", "plaintext1", "$argon2id$",
		"$argon2id$v=19$", "$argon2id$v=19$m=19456,t=2,p=1",
		"$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=19$m=8,t=1,p=1$$",
		"$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$2b$31$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2b$14$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2b$03$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2b$4$$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2x$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$2b$04$abcdefghijklmnopqrstuu", "$2b$04$", "$2b",
		"$2b$04$abcdefghijklmnopqrstuuAAAAAAAAAA\n",
		"$2b$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAA:::",
		"$1$abcdefgh$AAAAAAAAAAAAAAAAAAAAAA", "$6$rounds=999999999$abcdefgh$AAAA",
		"$y$j9T$x$y", "*0", "5f4dcc3b5aa765d61d8327deb882cf99" };
	char hash[600];
	int64_t start;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad) + sizeof(params) / sizeof(*params); i++) {
		if (i < sizeof(bad) / sizeof(*bad))
			snprintf(hash, sizeof(hash), "%s", bad[i]);
		else
			snprintf(hash, sizeof(hash), "$argon2id$v=19$%s%s",
				params[i - sizeof(bad) / sizeof(*bad)], salt);
		start = clock_mono_ms();
		if (!password_verify(hash, "plaintext1", NULL))
			fail_msg("fits: %s", hash);
		if (clock_mono_ms() - start > 3000)
			fail_msg("slow: %s", hash);
	}
	memset(hash, 'A', sizeof(hash));
	memcpy(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	hash[sizeof(hash) - 1] = '\0';
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "plaintext1", NULL));
}

static void other_parameters_ask_for_a_new_hash(void **state)
{
	static const char weak[] = "$argon2id$v=19$m=8192,t=1,p=1$Ic65rNRRTkNwWkT0bbdjzg$"
				   "33OwnScEnm59TElS4+YH/Fg8+aP8QqkSeHEzGZUSbfM";
	bool rehash = false;

	(void)state;
	assert_int_equal(OK, password_verify(weak, "correct horse", &rehash));
	assert_true(rehash);
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(weak, "correct hors", &rehash));
	assert_false(rehash);
}

/* Of this process alone: others may have the cores for a while. */
static int64_t time_of(const char *hash)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_equal(ERR_INVALID_CREDENTIALS, password_verify(hash, "wrong horse", NULL));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

/* The shortest of some rounds, each of which sees the same machine. */
static void nobody_takes_as_long_as_somebody(void **state)
{
	int64_t best[3] = { INT64_MAX, INT64_MAX, INT64_MAX }, took;
	char hash[PASSWORD_HASH_TEXT];
	const char *hashes[3] = { hash, NULL, "plain" };
	int i, round;

	(void)state;
	assert_int_equal(password_hash("correct horse", hash), OK);
	for (round = 0; round < 7; round++) {
		for (i = 0; i < 3; i++) {
			took = time_of(hashes[i]);
			best[i] = took < best[i] ? took : best[i];
		}
	}
	for (i = 1; i < 3; i++)
		assert_true(best[i] * 2 > best[0] && best[0] * 2 > best[i]);
}

static void common(void **state)
{
	(void)state;
	assert_true(password_common("password"));
	assert_true(password_common("12345678"));
	assert_true(password_common("PassWord123"));
	assert_true(password_common("QWERTYUIOP"));
	assert_true(password_common("iloveyou"));
	assert_false(password_common(""));
	assert_false(password_common("passwor"));
	assert_false(password_common("password "));
	assert_false(password_common("correct horse battery staple"));
}

/* Another process makes the only hash that there is room for. */
static pid_t hasher(struct password_room *r)
{
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	atomic_store(&r->hashing.owner[0], (int)pid);
	return pid;
}

static void no_more_than_the_room(void **state)
{
	struct password_room *r = shared_new(sizeof(*r));
	char hash[PASSWORD_HASH_TEXT], other[PASSWORD_HASH_TEXT];
	bool rehash = true;
	pid_t pid;
	int i;

	(void)state;
	assert_int_equal(password_enter(), OK);
	assert_int_equal(password_hash("correct horse", hash), OK);
	password_room_init(r, 1);
	password_use_room(r);
	assert_int_equal(password_enter(), OK);
	assert_int_equal(password_verify(hash, "correct horse", NULL), OK);
	assert_int_equal(seats_taken(&r->hashing), 0);
	password_leave();
	assert_int_equal(seats_taken(&r->inside), 0);
	pid = hasher(r);
	/* Right or wrong, known or not: nothing tells them apart, and nothing is burnt. */
	assert_int_equal(password_verify(hash, "correct horse", &rehash), ERR_BUSY);
	assert_false(rehash);
	assert_int_equal(password_verify(hash, "wrong", NULL), ERR_BUSY);
	assert_int_equal(password_verify(NULL, "wrong", NULL), ERR_BUSY);
	assert_int_equal(password_hash("correct horse", other), ERR_BUSY);
	for (i = 0; i < 3; i++)
		atomic_store(&r->inside.owner[i], (int)pid);
	assert_int_equal(password_enter(), ERR_BUSY);
	/* What the dead sat on is free. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(password_enter(), OK);
	assert_int_equal(password_verify(hash, "correct horse", NULL), OK);
	password_leave();
	password_use_room(NULL);
	shared_close(r, sizeof(*r));
}

#ifndef __SANITIZE_ADDRESS__   /* which needs memory, and has calls, of its own */
static void *get(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* The same memory again, and nothing of what was in it. */
static void memory_is_kept_and_wiped(void **state)
{
	enum { SIZE = 19 << 20 };
	char *first, *other, *again;
	size_t i;

	(void)state;
	hash_memory_offer();
	first = get(SIZE);
	memset(first, 'x', SIZE);
	other = get(SIZE);   /* one at a time: this is the kernel's */
	assert_ptr_not_equal(first, other);
	assert_int_equal(munmap(other, SIZE), 0);
	assert_int_equal(munmap(first, SIZE), 0);
	again = get(SIZE);
	assert_ptr_equal(first, again);
	for (i = 0; i < SIZE; i++)
		if (again[i])
			fail_msg("byte %zu is left", i);
	assert_int_equal(munmap(again, SIZE), 0);
	hash_memory_take_back();
	/* Not for anybody else, ... */
	other = get(SIZE);
	assert_ptr_not_equal(first, other);
	assert_int_equal(munmap(other, SIZE), 0);
	/* ... and not for ever. */
	hash_memory_rest(60000);
	assert_int_equal(msync(first, SIZE, MS_ASYNC), 0);
	hash_memory_rest(0);
	assert_int_equal(msync(first, SIZE, MS_ASYNC), -1);
}

static long faults(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_minflt;
}

/* libsodium does reach our calls: else each hash takes 4,864 pages from the kernel. */
static void hashes_take_no_new_memory(void **state)
{
	char hash[PASSWORD_HASH_TEXT];
	long before;
	int i;

	(void)state;
	assert_int_equal(password_hash("correct horse", hash), OK);
	before = faults();
	for (i = 0; i < 5; i++)
		assert_int_equal(password_verify(hash, "correct horse", NULL), OK);
	assert_in_range(faults() - before, 0, 200);
}

/* All memory that this process may have is taken. */
static void no_memory_is_no_wrong_password(void **state)
{
	const struct rlimit tight = { 1 << 20, RLIM_INFINITY };
	const struct rlimit wide = { RLIM_INFINITY, RLIM_INFINITY };
	char hash[PASSWORD_HASH_TEXT];
	enum err right, wrong;

	(void)state;
	assert_int_equal(password_hash("correct horse", hash), OK);
	hash_memory_rest(0);
	assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
	right = password_verify(hash, "correct horse", NULL);
	wrong = password_verify(hash, "battery staple", NULL);
	assert_int_equal(setrlimit(RLIMIT_AS, &wide), 0);
	assert_int_equal(right, ERR_NO_MEMORY);
	assert_int_equal(wrong, ERR_NO_MEMORY);
	assert_int_equal(password_verify(hash, "correct horse", NULL), OK);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(argon2id),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(bcrypt_made_elsewhere),
		cmocka_unit_test(bcrypt_made_here),
		cmocka_unit_test(bcrypt_of_too_high_cost),
		cmocka_unit_test(bcrypt_beyond_72_bytes),
		cmocka_unit_test(hostile_hashes),
		cmocka_unit_test(other_parameters_ask_for_a_new_hash),
		cmocka_unit_test(nobody_takes_as_long_as_somebody),
		cmocka_unit_test(common),
		cmocka_unit_test(no_more_than_the_room),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(memory_is_kept_and_wiped),
		cmocka_unit_test(hashes_take_no_new_memory),
		cmocka_unit_test(no_memory_is_no_wrong_password),
#endif
	};

	return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
