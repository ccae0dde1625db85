/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, templates and the API's description, loaded together and freed together. */
#include "app/edition.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/files.h"
#include "app/news_worker.h"
#include "base/buf.h"
#include "base/text.h"
#include "db/commons.h"
#include "web/template.h"

enum { SLOW_NICENESS = 10 };

struct edition {
	struct generation generation;    /* first: the supervisor knows this part only */
	struct settings settings;
	struct templates *templates;
	struct buf openapi;
	struct site site;
	struct pool pools[EDITION_POOLS];
	struct worker_plan plans[EDITION_POOLS];
	struct news_plan news;
};

static enum err read_texts(struct edition *e, char *why, size_t size)
{
	char path[PATH_MAX];
	enum err bad;

	snprintf(path, sizeof(path), "%s/templates", e->settings.data_dir);
	if ((bad = templates_open(path, &e->templates, why, size)))
		return bad;
	snprintf(path, sizeof(path), "%s/www/openapi.json", e->settings.data_dir);
	if (file_read(path, &e->openapi))
		return OK;
	snprintf(why, size, "cannot read %.200s: %s; setting DATA_DIR must name the directory with "
		 "templates and www", path, strerror(errno));
	return ERR_IO;
}

/* Each shard's socket stays: so each needs a worker. */
static enum err check_workers(const struct edition *e, const struct edition_frame *f, char *why,
			      size_t size)
{
	if (e->settings.workers >= f->shards)
		return OK;
	snprintf(why, size, "setting WORKERS is less than the number of shards, %d", f->shards);
	return ERR_VALIDATION;
}

static enum err read_all(struct edition *e, const struct edition_frame *f, char *why, size_t size)
{
	static const char *const fixed[] = { "SOCKET_WEB", "SOCKET_SLOW", "SOCKET_GROUP", "RUN_DIR",
					     "WEB_SHARDS", NULL };
	const struct app *app = f->app;
	enum err bad;

	if ((bad = settings_load(&e->settings, app->config, app->config_given, why, size)) ||
	    (bad = check_settings(&e->settings, why, size)) ||
	    (bad = app_same(f->start, &e->settings, fixed, why, size)) ||
	    (bad = check_workers(e, f, why, size)))
		return bad;
	return read_texts(e, why, size);
}

static void add_pool(struct edition *e, struct pool pool)
{
	pool.connect_deadline_ms = app_connect_deadline_ms(&e->settings);
	e->pools[e->generation.pool_count++] = pool;
}

/* `plan` has what differs from pool to pool; the edition keeps the whole. */
static void add_workers(struct edition *e, const char *name, enum score_pool kind, int size,
			struct worker_plan plan)
{
	struct worker_plan *kept = &e->plans[e->generation.pool_count];

	*kept = plan;
	kept->settings = &e->settings;
	kept->site = &e->site;
	kept->role = score_pool_name(kind);
	add_pool(e, (struct pool){ .name = name, .kind = kind, .size = size, .run = worker_run,
				   .arg = kept, .deadline_ms = worker_deadline_ms });
}

/* One socket for all has all workers. */
static int web_workers(const struct edition_frame *f, const struct settings *s, int shard)
{
	if (f->slow < 0)
		return s->workers + s->slow_workers;
	return f->shards > 1 ? shard_workers(s, shard) : s->workers;
}

static void make_pools(struct edition *e, const struct edition_frame *f)
{
	const struct settings *s = &e->settings;
	bool both = f->slow >= 0;
	int i;

	commons_fit(f->commons, s);
	e->generation.pools = e->pools;
	for (i = 0; i < f->shards; i++) {
		commons_fit_shard(f->commons, i, web_workers(f, s, i));
		add_workers(e, shard_name(i), SCORE_WEB, web_workers(f, s, i),
			    (struct worker_plan){ .news = f->news, .commons = f->commons,
						  .shard = i, .listener = f->web[i],
						  .alone = f->single,
						  .deadline_s = both ? s->request_deadline :
								       s->slow_deadline });
	}
	if (both)
		add_workers(e, "souk-slow", SCORE_SLOW, s->slow_workers,
			    (struct worker_plan){ .news = f->news, .commons = f->commons,
						  .shard = -1, .listener = f->slow,
						  .niceness = SLOW_NICENESS,
						  .deadline_s = s->slow_deadline });
	e->news = (struct news_plan){ s, f->news };
	add_pool(e, (struct pool){ .name = "souk-news", .kind = SCORE_NEWS, .size = 1,
				   .run = news_worker_run, .arg = &e->news });
}

static void make_site(struct edition *e, const struct edition_frame *f)
{
	e->site = (struct site){
		.templates = e->templates,
		.router = f->router,
		.openapi = buf_str(&e->openapi),
		.scores = f->scores,
		.secure = text_starts(e->settings.public_url, "https://"),
	};
}

struct generation *edition_load(const struct edition_frame *f, char *why, size_t size)
{
	struct edition *e = calloc(1, sizeof(*e));

	if (!e) {
		text_copy(why, size, "no memory for the settings and texts");
		return NULL;
	}
	if (read_all(e, f, why, size)) {
		edition_unload(&e->generation);
		return NULL;
	}
	make_site(e, f);
	make_pools(e, f);
	log_init("supervisor", app_log_level(&e->settings));
	return &e->generation;
}

void edition_unload(struct generation *g)
{
	struct edition *e = (struct edition *)g;

	if (!e)
		return;
	templates_close(e->templates);
	buf_done(&e->openapi);
	settings_done(&e->settings);
	free(e);
}
