/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered, and when it is forgotten. */
#include "base/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/news.h"
#include "crypto/token.h"

struct person {
	int age;
	const char *name, *town;
};

static const size_t texts[] = { offsetof(struct person, name), offsetof(struct person, town) };
static const struct memo_shape shape = { sizeof(struct person), texts, 2 };

static void put(struct memo *m, const char *key, const struct memo_stamp *stamp,
		const struct person *p, int n)
{
	memo_put(m, key, strlen(key), stamp, &shape, p, n);
}

static const struct person *get(struct memo *m, const char *key, int *n)
{
	return memo_get(m, key, strlen(key), n);
}

static void nap(int ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static void test_copies(void **state)
{
	struct memo *m = memo_new(8, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 1000, 1000);
	char name[] = "Sofia";
	const struct person two[] = { { 40, name, "Delft" }, { 7, "", NULL } };
	const struct person *p;
	int n = -1;

	(void)state;
	assert_null(get(m, "a", &n));
	put(m, "a", &s, two, 2);
	memset(name, 'x', sizeof(name) - 1);
	p = get(m, "a", &n);
	assert_non_null(p);
	assert_int_equal(n, 2);
	assert_int_equal(p[0].age, 40);
	assert_string_equal(p[0].name, "Sofia");
	assert_string_equal(p[0].town, "Delft");
	assert_string_equal(p[1].name, "");
	assert_null(p[1].town);
	put(m, "a", &s, NULL, 0);
	assert_non_null(get(m, "a", &n));
	assert_int_equal(n, 0);
	memo_free(m);
}

static void test_too_large(void **state)
{
	struct memo *m = memo_new(8, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 1000, 1000);
	static char name[MEMO_LARGEST];
	struct person p = { 1, name, NULL };

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	put(m, "a", &s, &p, 1);
	assert_null(get(m, "a", NULL));
	name[sizeof(name) / 2] = '\0';
	put(m, "a", &s, &p, 1);
	assert_non_null(get(m, "a", NULL));
	/* What was there is not true any more. */
	name[sizeof(name) / 2] = 'x';
	put(m, "a", &s, &p, 1);
	assert_null(get(m, "a", NULL));
	memo_free(m);
}

static void test_keys_whole(void **state)
{
	struct memo *m = memo_new(8, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 1000, 1000);
	const struct person p = { 1, "one", NULL };
	char long1[MEMO_HASHED + 2], long2[sizeof(long1)];

	(void)state;
	/* The same last bytes, so the same place. */
	memset(long1, 'x', sizeof(long1));
	long1[sizeof(long1) - 1] = '\0';
	memcpy(long2, long1, sizeof(long1));
	long2[0] = 'y';
	put(m, long1, &s, &p, 1);
	assert_non_null(get(m, long1, NULL));
	assert_null(get(m, long2, NULL));
	assert_null(memo_get(m, long1, strlen(long1) - 1, NULL));
	assert_null(memo_get(m, long1, 0, NULL));
	memo_free(m);
}

static void test_oldest_goes(void **state)
{
	struct memo *m = memo_new(3, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 1000, 1000);
	const struct person p = { 1, "one", NULL };

	(void)state;
	put(m, "a", &s, &p, 1);
	put(m, "b", &s, &p, 1);
	put(m, "c", &s, &p, 1);
	assert_non_null(get(m, "a", NULL));
	put(m, "d", &s, &p, 1);
	assert_null(get(m, "b", NULL));
	assert_non_null(get(m, "a", NULL));
	assert_non_null(get(m, "c", NULL));
	assert_non_null(get(m, "d", NULL));
	memo_free(m);
}

static void test_many(void **state)
{
	struct memo *m = memo_new(100, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 10000, 10000);
	char key[16];
	struct person p = { 0, key, key };
	int i, found = 0;

	(void)state;
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "%d", i % 257);
		p.age = i % 257;
		put(m, key, &s, &p, 1);
	}
	for (i = 0; i < 257; i++) {
		const struct person *q;

		snprintf(key, sizeof(key), "%d", i);
		if (!(q = get(m, key, NULL)))
			continue;
		found++;
		assert_int_equal(q->age, i);
		assert_string_equal(q->town, key);
	}
	assert_int_equal(found, 100);
	memo_free(m);
}

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

enum { MANY = 4096 };

/* The same session in many stores, as in databases that were copied, or many sessions of one. */
static void key_of(char out[96], bool copied, int i)
{
	static const char user[] = "01a21863-75f6-70f4-b3e3-2ca52f699822";

	if (copied)
		snprintf(out, 96, "%08d %s 5fc53a65-5041-426e-bc87-fd6febddd0c5", i, user);
	else
		snprintf(out, 96, "5fc53a65 %s 5041-426e-bc87-fd6febddd0c5-%08d", user, i);
}

/* Microseconds that it takes to find each of MANY keys. */
static int64_t finding_us(bool copied)
{
	struct memo *m = memo_new(MANY, NULL, token_place);
	struct memo_stamp s = memo_stamp(m, NULL, 100000, 100000);
	const struct person p = { 1, "one", NULL };
	int64_t from;
	char key[96];
	int i;

	for (i = 0; i < MANY; i++) {
		key_of(key, copied, i);
		put(m, key, &s, &p, 1);
	}
	from = cpu_us();
	for (i = 0; i < MANY; i++) {
		key_of(key, copied, i);
		assert_non_null(get(m, key, NULL));
	}
	from = cpu_us() - from;
	memo_free(m);
	return from;
}

static void test_keys_that_end_alike(void **state)
{
	int64_t apart = finding_us(false), alike = finding_us(true);

	(void)state;
	print_message("%d keys that end apart: %lld us, alike: %lld us\n", MANY,
		      (long long)apart, (long long)alike);
	assert_true(alike < 10 * apart);
}

static void test_news_end_it(void **state)
{
	struct news *news = news_new();
	struct memo *m = memo_new(8, news, token_place);
	const struct person p = { 1, "one", NULL };
	struct memo_stamp s = memo_stamp(m, "user-1", 10000, 10000);

	(void)state;
	put(m, "a", &s, &p, 1);
	news_raise(news, "user-2");
	assert_non_null(get(m, "a", NULL));
	news_raise(news, "user-1");
	assert_null(get(m, "a", NULL));
	/* An answer asked for before the news is old, however late it is kept. */
	put(m, "a", &s, &p, 1);
	assert_null(get(m, "a", NULL));
	s = memo_stamp(m, "user-1", 10000, 10000);
	put(m, "a", &s, &p, 1);
	assert_non_null(get(m, "a", NULL));
	news_raise_all(news);
	assert_null(get(m, "a", NULL));
	memo_free(m);
}

static void test_deaf_memory_is_short(void **state)
{
	struct news *news = news_new();
	struct memo *m = memo_new(8, news, token_place);
	const struct person p = { 1, "one", NULL };
	struct memo_stamp s = memo_stamp(m, "user-1", 10000, 30);

	(void)state;
	assert_false(news_fresh(news));
	put(m, "a", &s, &p, 1);
	assert_non_null(get(m, "a", NULL));
	nap(40);
	news_heard(news, clock_mono_ms());
	assert_true(news_fresh(news));
	assert_non_null(get(m, "a", NULL));
	nap(NEWS_FRESH_MS + 10);
	assert_false(news_fresh(news));
	assert_null(get(m, "a", NULL));
	/* Who hears nothing at all and may keep nothing remembers nothing. */
	s = memo_stamp(m, "user-1", 10000, 0);
	put(m, "a", &s, &p, 1);
	assert_null(get(m, "a", NULL));
	memo_free(m);
}

static void test_news_cross_processes(void **state)
{
	struct news *news = news_new();
	uint64_t before = news_of(news, "host.example");
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid) {
		news_raise(news, "host.example");
		news_heard(news, clock_mono_ms());
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(news_of(news, "host.example") != before);
	assert_true(news_fresh(news));
	/* Without news nothing is heard, and nothing breaks. */
	news_raise(NULL, "x");
	news_raise_all(NULL);
	news_heard(NULL, 1);
	assert_false(news_fresh(NULL));
	assert_int_equal(news_of(NULL, "x"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_keys_whole),
		cmocka_unit_test(test_oldest_goes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_keys_that_end_alike),
		cmocka_unit_test(test_news_end_it),
		cmocka_unit_test(test_deaf_memory_is_short),
		cmocka_unit_test(test_news_cross_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
