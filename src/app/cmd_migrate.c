/* SPDX-License-Identifier: Apache-2.0 */
/* souk migrate: brings the master's schema up to date. */
#include <stdio.h>

#include "app/commands.h"
#include "base/text.h"
#include "db/connect.h"
#include "db/migrate.h"

enum { CONNECT_AT_LEAST_S = 10 };

static int report(enum err e, const struct migrate_report *r)
{
	if (e)
		return app_fail("the master was not migrated: %s",
				*r->problem ? r->problem : err_row(e)->words);
	if (r->before == r->after)
		printf("The master is up to date (migration %d).\n", r->after);
	else
		printf("The master went from migration %d to %d.\n", r->before, r->after);
	return EXIT_DONE;
}

static int migrate(const struct settings *s)
{
	struct migrate_report r = { 0 };
	enum conn_reason why;
	struct db *db = NULL;
	int timeout = s->connect_timeout > CONNECT_AT_LEAST_S ? s->connect_timeout
							      : CONNECT_AT_LEAST_S;
	enum err e;

	if (text_empty(s->master_db_url))
		return app_fail("setting MASTER_DB_URL is not set; it names the master database");
	if (master_new(s->master_db_url, timeout, s->statement_timeout, &db))
		return app_fail("setting MASTER_DB_URL is no URL that libpq takes");
	if (master_prove(db, &why)) {
		db_close(db);
		return app_fail("cannot reach the master database (MASTER_DB_URL): %s",
				conn_reason_hint(why));
	}
	e = migrate_master(db, migrations_master, &r);
	db_close(db);
	return report(e, &r);
}

int cmd_migrate(const struct app *app, int argc, char **argv)
{
	struct settings s;
	bool master;
	int code;

	if ((code = app_one_option(argc, argv, "master", &master)) ||
		(code = app_settings(app, &s)))
		return code;
	log_init("migrate", app_log_level(&s));
	return migrate(&s);
}
