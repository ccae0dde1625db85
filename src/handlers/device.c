/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for well-known words in a User-Agent. */
#include "handlers/device.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

struct mark {
	const char *sign, *words;
};

/* The first of these that is in a User-Agent says what it is; Edge claims to be Chrome, too. */
static const struct mark browsers[] = {
	{ "Edg/", "Edge" },	 { "OPR/", "Opera" },	  { "Firefox/", "Firefox" },
	{ "Chrome/", "Chrome" }, { "Safari/", "Safari" }, { "curl/", "curl" },
	{ "node", "Node.js" },	 { "python", "Python" },
};
static const struct mark systems[] = {
	{ "Android", "Android" }, { "iPhone", "iPhone" },  { "iPad", "iPad" },
	{ "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" },
	{ "Linux", "Linux" },
};

static const char *find(const struct mark *list, size_t n, const char *agent)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(agent, list[i].sign))
			return list[i].words;
	return NULL;
}

const char *device_name(struct arena *a, const char *agent)
{
	const char *browser, *system;

	if (text_empty(agent))
		return "Unknown device";
	browser = find(browsers, sizeof(browsers) / sizeof(browsers[0]), agent);
	system = find(systems, sizeof(systems) / sizeof(systems[0]), agent);
	if (browser && system)
		return arena_printf(a, "%s on %s", browser, system);
	return browser ? browser : system ? system : "Unknown device";
}
