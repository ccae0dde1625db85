/* SPDX-License-Identifier: Apache-2.0 */
/* The process's environment. */
#include "base/env.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { NAME_MOST = 255 };

extern char **environ;

void env_forget(const char *prefix)
{
	char name[NAME_MOST + 1], **at = environ;

	while (at && *at) {
		size_t n = strcspn(*at, "=");

		if (!text_starts(*at, prefix) || n > NAME_MOST) {
			at++;
			continue;
		}
		memcpy(name, *at, n);
		name[n] = '\0';
		/* One without a value or a name is no variable that anybody could read. */
		if ((*at)[n] != '=' || !n || unsetenv(name))
			at++;
		else
			at = environ;
	}
}
