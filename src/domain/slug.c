/* SPDX-License-Identifier: Apache-2.0 */
/* Store addresses: making one from a name, and refusing those that must not be. */
#include <string.h>

#include "base/text.h"
#include "domain/stores.h"

/* Base letters of U+00C0..U+017F, in order; '-' where there is none. */
static const char latin[] =
	"AAAAAAACEEEEIIIIDNOOOOO-OUUUUYTsaaaaaaaceeeeiiiidnooooo-ouuuuyty"
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlL"
	"lNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

_Static_assert(sizeof(latin) - 1 == 0x180 - 0xc0, "one letter for each code point");

static const char *const reserved[] = {
	"about", "abuse", "account", "accounts", "admin", "administrator", "api", "app", "apps",
	"assets", "auth", "autoconfig", "autodiscover", "billing", "blog", "cdn", "checkout",
	"console", "dashboard", "demo", "dev", "dns", "docs", "email", "example", "ftp", "git",
	"health", "help", "hostmaster", "imap", "info", "internal", "invalid", "local",
	"localhost", "login", "logout", "mail", "master", "metrics", "mx", "news", "noreply",
	"ns1", "ns2", "oauth", "onboarding", "payment", "payments", "platform", "pop",
	"postmaster", "private", "register", "root", "secure", "security", "server", "shop",
	"shops", "signup", "smtp", "souk", "ssl", "staging", "static", "stats", "status", "store",
	"stores", "stripe", "supabase", "support", "system", "test", "tls", "tls-sni", "webhook",
	"webhooks", "webmaster", "webmail", "wpad", "www", "www1", "www2", NULL
};

/* The next character of the name as a lower-case letter or digit, else '-'. Moves *p on. */
static char fold(const unsigned char **p)
{
	const unsigned char *s = *p;
	unsigned int c = s[0];

	*p = s + 1;
	if (c >= 0xc3 && c <= 0xc5 && (s[1] & 0xc0) == 0x80) {
		*p = s + 2;
		c = (unsigned char)latin[((c & 0x1f) << 6 | (s[1] & 0x3f)) - 0xc0];
	}
	if (c >= 'A' && c <= 'Z')
		c |= 0x20;
	return (char)((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-');
}

void stores_slug_from(const char *name, char out[SLUG_MAX + 1])
{
	const unsigned char *p = (const unsigned char *)name;
	int n = 0;

	while (*p && n < SLUG_MAX) {
		char c;

		if (*p == '\'') {   /* "Anna's" is one word */
			p++;
			continue;
		}
		c = fold(&p);
		if (c != '-' || (n && out[n - 1] != '-'))
			out[n++] = c;
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

const char *stores_slug_problem(const char *slug)
{
	size_t n = strlen(slug);
	const char *p;

	if (n < SLUG_MIN || n > SLUG_MAX)
		return "must have 3 to 50 characters";
	for (p = slug; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-'))
			return "may hold only the letters a to z, digits and hyphens";
	if (slug[0] == '-' || slug[n - 1] == '-' || strstr(slug, "--"))
		return "must not begin or end with a hyphen, or hold two in a row";
	if (text_in(slug, reserved))
		return "is reserved; please choose another";
	return NULL;
}
