/* SPDX-License-Identifier: Apache-2.0 */
/* souk.conf of a home: made once, with secrets of its own; the environment still wins over it. */
#include "app/up.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/files.h"
#include "app/new_keys.h"
#include "base/text.h"
#include "crypto/token.h"

enum { PASSWORD_BYTES = 24, RATE_WIDER = 100 };

static const char *new_password(struct up *up)
{
	unsigned char raw[PASSWORD_BYTES];
	char hex[2 * PASSWORD_BYTES + 1];
	const char *out;

	token_random(raw, sizeof(raw));
	text_hex(raw, sizeof(raw), hex);
	out = arena_strdup(&up->arena, hex);
	explicit_bzero(raw, sizeof(raw));
	explicit_bzero(hex, sizeof(hex));
	return out;
}

/* For the query of a URL. */
static const char *percent(struct up *up, const char *path)
{
	struct buf b = BUF_INIT;
	const char *out;

	for (; *path; path++)
		if (strchr("-._~", *path) || (*path >= '0' && *path <= '9') ||
		    (*path >= 'A' && *path <= 'Z') || (*path >= 'a' && *path <= 'z'))
			buf_putc(&b, *path);
		else
			buf_printf(&b, "%%%02X", (unsigned int)(unsigned char)*path);
	out = arena_strdup(&up->arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static void put_secrets(struct buf *b)
{
	struct buf key = BUF_INIT, secret = BUF_INIT;

	new_keys(&key, &secret);
	buf_printf(b, "ENCRYPTION_KEY=%s\nJWT_SECRET=%s\n", key.data, secret.data);
	buf_wipe(&key);
	buf_wipe(&secret);
}

static void put_databases(struct up *up, struct buf *b, const struct up_passwords *p)
{
	const char *at = percent(up, arena_printf(&up->arena, "%s/pg", up->run));

	buf_printf(b, "MASTER_DB_URL=postgresql://souk:%s@/souk?host=%s\n", p->souk, at);
	buf_printf(b, "MANAGED_DB_URL=postgresql://souk_managed:%s@/postgres?host=%s\n", p->managed,
		   at);
}

/* Tests run by the thousand from one address. */
static void put_rates(struct buf *b)
{
	const struct setting_row *r;

	for (r = settings_table(); r->name; r++)
		if (r->kind == SETTING_RATE)
			buf_printf(b, "%s=%ld%s\n", r->name,
				strtol(r->value, NULL, 10) * RATE_WIDER, strchr(r->value, '/'));
}

static void put_places(struct up *up, struct buf *b)
{
	buf_printf(b, "SOCKET_WEB=%s/souk/web.sock\nSOCKET_SLOW=%s/souk/slow.sock\n", up->run,
		up->run);
	buf_printf(b, "RUN_DIR=%s/souk\nDATA_DIR=%s\n", up->run, up->data);
	buf_printf(b, "SMTP_URL=file:%s\n", up_path(up, "mail"));
}

static bool write_conf(struct up *up, const struct up_passwords *p, const char *path)
{
	struct buf b = BUF_INIT;
	uid_t uid = up->root ? up->web.uid : (uid_t)-1;
	gid_t gid = up->root ? up->web.gid : (gid_t)-1;
	bool ok;

	buf_puts(&b,
		"# Made once by `souk up`. Whoever reads this file can open every sealed value.\n");
	put_secrets(&b);
	put_databases(up, &b, p);
	put_places(up, &b);
	buf_puts(&b, "PLATFORM_DOMAIN=localhost\nPAYMENTS=test\nEMAIL_VERIFICATION=optional\n"
		     "DIAGNOSTICS=on\nWEB_SHARDS=2\n");
	put_rates(&b);
	ok = file_write(path, b.data, b.len, 0600, uid, gid);
	buf_wipe(&b);
	return ok || up_problem(up, "cannot write %s: %s", path, strerror(errno));
}

/* The cluster under a name that does not count yet, with the settings that fit it inside: one
 * rename makes both count. A start that is cut off begins again, or takes the settings out. */
static bool make(struct up *up)
{
	struct up_passwords p = { new_password(up), new_password(up) };

	if (access(up_path(up, "pg"), F_OK) &&
		(!up_postgres_make(up, &p) ||
			!write_conf(up, &p, up_path(up, "pg.new/first.conf")) ||
			!up_postgres_keep(up)))
		return false;
	if (!rename(up_path(up, "pg/first.conf"), up->conf))
		return true;
	if (errno != ENOENT)
		return up_problem(up, "cannot write %s: %s", up->conf, strerror(errno));
	return up_problem(up,
		"%s is gone, but its database is there: put it back, or forget all data with "
		"--reset",
		up->conf);
}

static bool names(struct up *up, const char *setting)
{
	struct buf b = BUF_INIT;
	const char *line;
	bool found;

	if (!file_read(up->conf, &b))
		return false;
	line = arena_printf(&up->arena, "\n%s=", setting);
	found = strstr(buf_str(&b), line) != NULL;
	buf_wipe(&b);
	return found;
}

/* What follows from this start rather than from the file goes to our processes by environment. */
static bool set_environment(struct up *up)
{
	const char *url = arena_printf(&up->arena, "http://%s", up->listen.text);

	if (!getenv("PUBLIC_URL") && !names(up, "PUBLIC_URL") && setenv("PUBLIC_URL", url, 1))
		return up_problem(up, "cannot set PUBLIC_URL: %s", strerror(errno));
	if (setenv("DATA_DIR", up->data, 1))
		return up_problem(up, "cannot set DATA_DIR: %s", strerror(errno));
	return true;
}

bool up_conf(struct up *up)
{
	const char *own = arena_printf(&up->arena, "%s/souk/web.sock", up->run);

	if (access(up->conf, F_OK) && !make(up))
		return false;
	if (!set_environment(up))
		return false;
	if (app_load(up->conf, true, &up->settings, up->problem, sizeof(up->problem)))
		return false;
	if (!getenv("SOCKET_WEB") && !text_eq(up->settings.socket_web, own))
		return up_problem(up,
			"%s was made at another place (it names %s): move it back, or "
			"forget all data with --reset",
			up->conf, up->settings.socket_web);
	return true;
}
