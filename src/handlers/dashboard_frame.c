/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that dashboard pages are put together from. */
#include "handlers/dashboard_frame.h"

#include <string.h>

#include "base/text.h"
#include "domain/provisioning.h"
#include "handlers/page.h"
#include "json/json.h"
#include "web/reply.h"
#include "web/view.h"

enum { SECOND_US = 1000000 };

enum err dashboard_frame(struct request *rq, const char *section, struct store *store,
			 struct json_object **out)
{
	struct json_object *view, *list, *item;
	struct store_list stores;
	enum err e;
	int i;

	e = stores_current(rq->rt, rq->master, rq->who.user_id, NULL, rq->who.store_id, &rq->arena,
			   store);
	if (!e)
		e = stores_newest(rq->rt, rq->master, rq->who.user_id, &rq->arena, &stores);
	if (e)
		return e;
	view = view_new();
	page_store(rq, view_object(view, "store"), store);
	list = view_list(view, "stores");
	for (i = 0; i < stores.n; i++) {
		item = view_item(list);
		page_store(rq, item, &stores.v[i]);
		view_bool(item, "current", text_eq(stores.v[i].id, store->id));
	}
	view_bool(view_object(view, "at"), section, true);
	*out = view;
	return OK;
}

enum err dashboard_reply(struct request *rq, enum err e, int status, const char *name,
			 struct json_object *view)
{
	if (!e)
		return reply_page(rq, status, name, view);
	json_free(view);
	return e;
}

void dashboard_pager(struct request *rq, struct json_object *view, const struct paging *paging)
{
	view_bool(view, "paged", paging->next || paging->cursor);
	view_bool(view, "later", paging->cursor != NULL);
	view_text(view, "next", paging->next ? paging->next : "");
	view_text(view, "path", rq->path);
}

static const struct {
	const char *kind, *words;
} kinds[] = {
	{ "provision_store", "Set up the database" },
	{ "sync_credits", "Bring credits up to date" },
	{ "upkeep", "Upkeep" },
};

static const char *kind_words(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (text_eq(kinds[i].kind, kind))
			return kinds[i].words;
	return kind;
}

static const struct {
	const char *status, *words, *tone;
} states[] = {
	{ "queued", "Waiting", "info" }, { "running", "Running", "info" },
	{ "completed", "Done", "good" }, { "failed", "Failed", "bad" },
	{ "dead", "Gave up", "bad" },	 { "cancelled", "Cancelled", "warn" },
};

static void view_state(struct json_object *row, const char *status)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]) - 1; i++)
		if (text_eq(states[i].status, status))
			break;
	view_text(row, "statusWords", text_eq(states[i].status, status) ? states[i].words : status);
	view_text(row, "tone", states[i].tone);
}

static const char *took(struct request *rq, const struct job_row *j)
{
	int64_t us = j->finished_at - j->started_at;

	if (!j->started_at || !j->finished_at || us < 0)
		return "";
	if (us < SECOND_US)
		return arena_printf(&rq->arena, "%d ms", (int)(us / 1000));
	if (us < 60 * (int64_t)SECOND_US)
		return arena_printf(&rq->arena, "%d.%d s", (int)(us / SECOND_US),
				    (int)(us % SECOND_US * 10 / SECOND_US));
	us /= SECOND_US;
	return arena_printf(&rq->arena, "%d min %d s", (int)(us / 60), (int)(us % 60));
}

void dashboard_jobs(struct request *rq, struct json_object *view, const struct job_list *jobs)
{
	struct json_object *list = view_list(view, "jobs"), *row;
	const struct job_row *j;
	int i;

	view_bool(view, "hasJobs", jobs->n > 0);
	for (i = 0; i < jobs->n; i++) {
		j = &jobs->v[i];
		row = view_item(list);
		view_text(row, "title", kind_words(j->kind));
		view_state(row, j->status);
		view_text(row, "lastError",
			  !j->last_error || text_eq(j->status, "completed") ? "" : j->last_error);
		view_int(row, "progress", j->progress);
		view_int(row, "attempts", j->attempts);
		view_int(row, "tries", j->max_attempts);
		page_time(rq, row, "created", j->created_at);
		view_text(row, "took", took(rq, j));
	}
}

/* The words behind a public code; the code itself when it is none of ours. */
static const char *words_of(const char *code)
{
	int e;

	for (e = 1; code && e < ERR_COUNT; e++)
		if (text_eq(err_row((enum err)e)->code, code))
			return err_row((enum err)e)->words;
	return code ? code : "";
}

enum err dashboard_health(struct request *rq, struct json_object *view, const struct store *store)
{
	struct json_object *health;
	struct store_health h;
	const char *error;
	enum err e =
		provisioning_health(rq->rt, rq->master, rq->who.user_id, store->id, &rq->arena, &h);

	if (e && e != ERR_STORE_SUSPENDED && e != ERR_STORE_NOT_READY)
		return e;
	if (e)
		memset(&h, 0, sizeof(h));
	error = e ? err_row(e)->words : words_of(h.error);
	health = view_object(view, "health");
	view_bool(health, "reachable", h.reachable);
	view_bool(health, "asked", !e);
	view_text(health, "server", h.server ? h.server : "");
	view_text(health, "latency",
		  h.latency_ms > 0 ? arena_printf(&rq->arena, "%ld", h.latency_ms) : "under 1");
	view_int(health, "schema", h.schema_version);
	view_int(health, "latest", h.schema_latest);
	view_bool(health, "current", h.schema_version == h.schema_latest);
	view_text(health, "error", error);
	return OK;
}
