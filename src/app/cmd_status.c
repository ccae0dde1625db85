/* SPDX-License-Identifier: Apache-2.0 */
/* souk status: what the workers of this host do, read from the scoreboards in RUN_DIR. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/run_files.h"
#include "app/table.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/jobs.h"
#include "json/json_writer.h"
#include "web/router.h"

enum { ARENA_LIMIT = 1 << 20 };

struct part {
	const char *name;                  /* "serve" */
	const struct scoreboard *board;    /* NULL: there is none to read */
	bool alive;
	char why[APP_WHY];                 /* it cannot be read */
};

/* KiB that the process holds, shared pages in parts; -1 when the kernel does not tell us. */
static int64_t memory_kib(int pid)
{
	char path[64], line[128];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	if (!(f = fopen(path, "re")))
		return -1;
	while (kib < 0 && fgets(line, sizeof(line), f))
		if (text_starts(line, "Pss:"))
			kib = strtol(line + 4, NULL, 10);
	fclose(f);
	return kib;
}

static const char *doing(struct arena *a, const struct score_view *v)
{
	int i;

	if (v->state != SCORE_BUSY)
		return "-";
	for (i = 0; v->pool == SCORE_JOB && job_kinds[i].kind; i++)
		if (i == v->route)
			return job_kinds[i].kind;
	for (i = 0; v->pool != SCORE_JOB && routes[i].method; i++)
		if (i == v->route)
			return arena_printf(a, "%s %s", routes[i].method, routes[i].pattern);
	return "(none)";
}

static bool worker_at(const struct part *p, int slot, struct score_view *out)
{
	score_look(&p->board->slots[slot], out);
	return out->pid != 0 && out->state != SCORE_EMPTY;
}

static int count_workers(const struct part *p, int pool, int state)
{
	struct score_view v;
	int i, n = 0;

	for (i = 0; i < SCORE_SLOTS; i++)
		n += worker_at(p, i, &v) && v.pool == pool && (state < 0 || v.state == state);
	return n;
}

/* A part has the pools in which workers are or were. */
static bool has_pool(const struct part *p, int pool)
{
	uint64_t ended = 0;
	int i;

	for (i = 0; i < SCORE_ENDS; i++)
		ended += atomic_load(&p->board->ends[pool][i]);
	return ended || count_workers(p, pool, -1);
}

/* ---- for people */

static void print_head(const struct part *p)
{
	const struct scoreboard *b = p->board;
	char since[CLOCK_TEXT];

	if (!p->alive)
		printf("souk %s: not running%s\n", p->name,
		       b ? " (it did not end in good order)" : "");
	else if (!b)
		printf("souk %s: running, but %s\n", p->name,
		       *p->why ? p->why : "its scoreboard is gone");
	else
		printf("souk %s: %s, pid %d, since %s, %" PRIu64 " reloads, %" PRIu64 " refused\n",
		       p->name, atomic_load(&b->stopping) ? "stopping" : "running",
		       atomic_load(&b->supervisor), clock_rfc3339(b->started_us, since),
		       atomic_load(&b->reloads), atomic_load(&b->reloads_refused));
}

static void fill_worker(struct table *t, const struct score_view *v, int64_t now)
{
	const char **row = table_row(t);
	int64_t kib = memory_kib(v->pid);

	row[0] = score_pool_name(v->pool);
	row[1] = arena_printf(&t->arena, "%d", v->index);
	row[2] = arena_printf(&t->arena, "%d", v->pid);
	row[3] = v->connecting_ms ? "connecting" : score_state_name(v->state);
	row[4] = doing(&t->arena, v);
	row[5] = arena_printf(&t->arena, "%.1f s", (double)(now - v->since_ms) / 1e3);
	row[6] = arena_printf(&t->arena, "%" PRIu64, v->served);
	row[7] = kib < 0 ? "-" : arena_printf(&t->arena, "%.1f MiB", (double)kib / 1024);
}

static int print_workers(const struct part *p)
{
	static const char *const names[] = { "pool", "no", "pid", "state", "doing", "for",
					     "served", "memory", NULL };
	int64_t now = clock_mono_ms();
	struct score_view v;
	struct table t;
	int i;

	table_init(&t, names, SCORE_SLOTS);
	for (i = 0; i < SCORE_SLOTS; i++)
		if (worker_at(p, i, &v))
			fill_worker(&t, &v, now);
	return table_print(&t, false);
}

static int print_pools(const struct part *p)
{
	static const char *const names[] = { "pool", "workers", "idle", "busy", "died", "overdue",
					     "connect", "recycled", NULL };
	struct table t;
	int pool, i;

	table_init(&t, names, SCORE_POOLS);
	for (pool = 0; pool < SCORE_POOLS; pool++) {
		const char **row;

		if (!has_pool(p, pool))
			continue;
		row = table_row(&t);
		row[0] = score_pool_name(pool);
		row[1] = arena_printf(&t.arena, "%d", count_workers(p, pool, -1));
		row[2] = arena_printf(&t.arena, "%d", count_workers(p, pool, SCORE_IDLE));
		row[3] = arena_printf(&t.arena, "%d", count_workers(p, pool, SCORE_BUSY));
		for (i = 0; i < SCORE_ENDS; i++)
			row[4 + i] = arena_printf(&t.arena, "%" PRIu64,
						  atomic_load(&p->board->ends[pool][i]));
	}
	return table_print(&t, false);
}

static int print_part(const struct part *p)
{
	int code;

	print_head(p);
	if (!p->alive || !p->board)
		return EXIT_DONE;
	if ((code = print_workers(p)))
		return code;
	puts("");
	if ((code = print_pools(p)))
		return code;
	puts("");
	return EXIT_DONE;
}

/* ---- for programs */

static void write_worker(struct json_writer *jw, const struct score_view *v, int64_t now)
{
	struct arena a;
	int64_t kib = memory_kib(v->pid);

	arena_init(&a, ARENA_LIMIT);
	jw_object(jw, NULL);
	jw_text(jw, "pool", score_pool_name(v->pool));
	jw_int(jw, "index", v->index);
	jw_int(jw, "pid", v->pid);
	jw_text(jw, "state", score_state_name(v->state));
	jw_text(jw, "doing", v->state == SCORE_BUSY ? doing(&a, v) : NULL);
	jw_int(jw, "forMs", now - v->since_ms);
	jw_text(jw, "requestId", v->state == SCORE_BUSY ? v->request_id : NULL);
	jw_text(jw, "connectingTo", v->connecting_ms ? v->store_id : NULL);
	jw_int(jw, "served", (int64_t)v->served);
	if (kib < 0)
		jw_null(jw, "memoryKiB");
	else
		jw_int(jw, "memoryKiB", kib);
	jw_end_object(jw);
	arena_done(&a);
}

static void write_pool(struct json_writer *jw, const struct part *p, int pool)
{
	static const char *const names[SCORE_ENDS] = { "died", "overdue", "connectKilled",
						       "recycled" };
	int i;

	jw_object(jw, score_pool_name(pool));
	jw_int(jw, "workers", count_workers(p, pool, -1));
	for (i = 0; i < SCORE_ENDS; i++)
		jw_int(jw, names[i], (int64_t)atomic_load(&p->board->ends[pool][i]));
	jw_end_object(jw);
}

static void write_board(struct json_writer *jw, const struct part *p)
{
	int64_t now = clock_mono_ms();
	struct score_view v;
	int i;

	jw_int(jw, "pid", atomic_load(&p->board->supervisor));
	jw_time(jw, "startedAt", p->board->started_us);
	jw_bool(jw, "stopping", atomic_load(&p->board->stopping) != 0);
	jw_int(jw, "reloads", (int64_t)atomic_load(&p->board->reloads));
	jw_int(jw, "reloadsRefused", (int64_t)atomic_load(&p->board->reloads_refused));
	jw_object(jw, "pools");
	for (i = 0; i < SCORE_POOLS; i++)
		if (has_pool(p, i))
			write_pool(jw, p, i);
	jw_end_object(jw);
	jw_array(jw, "workers");
	for (i = 0; i < SCORE_SLOTS; i++)
		if (worker_at(p, i, &v))
			write_worker(jw, &v, now);
	jw_end_array(jw);
}

static int print_json(const struct part *parts, int count)
{
	struct buf out = BUF_INIT;
	struct json_writer jw;
	int i;

	jw_init(&jw, &out);
	jw_object(&jw, NULL);
	for (i = 0; i < count; i++) {
		jw_object(&jw, parts[i].name);
		jw_bool(&jw, "running", parts[i].alive);
		if (parts[i].alive && parts[i].board)
			write_board(&jw, &parts[i]);
		jw_end_object(&jw);
	}
	jw_end_object(&jw);
	puts(buf_str(&out));
	buf_done(&out);
	return EXIT_DONE;
}

int cmd_status(const struct app *app, int argc, char **argv)
{
	struct part parts[] = { { .name = "serve" }, { .name = "work" } };
	enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
	bool json, any = false;
	struct settings s;
	int code, i;

	if ((code = app_one_option(argc, argv, "--json", &json)) || (code = app_settings(app, &s)))
		return code;
	for (i = 0; i < PARTS; i++) {
		run_files_look(s.run_dir, parts[i].name, &parts[i].board, &parts[i].alive,
			       parts[i].why, sizeof(parts[i].why));
		any = any || parts[i].alive;
	}
	if (json)
		code = print_json(parts, PARTS);
	for (i = 0; i < PARTS; i++) {
		if (!json && !code)
			code = print_part(&parts[i]);
		scoreboard_close(parts[i].board);
	}
	return code || any ? code : EXIT_FAILED;
}
