/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for jobs by LISTEN where the connection can, by polling everywhere; running them; and
 * living through a master that is away. */
#include "app/job_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/recycle.h"
#include "app/stop.h"
#include "app/supervisor.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/cache.h"
#include "db/connect.h"
#include "db/runtime.h"
#include "domain/jobs.h"

/* Even a listener polls: a job that waited for its back-off is announced by nobody. */
enum { POLL_MS = 500, LISTENING_POLL_MS = 1000, AWAY_MS = 1000, UPKEEP_MS = 10000,
       FINISH_TRIES = 5, ARENA_LIMIT = 256 << 20, HOST_SIZE = 128, OWNER_SIZE = 192,
       FINISH_S = 35 /* to record a result, with a master that is away */ };

struct job_worker {
	struct runtime rt;
	struct score_slot *slot;
	const volatile int *stop;
	struct arena arena;
	struct recycle recycle;
	char host[HOST_SIZE];     /* this machine since its boot, this container */
	char owner[OWNER_SIZE];   /* unique among all workers of all hosts: "<host>/<pid>/<id>" */
	int64_t upkeep_ms;        /* when the last was */
	bool upkeep_due;          /* not yet done since the start */
	bool listening;
};

static int kind_index(const char *kind)
{
	int i;

	for (i = 0; job_kinds[i].kind; i++)
		if (text_eq(job_kinds[i].kind, kind))
			return i;
	return -1;
}

/* The master may have gone away while the job ran: the result is worth some patience, and the lease
 * covers what patience does not. */
static void finish(struct job_worker *w, const struct job *job, const struct log_context *cx,
		   enum err result)
{
	struct db *db;
	enum err e = OK;
	int i;

	for (i = 0; i < FINISH_TRIES; i++) {
		if (!(e = runtime_master(&w->rt, &db)))
			e = jobs_finish(db, job, result, result ? err_row(result)->words : NULL);
		if (!e)
			return;
		if (e == ERR_JOB_LOST)
			break;
		stop_wait(-1, AWAY_MS);
	}
	log_warn(cx, "job_result", "the result of %s could not be recorded: %s", job->kind,
		 err_row(e)->name);
}

static void run(struct job_worker *w, const struct job *job)
{
	struct log_context cx = { .request_id = job->id, .route = job->kind,
				  .store_id = *job->store_id ? job->store_id : NULL };
	int index = kind_index(job->kind);
	int64_t began = clock_mono_ms();
	enum err e = ERR_INTERNAL;

	score_busy(w->slot, index, job->id);
	if (w->rt.master)
		w->rt.master->log = &cx;
	if (index >= 0)
		e = job_kinds[index].run(&w->rt, job);
	if (e)
		log_warn(&cx, "job_failed", "attempt %d of %d failed: %s", job->attempts,
			 job->max_attempts, index < 0 ? "unknown kind" : err_row(e)->name);
	else
		log_info(&cx, "job_done", "attempt %d took %lld ms", job->attempts,
			 (long long)(clock_mono_ms() - began));
	finish(w, job, &cx, e);
	if (w->rt.master)
		w->rt.master->log = NULL;
	score_idle(w->slot);
}

/* Signal 0 asks whether the process is there. A pid that another process has by now counts as
 * alive: then the lease runs out by itself. */
static bool owner_alive(const char *owner)
{
	const char *slash = strchr(owner, '/');
	long pid = slash ? strtol(slash + 1, NULL, 10) : 0;

	return pid <= 0 || !kill((pid_t)pid, 0) || errno != ESRCH;
}

/* LISTEN is said again each time: the connection may have been replaced without a word. */
static enum err upkeep(struct job_worker *w, struct db *db)
{
	int64_t now = clock_mono_ms();
	enum err e;

	if (!w->upkeep_due && now - w->upkeep_ms < UPKEEP_MS)
		return OK;
	w->upkeep_ms = now;
	w->upkeep_due = false;
	w->listening = master_listen(db, "souk_jobs");
	cache_tick(w->rt.tenants);
	e = jobs_release_dead(db, w->host, owner_alive);
	return e ? e : jobs_schedule(db);
}

static void wait_for_work(struct job_worker *w, struct db *db)
{
	if (w->listening && master_notified(db))
		return;
	stop_wait(
		w->listening ? master_socket(db) : -1, w->listening ? LISTENING_POLL_MS : POLL_MS);
}

static enum err step(struct job_worker *w)
{
	struct db *db;
	struct job job = { 0 };
	enum err e;

	cache_share(w->rt.tenants);
	if ((e = runtime_master(&w->rt, &db)) || (e = upkeep(w, db)))
		return e;
	e = jobs_claim(db, w->owner, &w->arena, &job);
	if (e == ERR_NO_ROW) {
		wait_for_work(w, db);
		return OK;
	}
	if (e)
		return e;
	job.arena = &w->arena;
	run(w, &job);
	return OK;
}

/* Returns the exit status. */
static int loop(struct job_worker *w)
{
	bool away = false;
	enum err e;

	while (!*w->stop) {
		e = step(w);
		arena_reset(&w->arena);
		/* A queue that is never empty must not gather the answers to all its claims. */
		db_forget(w->rt.master);
		if (e) {
			if (!away)
				log_warn(NULL, "jobs",
					"the queue cannot be read: %s; trying each second",
					err_row(e)->name);
			w->upkeep_due = true;
			stop_wait(-1, AWAY_MS);
		} else if (away) {
			log_info(NULL, "jobs", "the queue can be read again");
		}
		away = e != OK;
		/* With a job always at hand nothing else would let SIGTERM in. */
		stop_wait(-1, 0);
		if (recycle_due(&w->recycle, atomic_load(&w->slot->served)))
			return WORKER_RECYCLED;
	}
	return EXIT_DONE;
}

/* Two containers may share a host name and even pids: the boot and the pid namespace tell them
 * apart. */
static void name_owner(struct job_worker *w)
{
	char name[64] = "", boot[9] = "", space[40] = "", id[ID_TEXT];
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	ssize_t n = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);

	if (f && !fgets(boot, sizeof(boot), f))
		boot[0] = '\0';
	if (f)
		fclose(f);
	space[n > 0 ? n : 0] = '\0';
	gethostname(name, sizeof(name) - 1);
	snprintf(w->host, sizeof(w->host), "%s.%s.%s", name, boot, space);
	snprintf(w->owner, sizeof(w->owner), "%s/%d/%s", w->host, (int)getpid(), id_new(id) + 24);
}

int job_worker_run(const void *arg, struct score_slot *slot)
{
	const struct job_plan *plan = arg;
	struct job_worker w = { .slot = slot, .upkeep_due = true };
	char why[APP_WHY];
	int code;

	log_init("job", app_log_level(plan->settings));
	if (runtime_init(&w.rt, plan->settings, NULL, plan->commons, why, sizeof(why))) {
		log_error(NULL, "start", "%s", why);
		return EXIT_FAILED;
	}
	w.rt.slot = slot;
	w.stop = stop_install();
	arena_init(&w.arena, ARENA_LIMIT);
	name_owner(&w);
	recycle_init(&w.recycle, plan->settings);
	score_idle(slot);
	code = loop(&w);
	arena_done(&w.arena);
	runtime_done(&w.rt);
	return code;
}

int64_t job_worker_deadline_ms(const void *plan, int route)
{
	const struct job_kind *kind = route >= 0 ? &job_kinds[route] : NULL;

	(void)plan;
	if (!kind)
		return 0;
	return (int64_t)(kind->deadline_s ? kind->deadline_s : kind->lease_s + FINISH_S) * 1000;
}
