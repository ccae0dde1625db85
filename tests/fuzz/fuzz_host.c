/* SPDX-License-Identifier: Apache-2.0 */
/* Host names and what stands for a store: one spelling for each, and no two meanings. */
#include "fuzz.h"

#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/settings.h"
#include "domain/stores.h"
#include "web/url.h"

static struct arena arena;
static const struct settings settings = { .platform_domain = "shops.example",
					  .public_url = "https://www.shops.example:8443/x" };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	arena_init(&arena, 16 << 20);
	return 0;
}

static bool is_host(const char *spelling, const char *host)
{
	char again[URL_HOST];

	return url_host(spelling, again) && text_eq(again, host);
}

/* Capitals, a port and a dot at the end name the same host. */
static void check_spellings(const char *host)
{
	char *upper = arena_strdup(&arena, host), *p;
	bool bracketed = *host == '[';

	for (p = upper; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p & ~0x20);
	EXPECT(is_host(host, host) && is_host(upper, host));
	EXPECT(is_host(arena_printf(&arena, "%s:8080", upper), host));
	if (!bracketed && strlen(host) < 254)
		EXPECT(is_host(arena_printf(&arena, "%s.:80", upper), host));
}

static void check_host(const char *text)
{
	char host[URL_HOST], of_url[URL_HOST];
	bool good = url_host(text, host);
	const char *p;

	if (!good) {
		EXPECT(!*host);
		return;
	}
	for (p = host; *p; p++)
		EXPECT((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
		       strchr("-._[]:", *p));
	EXPECT(!*host || *host == '[' || !strchr(host, ':'));
	EXPECT(*host == '[' || !text_ends(host, "."));
	if (!*host)
		return;
	check_spellings(host);
	if (strlen(text) < URL_HOST) {
		EXPECT(url_http_host(arena_printf(&arena, "https://%s/p?q#f", text), of_url));
		EXPECT(text_eq(host, of_url));
	}
	/* A name below the platform's is a store's, not the platform's. */
	EXPECT(!stores_platform_host(&settings, arena_printf(&arena, "%s.shops.example", host)) ||
	       text_eq(host, "www"));
}

static void check_url(const char *text)
{
	char host[URL_HOST];

	if (url_http_host(text, host))
		EXPECT(is_host(host, host) && strncasecmp(text, "http", 4) == 0);
	if (url_own_path(text))
		EXPECT(text[0] == '/' && text[1] != '/' && !text_has_control(text) &&
		       !strpbrk(text, "\\ "));
}

static void check_slug(const char *name)
{
	char slug[SLUG_MAX + 1], again[SLUG_MAX + 1];
	const char *problem;

	stores_slug_from(name, slug);
	EXPECT(strlen(slug) <= SLUG_MAX);
	stores_slug_from(slug, again);
	EXPECT(text_eq(slug, again));
	problem = stores_slug_problem(slug);
	EXPECT(!problem || strlen(slug) < SLUG_MIN || strstr(problem, "reserved"));
	if (!stores_slug_problem(name)) {
		stores_slug_from(name, slug);
		EXPECT(text_eq(slug, name) && is_host(name, name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_host(text);
	check_url(text);
	check_slug(text);
	free(text);
	arena_reset(&arena);
	return 0;
}
