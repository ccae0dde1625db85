/* SPDX-License-Identifier: Apache-2.0 */
/* Prefer: wait=N, as RFC 7240 lets it be written, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/prefer.h"

static void seconds(void **state)
{
	static const struct {
		const char *header;
		int seconds;
	} cases[] = {
		{ "wait=20", 20 }, { "Wait=20", 20 }, { "wait=\"20\"", 20 }, { "wait = 20", 20 },
		{ " \twait\t=\t20 ", 20 }, { "respond-async, wait=20", 20 },
		{ "xwait=0, respond-async;q=1 ,\twait=20", 20 }, { "wait=0, wait=20", 0 },
		{ "wait=5;x=1", 5 }, { "wait=30", 30 }, { "wait=31", 30 }, { "wait=9999999", 30 },
		{ "wait=99999999999", 30 }, { "wait", 0 }, { "wait=", 0 }, { "wait=-1", 0 },
		{ "wait=soon", 0 }, { "wait=\"", 0 }, { "xwait=20", 0 }, { "waiting=20", 0 },
		{ "", 0 }, { ",;,", 0 }, { NULL, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (prefer_wait(cases[i].header, 30) != cases[i].seconds)
			fail_msg("%s: %d", cases[i].header ? cases[i].header : "none",
				 prefer_wait(cases[i].header, 30));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(seconds) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
