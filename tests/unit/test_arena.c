/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas: alignment, growth, the limit, and what a reset gives back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static void pieces_are_aligned_and_apart(void **state)
{
	struct arena a;
	char *last = NULL, *p;
	size_t i;

	(void)state;
	arena_init(&a, 1 << 20);
	for (i = 0; i < 2000; i++, last = p) {
		p = arena_alloc(&a, i % 97);
		assert_int_equal((uintptr_t)p % 16, 0);
		memset(p, (int)(i & 0xff), i % 97);
		if (last && (i - 1) % 97)
			assert_int_equal((unsigned char)*last, (i - 1) & 0xff);
	}
	arena_done(&a);
}

static void big_pieces_and_reset(void **state)
{
	struct arena a;
	char *p;

	(void)state;
	arena_init(&a, 1 << 20);
	p = arena_alloc(&a, 500000);
	memset(p, 'x', 500000);
	assert_non_null(arena_alloc(&a, 500000));
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, 1 << 20));
	arena_done(&a);
	assert_string_equal(arena_strdup(&a, "again"), "again");
	arena_done(&a);
}

static void texts(void **state)
{
	struct arena a;
	char *long_text;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	long_text = arena_printf(&a, "%050000d", 7);
	assert_int_equal(strlen(long_text), 50000);
	assert_int_equal(*(int *)arena_calloc(&a, 10, sizeof(int)), 0);
	arena_done(&a);
}

static int how_it_ends(void (*act)(struct arena *))
{
	struct rlimit none = { 0, 0 };
	struct arena a;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		arena_init(&a, 1000);
		act(&a);
		_exit(0);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void over_at_once(struct arena *a)
{
	arena_alloc(a, 1001);
}
static void over_in_steps(struct arena *a)
{
	arena_alloc(a, 600);
	arena_alloc(a, 600);
}
static void over_all(struct arena *a)
{
	arena_alloc(a, SIZE_MAX - 3);
}
static void overflow(struct arena *a)
{
	arena_calloc(a, SIZE_MAX / 2, 3);
}
static void within(struct arena *a)
{
	arena_alloc(a, 600);
	arena_reset(a);
	arena_alloc(a, 600);
}

static void beyond_the_limit_the_process_ends(void **state)
{
	(void)state;
	assert_int_equal(how_it_ends(over_at_once), SIGABRT);
	assert_int_equal(how_it_ends(over_in_steps), SIGABRT);
	assert_int_equal(how_it_ends(over_all), SIGABRT);
	assert_int_equal(how_it_ends(overflow), SIGABRT);
	assert_int_equal(how_it_ends(within), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_aligned_and_apart),
		cmocka_unit_test(big_pieces_and_reset),
		cmocka_unit_test(texts),
		cmocka_unit_test(beyond_the_limit_the_process_ends),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
