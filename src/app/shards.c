/* SPDX-License-Identifier: Apache-2.0 */
/* Names and sizes of the web pool's shards. */
#include "app/shards.h"

#include <stdio.h>
#include <string.h>

static const char *const names[SHARDS_MOST] = {
	"souk-web", "souk-web.1", "souk-web.2", "souk-web.3", "souk-web.4", "souk-web.5",
	"souk-web.6", "souk-web.7", "souk-web.8", "souk-web.9", "souk-web.10", "souk-web.11",
	"souk-web.12", "souk-web.13", "souk-web.14", "souk-web.15",
};

const char *shard_name(int i)
{
	return names[i];
}

int shard_workers(const struct settings *s, int i)
{
	int n = (s->workers + s->web_shards - 1 - i) / s->web_shards;

	return n > 0 ? n : 1;
}

/* The number goes before the last part's ending, if it has one. */
const char *shard_socket(const struct settings *s, int i, char out[SHARD_PATH])
{
	const char *path = s->socket_web, *slash = strrchr(path, '/');
	const char *last = slash ? slash + 1 : path, *dot = strrchr(last, '.');
	int stem = (int)(dot && dot > last ? dot - path : (long)strlen(path));

	if (i)
		snprintf(out, SHARD_PATH, "%.*s-%d%s", stem, path, i, path + stem);
	else
		snprintf(out, SHARD_PATH, "%s", path);
	return out;
}
