/* SPDX-License-Identifier: Apache-2.0 */
/* The parent of all workers: starts them, replaces those that die, ends them in good order. It
 * holds no database connection and no decrypted secret. */
#ifndef SOUK_APP_SUPERVISOR_H
#define SOUK_APP_SUPERVISOR_H

#include "base/scoreboard.h"

struct pool {
	const char *name;           /* in the log: "web" */
	enum score_pool kind;
	int size;
	/* Runs in the child, signals blocked (see stop.h); its result is the exit status. */
	int (*run)(const void *arg, struct score_slot *);
	const void *arg;
};

struct supervision {
	const struct pool *pools;
	int pool_count;
	struct scoreboard *scores;
	/* Words for what a slot's route number means in that pool, for the log, or NULL. */
	const char *(*doing)(enum score_pool, int route);
};

enum { SUPERVISOR_GRACE_S = 30 };

/* Returns after SIGTERM or SIGINT, when the last worker has ended: at once when idle, after
 * SUPERVISOR_GRACE_S at the latest. The pools' sizes add up to at most SCORE_SLOTS. A process has
 * one supervisor and no other children. Returns 0, or -1 when it could not begin (errno tells). */
int supervise(const struct supervision *);

#endif
