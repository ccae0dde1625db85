/* SPDX-License-Identifier: Apache-2.0 */
/* Showing a store's jobs. */
#include "handlers/jobs.h"

#include "domain/jobs.h"
#include "handlers/current_store.h"
#include "handlers/shapes.h"
#include "web/input.h"
#include "web/reply.h"

static void put_job(struct json_writer *jw, const char *name, const struct job_row *job)
{
	jw_object(jw, name);
	jw_text(jw, "id", job->id);
	jw_text(jw, "kind", job->kind);
	jw_text(jw, "status", job->status);
	jw_int(jw, "attempts", job->attempts);
	jw_int(jw, "maxAttempts", job->max_attempts);
	jw_int(jw, "progress", job->progress);
	jw_text(jw, "lastError", job->last_error);
	shape_time(jw, "createdAt", job->created_at);
	shape_time(jw, "startedAt", job->started_at);
	shape_time(jw, "finishedAt", job->finished_at);
	jw_end_object(jw);
}

enum err get_jobs(struct request *rq)
{
	struct job_list list;
	struct json_writer *jw;
	struct paging paging;
	struct store store;
	enum err e;
	int i;

	if ((e = input_paging(rq, &paging)) || (e = current_store(rq, NULL, &store)) ||
	    (e = jobs_list(rq->master, store.id, &paging, &rq->arena, &list)))
		return e;
	jw = reply_list_begin(rq, "jobs");
	for (i = 0; i < list.n; i++)
		put_job(jw, NULL, &list.v[i]);
	return reply_list_end(rq, &paging);
}

enum err get_job(struct request *rq)
{
	const char *id = request_param_id(rq, "id");
	struct store store;
	struct job_row job;
	enum err e = current_store(rq, NULL, &store);

	if (!e)
		e = id_valid(id) ? jobs_get(rq->master, store.id, id, &rq->arena, &job)
				 : ERR_JOB_NOT_FOUND;
	if (e)
		return e;
	put_job(reply_begin(rq, 200, NULL), "job", &job);
	return reply_end(rq);
}
