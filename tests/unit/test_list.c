/* SPDX-License-Identifier: Apache-2.0 */
/* A list keeps its items while it grows, and moves only when it is full. */
#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_grows(void **state)
{
	size_t used = 0, cap = 0, i;
	int *list = NULL;

	(void)state;
	for (used = 0; used < 5000; used++) {
		list = list_grow(list, used, &cap, sizeof(*list));
		assert_true(used < cap);
		list[used] = (int)used;
	}
	for (i = 0; i < used; i++)
		assert_int_equal(list[i], i);
	free(list);
}

static void test_stays(void **state)
{
	size_t cap = 0, used;
	char *list = list_grow(NULL, 0, &cap, 1), *same;

	(void)state;
	for (used = 0; used < cap; used++) {
		same = list_grow(list, used, &cap, 1);
		assert_ptr_equal(same, list);
	}
	free(list);
}

/* More than there can be: the process ends, and no small list is given out for a large one. */
static void test_overflow(void **state)
{
	size_t cap = SIZE_MAX / 8;
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {
		free(list_grow(NULL, cap, &cap, 64));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* By a signal, or by the sanitizer. */
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
