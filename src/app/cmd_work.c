/* SPDX-License-Identifier: Apache-2.0 */
/* souk work: a supervisor over job workers. */
#include <errno.h>
#include <string.h>

#include "app/commands.h"
#include "app/job_worker.h"
#include "app/supervisor.h"
#include "domain/jobs.h"

static const char *kind_name(enum score_pool pool, int index)
{
	int i;

	(void)pool;
	for (i = 0; job_kinds[i].kind; i++)
		if (i == index)
			return job_kinds[i].kind;
	return NULL;
}

static int run(const struct settings *s)
{
	const struct pool pool = { "souk-job", SCORE_JOB, s->job_workers, job_worker_run, s };
	const struct supervision plan = { &pool, 1, scoreboard_new(), kind_name };

	if (!plan.scores)
		return app_fail("no memory for the scoreboard");
	log_info(NULL, "start", "doing jobs with %d workers", s->job_workers);
	return supervise(&plan) ? app_fail("cannot supervise: %s", strerror(errno)) : EXIT_DONE;
}

int cmd_work(const struct app *app, int argc, char **argv)
{
	struct settings s;
	char why[APP_WHY];
	int code;

	if ((code = app_no_arguments(argc, argv)) || (code = app_settings(app, &s)))
		return code;
	if (app_check(&s, why, sizeof(why)))
		return app_fail("%s", why);
	log_init("supervisor", app_log_level(&s));
	return run(&s);
}
