/* SPDX-License-Identifier: Apache-2.0 */
/* Adding, claiming, renewing, finishing and listing jobs. */
#include "domain/jobs.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

enum { BACKOFF_MAX_S = 3600, BACKOFF_DOUBLINGS = 12 };

/* Times come from clock_timestamp(): now() is as old as its transaction, which may have waited for
 * a lock. */

/* A running job that is asked for again gets a run_at later than its start; jobs_finish() looks at
 * it. DO UPDATE also locks one that waits, so that no runner takes it before the asker's change is
 * visible. */
static const struct stmt insert_job = {
	.name = "jobs_insert",
	.sql = "INSERT INTO job_queue AS j (id, kind, store_id, user_id, payload, max_attempts,"
	       " unique_key,"
	       " run_at) VALUES ($1::uuid, $2, $3::uuid, $4::uuid, COALESCE($5::jsonb, '{}'),"
	       " $6::int, $7,"
	       " clock_timestamp() + make_interval(secs => $8::int))"
	       " ON CONFLICT (unique_key) WHERE status IN ('queued', 'running')"
	       " DO UPDATE SET run_at = excluded.run_at WHERE j.status = 'running' RETURNING id",
};

/* Claims are made one after the other, so that two runners cannot both take the last place of a
 * store. The lock belongs to the transaction (poolers), and the server ends a runner that stops in
 * it. */
static const struct stmt lock_claims = {
	.name = "jobs_lock_claims",
	.sql = "SELECT set_config('idle_in_transaction_session_timeout', '5s', true),"
	       " pg_advisory_xact_lock(hashtext('souk jobs_claim'))::text AS locked",
};

#define LEASE_OVER "j.status = 'running' AND j.lease_expires_at < clock_timestamp()"

/* A store's turn is counted by one sort over all that waits, runs or has just run: looking the
 * counts up for each job that waits would cost the product of both. Of the first ones whose turn it
 * is, one is taken that nobody holds and that is still as it was seen. */
static const struct stmt claim_job = {
	.name = "jobs_claim",
	.sql = "WITH kinds AS (SELECT * FROM unnest($2::text[], $3::int[], $4::int[])"
	       " AS k(kind, per_store, lease_s)),"
	       " buried AS (UPDATE job_queue j SET status = 'dead', finished_at ="
	       " clock_timestamp(),"
	       " last_error = 'Its runner ended or stopped before the job was done.'"
	       " WHERE "
	       LEASE_OVER " AND j.attempts >= j.max_attempts AND j.run_at <= j.started_at),"
	       " seen AS (SELECT j.id, j.kind COLLATE \"C\" AS kind, j.store_id, j.priority,"
	       " j.run_at, j.status, j.lease_expires_at,"
	       " (j.status = 'queued' AND j.run_at <= clock_timestamp()) OR (" LEASE_OVER
	       " AND (j.attempts < j.max_attempts OR j.run_at > j.started_at)) AS due,"
	       " (j.status = 'running' AND j.lease_expires_at >= clock_timestamp())::int AS runs,"
	       " (j.status = 'queued' AND j.started_at > now() - interval '1 minute')::int AS ran"
	       " FROM job_queue j WHERE j.status IN ('queued', 'running')"
	       " UNION ALL SELECT NULL, NULL, store_id, NULL, NULL, NULL, NULL, false, 0, count(*)"
	       " FROM job_queue WHERE finished_at > now() - interval '1 minute' GROUP BY store_id),"
	       " turns AS (SELECT s.*, sum(runs) OVER store AS running,"
	       " COALESCE(sum(ran) OVER store, 0) AS recent,"
	       " sum(runs) OVER (PARTITION BY store_id, kind) AS alike"
	       " FROM seen s WINDOW store AS (PARTITION BY store_id)),"
	       " first AS (SELECT t.*, k.lease_s FROM turns t JOIN kinds k ON k.kind = t.kind"
	       " WHERE t.due AND (t.store_id IS NULL OR t.alike < k.per_store)"
	       " ORDER BY t.running, t.recent, t.priority DESC, t.run_at, t.id LIMIT 100),"
	       " next AS (SELECT j.id, f.lease_s FROM first f JOIN job_queue j ON j.id = f.id"
	       " WHERE j.status = f.status AND j.run_at = f.run_at"
	       " AND j.lease_expires_at IS NOT DISTINCT FROM f.lease_expires_at"
	       " ORDER BY f.running, f.recent, f.priority DESC, f.run_at, f.id"
	       " LIMIT 1 FOR UPDATE OF j SKIP LOCKED)"
	       " UPDATE job_queue j SET status = 'running', fence = j.fence + 1, lease_owner = $1,"
	       " attempts = CASE WHEN j.status = 'running' AND j.run_at > j.started_at THEN 1"
	       " ELSE j.attempts + 1 END, started_at = clock_timestamp(), finished_at = NULL,"
	       " lease_expires_at = clock_timestamp() + make_interval(secs => n.lease_s)"
	       " FROM next n WHERE j.id = n.id"
	       " RETURNING j.id, j.kind, j.store_id, j.payload, j.fence, j.attempts,"
	       " j.max_attempts",
};

static const struct stmt renew_lease = {
	.name = "jobs_renew",
	.sql = "UPDATE job_queue"
	       " SET lease_expires_at = clock_timestamp() + make_interval(secs => $3::int)"
	       " WHERE id = $1::uuid AND fence = $2::bigint AND status = 'running'",
};

#define AGAIN "run_at > started_at"
#define ENDED "NOT (" AGAIN ") AND ($3::boolean OR $6::boolean OR attempts >= max_attempts)"

/* $3: done. $4: seconds until the next try, of which up to a quarter is left to chance. $6: no
 * other try would end otherwise. */
static const struct stmt finish_job = {
	.name = "jobs_finish",
	.sql = "UPDATE job_queue SET status = CASE WHEN NOT (" ENDED ") THEN 'queued'"
	       " WHEN $3::boolean THEN 'completed' WHEN $6::boolean THEN 'failed' ELSE 'dead' END,"
	       " last_error = left($5::text, 500), lease_owner = NULL, lease_expires_at = NULL,"
	       " attempts = CASE WHEN " AGAIN " THEN 0 ELSE attempts END,"
	       " finished_at = CASE WHEN " ENDED " THEN clock_timestamp() END,"
	       " run_at = CASE WHEN $3::boolean OR (" ENDED ") THEN run_at"
	       " ELSE clock_timestamp() + make_interval(secs => $4::int * (1 - random() / 4)) END"
	       " WHERE id = $1::uuid AND fence = $2::bigint AND status = 'running'",
};

static const struct stmt select_owners = {
	.name = "jobs_select_owners",
	.sql = "SELECT DISTINCT lease_owner FROM job_queue WHERE status = 'running'"
	       " AND lease_expires_at > clock_timestamp() AND starts_with(lease_owner, $1 || '/')",
};

/* Not the claim itself is ended: the next one raises the fence, as after any lease. */
static const struct stmt release_owner = {
	.name = "jobs_release_owner",
	.sql = "UPDATE job_queue SET lease_expires_at = clock_timestamp()"
	       " WHERE status = 'running' AND lease_owner = $1",
};

/* A tick's job has an id made of its kind and the tick's number (in the form of a UUID of version
 * 7, with the tick's start as its time), so that a second one cannot be written even when the first
 * is done. */
static const struct stmt insert_ticks = {
	.name = "jobs_insert_ticks",
	.sql = "INSERT INTO job_queue (id, kind, max_attempts, unique_key)"
	       " SELECT (lpad(to_hex(t.tick * t.every_s * 1000), 12, '0') || '7' || left(t.hash, 3)"
	       " || '8' || substr(t.hash, 4, 15))::uuid, t.kind, t.tries, t.key"
	       " FROM (SELECT k.*, s.tick, s.key, md5(s.key) AS hash"
	       " FROM unnest($1::text[], $2::int[], $3::int[]) AS k(kind, every_s, tries)"
	       " CROSS JOIN LATERAL (SELECT floor(extract(epoch FROM now()) / k.every_s)::bigint"
	       " AS tick) c"
	       " CROSS JOIN LATERAL (SELECT c.tick, 'tick:' || k.kind || ':' || c.tick AS key) s) t"
	       " WHERE NOT EXISTS (SELECT 1 FROM job_queue j WHERE j.kind = t.kind"
	       " AND j.status IN ('queued', 'running') AND j.unique_key LIKE 'tick:%')"
	       " ON CONFLICT DO NOTHING",
};

#define ROW_COLUMNS \
	"id, kind, status, last_error, attempts, max_attempts, progress, created_at, started_at," \
	" finished_at"

static const struct stmt list_jobs = {
	.name = "jobs_list",
	.sql = "SELECT " ROW_COLUMNS " FROM job_queue WHERE store_id = $1::uuid"
	       " AND ($3::uuid IS NULL OR (created_at, id) < (SELECT c.created_at, c.id"
	       " FROM job_queue c WHERE c.id = $3::uuid AND c.store_id = $1::uuid))"
	       " ORDER BY created_at DESC, id DESC LIMIT $2::int",
};

static const struct stmt select_job = {
	.name = "jobs_select",
	.sql = "SELECT " ROW_COLUMNS " FROM job_queue WHERE store_id = $1::uuid AND id = $2::uuid",
};

const struct job_kind *jobs_kind(const char *kind)
{
	const struct job_kind *k;

	for (k = job_kinds; k->kind; k++)
		if (text_eq(k->kind, kind))
			return k;
	return NULL;
}

enum err jobs_add(struct db *db, const struct new_job *job, char id[ID_TEXT])
{
	const struct job_kind *kind = jobs_kind(job->kind);
	struct result r;
	enum err e;

	if (!kind) {
		log_error(db->log, "job", "no such kind of job: %s", job->kind);
		return ERR_INTERNAL;
	}
	if (job->id)
		text_copy(id, ID_TEXT, job->id);
	else
		id_new(id);
	e = db_run(db, &insert_job,
		   ARGS(a_text(id), a_text(kind->kind), a_text(job->store_id),
			a_text(job->user_id), a_text(job->payload), a_int(kind->tries),
			a_text(job->unique_key), a_int(job->delay_s)),
		   &r);
	if (!e && (!r.rows || !text_eq(row_text(&r, 0, "id"), id)))
		id[0] = '\0';
	return e;
}

/* PostgreSQL's array literals; kinds are plain words. */
struct arrays {
	struct buf kinds, first, second;
};

static void arrays_add(struct arrays *a, const char *kind, int first, int second)
{
	const char *before = a->kinds.len ? "," : "{";

	buf_printf(&a->kinds, "%s%s", before, kind);
	buf_printf(&a->first, "%s%d", before, first);
	buf_printf(&a->second, "%s%d", before, second);
}

static void arrays_end(struct arrays *a)
{
	const char *end = a->kinds.len ? "}" : "{}";

	buf_puts(&a->kinds, end);
	buf_puts(&a->first, end);
	buf_puts(&a->second, end);
}

static void arrays_done(struct arrays *a)
{
	buf_done(&a->kinds);
	buf_done(&a->first);
	buf_done(&a->second);
}

struct claim {
	const char *owner;
	struct arrays arrays;
	struct arena *arena;
	struct job *job;
};

static enum err claim_body(struct db *db, void *arg)
{
	struct claim *c = arg;
	struct job *job = c->job;
	const struct job_kind *kind;
	struct result r;
	enum err e;

	if ((e = db_run(db, &lock_claims, NO_ARGS, NULL)))
		return e;
	e = db_run(db, &claim_job,
		   ARGS(a_text(c->owner), a_text(buf_str(&c->arrays.kinds)),
			a_text(buf_str(&c->arrays.first)), a_text(buf_str(&c->arrays.second))),
		   &r);
	job->kind = NULL;
	/* No row is no error here: the transaction may have buried some. */
	if (e || !r.rows)
		return e;
	if (!(kind = jobs_kind(row_text(&r, 0, "kind"))))
		return ERR_INTERNAL;   /* the statement claims only kinds of the table */
	text_copy(job->id, sizeof(job->id), row_text(&r, 0, "id"));
	text_copy(job->store_id, sizeof(job->store_id),
		  row_null(&r, 0, "store_id") ? "" : row_text(&r, 0, "store_id"));
	job->kind = kind->kind;
	job->payload = arena_strdup(c->arena, row_text(&r, 0, "payload"));
	job->fence = row_int(&r, 0, "fence");
	job->attempts = (int)row_int(&r, 0, "attempts");
	job->max_attempts = (int)row_int(&r, 0, "max_attempts");
	job->arena = c->arena;
	return OK;
}

enum err jobs_claim(struct db *db, const char *owner, struct arena *a, struct job *out)
{
	struct claim c = { .owner = owner, .arena = a, .job = out };
	const struct job_kind *k;
	enum err e;

	for (k = job_kinds; k->kind; k++)
		arrays_add(&c.arrays, k->kind, k->per_store, k->lease_s);
	arrays_end(&c.arrays);
	e = db_transaction(db, "claim a job", claim_body, &c);
	arrays_done(&c.arrays);
	return !e && !out->kind ? ERR_NO_ROW : e;
}

enum err jobs_renew(struct db *db, const struct job *job, int lease_s)
{
	enum err e = db_one(db, &renew_lease,
			    ARGS(a_text(job->id), a_int(job->fence), a_int(lease_s)), NULL);

	return e == ERR_NO_ROW ? ERR_JOB_LOST : e;
}

static int backoff(const struct job *job)
{
	const struct job_kind *k = jobs_kind(job->kind);
	int64_t s = k && k->backoff_s > 0 ? k->backoff_s : 1;
	int doublings = job->attempts > 1 ? job->attempts - 1 : 0;

	s <<= doublings < BACKOFF_DOUBLINGS ? doublings : BACKOFF_DOUBLINGS;
	return s < BACKOFF_MAX_S ? (int)s : BACKOFF_MAX_S;
}

enum err jobs_finish(struct db *db, const struct job *job, enum err outcome, const char *words)
{
	enum err e = db_one(db, &finish_job,
			    ARGS(a_text(job->id), a_int(job->fence), a_bool(outcome == OK),
				 a_int(backoff(job)), a_text(outcome == OK ? NULL : words),
				 a_bool(outcome != OK && err_row(outcome)->status < 500)),
			    NULL);

	return e == ERR_NO_ROW ? ERR_JOB_LOST : e;
}

enum err jobs_release_dead(struct db *db, const char *host, bool (*alive)(const char *owner))
{
	struct result r;
	enum err e = db_run(db, &select_owners, ARGS(a_text(host)), &r);
	int i;

	for (i = 0; !e && i < r.rows; i++) {
		const char *owner = row_text(&r, i, "lease_owner");

		if (alive(owner))
			continue;
		log_warn(db->log, "job_released", "the runner %s is gone", owner);
		e = db_run(db, &release_owner, ARGS(a_text(owner)), NULL);
	}
	return e;
}

enum err jobs_schedule(struct db *db)
{
	struct arrays a = { BUF_INIT, BUF_INIT, BUF_INIT };
	const struct job_kind *k;
	enum err e;

	for (k = job_kinds; k->kind; k++)
		if (k->every_s > 0)
			arrays_add(&a, k->kind, k->every_s, k->tries);
	arrays_end(&a);
	e = db_run(db, &insert_ticks,
		   ARGS(a_text(buf_str(&a.kinds)), a_text(buf_str(&a.first)),
			a_text(buf_str(&a.second))),
		   NULL);
	arrays_done(&a);
	return e;
}

static void read_row(struct arena *a, const struct result *r, int i, struct job_row *out)
{
	out->id = arena_strdup(a, row_text(r, i, "id"));
	out->kind = arena_strdup(a, row_text(r, i, "kind"));
	out->status = arena_strdup(a, row_text(r, i, "status"));
	out->last_error =
		row_null(r, i, "last_error") ? NULL : arena_strdup(a, row_text(r, i, "last_error"));
	out->attempts = (int)row_int(r, i, "attempts");
	out->max_attempts = (int)row_int(r, i, "max_attempts");
	out->progress = text_eq(out->status, "completed") ? 100 : (int)row_int(r, i, "progress");
	out->created_at = row_time(r, i, "created_at");
	out->started_at = row_time(r, i, "started_at");
	out->finished_at = row_time(r, i, "finished_at");
}

enum err jobs_list(struct db *db, const char *store_id, struct paging *paging, struct arena *a,
		   struct job_list *out)
{
	struct result r;
	int i;
	enum err e = paging_run(db, &list_jobs, store_id, paging, a, &r);

	if (e)
		return e;
	out->n = r.rows;
	out->v = arena_calloc(a, (size_t)out->n, sizeof(*out->v));
	for (i = 0; i < out->n; i++)
		read_row(a, &r, i, &out->v[i]);
	return OK;
}

enum err jobs_get(struct db *db, const char *store_id, const char *job_id, struct arena *a,
		  struct job_row *out)
{
	struct result r;
	enum err e = db_one(db, &select_job, ARGS(a_text(store_id), a_text(job_id)), &r);

	if (e)
		return e == ERR_NO_ROW ? ERR_JOB_NOT_FOUND : e;
	read_row(a, &r, 0, out);
	return OK;
}
