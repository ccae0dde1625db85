/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor, inside: its children, its watch over them, and the change of generations. */
#ifndef SOUK_APP_SV_H
#define SOUK_APP_SV_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/supervisor.h"
#include "base/log.h"

struct child {
	pid_t pid;                 /* 0: not running, and the rest means nothing */
	struct generation *of;
	struct pool *pool;
	int64_t started_ms;
	bool ready;                /* it was seen to take work */
	bool leaving;              /* it was told to end; its successor stands or is not wanted */
	int64_t leave_ms;          /* when that was */
	enum score_end end;        /* SCORE_DIED unless we end it */
	uint32_t serial;           /* of the request for which it was aborted */
	int64_t kill_ms;           /* 0, or it was aborted: when it is killed, or NEVER_MS */
};

static const int64_t NEVER_MS = INT64_MAX;

struct supervisor {
	const struct supervision *plan;
	struct child *children;         /* SCORE_SLOTS of them; child i has scoreboard slot i */
	struct generation *current;     /* from which workers are started */
	struct generation *former;      /* whose workers are being replaced, or NULL */
	struct generation *ending;      /* whose workers were all told to end, or NULL */
	pid_t self;
	sigset_t waited;
	bool reload_asked;
	bool stopping, killed, gave_up;
	int64_t kill_ms;                /* when those that still run are killed */
};

/* ---- sv_children.c */
struct score_slot *sv_slot(const struct supervisor *, const struct child *);
/* What log lines about a worker of that pool bear. */
struct log_context sv_context(
	const struct supervisor *, const struct pool *, const struct score_view *);
/* It was ready. */
bool sv_took_work(const struct score_view *);
/* Running children of a pool that shall stay; with `ready`, only those that were ready. */
int sv_members(const struct supervisor *, const struct pool *, bool ready);
int sv_alive(const struct supervisor *);
void sv_spawn_due(struct supervisor *);
void sv_reap(struct supervisor *);
void sv_tell_all(const struct supervisor *, int signo);

/* ---- sv_deadlines.c */
/* Looks at what every worker does; ends what takes too long. */
void sv_watch(struct supervisor *);
void sv_kill(struct child *, enum score_end how);
/* When to look again. */
int64_t sv_watch_ms(const struct supervisor *, int64_t now);

/* ---- sv_reload.c */
/* Takes a reload that was asked for one step further. */
void sv_reload(struct supervisor *);
/* Back to the former generation, when the current one's workers do not come up; false when there is
 * none. Call sv_release() for the current one after it. */
bool sv_reload_undo(struct supervisor *, const struct pool *failed);
/* Unloads a generation that nobody needs any more; call when a child of it has ended. */
void sv_release(struct supervisor *, struct generation *);

/* ---- supervisor.c */
void sv_stop(struct supervisor *);

#endif
