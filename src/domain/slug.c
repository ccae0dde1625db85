/* SPDX-License-Identifier: Apache-2.0 */
/* Store addresses: making one from a name, and refusing those that must not be. */
#include <stdio.h>
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
	"health", "help", "hostmaster", "imap", "info", "internal", "invalid", "isatap",
	"local", "localhost", "login", "logout", "mail", "master", "metrics", "mta-sts", "mx",
	"news", "noreply", "ns1", "ns2", "oauth", "onboarding", "openpgpkey", "payment",
	"payments", "platform", "pop", "postmaster", "private", "register", "root", "secure",
	"security", "server", "shop", "shops", "signup", "smtp", "souk", "ssl", "staging",
	"static", "stats", "status", "store", "stores", "stripe", "supabase", "support",
	"system", "test", "tls", "tls-sni", "webhook", "webhooks", "webmaster", "webmail",
	"wpad", "www", "www1", "www2", NULL
};

enum { NUMBER_MAX = 9999, BASE_MAX = SLUG_MAX - 5 };   /* room for "-9999" */

/* Who wants an address of the same beginning waits until ours is written: else both would see the
 * same one free. */
static const struct stmt lock_base = {
	.name = "slug_lock_base",
	.sql = "SELECT pg_advisory_xact_lock(hashtextextended('souk slug ' || $1, 0))::text",
};

static const struct stmt select_number = {
	.name = "slug_select_number",
	.sql = "WITH RECURSIVE tried AS (SELECT 2 AS n UNION ALL SELECT n + 1 FROM tried"
	       " WHERE n < $2::int AND EXISTS (SELECT FROM stores WHERE slug = $1 || '-' || n))"
	       " SELECT max(n)::int8 AS n FROM tried",
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

static enum err numbered(struct db *db, const char *base, char out[SLUG_MAX + 1])
{
	struct result r;
	enum err e = db_one(db, &select_number, ARGS(a_text(base), a_int(NUMBER_MAX)), &r);

	if (!e)
		snprintf(out, SLUG_MAX + 1, "%s-%d", base, (int)row_int(&r, 0, "n"));
	return e;
}

enum err stores_slug_make(struct db *db, const char *name, char out[SLUG_MAX + 1])
{
	char base[BASE_MAX + 1];
	bool available;
	size_t n;
	enum err e;

	stores_slug_from(name, out);
	if (strlen(out) < SLUG_MIN)
		text_copy(out, SLUG_MAX + 1, "my-store");
	text_copy(base, sizeof(base), out);
	n = strlen(base);
	if (base[n - 1] == '-')
		base[n - 1] = '\0';
	if ((e = db_run(db, &lock_base, ARGS(a_text(base)), NULL)) ||
	    (e = stores_slug_available(db, out, &available)))
		return e;
	return available ? OK : numbered(db, base, out);
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
