/* SPDX-License-Identifier: Apache-2.0 */
/* Overview, jobs, database, and the change of stores. */
#include "handlers/dashboard_pages.h"

#include "base/clock.h"
#include "base/text.h"
#include "domain/credits.h"
#include "domain/jobs.h"
#include "domain/provisioning.h"
#include "domain/stores.h"
#include "handlers/chart.h"
#include "handlers/dashboard_frame.h"
#include "handlers/page.h"
#include "handlers/page_buy.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

enum { CHART_DAYS = 30, LATEST_JOBS = 5 };

static enum err view_overview(struct request *rq, const struct store *store,
			      struct json_object *view)
{
	struct paging latest = { .limit = LATEST_JOBS };
	int64_t history[CHART_DAYS];
	struct balance balance;
	struct job_list jobs;
	enum err e;

	if ((e = credits_balance(rq->master, store->id, &balance)) ||
	    (e = credits_history(rq->master, store->id, CHART_DAYS, history)) ||
	    (e = jobs_list(rq->master, store->id, &latest, &rq->arena, &jobs)) ||
	    (e = dashboard_health(rq, view, store)))
		return e;
	page_balance(rq, view, &balance);
	chart_days(&rq->arena, view, history, CHART_DAYS, clock_now_us());
	dashboard_jobs(rq, view, &jobs);
	return OK;
}

enum err get_dashboard(struct request *rq)
{
	struct json_object *view;
	struct store store;
	enum err e = dashboard_frame(rq, "overview", &store, &view);

	if (e)
		return e;
	e = view_overview(rq, &store, view);
	return dashboard_reply(rq, e, 200, "dashboard/overview", view);
}

enum err get_dashboard_jobs(struct request *rq)
{
	struct json_object *view;
	struct job_list jobs;
	struct store store;
	struct paging paging;
	enum err e;

	if ((e = input_paging(rq, &paging)) ||
	    (e = dashboard_frame(rq, "jobs", &store, &view)))
		return e;
	if (!(e = jobs_list(rq->master, store.id, &paging, &rq->arena, &jobs))) {
		dashboard_jobs(rq, view, &jobs);
		dashboard_pager(rq, view, &paging);
	}
	return dashboard_reply(rq, e, 200, "dashboard/jobs", view);
}

static const char *engine_words(const char *type)
{
	if (text_eq(type, "postgresql"))
		return "PostgreSQL";
	if (text_eq(type, "mysql"))
		return "MySQL";
	return text_eq(type, "supabase") ? "Supabase" : "None yet";
}

static enum err view_database(struct request *rq, const struct store *store,
			      struct json_object *view)
{
	struct provisioning_state s;
	enum err e;

	if ((e = provisioning_state(rq->master, rq->who.user_id, store->id, &rq->arena, &s)) ||
	    (e = dashboard_health(rq, view, store)))
		return e;
	view_text(view, "engine", engine_words(store->database_type));
	view_bool(view, "isManaged", store->database_managed);
	view_int(view, "tables", s.total);
	page_time(rq, view, "finished", s.finished_at);
	return OK;
}

enum err get_dashboard_database(struct request *rq)
{
	struct json_object *view;
	struct store store;
	enum err e = dashboard_frame(rq, "database", &store, &view);

	if (e)
		return e;
	e = view_database(rq, &store, view);
	return dashboard_reply(rq, e, 200, "dashboard/database", view);
}

enum err post_dashboard_switch_store(struct request *rq)
{
	struct store store;
	struct input in;
	const char *id;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	id = input_uuid(&in, "storeId", INPUT_REQUIRED);
	if ((e = input_end(&in)) ||
	    (e = stores_get(rq->rt, rq->master, rq->who.user_id, id, &rq->arena, &store)) ||
	    (e = page_enter_store(rq, store.id)))
		return e;
	return reply_redirect(rq, "/dashboard");
}
