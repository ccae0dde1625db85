/* SPDX-License-Identifier: Apache-2.0 */
/* A store's database: test it, connect it, watch it being filled, see how it is. */
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "domain/provisioning.h"
#include "domain/stores.h"
#include "handlers/database_input.h"
#include "handlers/keyed_id.h"
#include "handlers/shapes.h"
#include "handlers/stores.h"
#include "web/input.h"
#include "web/prefer.h"
#include "web/reply.h"

enum { WAIT_MAX_S = 30, WAIT_STEP_MS = 100 };

static void write_state(struct json_writer *jw, const char *name,
			const struct provisioning_state *s)
{
	if (name)
		jw_object(jw, name);
	jw_text(jw, "status", s->status);
	jw_text(jw, "step", s->step);
	jw_int(jw, "current", s->current);
	jw_int(jw, "total", s->total);
	jw_text(jw, "message", s->message);
	if (s->error_code) {
		jw_object(jw, "error");
		jw_text(jw, "code", s->error_code);
		jw_text(jw, "message", s->error);
		jw_text(jw, "hint", s->hint);
		jw_end_object(jw);
	}
	jw_int(jw, "attempts", s->attempts);
	shape_time(jw, "startedAt", s->started_at);
	shape_time(jw, "finishedAt", s->finished_at);
	if (name)
		jw_end_object(jw);
}

static enum err wait_until_done(struct request *rq, const char *id, int seconds,
				struct provisioning_state *s)
{
	const struct timespec step = { 0, WAIT_STEP_MS * 1000000L };
	int64_t until = clock_mono_ms() + seconds * 1000LL;
	enum err e;

	for (;;) {
		e = provisioning_state(rq->master, rq->who.user_id, id, &rq->arena, s);
		if (e || !text_eq(s->status, "running") || clock_mono_ms() >= until)
			return e;
		db_forget(rq->master);
		nanosleep(&step, NULL);
	}
}

static const char *words_for(const struct provisioning_state *s)
{
	if (text_eq(s->status, "completed"))
		return "Your store is ready";
	return text_eq(s->status, "failed") ? "Setting up your database has stopped"
					    : "We are setting up your database";
}

enum err post_store_connect_database(struct request *rq)
{
	const char *id = request_param_id(rq, "id");
	struct provisioning_state state;
	struct database_problem problem;
	struct database_request wish;
	struct json_writer *jw;
	struct store store;
	char job[ID_TEXT];
	int wait_s = prefer_wait(request_header(rq, "prefer"), WAIT_MAX_S);
	enum err e;

	if ((e = stores_get(rq->rt, rq->master, rq->who.user_id, id, &rq->arena, &store)) ||
	    (e = database_input(rq, &wish)))
		return e;
	wish.job_id = keyed_id(rq, job);
	e = provisioning_connect(rq->rt, rq->master, rq->who.user_id, id, &wish, &problem);
	if (e)
		return database_details(rq, e, &problem);
	if ((e = wait_until_done(rq, id, wait_s, &state)) ||
	    (e = stores_get(rq->rt, rq->master, rq->who.user_id, id, &rq->arena, &store)))
		return e;
	jw = reply_begin(rq, text_eq(state.status, "completed") ? 200 : 202, words_for(&state));
	shape_store(jw, "store", &store);
	write_state(jw, "provisioning", &state);
	jw_text(jw, "statusUrl",
		arena_printf(&rq->arena, "/api/stores/mt/%s/provisioning-status", store.id));
	return reply_end(rq);
}

enum err post_store_test_database(struct request *rq)
{
	const char *id = request_param_id(rq, "id");
	struct database_problem problem;
	struct database_request wish;
	struct server_facts facts;
	struct json_writer *jw;
	struct store store;
	enum err e;

	if ((e = stores_get(rq->rt, rq->master, rq->who.user_id, id, &rq->arena, &store)) ||
	    (e = database_input(rq, &wish)))
		return e;
	e = provisioning_test(rq->rt, rq->master, rq->who.user_id, id, &wish, &facts, &problem);
	if (e)
		return database_details(rq, e, &problem);
	jw = reply_begin(rq, 200, NULL);
	jw_bool(jw, "reachable", true);
	jw_text(jw, "server", "PostgreSQL");
	jw_text(jw, "version",
		text_starts(facts.server, "PostgreSQL ") ? facts.server + 11 : facts.server);
	jw_int(jw, "latencyMs", facts.latency_ms);
	jw_bool(jw, "canCreate", facts.can_create);
	jw_bool(jw, "empty", facts.empty);
	return reply_end(rq);
}

enum err get_store_provisioning_status(struct request *rq)
{
	struct provisioning_state state;
	enum err e = provisioning_state(rq->master, rq->who.user_id, request_param_id(rq, "id"),
					&rq->arena, &state);

	if (e)
		return e;
	write_state(reply_begin(rq, 200, NULL), NULL, &state);
	return reply_end(rq);
}

static void write_known(struct json_writer *jw, const char *name, bool known, int64_t n)
{
	if (known)
		jw_int(jw, name, n);
	else
		jw_null(jw, name);
}

enum err get_store_health(struct request *rq)
{
	struct store_health h;
	struct json_writer *jw;
	enum err e = provisioning_health(rq->rt, rq->master, rq->who.user_id,
					 request_param_id(rq, "id"), &rq->arena, &h);

	if (e)
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_text(jw, "status", h.reachable ? "healthy" : "unreachable");
	jw_bool(jw, "reachable", h.reachable);
	jw_text(jw, "server", h.server);
	write_known(jw, "latencyMs", h.reachable, h.latency_ms);
	write_known(jw, "schemaVersion", h.reachable, h.schema_version);
	jw_int(jw, "schemaLatest", h.schema_latest);
	jw_text(jw, "error", h.error);
	return reply_end(rq);
}
