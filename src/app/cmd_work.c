/* SPDX-License-Identifier: Apache-2.0 */
/* souk work: a supervisor over job workers. */
#include <stdlib.h>

#include "app/check.h"
#include "app/commands.h"
#include "app/job_worker.h"
#include "app/run_files.h"
#include "app/supervisor.h"
#include "base/text.h"
#include "db/commons.h"
#include "domain/jobs.h"

/* One reading of the settings, for one generation of workers. */
struct shift {
	struct generation generation;    /* first: the supervisor knows this part only */
	struct settings settings;
	struct job_plan plan;
	struct pool pool;
};

struct office {
	const struct app *app;
	struct settings settings;        /* of the start */
	struct run_files files;
	struct commons *commons;
};

static const char *kind_name(enum score_pool pool, int index)
{
	int i;

	(void)pool;
	for (i = 0; job_kinds[i].kind; i++)
		if (i == index)
			return job_kinds[i].kind;
	return NULL;
}

static void unload(void *office, struct generation *g)
{
	struct shift *s = (struct shift *)g;

	(void)office;
	settings_done(&s->settings);
	free(s);
}

static enum err read_settings(const struct office *o, struct settings *out, char *why, size_t size)
{
	static const char *const fixed[] = { "RUN_DIR", NULL };
	enum err e = settings_load(out, o->app->config, o->app->config_given, why, size);

	if (!e)
		e = check_settings(out, why, size);
	return e ? e : app_same(&o->settings, out, fixed, why, size);
}

static struct generation *load(void *office, char *why, size_t size)
{
	const struct office *o = office;
	struct shift *s = calloc(1, sizeof(*s));

	if (!s) {
		text_copy(why, size, "no memory for the settings");
		return NULL;
	}
	if (read_settings(o, &s->settings, why, size)) {
		unload(office, &s->generation);
		return NULL;
	}
	log_init("supervisor", app_log_level(&s->settings));
	s->plan = (struct job_plan){ &s->settings, o->commons };
	s->pool = (struct pool){ .name = "souk-job", .kind = SCORE_JOB,
				 .size = s->settings.job_workers, .run = job_worker_run,
				 .arg = &s->plan, .deadline_ms = job_worker_deadline_ms,
				 .connect_deadline_ms = app_connect_deadline_ms(&s->settings) };
	s->generation = (struct generation){ &s->pool, 1 };
	return &s->generation;
}

static void connect_killed(void *office, const char *store_id)
{
	commons_connect_killed(((struct office *)office)->commons, store_id);
}

static void worker_ended(void *office, int pid)
{
	commons_worker_ended(((struct office *)office)->commons, pid);
}

static int run(struct office *o)
{
	const struct supervision plan = { .scores = o->files.scores, .doing = kind_name,
					  .load = load, .unload = unload,
					  .connect_killed = connect_killed,
					  .worker_ended = worker_ended,
					  .grace_ms = SUPERVISOR_GRACE_MS, .arg = o };
	char why[APP_WHY];
	struct generation *first;

	if (!(o->commons = commons_new(&o->settings)))
		return app_fail("no memory for what workers share");
	if (!(first = load(o, why, sizeof(why))))
		return app_fail("%s", why);
	log_info(NULL, "start", "doing jobs with %d workers", o->settings.job_workers);
	return app_supervise(&plan, first);
}

int cmd_work(const struct app *app, int argc, char **argv)
{
	struct office o = { .app = app, .files.lock = -1 };
	char why[APP_WHY];
	int code;

	if ((code = app_no_arguments(argc, argv)) || (code = app_settings(app, &o.settings)))
		return code;
	supervisor_hold_signals();
	log_init("supervisor", app_log_level(&o.settings));
	if (check_settings(&o.settings, why, sizeof(why)) ||
	    run_files_open(&o.files, o.settings.run_dir, "work", why, sizeof(why)))
		code = app_fail("%s", why);
	else
		code = run(&o);
	run_files_close(&o.files);
	return code;
}
