/* SPDX-License-Identifier: Apache-2.0 */
/* souk serve: everything that can be wrong is found before the first fork and said in one line. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/listener.h"
#include "app/news_worker.h"
#include "app/supervisor.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/text.h"
#include "web/router.h"
#include "web/template.h"

enum { SLOW_NICENESS = 10 };

struct server {
	struct settings settings;
	struct site site;
	struct news *news;
	struct router *router;
	struct templates *templates;
	struct buf openapi;
	struct listener web, slow;
	char why[APP_WHY];
};

static enum err open_texts(struct server *s)
{
	char path[PATH_MAX];
	enum err e;

	snprintf(path, sizeof(path), "%s/templates", s->settings.data_dir);
	if ((e = templates_open(path, &s->templates, s->why, sizeof(s->why))))
		return e;
	snprintf(path, sizeof(path), "%s/www/openapi.json", s->settings.data_dir);
	if (!file_read(path, &s->openapi)) {
		snprintf(s->why, sizeof(s->why),
			"cannot read %.200s: %s; setting DATA_DIR must name "
			"the directory with templates and www",
			path, strerror(errno));
		return ERR_IO;
	}
	return OK;
}

static enum err open_sockets(struct server *s)
{
	const struct settings *set = &s->settings;
	enum err e;

	if (text_eq(set->socket_web, set->socket_slow)) {
		text_copy(
			s->why, sizeof(s->why), "settings SOCKET_WEB and SOCKET_SLOW must differ");
		return ERR_VALIDATION;
	}
	if ((e = listener_open(
		     set->socket_web, set->socket_group, &s->web, s->why, sizeof(s->why))))
		return e;
	return listener_open(set->socket_slow, set->socket_group, &s->slow, s->why, sizeof(s->why));
}

static enum err open_site(struct server *s)
{
	enum err e;

	if ((e = router_new(routes, &s->router, s->why, sizeof(s->why))))
		return e;
	s->site = (struct site){
		.templates = s->templates,
		.router = s->router,
		.openapi = buf_str(&s->openapi),
		.scores = scoreboard_new(),
		.secure = text_starts(s->settings.public_url, "https://"),
	};
	s->news = news_new();
	if (!s->site.scores || !s->news) {
		text_copy(s->why, sizeof(s->why), "no memory for what workers share");
		return ERR_NO_MEMORY;
	}
	return OK;
}

static const char *route_name(enum score_pool pool, int route)
{
	int i;

	(void)pool;
	for (i = 0; routes[i].method; i++)
		if (i == route)
			return routes[i].pattern;
	return NULL;
}

static int run(struct server *s)
{
	const struct worker_plan web = { &s->settings, &s->site, "web", s->news, s->web.fd, 0 };
	const struct worker_plan slow = { &s->settings, &s->site, "slow", s->news, s->slow.fd,
		SLOW_NICENESS };
	const struct news_plan news = { &s->settings, s->news };
	const struct pool pools[] = {
		{ "souk-web", SCORE_WEB, s->settings.workers, worker_run, &web },
		{ "souk-slow", SCORE_SLOW, s->settings.slow_workers, worker_run, &slow },
		{ "souk-news", SCORE_NEWS, 1, news_worker_run, &news },
	};
	const struct supervision plan = { pools, 3, s->site.scores, route_name };

	log_info(NULL, "start", "serving on %s (%d workers) and %s (%d workers)",
		 s->settings.socket_web, s->settings.workers, s->settings.socket_slow,
		 s->settings.slow_workers);
	return supervise(&plan) ? app_fail("cannot supervise: %s", strerror(errno)) : EXIT_DONE;
}

int cmd_serve(const struct app *app, int argc, char **argv)
{
	struct server s = { .web = { -1, -1, NULL }, .slow = { -1, -1, NULL } };
	int code;

	if ((code = app_no_arguments(argc, argv)) || (code = app_settings(app, &s.settings)))
		return code;
	log_init("supervisor", app_log_level(&s.settings));
	if (app_check(&s.settings, s.why, sizeof(s.why)) || open_texts(&s) || open_site(&s) ||
	    open_sockets(&s))
		code = app_fail("%s", s.why);
	else
		code = run(&s);
	listener_close(&s.slow);
	listener_close(&s.web);
	router_free(s.router);
	templates_close(s.templates);
	buf_done(&s.openapi);
	return code;
}
