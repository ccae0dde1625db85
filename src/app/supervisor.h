/* SPDX-License-Identifier: Apache-2.0 */
/* The parent of all workers: starts them, replaces those that die or are due, ends those that are
 * stuck, takes up new settings, and ends all in good order. It holds no database connection and no
 * decrypted secret. */
#ifndef SOUK_APP_SUPERVISOR_H
#define SOUK_APP_SUPERVISOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/scoreboard.h"

enum { SUPERVISOR_GRACE_MS = 30000, SUPERVISOR_EARLY_DEATHS = 5 };

/* A worker past its deadline is seen, aborted, killed if need be, and gone, all within this. */
enum { SUPERVISOR_OVERDUE_S = 3 };

/* Exit status of a worker that asks for a successor; 0 is one that was told to end. */
enum { WORKER_RECYCLED = 3 };

struct pool {
	const char *name;           /* of its processes, and in the log: "souk-web"; unique */
	enum score_pool kind;
	int size;
	/* Runs in the child, signals blocked (see stop.h); its result is the exit status. */
	int (*run)(const void *arg, struct score_slot *);
	const void *arg;
	/* Milliseconds a request of that route may take; 0: for ever. NULL: all may. */
	int64_t (*deadline_ms)(const void *arg, int route);
	int64_t connect_deadline_ms;   /* for opening one store's database; 0: none */

	/* The supervisor's own. */
	struct { int early; int64_t early_ms, due_ms; bool proven; } health;
};

/* What one reading of the settings gives. Workers are forks: what a generation points to may go
 * when the supervisor needs it no more. */
struct generation {
	struct pool *pools;
	int pool_count;
};

struct supervision {
	struct scoreboard *scores;
	/* Words for what a slot's route number means in that pool, for the log, or NULL. */
	const char *(*doing)(enum score_pool, int route);
	/* Reads settings and texts anew for SIGHUP. NULL when they are bad: then `why` holds one
	 * line and nothing changes. */
	struct generation *(*load)(void *arg, char *why, size_t size);
	/* No worker of it is left and none will be started. */
	void (*unload)(void *arg, struct generation *);
	/* Called once when the end begins, before the workers are told; may be NULL. */
	void (*stopping)(void *arg);
	/* A worker died while it connected to that store's database, by our hand or of what the
	 * server sent; may be NULL. */
	void (*connect_killed)(void *arg, const char *store_id);
	/* A worker has ended, in whatever way; may be NULL. */
	void (*worker_ended)(void *arg, int pid);
	/* How long workers that were told to end may take for it when somebody waits for them: an
	 * end of all, or another reload. SUPERVISOR_GRACE_MS but in tests. */
	int64_t grace_ms;
	void *arg;
};

/* Holds back the signals that supervise() takes, so that one which comes during the start is taken
 * in good order later. It does so itself, too. Returns 0, or -1 (errno tells). */
int supervisor_hold_signals(void);

enum supervise_end {
	SUPERVISE_STOPPED,     /* by SIGTERM or SIGINT */
	SUPERVISE_GAVE_UP,     /* workers died in a row before one was ready; logged */
	SUPERVISE_NOT_BEGUN,   /* errno tells */
};

/* Runs `first`, later what `load` gives; unloads each. Returns when the last worker has ended:
 * after SIGTERM at once when idle, after `grace_ms` at the latest. The pools' sizes add up to at
 * most SCORE_WORKERS. A process has one supervisor and no other children. */
enum supervise_end supervise(const struct supervision *, struct generation *first);

#endif
