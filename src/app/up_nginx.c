/* SPDX-License-Identifier: Apache-2.0 */
/* nginx's configuration, made from etc/nginx.conf.in and the routes table. */
#include "app/up.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/files.h"
#include "base/err.h"
#include "base/text.h"
#include "json/json_writer.h"
#include "web/router.h"

/* One name of the template and what stands for it. */
struct fill {
	const char *name;   /* "@RUN@" */
	const char *text;
};

enum { FILLS = 20 };

/* In single quotes for nginx. What it would take for a variable or an end is left out. */
static void put_quoted(struct buf *b, const char *text)
{
	buf_putc(b, '\'');
	for (; *text; text++)
		if (!strchr("'\\$", *text))
			buf_putc(b, *text);
	buf_putc(b, '\'');
}

static const char *kept(struct up *up, struct buf *b)
{
	const char *out = arena_strdup(&up->arena, buf_str(b));

	buf_done(b);
	return out;
}

/* The envelope of the API, as our own answers have it. */
static const char *error_json(struct up *up, enum err e)
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
	return kept(up, &quoted);
}

/* The words alone, for a page whose markup stands in the template. */
static const char *error_words(struct up *up, enum err e)
{
	struct buf b = BUF_INIT;
	const char *p;

	for (p = err_row(e)->words; *p; p++)
		if (!strchr("'\\$<>&\"", *p))
			buf_putc(&b, *p);
	return kept(up, &b);
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

static const char *slow_locations(struct up *up)
{
	struct buf b = BUF_INIT;
	const char *kind;
	int i;

	for (i = 0; routes[i].method; i++) {
		if (routes[i].pool != POOL_SLOW || seen_before(routes, i))
			continue;
		kind = text_starts(routes[i].pattern, "/api/") ? "json" : "page";
		buf_puts(&b, "\t\tlocation ~ \"");
		put_regex(&b, routes[i].pattern);
		buf_printf(&b, "\" {\n\t\t\terror_page 405 @method_json;\n"
			   "\t\t\terror_page 413 @too_large_%s;\n"
			   "\t\t\terror_page 500 502 503 504 =503 @busy_%s;\n"
			   "\t\t\tfastcgi_pass souk_slow;\n\t\t}\n\n", kind, kind);
	}
	return kept(up, &b);
}

static const char *user_line(struct up *up)
{
	if (!up->root)
		return "";
	return arena_printf(&up->arena, "user %s;", up->web.name);
}

/* The master is one process and cores are few: one worker for four of them, at least one. */
static const char *worker_count(struct up *up)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return arena_printf(&up->arena, "%ld", cores > 4 ? cores / 4 : 1);
}

static void gather(struct up *up, struct fill *f)
{
	const struct fill all[FILLS] = {
		{ "@USER@", user_line(up) },
		{ "@WORKERS@", worker_count(up) },
		{ "@RUN@", up->run },
		{ "@LOG@", up_path(up, "log") },
		{ "@TEMP@", up_path(up, "nginx") },
		{ "@LISTEN@", up->listen.text },
		{ "@SOCKET_WEB@", up->settings.socket_web },
		{ "@SOCKET_SLOW@", up->settings.socket_slow },
		{ "@WWW@", arena_printf(&up->arena, "%s/www", up->data) },
		{ "@SLOW_LOCATIONS@", slow_locations(up) },
		{ "@BUSY_JSON@", error_json(up, ERR_BUSY) },
		{ "@BUSY_WORDS@", error_words(up, ERR_BUSY) },
		{ "@TOO_LARGE_JSON@", error_json(up, ERR_BODY_TOO_LARGE) },
		{ "@TOO_LARGE_WORDS@", error_words(up, ERR_BODY_TOO_LARGE) },
		{ "@METHOD_JSON@", error_json(up, ERR_METHOD_NOT_ALLOWED) },
		{ "@MISSING_WORDS@", error_words(up, ERR_NOT_FOUND) },
		{ NULL, NULL },
	};

	memcpy(f, all, sizeof(all));
}

/* A name is capitals and underscores between @ signs; false with the one that nobody knows. */
static bool fill_in(struct up *up, const char *text, const struct fill *fills, struct buf *out)
{
	const struct fill *f;
	size_t n;

	for (; *text; text++) {
		n = *text == '@' ? strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") : 0;
		if (!n || text[n + 1] != '@') {
			buf_putc(out, *text);
			continue;
		}
		for (f = fills; f->name && strncmp(f->name, text, n + 2); f++)
			;
		if (!f->name)
			return up_problem(
				up, "nginx.conf.in has an unknown name %.*s", (int)(n + 2), text);
		buf_puts(out, f->text);
		text += n + 1;
	}
	return true;
}

static bool read_template(struct up *up, struct buf *out)
{
	if (file_read(arena_printf(&up->arena, "%s/nginx.conf.in", up->source), out) ||
	    file_read(arena_printf(&up->arena, "%s/etc/nginx.conf.in", up->source), out))
		return true;
	return up_problem(up,
		"cannot read nginx.conf.in in %s: %s; set DATA_DIR to the directory that "
		"has it",
		up->source, strerror(errno));
}

static const char *make_conf(struct up *up)
{
	struct buf template = BUF_INIT, conf = BUF_INIT;
	struct fill fills[FILLS];
	bool ok;

	gather(up, fills);
	ok = read_template(up, &template) && fill_in(up, buf_str(&template), fills, &conf);
	buf_done(&template);
	if (ok)
		return kept(up, &conf);
	buf_done(&conf);
	return NULL;
}

static const char *find_nginx(void)
{
	static const char *const places[] = { "/usr/sbin/nginx", "/usr/local/sbin/nginx",
					      "/usr/bin/nginx", "/usr/local/bin/nginx", NULL };
	int i;

	for (i = 0; places[i]; i++)
		if (!access(places[i], X_OK))
			return places[i];
	return NULL;
}

static bool conf_is_good(struct up *up, const char *nginx, const char *path)
{
	const char *const argv[] = { nginx, "-q", "-t", "-p", up->stead, "-e", "stderr", "-c", path,
				     NULL };
	const char *log = up_path(up, "log/nginx-test.log");

	unlink(log);
	if (up_run(up, &(struct up_command){ argv, NULL, NULL, log }))
		return up_problem(up, "nginx refuses its configuration: %s (see %s)",
				  up_last_line(up, log), log);
	return true;
}

bool up_nginx_start(struct up *up)
{
	const char *nginx = find_nginx(), *path = up_path(up, "nginx/nginx.conf");
	const char *conf = make_conf(up);
	const char *log = up_part_log(up, UP_NGINX);
	const char *const argv[] = { nginx, "-p", up->stead, "-e", log, "-c", path, "-g",
				     "daemon off;", NULL };

	if (!conf)
		return false;
	if (up_fresh(up, UP_NGINX, conf))
		return true;
	if (!nginx)
		return up_problem(up, "nginx is not installed; install the package nginx-light");
	if (!up_stop(up, UP_NGINX))
		return false;
	if (!file_write(path, conf, strlen(conf), 0644, (uid_t)-1, (gid_t)-1))
		return up_problem(up, "cannot write %s: %s", path, strerror(errno));
	if (!conf_is_good(up, nginx, path))
		return false;
	return up_spawn(up, UP_NGINX, &(struct up_command){ argv, NULL, NULL, log }, conf);
}
