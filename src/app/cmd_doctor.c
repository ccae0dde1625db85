/* SPDX-License-Identifier: Apache-2.0 */
/* souk doctor: looks at everything the program leans on, changes nothing, and says what to do. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/check.h"
#include "app/commands.h"
#include "app/files.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/connect.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "web/router.h"
#include "web/template.h"
#include "web/url.h"

enum { DISK_FAIL_MIB = 100, DISK_WARN_MIB = 1024, CLOCK_WARN_MS = 2000, CLOCK_FAIL_MS = 30000,
       MIB = 1 << 20, URL_SIZE = 2048 };

enum grade { GRADE_OK, GRADE_WARN, GRADE_FAIL };

struct doctor {
	struct settings settings;
	int failed;
	char why[APP_WHY];
};

static const struct stmt schema_version = { "doctor_schema_version",
	"SELECT coalesce(max(number), 0) AS number FROM schema_migrations", NULL };
static const struct stmt server_clock = {
	"doctor_clock", "SELECT clock_timestamp() AS now", NULL };
static const struct stmt may_create = { "doctor_may_create",
	"SELECT (rolsuper OR (rolcreatedb AND rolcreaterole)) AS may FROM pg_roles "
	"WHERE rolname = current_user",
	NULL };

static void say(struct doctor *d, enum grade g, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void say(struct doctor *d, enum grade g, const char *what, const char *fmt, ...)
{
	static const char *const words[] = { "ok  ", "warn", "FAIL" };
	va_list ap;

	d->failed += g == GRADE_FAIL;
	printf("%s  %-10s ", words[g], what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void check_mail(struct doctor *d, const char *url)
{
	static const char file[] = "file:";
	const char *folder = text_starts(url, file) ? url + sizeof(file) - 1 : NULL;

	if (text_empty(url))
		say(d, GRADE_WARN, "mail",
			"SMTP_URL is not set, so no mail is sent; file:DIR writes "
			".eml files");
	else if (folder && access(folder, W_OK | X_OK))
		/* The first mail makes it where it can. */
		say(d, errno == ENOENT ? GRADE_WARN : GRADE_FAIL, "mail",
			"%s: %s; setting SMTP_URL must name a directory that souk's user can write",
			folder, strerror(errno));
}

static void check_config(struct doctor *d)
{
	const struct settings *s = &d->settings;

	if (check_settings(s, d->why, sizeof(d->why)))
		say(d, GRADE_FAIL, "settings", "%s", d->why);
	else
		say(d, GRADE_OK, "settings", "read; keys are good");
	check_mail(d, s->smtp_url);
	if (text_eq(s->payments, "test"))
		say(d, GRADE_WARN, "payments", "PAYMENTS=test: purchases complete without payment");
}

static void check_schema(struct doctor *d, struct db *db)
{
	const struct migration *m;
	struct result r;
	int last = 0, have = 0;

	for (m = migrations_master; m->name; m++)
		last = m->number;
	if (!db_one(db, &schema_version, NO_ARGS, &r))
		have = (int)row_int(&r, 0, "number");
	db_forget(db);
	if (have == last)
		say(d, GRADE_OK, "schema", "the master is at migration %d", have);
	else if (have < last)
		say(d, GRADE_FAIL, "schema",
			"the master is at migration %d of %d; run `souk migrate`", have, last);
	else
		say(d, GRADE_FAIL, "schema",
			"the master is at migration %d, newer than this program "
			"(%d); install the newer program",
			have, last);
}

static void check_clock(struct doctor *d, struct db *db)
{
	int64_t before = clock_now_us(), ms = -1;
	struct result r;

	if (!db_one(db, &server_clock, NO_ARGS, &r))
		ms = llabs(row_time(&r, 0, "now") - before) / 1000;
	db_forget(db);
	if (ms < 0)
		say(d, GRADE_WARN, "clock", "the master did not tell its time");
	else if (ms > CLOCK_WARN_MS)
		say(d, ms > CLOCK_FAIL_MS ? GRADE_FAIL : GRADE_WARN, "clock",
		    "this machine and the master differ by %lld ms; set up time synchronisation",
		    (long long)ms);
	else
		say(d, GRADE_OK, "clock", "agrees with the master");
}

static void check_master(struct doctor *d)
{
	const struct settings *s = &d->settings;
	enum conn_reason why;
	struct db *db = NULL;

	/* A URL that is none was told as a setting. */
	if (text_empty(s->master_db_url) ||
	    master_new(s->master_db_url, s->connect_timeout, s->statement_timeout, &db))
		return;
	if (master_prove(db, &why)) {
		say(d, GRADE_FAIL, "master", "MASTER_DB_URL: cannot connect: %s",
		    conn_reason_hint(why));
	} else {
		say(d, GRADE_OK, "master", "connected (driver %s)", db->driver->name);
		check_schema(d, db);
		check_clock(d, db);
	}
	db_close(db);
}

static void check_create(struct doctor *d, const char *where, struct db *db)
{
	struct result r;
	bool may = !db_one(db, &may_create, NO_ARGS, &r) && row_bool(&r, 0, "may");

	db_forget(db);
	if (may)
		say(d, GRADE_OK, "managed", "%s: may make databases and roles", where);
	else
		say(d, GRADE_FAIL, "managed", "%s: its role needs CREATEDB and CREATEROLE", where);
}

static void check_managed_server(struct doctor *d, const char *url)
{
	const struct settings *s = &d->settings;
	struct connect_options options = { .ca_file = s->tenant_ca_file,
					   .timeout_s = s->connect_timeout,
					   .statement_ms = s->statement_timeout };
	struct conninfo info;
	struct conn_failure failure = { 0 };
	struct db *db = NULL;

	if (conninfo_parse_trusted(url, &info, d->why, sizeof(d->why)))
		say(d, GRADE_FAIL, "managed", "setting MANAGED_DB_URL: %s", d->why);
	else if (connect_tenant(&info, &options, &db, &failure))
		say(d, GRADE_FAIL, "managed", "%s: cannot connect: %s", info.host,
		    conn_reason_hint(failure.reason));
	else
		check_create(d, info.host, db);
	db_close(db);
	conninfo_wipe(&info);
}

static void check_managed(struct doctor *d)
{
	const char *p = d->settings.managed_db_url;
	char url[URL_SIZE];

	if (text_empty(p))
		say(d, GRADE_WARN, "managed", "MANAGED_DB_URL is not set, so stores must bring a "
		    "database of their own");
	while (!text_empty(p)) {
		size_t n = strcspn(p, ",");

		snprintf(url, sizeof(url), "%.*s", (int)n, p);
		check_managed_server(d, url);
		p += n + (p[n] == ',');
	}
	explicit_bzero(url, sizeof(url));
}

/* A file of certificates that is not there makes every connect to a store's database fail. */
static void check_certificates(struct doctor *d, const char *path)
{
	struct buf b = BUF_INIT;
	bool read = file_read(path, &b);

	if (read && strstr(buf_str(&b), "-----BEGIN "))
		say(d, GRADE_OK, "tls", "%s vouches for stores' databases", path);
	else
		say(d, GRADE_FAIL, "tls",
			"%s: %s; setting TENANT_CA_FILE must name a file of PEM certificates, such "
			"as that of the package ca-certificates",
			path, read ? "no certificate in it" : strerror(errno));
	buf_done(&b);
}

static void check_tls(struct doctor *d)
{
	static const char *const here[] = { "localhost", "127.0.0.1", "[::1]", NULL };
	const char *url = d->settings.public_url;
	char host[URL_HOST];

	check_certificates(d, d->settings.tenant_ca_file);
	if (text_starts(url, "http://") && url_http_host(url, host) && !text_in(host, here))
		say(d, GRADE_WARN, "tls",
			"PUBLIC_URL=%s: passwords travel in the clear; let the web server speak "
			"TLS, and begin PUBLIC_URL with https://",
			url);
}

static void check_disk(struct doctor *d, const char *setting, const char *path)
{
	unsigned long long left, all;
	enum grade g = GRADE_OK;

	if (!file_space(path, &left, &all)) {
		say(d, GRADE_WARN, "disk", "%s: %s; make it, or correct setting %s", path,
		    strerror(errno), setting);
		return;
	}
	left /= MIB;
	if (left < DISK_WARN_MIB)
		g = left < DISK_FAIL_MIB ? GRADE_FAIL : GRADE_WARN;
	say(d, g, "disk", "%s: %llu MiB free%s", path, left, g ? "; make room" : "");
}

static void check_socket(struct doctor *d, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || !text_copy(at.sun_path, sizeof(at.sun_path), path))
		say(d, GRADE_FAIL, "socket", "%s: the path is too long", path);
	else if (connect(fd, (struct sockaddr *)&at, sizeof(at)))
		say(d, GRADE_WARN, "socket",
			"%s: %s; is `souk serve` running, and may this user use it?", path,
			strerror(errno));
	else
		say(d, GRADE_OK, "socket", "%s answers", path);
	if (fd >= 0)
		close(fd);
}

static void check_group(struct doctor *d, const char *group)
{
	if (!text_empty(group) && !getgrnam(group))
		say(d, GRADE_FAIL, "socket",
			"there is no group %s; setting SOCKET_GROUP must name the web server's",
			group);
}

static void say_data_dir(struct doctor *d, const char *what, const char *path)
{
	say(d, GRADE_FAIL, what,
		"%s: %s; setting DATA_DIR must name the directory with templates and www", path,
		strerror(errno));
}

static void check_texts(struct doctor *d)
{
	struct templates *templates = NULL;
	struct router *router = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/templates", d->settings.data_dir);
	if (access(path, R_OK | X_OK))
		say_data_dir(d, "templates", path);
	else if (templates_open(path, &templates, d->why, sizeof(d->why)))
		say(d, GRADE_FAIL, "templates", "%s", d->why);
	else
		say(d, GRADE_OK, "templates", "%s: all read", path);
	templates_close(templates);
	if (router_new(routes, &router, d->why, sizeof(d->why)))
		say(d, GRADE_FAIL, "routes", "%s", d->why);
	router_free(router);
	snprintf(path, sizeof(path), "%s/www/openapi.json", d->settings.data_dir);
	if (access(path, R_OK))
		say_data_dir(d, "openapi", path);
}

static void list_drivers(struct doctor *d)
{
	int i;

	for (i = 0; drivers[i]; i++)
		say(d, GRADE_OK, "driver", "%s", drivers[i]->name);
}

int cmd_doctor(const struct app *app, int argc, char **argv)
{
	struct doctor d = { .failed = 0 };
	int code;

	if ((code = app_no_arguments(argc, argv)) || (code = app_settings(app, &d.settings)))
		return code;
	log_init("doctor", LOG_LEVEL_ALARM);
	check_config(&d);
	list_drivers(&d);
	check_master(&d);
	check_managed(&d);
	check_tls(&d);
	check_disk(&d, "DATA_DIR", d.settings.data_dir);
	check_disk(&d, "RUN_DIR", d.settings.run_dir);
	check_texts(&d);
	check_group(&d, d.settings.socket_group);
	check_socket(&d, d.settings.socket_web);
	check_socket(&d, d.settings.socket_slow);
	return d.failed ? EXIT_FAILED : EXIT_DONE;
}
