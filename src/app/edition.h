/* SPDX-License-Identifier: Apache-2.0 */
/* What one reading of the settings and texts gives to `souk serve`: a generation of workers. */
#ifndef SOUK_APP_EDITION_H
#define SOUK_APP_EDITION_H

#include "app/app.h"
#include "app/shards.h"
#include "app/supervisor.h"
#include "app/worker.h"
#include "base/news.h"
#include "web/router.h"

enum { EDITION_POOLS = 32 };

/* What stays the same from start to end. */
struct edition_frame {
	const struct app *app;
	const struct settings *start;    /* in effect when the sockets were made */
	const struct router *router;
	struct scoreboard *scores;
	struct news *news;
	struct commons *commons;
	int web[SHARDS_MOST];            /* listening sockets of the web pool */
	int shards;
	int slow;                        /* -1: one socket does for both pools */
	bool single;                     /* there is no supervisor (see worker.h) */
};

/* Reads, checks, and makes the pools. NULL when anything is bad, with one line in `why`. */
struct generation *edition_load(const struct edition_frame *, char *why, size_t size) MUST_CHECK;
void edition_unload(struct generation *);

#endif
