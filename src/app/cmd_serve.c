/* SPDX-License-Identifier: Apache-2.0 */
/* souk serve: everything that can be wrong is found before the first fork and said in one line. */
#include <errno.h>
#include <string.h>

#include "app/commands.h"
#include "app/edition.h"
#include "app/listener.h"
#include "app/run_files.h"
#include "app/supervisor.h"
#include "base/news.h"
#include "base/text.h"
#include "db/commons.h"
#include "web/router.h"

struct server {
	const struct app *app;
	struct settings settings;        /* of the start; what may change lies in editions */
	struct router *router;
	struct run_files files;
	struct news *news;
	struct commons *commons;
	struct listener web, slow;
	struct edition_frame frame;
	struct generation *first;
	char why[APP_WHY];
};

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
	if ((e = listener_open(
		     set->socket_slow, set->socket_group, &s->slow, s->why, sizeof(s->why))) ||
	    (e = listener_backlog(&s->web, set->backlog, s->why, sizeof(s->why))))
		return e;
	return listener_backlog(&s->slow, set->backlog, s->why, sizeof(s->why));
}

/* The edition comes first: what is wrong with the settings is said before a socket is touched. */
static enum err open_all(struct server *s)
{
	enum err e;

	s->frame = (struct edition_frame){ .app = s->app, .start = &s->settings };
	if ((e = router_new(routes, &s->router, s->why, sizeof(s->why))) ||
	    (e = app_check(&s->settings, s->why, sizeof(s->why))) ||
	    (e = run_files_open(&s->files, s->settings.run_dir, "serve", s->why, sizeof(s->why))) ||
	    (e = open_sockets(s)))
		return e;
	s->news = news_new();
	s->commons = commons_new(&s->settings);
	if (!s->news || !s->commons) {
		text_copy(s->why, sizeof(s->why), "no memory for what workers share");
		return ERR_NO_MEMORY;
	}
	s->frame.router = s->router;
	s->frame.scores = s->files.scores;
	s->frame.news = s->news;
	s->frame.commons = s->commons;
	s->frame.web = s->web.fd;
	s->frame.slow = s->slow.fd;
	s->first = edition_load(&s->frame, s->why, sizeof(s->why));
	return s->first ? OK : ERR_VALIDATION;
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

static struct generation *load(void *server, char *why, size_t size)
{
	const struct server *s = server;

	return edition_load(&s->frame, why, size);
}

static void unload(void *server, struct generation *g)
{
	(void)server;
	edition_unload(g);
}

/* From here on the web server knows at once that nobody is here; who is in the queue is served. */
static void stopping(void *server)
{
	struct server *s = server;

	listener_hide(&s->web);
	listener_hide(&s->slow);
}

static void connect_killed(void *server, const char *store_id)
{
	commons_connect_killed(((struct server *)server)->commons, store_id);
}

static void worker_ended(void *server, int pid)
{
	commons_worker_ended(((struct server *)server)->commons, pid);
}

static int run(struct server *s)
{
	const struct supervision plan = {
		.scores = s->files.scores,
		.doing = route_name,
		.load = load,
		.unload = unload,
		.stopping = stopping,
		.connect_killed = connect_killed,
		.worker_ended = worker_ended,
		.arg = s,
	};

	log_info(NULL, "start", "serving on %s (%d workers) and %s (%d workers)",
		 s->settings.socket_web, s->settings.workers, s->settings.socket_slow,
		 s->settings.slow_workers);
	return app_supervise(&plan, s->first);
}

int cmd_serve(const struct app *app, int argc, char **argv)
{
	struct server s = { .app = app, .files.lock = -1, .web = { -1, -1, NULL },
			    .slow = { -1, -1, NULL } };
	int code;

	if ((code = app_no_arguments(argc, argv)) || (code = app_settings(app, &s.settings)))
		return code;
	log_init("supervisor", app_log_level(&s.settings));
	code = open_all(&s) ? app_fail("%s", s.why) : run(&s);
	listener_close(&s.slow);
	listener_close(&s.web);
	run_files_close(&s.files);
	router_free(s.router);
	return code;
}
