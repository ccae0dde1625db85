/* SPDX-License-Identifier: Apache-2.0 */
/* The daily proof of the books: silent while all is well, and not blind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/credits.h"
#include "domain/credits_proof.h"
#include "pg_fixture.h"

enum { ONE = 10000, STORES = 120 };   /* more than two batches */

const struct job_kind job_kinds[] = {
	{ .kind = "prove_ledger", .lease_s = 60, .tries = 3, .per_store = 1 },
	{ .kind = "sync_credits", .lease_s = 30, .tries = 3, .per_store = 1 },
	{ .kind = NULL },
};

static struct settings settings = { .payments = "test" };
static struct runtime rt = { .settings = &settings };
static struct arena arena;
static struct job job;

static void claim(void)
{
	const struct new_job work = { .kind = "prove_ledger" };
	char id[ID_TEXT];

	pg_script(pg.db, "DELETE FROM job_queue");
	assert_int_equal(jobs_add(pg.db, &work, id), OK);
	assert_int_equal(jobs_claim(pg.db, "host/1", &arena, &job), OK);
}

static int wrong(int stores)
{
	struct credits_proof proof;

	claim();
	assert_int_equal(credits_prove(pg.db, &job, &proof), OK);
	assert_int_equal(proof.stores, stores);
	return proof.wrong;
}

static void trade(void)
{
	struct purchase p = { .store_id = pg.store, .user_id = pg.user, .amount = 100 * ONE,
			      .test = true };
	struct spend s = { .store_id = pg.store, .user_id = pg.user, .amount = ONE };
	struct credit_transaction t;
	struct balance left;
	int64_t spent;

	assert_int_equal(credits_open(pg.db, pg.store, 5 * ONE), OK);
	assert_int_equal(credits_purchase(&rt, pg.db, &p, &arena, &t, &left), OK);
	assert_int_equal(credits_spend(pg.db, &s, &spent, &left), OK);
}

static void good_books(void **state)
{
	int i;

	(void)state;
	pg_store();
	trade();
	for (i = 1; i < STORES; i++)
		pg_store();
	assert_int_equal(wrong(STORES), 0);
}

/* Each is put right again before the next. */
static void what_was_done_by_hand(void **state)
{
	static const struct {
		const char *harm, *mend;
	} cases[] = {
		{ "UPDATE credit_balances SET balance_e4 = balance_e4 + 1 WHERE balance_e4 > 0",
		  "UPDATE credit_balances SET balance_e4 = balance_e4 - 1 WHERE balance_e4 > 0" },
		{ "UPDATE credit_balances SET reserved_e4 = 1 WHERE balance_e4 > 0",
		  "UPDATE credit_balances SET reserved_e4 = 0" },
		{ "UPDATE billing_transactions SET amount_cents = amount_cents - 1",
		  "UPDATE billing_transactions SET amount_cents = amount_cents + 1" },
		{ "UPDATE billing_transactions SET status = 'refunded'",
		  "UPDATE billing_transactions SET status = 'paid'" },
		{ "CREATE TABLE kept AS TABLE credit_balances; DELETE FROM credit_balances",
		  "INSERT INTO credit_balances TABLE kept; DROP TABLE kept" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pg_script(pg.db, cases[i].harm);
		assert_int_equal(wrong(STORES), 1);
		pg_script(pg.db, cases[i].mend);
		assert_int_equal(wrong(STORES), 0);
	}
}

static void a_lost_job_stops(void **state)
{
	struct credits_proof proof;

	(void)state;
	claim();
	pg_script(pg.db, "UPDATE job_queue SET fence = fence + 1");
	assert_int_equal(credits_prove(pg.db, &job, &proof), ERR_JOB_LOST);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(good_books),
	cmocka_unit_test(what_was_done_by_hand),
	cmocka_unit_test(a_lost_job_stops),
};

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

int main(void)
{
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, teardown);
}
