/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints of one line each, and the settings every command begins with. */
#include "app/app.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "app/supervisor.h"
#include "base/text.h"
#include "crypto/begin.h"

static void complain(const char *fmt, va_list ap)
{
	fputs("souk: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int app_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return EXIT_FAILED;
}

int app_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return EXIT_USAGE;
}

/* Of a supervisor, or of a single process: its core would hold the settings' secrets. */
static void leave_no_core(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
}

enum err app_load(const char *file, bool must, struct settings *out, char *why, size_t size)
{
	static struct settings kept;
	enum err e;

	leave_no_core();
	e = settings_load(&kept, file, must, why, size);
	*out = kept;
	return e;
}

int app_settings(const struct app *app, struct settings *out)
{
	char why[APP_WHY];

	if (app_load(app->config, app->config_given, out, why, sizeof(why)))
		return app_fail("%s", why);
	return EXIT_DONE;
}

enum log_level app_log_level(const struct settings *s)
{
	static const struct { const char *word; enum log_level level; } levels[] = {
		{ "debug", LOG_LEVEL_DEBUG }, { "info", LOG_LEVEL_INFO },
		{ "warn", LOG_LEVEL_WARN }, { "error", LOG_LEVEL_ERROR } };
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (text_eq(s->log_level, levels[i].word))
			return levels[i].level;
	return LOG_LEVEL_INFO;
}

enum err app_same(const struct settings *running, const struct settings *next,
		  const char *const *names, char *why, size_t size)
{
	const struct setting_row *r;
	char was[PATH_MAX], is[PATH_MAX];

	for (r = settings_table(); r->name; r++) {
		if (!text_in(r->name, names) ||
		    text_eq(settings_value(running, r, was, sizeof(was)),
			    settings_value(next, r, is, sizeof(is))))
			continue;
		snprintf(why, size, "setting %s has changed, which takes a restart", r->name);
		return ERR_VALIDATION;
	}
	return OK;
}

int64_t app_connect_deadline_ms(const struct settings *s)
{
	enum { MARGIN_S = 3 };
	int seconds = s->connect_deadline ? s->connect_deadline : s->connect_timeout + MARGIN_S;

	return (int64_t)seconds * 1000;
}

int app_supervise(const struct supervision *plan, struct generation *first)
{
	enum supervise_end end;

	if (crypto_begin())
		return app_fail("the cryptographic libraries cannot be set up");
	end = supervise(plan, first);
	if (end == SUPERVISE_NOT_BEGUN)
		return app_fail("cannot supervise: %s", strerror(errno));
	return end == SUPERVISE_STOPPED ? EXIT_DONE : EXIT_FAILED;
}

int app_no_arguments(int argc, char **argv)
{
	if (argc > 0)
		return app_usage("'%s' is not understood here; this command takes no arguments",
				 argv[0]);
	return EXIT_DONE;
}

int app_one_option(int argc, char **argv, const char *option, bool *given)
{
	*given = argc > 0 && text_eq(argv[0], option);
	if (argc > (*given ? 1 : 0))
		return app_usage("'%s' is not understood here; only %s may stand here",
				 argv[*given ? 1 : 0], option);
	return EXIT_DONE;
}
