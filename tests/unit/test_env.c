/* SPDX-License-Identifier: Apache-2.0 */
/* Variables that libraries would take for settings of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"

extern char **environ;

static void forgets_by_beginning(void **state)
{
	(void)state;
	setenv("PGHOST", "x", 1);
	setenv("PG", "x", 1);
	setenv("PGEMPTY", "", 1);
	setenv("pgport", "x", 1);
	setenv("XPG", "x", 1);
	env_forget("PG");
	assert_null(getenv("PGHOST"));
	assert_null(getenv("PG"));
	assert_null(getenv("PGEMPTY"));
	assert_non_null(getenv("pgport"));
	assert_non_null(getenv("XPG"));
}

/* Whoever starts a program may hand over any strings. */
static void odd_entries(void **state)
{
	char long_one[600] = "PG";
	char *strings[] = { "PGNOVALUE", "=PG", long_one, "PGHOST=a",
			    "PGHOST=b", "HOME=/", NULL };
	char **before = environ;

	(void)state;
	memset(long_one + 2, 'X', sizeof(long_one) - 3);
	long_one[500] = '=';
	environ = strings;
	env_forget("PG");
	assert_null(getenv("PGHOST"));
	assert_non_null(getenv("HOME"));
	environ = NULL;
	env_forget("PG");
	environ = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forgets_by_beginning),
		cmocka_unit_test(odd_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
