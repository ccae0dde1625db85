/* SPDX-License-Identifier: Apache-2.0 */
/* souk serve: everything that can be wrong is found before the first fork and said in one line. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/check.h"
#include "app/commands.h"
#include "app/edition.h"
#include "app/listener_inherited.h"
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
	struct inherited inherited;
	struct listener web[SHARDS_MOST];
	char paths[SHARDS_MOST][SHARD_PATH];
	int shards;
	struct listener slow;            /* none where one of web has to do for both */
	bool single;
	struct edition_frame frame;
	struct generation *first;
	char why[APP_WHY];
};

static enum err open_pool(
	struct server *s, const char *name, const char *path, struct listener *out)
{
	if (s->inherited.count)
		return inherited_take(&s->inherited, name, out, s->why, sizeof(s->why));
	return listener_open(path, s->settings.socket_group, out, s->why, sizeof(s->why));
}

static enum err check_way(struct server *s)
{
	const char *why = NULL;

	if (s->single && s->inherited.count != 1)
		why = "--single serves one socket that is handed over, on descriptor 0 or by "
		      "systemd; here is not one";
	else if (!s->inherited.count && text_eq(s->settings.socket_web, s->settings.socket_slow))
		why = "settings SOCKET_WEB and SOCKET_SLOW must differ";
	else if (!s->inherited.count && s->settings.workers < s->settings.web_shards)
		why = "setting WEB_SHARDS is more than WORKERS; each shard needs one at least";
	if (!why)
		return OK;
	text_copy(s->why, sizeof(s->why), why);
	return ERR_VALIDATION;
}

/* What is handed over is one socket for the web pool, whole. */
static enum err open_web(struct server *s)
{
	int shards = s->inherited.count ? 1 : s->settings.web_shards, i;
	enum err e = OK;

	for (i = 0; !e && i < shards; i++) {
		e = open_pool(s, "web", shard_socket(&s->settings, i, s->paths[i]), &s->web[i]);
		if (!e)
			s->shards++;
	}
	return e;
}

static enum err set_backlogs(struct server *s)
{
	int backlog = s->settings.backlog, i;
	enum err e = OK;

	for (i = 0; !e && i < s->shards; i++)
		e = listener_backlog(&s->web[i], backlog, s->why, sizeof(s->why));
	if (!e && s->slow.fd >= 0)
		e = listener_backlog(&s->slow, backlog, s->why, sizeof(s->why));
	return e;
}

static enum err open_sockets(struct server *s)
{
	const struct settings *set = &s->settings;
	enum err e;

	if ((e = inherited_find(set->socket_group, &s->inherited, s->why, sizeof(s->why))) ||
	    (e = check_way(s)) || (e = open_web(s)))
		return e;
	if (s->inherited.count != 1 && (e = open_pool(s, "slow", set->socket_slow, &s->slow)))
		return e;
	if ((e = set_backlogs(s)))
		return e;
	return inherited_all_taken(&s->inherited, s->why, sizeof(s->why));
}

/* Single processes are many: none has the lock, and a board would be of one of them. */
static enum err open_board(struct server *s)
{
	if (!s->single)
		return run_files_open(
			&s->files, s->settings.run_dir, "serve", s->why, sizeof(s->why));
	s->files.scores = scoreboard_new();
	return s->files.scores ? OK : ERR_NO_MEMORY;
}

/* What is wrong with the settings is said before a socket is touched. */
static enum err open_all(struct server *s)
{
	enum err e;
	int i;

	s->frame = (struct edition_frame){ .app = s->app, .start = &s->settings,
					   .single = s->single };
	text_copy(s->why, sizeof(s->why), "no memory for what workers share");
	if ((e = router_new(routes, &s->router, s->why, sizeof(s->why))) ||
	    (e = check_settings(&s->settings, s->why, sizeof(s->why))) ||
	    (e = open_board(s)) || (e = open_sockets(s)))
		return e;
	s->news = news_new();
	s->commons = commons_new(&s->settings);
	if (!s->news || !s->commons)
		return ERR_NO_MEMORY;
	s->frame.router = s->router;
	s->frame.scores = s->files.scores;
	s->frame.news = s->news;
	s->frame.commons = s->commons;
	s->frame.shards = s->shards;
	for (i = 0; i < s->shards; i++)
		s->frame.web[i] = s->web[i].fd;
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
	int i;

	for (i = 0; i < s->shards; i++)
		listener_hide(&s->web[i]);
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

/* What manages processes for us, such as mod_fcgid, has the place of the supervisor. */
static int run_single(struct server *s)
{
	const struct pool *pool = s->first->pools;
	struct score_slot *slot = s->files.scores->slots;
	int code;

	score_reset(slot, pool->kind, 0, SCORE_STARTING);
	slot->pid = (int)getpid();
	code = pool->run(pool->arg, slot);
	edition_unload(s->first);
	return code;
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
		.grace_ms = SUPERVISOR_GRACE_MS,
		.arg = s,
	};

	if (s->inherited.count)
		log_info(NULL, "start", "serving on the sockets handed over (%d) with %d workers",
			 s->inherited.count, s->settings.workers + s->settings.slow_workers);
	else
		log_info(NULL, "start", "serving on %s (%d workers in %d shards) and %s (%d "
			 "workers)", s->settings.socket_web, s->settings.workers, s->shards,
			 s->settings.socket_slow, s->settings.slow_workers);
	return app_supervise(&plan, s->first);
}

int cmd_serve(const struct app *app, int argc, char **argv)
{
	struct server s = { .app = app, .files.lock = -1, .slow = LISTENER_NONE };
	int code, i;

	if ((code = app_one_option(argc, argv, "--single", &s.single)) ||
	    (code = app_settings(app, &s.settings)))
		return code;
	supervisor_hold_signals();
	log_init("supervisor", app_log_level(&s.settings));
	if (open_all(&s))
		code = app_fail("%s", s.why);
	else
		code = s.single ? run_single(&s) : run(&s);
	listener_close(&s.slow);
	for (i = 0; i < s.shards; i++)
		listener_close(&s.web[i]);
	run_files_close(&s.files);
	router_free(s.router);
	return code;
}
