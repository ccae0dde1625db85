/* SPDX-License-Identifier: Apache-2.0 */
/* souk keys: makes secrets. */
#include <stdio.h>

#include "app/commands.h"
#include "app/new_keys.h"
#include "base/buf.h"
#include "base/text.h"

static int keys_new(void)
{
	struct buf key = BUF_INIT, secret = BUF_INIT;
	bool written;

	new_keys(&key, &secret);
	written = printf("ENCRYPTION_KEY=%s\nJWT_SECRET=%s\n", key.data, secret.data) > 0 &&
		  !fflush(stdout);
	buf_wipe(&key);
	buf_wipe(&secret);
	return written ? EXIT_DONE : app_fail("cannot write to standard output");
}

int cmd_keys(const struct app *app, int argc, char **argv)
{
	(void)app;
	if (argc != 1 || !text_eq(argv[0], "new"))
		return app_usage("say `souk keys new`");
	return keys_new();
}
