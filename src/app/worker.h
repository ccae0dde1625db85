/* SPDX-License-Identifier: Apache-2.0 */
/* One process of the pools web and slow: takes one request at a time and answers it. */
#ifndef SOUK_APP_WORKER_H
#define SOUK_APP_WORKER_H

#include <stdbool.h>

#include "base/news.h"
#include "base/scoreboard.h"
#include "config/settings.h"
#include "web/request.h"

struct worker_plan {
	const struct settings *settings;
	const struct site *site;
	struct commons *commons;
	const char *role;    /* in the log: "web" or "slow" */
	struct news *news;
	int shard;           /* of the web pool; -1: of none */
	int listener;        /* non-blocking listening socket, shared */
	int niceness;        /* added to the process's */
	int deadline_s;      /* of a route that does not name its own */
	bool alone;          /* no supervisor above: every wish to end comes to this process, and
				none but such a wish ends it */
};

/* The `run` of a pool (supervisor.h); `plan` is a struct worker_plan. Returns the exit status. */
int worker_run(const void *plan, struct score_slot *);
/* The `deadline_ms` of that pool. */
int64_t worker_deadline_ms(const void *plan, int route);

#endif
