/* SPDX-License-Identifier: Apache-2.0 */
/* The job queue: one runner a job, leases and fences, caps and turns of stores, ticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "domain/jobs.h"
#include "pg_fixture.h"

const struct job_kind job_kinds[] = {
	{ .kind = "plain", .lease_s = 30, .tries = 3, .backoff_s = 10, .per_store = 1000 },
	{ .kind = "single", .lease_s = 30, .tries = 3, .backoff_s = 10, .per_store = 1 },
	{ .kind = "daily",
	  .lease_s = 30,
	  .tries = 3,
	  .backoff_s = 10,
	  .per_store = 1,
	  .every_s = 86400 },
	{ .kind = NULL },
};

static struct arena arena;

static void clean(void)
{
	pg_script(pg.db, "DELETE FROM job_queue");
}

static enum err add(const char *kind, const char *store, const char *unique_key, int delay_s)
{
	struct new_job job = { .kind = kind,
			       .store_id = store,
			       .unique_key = unique_key,
			       .delay_s = delay_s,
			       .payload = "{\"a\":1}" };
	char id[ID_TEXT];
	enum err e = jobs_add(pg.db, &job, id);

	return e ? e : *id ? OK : ERR_NO_ROW;
}

static enum err claim(struct job *job)
{
	return jobs_claim(pg.db, "me", &arena, job);
}

static int64_t count(const char *status)
{
	return pg_number(pg.db, "test_count_status",
			 "SELECT count(*) AS n FROM job_queue WHERE status = $1", status);
}

static void expire(const char *id)
{
	pg_change(pg.db, "test_expire",
		  "UPDATE job_queue SET lease_expires_at = now() - interval '1 second' WHERE id = "
		  "$1::uuid",
		  id);
}

static void due(const char *id)
{
	pg_change(pg.db, "test_due",
		  "UPDATE job_queue SET run_at = now() - interval '1 second' WHERE id = $1::uuid",
		  id);
}

static int64_t wait_s(const char *id)
{
	return pg_number(pg.db, "test_wait",
			 "SELECT extract(epoch FROM run_at - now())::bigint AS n FROM job_queue "
			 "WHERE id = $1::uuid",
			 id);
}

static void added_claimed_finished(void **state)
{
	struct job job;

	(void)state;
	clean();
	pg_store();
	assert_int_equal(claim(&job), ERR_NO_ROW);
	assert_int_equal(add("plain", pg.store, NULL, 0), OK);
	assert_int_equal(add("unheard of", pg.store, NULL, 0), ERR_INTERNAL);
	assert_int_equal(claim(&job), OK);
	assert_string_equal(job.kind, "plain");
	assert_string_equal(job.store_id, pg.store);
	assert_string_equal(job.payload, "{\"a\": 1}");
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.max_attempts, 3);
	assert_int_equal(job.fence, 1);
	assert_int_equal(count("running"), 1);
	assert_int_equal(jobs_renew(pg.db, &job, 60), OK);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(count("completed"), 1);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), ERR_JOB_LOST);
	assert_int_equal(jobs_renew(pg.db, &job, 60), ERR_JOB_LOST);
	assert_int_equal(claim(&job), ERR_NO_ROW);
}

static void not_before_its_time(void **state)
{
	struct job job;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, NULL, 60), OK);
	assert_int_equal(claim(&job), ERR_NO_ROW);
	assert_int_equal(add("plain", NULL, NULL, 0), OK);
	assert_int_equal(claim(&job), OK);
	assert_string_equal(job.store_id, "");
	assert_int_equal(claim(&job), ERR_NO_ROW);
}

static void tried_again_later_and_later_then_dead(void **state)
{
	struct job job;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, NULL, 0), OK);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(jobs_finish(pg.db, &job, ERR_DB_UNAVAILABLE, "no answer"), OK);
	assert_in_range(wait_s(job.id), 6, 10);
	assert_int_equal(claim(&job), ERR_NO_ROW);
	due(job.id);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(jobs_finish(pg.db, &job, ERR_DB_UNAVAILABLE, "no answer"), OK);
	assert_in_range(wait_s(job.id), 14, 20);
	due(job.id);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(job.attempts, 3);
	assert_int_equal(jobs_finish(pg.db, &job, ERR_DB_UNAVAILABLE, "no answer"), OK);
	assert_int_equal(count("dead"), 1);
	assert_int_equal(pg_number(pg.db, "test_words",
				   "SELECT count(*) AS n FROM job_queue WHERE last_error = $1",
				   "no answer"),
			 1);
}

static void a_lost_lease_is_taken_over_and_fenced(void **state)
{
	struct job old, new;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, NULL, 0), OK);
	assert_int_equal(claim(&old), OK);
	assert_int_equal(claim(&new), ERR_NO_ROW);
	expire(old.id);
	/* Late, but nobody else has it yet. */
	assert_int_equal(jobs_renew(pg.db, &old, 30), OK);
	expire(old.id);
	assert_int_equal(claim(&new), OK);
	assert_string_equal(new.id, old.id);
	assert_int_equal(new.fence, old.fence + 1);
	assert_int_equal(new.attempts, 2);
	assert_int_equal(jobs_renew(pg.db, &old, 30), ERR_JOB_LOST);
	assert_int_equal(jobs_finish(pg.db, &old, OK, NULL), ERR_JOB_LOST);
	assert_int_equal(count("running"), 1);
	assert_int_equal(jobs_finish(pg.db, &new, OK, NULL), OK);
	assert_int_equal(count("completed"), 1);
}

static void what_kills_its_runner_dies_too(void **state)
{
	struct job job;
	int i;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, NULL, 0), OK);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(claim(&job), OK);
		assert_int_equal(job.attempts, i);
		expire(job.id);
	}
	assert_int_equal(claim(&job), ERR_NO_ROW);
	assert_int_equal(count("dead"), 1);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), ERR_JOB_LOST);
}

static void one_waits_under_a_unique_key(void **state)
{
	struct job job;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, "k", 0), OK);
	assert_int_equal(add("plain", NULL, "k", 0), ERR_NO_ROW);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(count("completed"), 1);
	assert_int_equal(add("plain", NULL, "k", 0), OK);
}

static void asked_for_while_it_runs_it_runs_once_more(void **state)
{
	struct job job;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, "k", 0), OK);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(add("plain", NULL, "k", 0), ERR_NO_ROW);
	assert_int_equal(add("plain", NULL, "k", 0), ERR_NO_ROW);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(count("queued"), 1);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(job.attempts, 1);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(count("completed"), 1);
	assert_int_equal(count("queued"), 0);
}

/* The asker's change is not visible yet when the runner ends: the runner waits for it, then runs
 * again. */
static void an_open_transaction_that_asks_is_not_lost(void **state)
{
	struct db *asker = pg_open(pg.url);
	struct new_job again = { .kind = "plain", .unique_key = "k" };
	char id[ID_TEXT];
	struct job job;
	pid_t child;

	(void)state;
	clean();
	assert_int_equal(add("plain", NULL, "k", 0), OK);
	pg_script(asker, "BEGIN");
	assert_int_equal(jobs_add(asker, &again, id), OK);
	assert_string_equal(id, "");
	assert_int_equal(claim(&job), ERR_NO_ROW);
	pg_script(asker, "COMMIT");
	assert_int_equal(claim(&job), OK);
	pg_script(asker, "BEGIN");
	assert_int_equal(jobs_add(asker, &again, id), OK);
	child = fork();
	if (!child) {
		struct db *db = pg_open(pg.url);

		_exit(jobs_finish(db, &job, OK, NULL) == OK ? 0 : 1);
	}
	usleep(200000);
	pg_script(asker, "COMMIT");
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(count("queued"), 1);
	db_close(asker);
}

static int claim_all(struct db *db, int me, void *arg)
{
	struct arena a;
	struct job job;
	char owner[16];
	int n = 0;

	(void)arg;
	snprintf(owner, sizeof(owner), "p%d", me);
	arena_init(&a, 1 << 20);
	while (jobs_claim(db, owner, &a, &job) == OK) {
		n++;
		db_forget(db);
	}
	return n;
}

static void no_job_is_claimed_twice(void **state)
{
	int i;

	(void)state;
	clean();
	for (i = 0; i < 100; i++)
		assert_int_equal(add("plain", NULL, NULL, 0), OK);
	assert_int_equal(pg_processes(8, claim_all, NULL), 100);
	assert_int_equal(
		pg_number(pg.db, "test_fences",
			  "SELECT count(*) AS n FROM job_queue WHERE fence = 1 AND status = $1",
			  "running"),
		100);
}

static void a_cap_holds_against_many_runners(void **state)
{
	int i, round;

	(void)state;
	clean();
	pg_store();
	for (i = 0; i < 20; i++)
		assert_int_equal(add("single", pg.store, NULL, 0), OK);
	for (round = 0; round < 3; round++)
		assert_int_equal(pg_processes(8, claim_all, NULL), round == 0);
	assert_int_equal(count("running"), 1);
	/* A runner that is gone takes no place. */
	pg_script(pg.db, "UPDATE job_queue SET lease_expires_at = now() - interval '1 second' "
			 "WHERE status = 'running'");
	assert_int_equal(pg_processes(8, claim_all, NULL), 1);
	assert_int_equal(count("running"), 1);
}

static void stores_take_turns(void **state)
{
	char busy[ID_TEXT];
	struct job job;
	int i;

	(void)state;
	clean();
	pg_store();
	text_copy(busy, sizeof(busy), pg.store);
	for (i = 0; i < 50; i++)
		assert_int_equal(add("plain", busy, NULL, 0), OK);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(claim(&job), OK);
	assert_int_equal(jobs_finish(pg.db, &job, ERR_INTERNAL, "x"), OK);
	pg_store();
	assert_int_equal(add("plain", pg.store, NULL, 0), OK);
	/* One runner: the newcomer has had nothing in the last minute. */
	assert_int_equal(claim(&job), OK);
	assert_string_equal(job.store_id, pg.store);
	/* Several: it has one running now, the other none. */
	assert_int_equal(add("plain", pg.store, NULL, 0), OK);
	assert_int_equal(claim(&job), OK);
	assert_string_equal(job.store_id, busy);
}

/* As many stores wait, and as many have just been served, as a busy platform has: whose turn it is
 * must not be asked of each of them for each of the others. */
static void many_stores_wait_no_longer_than_few(void **state)
{
	struct job job;
	int64_t began;
	int i;

	(void)state;
	clean();
	pg_store();
	pg_change(pg.db, "test_many_stores",
		  "WITH s AS (INSERT INTO stores (id, user_id, name, slug)"
		  " SELECT gen_random_uuid(),"
		  " user_id, 'One of many', 'many-' || n FROM stores, generate_series(1, 6000) n"
		  " WHERE stores.id = $1::uuid RETURNING id, right(slug, 1) < '5' AS served)"
		  " INSERT INTO job_queue (id, kind, store_id, status, finished_at)"
		  " SELECT gen_random_uuid(), 'single', id,"
		  " CASE WHEN served THEN 'completed' ELSE 'queued' END,"
		  " CASE WHEN served THEN now() END FROM s",
		  pg.store);
	began = clock_mono_ms();
	for (i = 0; i < 10; i++)
		assert_int_equal(claim(&job), OK);
	assert_in_range(clock_mono_ms() - began, 0, 2000);
	clean();
	pg_script(pg.db, "DELETE FROM stores WHERE slug LIKE 'many-%'");
}

static int schedule(struct db *db, int me, void *arg)
{
	(void)me;
	(void)arg;
	return jobs_schedule(db) == OK && jobs_schedule(db) == OK ? 0 : 1;
}

static void one_run_a_tick(void **state)
{
	struct job job;

	(void)state;
	clean();
	assert_int_equal(pg_processes(6, schedule, NULL), 0);
	assert_int_equal(count("queued"), 1);
	assert_int_equal(claim(&job), OK);
	assert_string_equal(job.kind, "daily");
	assert_int_equal(pg_processes(6, schedule, NULL), 0);
	assert_int_equal(jobs_finish(pg.db, &job, OK, NULL), OK);
	assert_int_equal(pg_processes(6, schedule, NULL), 0);
	assert_int_equal(count("completed"), 1);
	assert_int_equal(count("queued"), 0);
	assert_true(id_valid(job.id) && job.id[14] == '7');
	/* The next tick: as if this one's job had been another's. */
	pg_script(pg.db, "UPDATE job_queue SET id = gen_random_uuid()");
	assert_int_equal(pg_processes(6, schedule, NULL), 0);
	assert_int_equal(count("queued"), 1);
}

static void lists_by_pages(void **state)
{
	struct job_list list;
	struct job_row row;
	char mine[ID_TEXT];
	struct paging p = { .limit = 2 };
	int i, n = 0;

	(void)state;
	clean();
	pg_store();
	text_copy(mine, sizeof(mine), pg.store);
	for (i = 0; i < 5; i++)
		assert_int_equal(add("plain", mine, NULL, 0), OK);
	pg_store();
	assert_int_equal(add("plain", pg.store, NULL, 0), OK);
	do {
		assert_int_equal(jobs_list(pg.db, mine, &p, &arena, &list), OK);
		n += list.n;
		assert_int_equal(jobs_get(pg.db, mine, list.v[0].id, &arena, &row), OK);
		assert_string_equal(row.status, "queued");
		assert_int_equal(row.started_at, 0);
		assert_int_equal(jobs_get(pg.db, pg.store, list.v[0].id, &arena, &row),
				 ERR_JOB_NOT_FOUND);
		p.cursor = p.next;
	} while (p.cursor);
	assert_int_equal(n, 5);
}

static int setup(void **state)
{
	arena_init(&arena, 4 << 20);
	return pg_setup(state);
}

static int teardown(void **state)
{
	arena_done(&arena);
	return pg_teardown(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(added_claimed_finished),
	cmocka_unit_test(not_before_its_time),
	cmocka_unit_test(tried_again_later_and_later_then_dead),
	cmocka_unit_test(a_lost_lease_is_taken_over_and_fenced),
	cmocka_unit_test(what_kills_its_runner_dies_too),
	cmocka_unit_test(one_waits_under_a_unique_key),
	cmocka_unit_test(asked_for_while_it_runs_it_runs_once_more),
	cmocka_unit_test(an_open_transaction_that_asks_is_not_lost),
	cmocka_unit_test(no_job_is_claimed_twice),
	cmocka_unit_test(a_cap_holds_against_many_runners),
	cmocka_unit_test(stores_take_turns),
	cmocka_unit_test(many_stores_wait_no_longer_than_few),
	cmocka_unit_test(one_run_a_tick),
	cmocka_unit_test(lists_by_pages),
};

int main(void)
{
	/* A kind that is unknown is tried on purpose. */
	log_init("test", LOG_LEVEL_ALARM);
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, teardown);
}
