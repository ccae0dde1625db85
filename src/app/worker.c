/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a request from the socket to the answer, and the worker's own upkeep between requests.
 */
#include "app/worker.h"

#include <poll.h>
#include <unistd.h>

#include "app/app.h"
#include "app/recycle.h"
#include "app/stop.h"
#include "app/supervisor.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/password.h"
#include "db/cache.h"
#include "db/runtime.h"
#include "handlers/gates.h"
#include "web/cors.h"
#include "web/fcgi.h"
#include "web/reply.h"
#include "web/router.h"

/* Who has waited for STALE_US has given up, or will see an answer that comes late: when the queue
 * is that long, room is made for those who come now. */
enum { TICK_MS = 250, LAST_TICK_MS = 10, UPKEEP_MS = 1000, SLOW_US = 1000000, DRAIN_MS = 1000,
       STALE_US = 2000000 };

struct worker {
	const struct worker_plan *plan;
	struct score_slot *slot;
	struct fcgi_front *front;
	struct runtime rt;
	struct request rq;
	struct recycle recycle;
	int64_t upkeep_ms;   /* when the cache was last looked after */
	int refused;         /* since then, for lack of room */
};

static int deadline_s(const struct worker_plan *p, int route)
{
	int own = route >= 0 ? routes[route].deadline_s : 0;

	return own ? own : p->deadline_s;
}

static enum err find_route(struct worker *w)
{
	struct request *rq = &w->rq;
	enum err e;

	e = router_find(rq->site->router, rq->method, rq->segments, rq->segment_count, &rq->match);
	score_busy(w->slot, e ? -1 : rq->match.index, rq->request_id);
	if (e)
		return e;
	rq->log.route = rq->match.route->pattern;
	rq->longest_s = deadline_s(w->plan, rq->match.index) + SUPERVISOR_OVERDUE_S;
	if (rq->queued_us > STALE_US && !(rq->match.route->flags & ROUTE_NO_MASTER))
		return ERR_BUSY;
	return OK;
}

/* The gates are left on every way out: they may hold a tenant's connection. */
static enum err pass_and_handle(struct request *rq)
{
	enum err e = gates_pass(rq);

	if (!e && !rq->status)
		e = rq->match.route->handle(rq);
	if (e)
		reply_error(rq, e = gates_judge(rq, e));
	gates_leave(rq);
	return e;
}

static enum err answer(struct worker *w, enum err e)
{
	struct request *rq = &w->rq;

	if (!e && !(e = find_route(w)))
		return pass_and_handle(rq);
	if (e == ERR_METHOD_NOT_ALLOWED && text_eq(rq->method, "OPTIONS"))
		return reply_cors_preflight(rq);
	reply_error(rq, e);
	return e;
}

static void account(struct worker *w, enum err e)
{
	const struct request *rq = &w->rq;
	int64_t us = clock_mono_us() - rq->started_us;
	int route = rq->match.route ? rq->match.index : -1;

	score_count(rq->site->scores, route, rq->status, us);
	if (e == ERR_BUSY)
		w->refused++;
	else if (rq->status >= 500)
		log_error(&rq->log, "answer", "%s answered with %d (%s)",
			  rq->method ? rq->method : "?", rq->status, e ? err_row(e)->name : "OK");
	if (us > SLOW_US)
		log_warn(&rq->log, "slow", "%s took %lld ms", rq->method ? rq->method : "?",
			 (long long)(us / 1000));
}

static void upkeep(struct worker *w)
{
	int64_t now = clock_mono_ms();

	cache_share(w->rt.tenants);
	if (now - w->upkeep_ms < UPKEEP_MS)
		return;
	w->upkeep_ms = now;
	if (w->refused)
		log_warn(NULL, "busy", "%d requests were refused for lack of room", w->refused);
	w->refused = 0;
	cache_tick(w->rt.tenants);
	password_rest();
}

static void serve_one(struct worker *w, enum err bad)
{
	enum err e;

	if (bad)
		score_busy(w->slot, -1, w->rq.request_id);
	e = answer(w, bad);
	fcgi_finish(w->front, &w->rq);
	account(w, e);
	request_reset(&w->rq);
	score_idle(w->slot);
}

static bool waits(int listener)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

static void take_one(struct worker *w)
{
	static const volatile int go_on;
	enum err e;

	if (fcgi_next(w->front, &w->rq, LAST_TICK_MS, &go_on, &e) == FCGI_REQUEST)
		serve_one(w, e);
}

/* Whoever was let in is answered, if it asks soon. When all end nobody comes after them: then what
 * stands in the queue is answered too, for a while. */
static void leave(struct worker *w)
{
	bool last = atomic_load(&w->plan->site->scores->stopping);
	int64_t until = clock_mono_ms() + DRAIN_MS;

	if (!last)
		fcgi_no_more(w->front);
	while ((fcgi_waiting(w->front) || (last && waits(w->plan->listener))) &&
	       clock_mono_ms() < until)
		take_one(w);
}

static bool recycled(struct worker *w)
{
	return !w->plan->alone && recycle_due(&w->recycle, atomic_load(&w->slot->served));
}

/* Returns the exit status. */
static int loop(struct worker *w, const volatile int *stop)
{
	enum fcgi_event event;
	enum err e = OK;

	while ((event = fcgi_next(w->front, &w->rq, TICK_MS, stop, &e)) != FCGI_STOPPED) {
		if (event == FCGI_REQUEST)
			serve_one(w, e);
		upkeep(w);
		if (recycled(w)) {
			leave(w);
			return WORKER_RECYCLED;
		}
	}
	leave(w);
	return EXIT_DONE;
}

static enum err open_all(struct worker *w, char *why, size_t size)
{
	enum err e;

	text_copy(why, size, "the FastCGI library cannot be set up");
	if ((e = fcgi_init()) || (e = fcgi_open(w->plan->listener, &w->front)))
		return e;
	if ((e = runtime_init(&w->rt, w->plan->settings, w->plan->news, w->plan->commons, why,
			      size)))
		return e;
	w->rt.slot = w->slot;
	if (w->plan->shard >= 0 && w->plan->commons)
		w->rt.patient = &w->plan->commons->patient[w->plan->shard];
	return OK;
}

int worker_run(const void *plan, struct score_slot *slot)
{
	struct worker w = { .plan = plan, .slot = slot };
	const volatile int *stop;
	char why[APP_WHY];
	int code;

	log_init(w.plan->role, app_log_level(w.plan->settings));
	if (w.plan->niceness && nice(w.plan->niceness) == -1)
		log_warn(NULL, "nice", "this process could not be made nicer");
	if (open_all(&w, why, sizeof(why))) {
		log_error(NULL, "start", "%s", why);
		return EXIT_FAILED;
	}
	stop = stop_install();
	if (w.plan->alone)
		stop_also();
	stop_unblock();
	request_init(&w.rq, &w.rt, w.plan->site);
	recycle_init(&w.recycle, w.plan->settings);
	score_idle(slot);
	code = loop(&w, stop);
	request_done(&w.rq);
	runtime_done(&w.rt);
	fcgi_close(w.front);
	return code;
}

int64_t worker_deadline_ms(const void *plan, int route)
{
	return (int64_t)deadline_s(plan, route) * 1000;
}
