/* SPDX-License-Identifier: Apache-2.0 */
/* Connection strings: parsed, kept as text, loaded, and written as a URL again. */
#include "fuzz.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/text.h"
#include "db/conninfo.h"
#include "web/url.h"

/* Its '!' keeps it from being read as the name of a parameter, which may be shown. */
#define CANARY "c4n4ry!passw0rd"

static bool same(const struct conninfo *a, const struct conninfo *b)
{
	return a->type == b->type && text_eq(a->host, b->host) && a->port == b->port &&
	       text_eq(a->user, b->user) && text_eq(a->password, b->password) &&
	       text_eq(a->database, b->database) && a->tls == b->tls &&
	       text_eq(a->ca_file, b->ca_file) && a->pooled == b->pooled;
}

static bool wiped(const struct conninfo *c)
{
	static const struct conninfo nothing;

	return !memcmp(c, &nothing, sizeof(*c));
}

static void check_fields(const struct conninfo *c)
{
	const char *p;

	EXPECT(*c->host && *c->user && *c->password && *c->database && !*c->address);
	EXPECT(c->port >= 1 && c->port <= 65535);
	EXPECT(c->tls <= CONN_TLS_VERIFY_FULL && c->type <= CONN_MYSQL && !*c->ca_file);
	for (p = c->host; *p; p++)
		EXPECT(isalnum((unsigned char)*p) || strchr("-._:", *p));
	EXPECT(!text_has_control(c->user) && text_utf8(c->user, strlen(c->user)));
	EXPECT(!text_has_control(c->password) && text_utf8(c->password, strlen(c->password)));
	EXPECT(!text_has_control(c->database) && text_utf8(c->database, strlen(c->database)));
}

static void check_stored(const struct conninfo *c)
{
	char text[CONNINFO_TEXT];
	struct conninfo again;

	EXPECT(!conninfo_store(c, text, sizeof(text)));
	EXPECT(!conninfo_load(text, &again));
	EXPECT(same(c, &again));
	EXPECT(conninfo_store(c, text, strlen(text)) && !*text);
}

static void put_url(struct buf *b, const struct conninfo *c)
{
	static const char *const modes[] = { NULL, "disable", "prefer", "require", "verify-ca",
					     "verify-full" };
	bool v6 = strchr(c->host, ':') != NULL;

	buf_puts(b, c->type == CONN_MYSQL ? "mysql://" : "postgresql://");
	url_encode(b, c->user);
	buf_putc(b, ':');
	url_encode(b, c->password);
	buf_printf(b, "@%s%s%s:%d/", v6 ? "[" : "", c->host, v6 ? "]" : "", c->port);
	url_encode(b, c->database);
	if (modes[c->tls])
		buf_printf(b, "?sslmode=%s", modes[c->tls]);
}

static void check_url(const struct conninfo *c)
{
	struct conninfo again;
	struct buf b = BUF_INIT;
	char why[256];

	put_url(&b, c);
	/* Encoded it may be longer than a URL may be. */
	if (b.len <= 4096) {
		EXPECT(!conninfo_parse(b.data, &again, why, sizeof(why)));
		EXPECT(same(c, &again));
		if (c->type == CONN_POSTGRESQL) {
			EXPECT(!conninfo_parse_trusted(b.data, &again, why, sizeof(why)));
			EXPECT(same(c, &again));
		}
	}
	buf_done(&b);
}

static void check_parse(const char *url)
{
	struct conninfo c;
	char why[256], *tiny = fuzz_alloc(8);
	enum err e = conninfo_parse(url, &c, why, sizeof(why));

	EXPECT(conninfo_parse(url, &c, tiny, 8) == e && conninfo_parse(url, &c, NULL, 0) == e);
	free(tiny);
	if (e) {
		EXPECT(e == ERR_INVALID_CONNECTION_STRING && wiped(&c));
		EXPECT(*why && !strstr(why, CANARY) && !text_has_control(why));
		return;
	}
	check_fields(&c);
	check_stored(&c);
	check_url(&c);
}

static void check_trusted(const char *url)
{
	struct conninfo c;
	char why[256];

	if (conninfo_parse_trusted(url, &c, why, sizeof(why))) {
		EXPECT(*why && !strstr(why, CANARY) && wiped(&c));
		return;
	}
	EXPECT(c.type == CONN_POSTGRESQL && *c.host && *c.database);
	if (*c.user)
		check_stored(&c);
}

static void check_load(const char *text)
{
	struct conninfo c;

	if (conninfo_load(text, &c))
		EXPECT(wiped(&c));
	else if (!text_has_control(c.host) && !text_has_control(c.user) &&
		 !text_has_control(c.password) && !text_has_control(c.database) &&
		 !text_has_control(c.ca_file))
		check_stored(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_parse(text);
	check_trusted(text);
	check_load(text);
	free(text);
	return 0;
}
