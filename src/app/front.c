/* SPDX-License-Identifier: Apache-2.0 */
/* One set of names serves all templates: nginx and Apache are told the same, each in its words. */
#include "app/front.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/files.h"
#include "app/shards.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "json/json_writer.h"
#include "web/router.h"
#include "web/url.h"

enum { FILLS = 20 };

/* In single quotes for either server. What it would take for a variable or an end is left out. */
static void put_quoted(struct buf *b, const char *text)
{
	buf_putc(b, '\'');
	for (; *text; text++)
		if (!strchr("'\\$%", *text))
			buf_putc(b, *text);
	buf_putc(b, '\'');
}

static const char *kept(const struct front *f, struct buf *b)
{
	const char *out = arena_strdup(f->arena, buf_str(b));

	buf_done(b);
	return out;
}

/* The envelope of the API, as our own answers have it. */
static const char *error_json(const struct front *f, enum err e)
{
	struct buf json = BUF_INIT, quoted = BUF_INIT;
	struct json_writer jw;

	jw_init(&jw, &json);
	jw_object(&jw, NULL);
	jw_bool(&jw, "success", false);
	jw_text(&jw, "error", err_row(e)->words);
	jw_text(&jw, "code", err_row(e)->code);
	jw_end_object(&jw);
	put_quoted(&quoted, buf_str(&json));
	buf_done(&json);
	return kept(f, &quoted);
}

/* The words alone, for a page whose markup stands in the template. */
static const char *error_words(const struct front *f, enum err e)
{
	struct buf b = BUF_INIT;
	const char *p;

	for (p = err_row(e)->words; *p; p++)
		if (!strchr("'\\$%<>&\"", *p))
			buf_putc(&b, *p);
	return kept(f, &b);
}

/* "/api/stores/mt?/:id" -> "^/api/stores(/mt)?/[^/]+/?$" */
static void put_regex(struct buf *b, const char *pattern)
{
	const char *p = pattern, *end;
	bool optional;

	buf_putc(b, '^');
	while (*p == '/') {
		p++;
		end = p + strcspn(p, "/");
		optional = end > p && end[-1] == '?';
		buf_puts(b, optional ? "(/" : "/");
		if (*p == ':')
			buf_puts(b, "[^/]+");
		for (; *p != ':' && p < end - optional; p++) {
			if (strchr(".+*()[]^|\\", *p))
				buf_putc(b, '\\');
			buf_putc(b, *p);
		}
		if (optional)
			buf_puts(b, ")?");
		p = end;
	}
	buf_puts(b, "/?$");
}

static bool seen_before(const struct route *table, int row)
{
	int i;

	for (i = 0; i < row; i++)
		if (table[i].pool == POOL_SLOW && text_eq(table[i].pattern, table[row].pattern))
			return true;
	return false;
}

/* Else a page of that path waits behind the hashes of what its form sends. */
static bool reads_slowly(const char *pattern)
{
	int i;

	for (i = 0; routes[i].method; i++)
		if (routes[i].pool == POOL_SLOW && text_eq(routes[i].pattern, pattern) &&
		    text_eq(routes[i].method, "GET"))
			return true;
	return false;
}

static void put_nginx(struct buf *b, const char *pattern)
{
	const char *kind = text_starts(pattern, "/api/") ? "json" : "page";
	const char *pool = reads_slowly(pattern) ? "souk_slow" : "$souk_slow_writes";

	buf_puts(b, "\tlocation ~ \"");
	put_regex(b, pattern);
	buf_printf(b, "\" {\n\t\terror_page 405 @method_json;\n"
		   "\t\terror_page 413 @too_large_%s;\n"
		   "\t\terror_page 500 502 503 504 =503 @busy_%s;\n"
		   "\t\tfastcgi_pass %s;\n\t}\n\n", kind, kind, pool);
}

static void put_apache(struct buf *b, const char *pattern)
{
	buf_puts(b, "\tProxyPassMatch \"");
	put_regex(b, pattern);
	buf_puts(b, "\" \"${SOUK_SLOW}\"\n");
}

static const char *slow_routes(
	const struct front *f, void (*put)(struct buf *, const char *pattern))
{
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; routes[i].method; i++)
		if (routes[i].pool == POOL_SLOW && !seen_before(routes, i))
			put(&b, routes[i].pattern);
	return kept(f, &b);
}

static const char *web_servers(const struct front *f)
{
	char path[SHARD_PATH];
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; i < f->settings->web_shards; i++)
		buf_printf(&b, "%s\tserver \"unix:%s\" max_fails=0;", i ? "\n" : "",
			   shard_socket(f->settings, i, path));
	return kept(f, &b);
}

/* Once each: a map with one name twice is an error. */
static void put_host(struct buf *b, const char *host)
{
	char line[URL_HOST + 16];

	snprintf(line, sizeof(line), "\t%s souk_any;\n", *host ? host : "\"\"");
	if (!strstr(buf_str(b), line))
		buf_puts(b, line);
}

/* As stores_platform_host() knows them: they belong to no shard. */
static const char *platform_hosts(const struct front *f)
{
	static const char *const always[] = { "", "localhost", "127.0.0.1", "[::1]" };
	struct buf b = BUF_INIT;
	char host[URL_HOST];
	size_t i;

	for (i = 0; i < sizeof(always) / sizeof(*always); i++)
		put_host(&b, always[i]);
	if (url_host(f->settings->platform_domain, host))
		put_host(&b, host);
	if (url_http_host(f->settings->public_url, host))
		put_host(&b, host);
	return kept(f, &b);
}

static void gather(const struct front *f, struct front_fill *fills)
{
	const struct front_fill all[FILLS] = {
		{ "@SOCKET_WEB@", f->settings->socket_web },
		{ "@WEB_SERVERS@", web_servers(f) },
		{ "@PLATFORM_HOSTS@", platform_hosts(f) },
		{ "@SOCKET_SLOW@", f->settings->socket_slow },
		{ "@WWW@", f->www },
		{ "@CONFIG@", f->config },
		{ "@PROGRAM@", f->program },
		{ "@SLOW_NGINX@", slow_routes(f, put_nginx) },
		{ "@SLOW_APACHE@", slow_routes(f, put_apache) },
		{ "@BUSY_JSON@", error_json(f, ERR_BUSY) },
		{ "@BUSY_WORDS@", error_words(f, ERR_BUSY) },
		{ "@TOO_LARGE_JSON@", error_json(f, ERR_BODY_TOO_LARGE) },
		{ "@TOO_LARGE_WORDS@", error_words(f, ERR_BODY_TOO_LARGE) },
		{ "@BAD_JSON@", error_json(f, ERR_BAD_REQUEST) },
		{ "@METHOD_JSON@", error_json(f, ERR_METHOD_NOT_ALLOWED) },
		{ "@MISSING_JSON@", error_json(f, ERR_NOT_FOUND) },
		{ "@MISSING_WORDS@", error_words(f, ERR_NOT_FOUND) },
		{ NULL, NULL },
	};

	memcpy(fills, all, sizeof(all));
}

static const char *find(const struct front_fill *fills, const char *name, size_t len)
{
	for (; fills->name; fills++)
		if (strlen(fills->name) == len && !memcmp(fills->name, name, len))
			return fills->text;
	return NULL;
}

/* A name is capitals and underscores between @ signs; false with the one that nobody knows. */
static bool fill_in(const struct front *f, const char *template, const char *text, struct buf *out)
{
	struct front_fill fills[FILLS];
	const char *value;
	size_t n;

	gather(f, fills);
	for (; *text; text++) {
		n = *text == '@' ? strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") : 0;
		if (!n || text[n + 1] != '@') {
			buf_putc(out, *text);
			continue;
		}
		if (!(value = find(f->more, text, n + 2)) && !(value = find(fills, text, n + 2))) {
			snprintf(f->why, f->size, "%s has an unknown name %.*s", template,
				 (int)(n + 2), text);
			return false;
		}
		buf_puts(out, value);
		text += n + 1;
	}
	return true;
}

const char *front_make(const struct front *f, const char *name)
{
	const char *path = arena_printf(f->arena, "%s/etc/%s.in", f->source, name);
	struct buf template = BUF_INIT, conf = BUF_INIT;
	const char *out = NULL;

	if (!file_read(path, &template))
		snprintf(f->why, f->size, "cannot read %.200s: %s; set DATA_DIR to the directory "
			 "that has etc", path, strerror(errno));
	else if (fill_in(f, path, buf_str(&template), &conf))
		out = arena_strdup(f->arena, buf_str(&conf));
	buf_done(&template);
	buf_done(&conf);
	return out;
}

const char *front_waiting(struct arena *a, int backlog, int processes, int most)
{
	int share = backlog / processes;

	return arena_printf(a, "%d", share < 1 ? 1 : share < most ? share : most);
}
