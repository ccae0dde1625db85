/* SPDX-License-Identifier: Apache-2.0 */
/* The one process of the pool news: hears what changes in the master, and tells the workers. */
#ifndef SOUK_APP_NEWS_WORKER_H
#define SOUK_APP_NEWS_WORKER_H

#include "base/news.h"
#include "base/scoreboard.h"
#include "config/settings.h"

struct news_plan {
	const struct settings *settings;
	struct news *news;
};

/* The `run` of a pool (supervisor.h); `plan` is a struct news_plan. Returns the exit status. */
int news_worker_run(const void *plan, struct score_slot *);

#endif
