/* SPDX-License-Identifier: Apache-2.0 */
/* souk settings, routes, errors, jobs: the tables the program runs on, for people and as JSON. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/table.h"
#include "base/text.h"
#include "domain/jobs.h"
#include "web/router.h"

enum { VALUE_SIZE = 512 };

int cmd_settings(const struct app *app, int argc, char **argv)
{
	static const char *const names[] = { "name", "value", "default", "help", NULL };
	const struct setting_row *r;
	struct settings s;
	struct table t;
	char value[VALUE_SIZE];
	bool json;
	int code, n = 0;

	if ((code = app_one_option(argc, argv, "--json", &json)) || (code = app_settings(app, &s)))
		return code;
	for (r = settings_table(); r->name; r++)
		n++;
	table_init(&t, names, n);
	for (r = settings_table(); r->name; r++) {
		const char **row = table_row(&t);

		row[0] = r->name;
		row[1] = arena_strdup(&t.arena, settings_value(&s, r, value, sizeof(value)));
		row[2] = r->value;
		row[3] = r->help;
	}
	return table_print(&t, json);
}

static const char *who_word(enum route_who who)
{
	static const char *const words[] = {
		[WHO_UNSET] = "(unset)", [PUBLIC] = "public", [AGENCY] = "agency",
		[TENANT] = "tenant", [EITHER] = "either" };

	return words[who];
}

static const char *rate_word(enum route_rate rate)
{
	static const char *const words[] = {
		[RATE_NONE] = "-", [RATE_LOGIN] = "login", [RATE_REGISTER] = "register",
		[RATE_REFRESH] = "refresh", [RATE_MAIL] = "mail",
		[RATE_TEST_DATABASE] = "test-database" };

	return words[rate];
}

static const char *flag_words(struct arena *a, unsigned int flags)
{
	static const struct { unsigned int flag; const char *word; } words[] = {
		{ ROUTE_PAGE, "page" }, { ROUTE_FORM, "form" }, { ROUTE_IDEMPOTENT, "idempotent" },
		{ ROUTE_ONBOARDED, "onboarded" }, { ROUTE_ONBOARDING, "onboarding" },
		{ ROUTE_TENANT, "tenant" }, { ROUTE_NO_MASTER, "no-master" },
		{ ROUTE_HIDDEN, "hidden" } };
	const char *out = "";
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (flags & words[i].flag)
			out = arena_printf(a, "%s%s%s", out, *out ? "," : "", words[i].word);
	return *out ? out : "-";
}

static const char *seconds(struct table *t, int s)
{
	return s ? arena_printf(&t->arena, "%ds", s) : "-";
}

int cmd_routes(const struct app *app, int argc, char **argv)
{
	static const char *const names[] = { "method", "pattern", "who", "pool", "rate", "flags",
					     "body", "deadline", "summary", NULL };
	struct table t;
	bool json;
	int code, i, n = 0;

	(void)app;
	if ((code = app_one_option(argc, argv, "--json", &json)))
		return code;
	while (routes[n].method)
		n++;
	table_init(&t, names, n ? n : 1);
	for (i = 0; i < n; i++) {
		const char **row = table_row(&t);

		row[0] = routes[i].method;
		row[1] = routes[i].pattern;
		row[2] = who_word(routes[i].who);
		row[3] = routes[i].pool == POOL_SLOW ? "slow" : "web";
		row[4] = rate_word(routes[i].rate);
		row[5] = flag_words(&t.arena, routes[i].flags);
		row[6] = routes[i].body_limit ? arena_printf(&t.arena, "%zu", routes[i].body_limit)
					      : "-";
		row[7] = seconds(&t, routes[i].deadline_s);
		row[8] = routes[i].summary ? routes[i].summary : "";
	}
	return table_print(&t, json);
}

int cmd_errors(const struct app *app, int argc, char **argv)
{
	static const char *const names[] = { "name", "status", "code", "words", NULL };
	struct table t;
	bool json;
	int code, i;

	(void)app;
	if ((code = app_one_option(argc, argv, "--json", &json)))
		return code;
	table_init(&t, names, ERR_COUNT);
	for (i = OK + 1; i < ERR_COUNT; i++) {
		const struct err_row *e = err_row((enum err)i);
		const char **row = table_row(&t);

		row[0] = e->name;
		row[1] = arena_printf(&t.arena, "%d", e->status);
		row[2] = e->code;
		row[3] = e->words;
	}
	return table_print(&t, json);
}

int cmd_jobs(const struct app *app, int argc, char **argv)
{
	static const char *const names[] = { "kind", "lease", "deadline", "tries", "backoff",
					     "perStore", "every", "help", NULL };
	struct table t;
	bool json;
	int code, i, n = 0;

	(void)app;
	if ((code = app_one_option(argc, argv, "--json", &json)))
		return code;
	while (job_kinds[n].kind)
		n++;
	table_init(&t, names, n ? n : 1);
	for (i = 0; i < n; i++) {
		const struct job_kind *k = &job_kinds[i];
		const char **row = table_row(&t);

		row[0] = k->kind;
		row[1] = seconds(&t, k->lease_s);
		row[2] = seconds(&t, k->deadline_s);
		row[3] = arena_printf(&t.arena, "%d", k->tries);
		row[4] = seconds(&t, k->backoff_s);
		row[5] = arena_printf(&t.arena, "%d", k->per_store);
		row[6] = seconds(&t, k->every_s);
		row[7] = k->help ? k->help : "";
	}
	return table_print(&t, json);
}
