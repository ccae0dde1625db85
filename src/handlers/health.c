/* SPDX-License-Identifier: Apache-2.0 */
/* What operators and their monitors ask. */
#include "handlers/health.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/scoreboard.h"
#include "domain/diagnostics.h"
#include "web/reply.h"

enum err get_healthz(struct request *rq)
{
	static const char alive[] = "ok\n";

	return reply_raw(rq, 200, "text/plain; charset=utf-8", alive, sizeof(alive) - 1);
}

enum err get_readyz(struct request *rq)
{
	static const char ready[] = "ready\n";

	if (!diagnostics_ready(rq->rt))
		return ERR_MASTER_DB_UNAVAILABLE;
	return reply_raw(rq, 200, "text/plain; charset=utf-8", ready, sizeof(ready) - 1);
}

enum err get_openapi(struct request *rq)
{
	return reply_raw(rq, 200, "application/json; charset=utf-8", rq->site->openapi,
			 strlen(rq->site->openapi));
}

/* ---- metrics: Prometheus text format 0.0.4
 * -------------------------------------------------------------- */

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The last row of the scoreboard counts what matched no route. */
static void label(struct buf *b, int index)
{
	if (index == SCORE_ROUTES - 1)
		buf_puts(b, "method=\"\",route=\"(none)\"");
	else
		buf_printf(b, "method=\"%s\",route=\"%s\"", routes[index].method,
			   routes[index].pattern);
}

static uint64_t answered(struct score_route *r)
{
	uint64_t n = 0;
	int i;

	for (i = 1; i < 6; i++)
		n += atomic_load_explicit(&r->status[i], memory_order_relaxed);
	return n;
}

static void write_statuses(struct buf *b, struct score_route *r, int index)
{
	int i;

	for (i = 1; i < 6; i++) {
		uint64_t n = atomic_load_explicit(&r->status[i], memory_order_relaxed);

		if (!n)
			continue;
		buf_puts(b, "souk_requests_total{");
		label(b, index);
		buf_printf(b, ",status=\"%dxx\"} %" PRIu64 "\n", i, n);
	}
}

static void write_times(struct buf *b, struct score_route *r, int index)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < SCORE_BUCKETS; i++) {
		int64_t bound = score_bucket_us(i);

		sum += atomic_load_explicit(&r->bucket[i], memory_order_relaxed);
		buf_puts(b, "souk_request_seconds_bucket{");
		label(b, index);
		if (bound == INT64_MAX)
			buf_printf(b, ",le=\"+Inf\"} %" PRIu64 "\n", sum);
		else
			buf_printf(b, ",le=\"%" PRId64 ".%06" PRId64 "\"} %" PRIu64 "\n",
				   bound / 1000000, bound % 1000000, sum);
	}
	buf_puts(b, "souk_request_seconds_sum{");
	label(b, index);
	buf_printf(b, "} %.6f\n", (double)atomic_load_explicit(&r->us, memory_order_relaxed) / 1e6);
	buf_puts(b, "souk_request_seconds_count{");
	label(b, index);
	buf_printf(b, "} %" PRIu64 "\n", sum);
}

static void each_route(struct buf *b, struct scoreboard *s,
		       void (*write)(struct buf *, struct score_route *, int))
{
	int i;

	for (i = 0; i < SCORE_ROUTES; i++)
		if (answered(&s->routes[i]))
			write(b, &s->routes[i], i);
}

static void write_states(struct buf *b, const struct scoreboard *s)
{
	int count[SCORE_POOLS][SCORE_STATES] = { { 0 } };
	struct score_view v;
	int i, p;

	for (i = 0; i < SCORE_SLOTS; i++) {
		if (!atomic_load(&s->slots[i].pid))
			continue;
		score_look(&s->slots[i], &v);
		count[v.pool][v.state]++;
	}
	head(b, "souk_workers", "gauge", "Workers by pool and state.");
	for (p = 0; p < SCORE_POOLS; p++)
		for (i = SCORE_STARTING; i < SCORE_STATES; i++)
			buf_printf(b, "souk_workers{pool=\"%s\",state=\"%s\"} %d\n",
				   score_pool_name(p), score_state_name(i), count[p][i]);
}

static void write_ends(struct buf *b, const struct scoreboard *s)
{
	static const struct { const char *name, *help; } ends[SCORE_ENDS] = {
		[SCORE_DIED] = { "souk_worker_restarts_total",
				 "Workers that died and were replaced." },
		[SCORE_OVERDUE] = { "souk_worker_deadline_kills_total",
				    "Workers ended in a request past its deadline." },
		[SCORE_CONNECT_KILLED] = { "souk_worker_connect_kills_total",
					   "Workers ended while connecting to a store." },
		[SCORE_RECYCLED] = { "souk_worker_recycled_total",
				     "Workers that ended by number of requests or memory." },
	};
	int p, i;

	for (i = 0; i < SCORE_ENDS; i++) {
		head(b, ends[i].name, "counter", ends[i].help);
		for (p = 0; p < SCORE_POOLS; p++)
			buf_printf(b, "%s{pool=\"%s\"} %" PRIu64 "\n", ends[i].name,
				   score_pool_name(p), atomic_load(&s->ends[p][i]));
	}
}

static void write_reloads(struct buf *b, const struct scoreboard *s)
{
	head(b, "souk_reloads_total", "counter", "Settings read anew on SIGHUP, by result.");
	buf_printf(b, "souk_reloads_total{result=\"done\"} %" PRIu64 "\n",
		   atomic_load(&s->reloads));
	buf_printf(b, "souk_reloads_total{result=\"refused\"} %" PRIu64 "\n",
		   atomic_load(&s->reloads_refused));
}

static void write_stores(struct buf *b, struct commons *c)
{
	struct breaker_counts n = breaker_count(&c->breakers);

	head(b, "souk_store_breakers", "gauge", "Stores whose database cannot be connected to.");
	buf_printf(b, "souk_store_breakers{state=\"failing\"} %d\n", n.failing);
	buf_printf(b, "souk_store_breakers{state=\"open\"} %d\n", n.open);
	buf_printf(b, "souk_store_breakers{state=\"half_open\"} %d\n", n.half_open);
	head(b, "souk_store_breaker_openings_total", "counter", "Breakers that opened.");
	buf_printf(b, "souk_store_breaker_openings_total %" PRIu64 "\n",
		   atomic_load(&c->breakers.openings));
	head(b, "souk_tenant_connections", "gauge", "Connections to stores' databases.");
	buf_printf(b, "souk_tenant_connections %d\n", budget_count(&c->budget, 0));
	head(b, "souk_password_hashes", "gauge", "Password hashes that are being made.");
	buf_printf(b, "souk_password_hashes %d\n", seats_taken(&c->passwords.hashing));
	head(b, "souk_stranger_waits", "gauge", "Slow workers busy with a store's database.");
	buf_printf(b, "souk_stranger_waits %d\n", seats_taken(&c->strangers));
}

enum err get_metrics(struct request *rq)
{
	struct scoreboard *s = rq->site->scores;
	struct buf b = BUF_INIT;
	enum err e;

	head(&b, "souk_requests_total", "counter", "Answers by route and class of status.");
	each_route(&b, s, write_statuses);
	head(&b, "souk_request_seconds", "histogram", "Time from request to answer.");
	each_route(&b, s, write_times);
	write_states(&b, s);
	write_ends(&b, s);
	write_reloads(&b, s);
	if (rq->rt->commons)
		write_stores(&b, rq->rt->commons);
	head(&b, "souk_start_time_seconds", "gauge", "When the supervisor started, since 1970.");
	buf_printf(&b, "souk_start_time_seconds %" PRId64 "\n", s->started_us / 1000000);
	e = reply_raw(rq, 200, "text/plain; version=0.0.4; charset=utf-8", b.data, b.len);
	buf_done(&b);
	return e;
}

/* ---- GET /api/test/master-db
 * ---------------------------------------------------------------------------- */

static void verdict(struct json_writer *jw, const char *name, bool ok, const char *words)
{
	jw_object(jw, name);
	jw_bool(jw, "ok", ok);
	jw_text(jw, "message", words);
	jw_end_object(jw);
}

enum err get_test_master_db(struct request *rq)
{
	struct json_writer *jw;
	struct diagnosis d;

	if (!rq->rt->settings->diagnostics)
		return ERR_NOT_FOUND;
	diagnostics_look(rq->rt, &d);
	jw = reply_begin(rq, 200, NULL);
	jw_time(jw, "timestamp", clock_now_us());
	jw_object(jw, "tests");
	verdict(jw, "envVars", d.env_vars,
		d.env_vars ? "MASTER_DB_URL, ENCRYPTION_KEY and JWT_SECRET are set"
			   : "a needed setting is missing");
	verdict(jw, "connection", d.connection,
		d.connection ? "the master database answers"
			     : "the master database cannot be reached");
	verdict(jw, "query", d.query,
		d.query ? arena_printf(&rq->arena, "one query took %ld microseconds", d.latency_us)
			: "the master database does not answer a query");
	verdict(jw, "tables", d.tables,
		arena_printf(&rq->arena, "schema version %d of %d", d.schema_version,
			     d.schema_latest));
	verdict(jw, "encryption", d.encryption,
		d.encryption ? "what is sealed opens again" : "sealing does not work");
	jw_end_object(jw);
	jw_bool(jw, "ready", d.env_vars && d.connection && d.query && d.tables && d.encryption);
	return reply_end(rq);
}
