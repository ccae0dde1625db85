/* SPDX-License-Identifier: Apache-2.0 */
/* Credits: nothing is spent twice or out of nothing, and the ledger agrees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/credits.h"
#include "domain/jobs.h"
#include "pg_fixture.h"

enum { ONE = 10000 };

const struct job_kind job_kinds[] = {
	{ .kind = "sync_credits",
	  .run = credits_sync,
	  .lease_s = 30,
	  .tries = 3,
	  .backoff_s = 1,
	  .per_store = 1 },
	{ .kind = NULL },
};

static struct settings settings = { .payments = "test" };
static struct runtime rt = { .settings = &settings };
static struct arena arena;

static void open_store(int64_t free_e4)
{
	pg_store();
	assert_int_equal(credits_open(pg.db, pg.store, free_e4), OK);
}

static enum err spend_in(struct db *db, int64_t amount, const char *key, int64_t *spent,
			 struct balance *left)
{
	struct spend s = { .store_id = pg.store,
			   .user_id = pg.user,
			   .amount = amount,
			   .idempotency_key = key,
			   .description = "Test" };

	return credits_spend(db, &s, spent, left);
}

static enum err spend(int64_t amount)
{
	struct balance left;
	int64_t spent;

	return spend_in(pg.db, amount, NULL, &spent, &left);
}

static enum err use(const char *service, int64_t quantity, int64_t *spent)
{
	struct spend s = { .store_id = pg.store,
			   .user_id = pg.user,
			   .service_key = service,
			   .quantity = quantity };
	struct balance left;

	return credits_spend(pg.db, &s, spent, &left);
}

static enum err buy(int64_t amount, const char *pack, const char *key,
		    struct credit_transaction *out)
{
	struct purchase p = { .store_id = pg.store,
			      .user_id = pg.user,
			      .amount = amount,
			      .pack_id = pack,
			      .test = true,
			      .idempotency_key = key };
	struct credit_transaction here;
	struct balance left;

	return credits_purchase(&rt, pg.db, &p, &arena, out ? out : &here, &left);
}

static int64_t balance(void)
{
	struct balance b;

	assert_int_equal(credits_balance(pg.db, pg.store, &b), OK);
	return b.balance;
}

static int64_t number(const char *name, const char *sql)
{
	return pg_number(pg.db, name, sql, pg.store);
}

/* What must be true at any time. */
static void assert_books(void)
{
	assert_int_equal(
		number("test_sum",
		       "SELECT COALESCE(sum(amount_e4), 0)::bigint AS n FROM ledger_entries"
		       " WHERE $1::text IS NOT NULL"),
		0);
	assert_int_equal(
		number("test_account",
		       "SELECT COALESCE(sum(e.amount_e4), 0)::bigint AS n FROM ledger_entries e"
		       " JOIN ledger_accounts a ON a.id = e.account_id WHERE a.store_id = "
		       "$1::uuid"),
		balance());
	assert_int_equal(number("test_history", "SELECT COALESCE(sum(amount_e4), 0)::bigint AS n"
						" FROM credit_transactions WHERE store_id = "
						"$1::uuid AND status = 'completed'"),
			 balance());
	assert_int_equal(
		number("test_lifetime",
		       "SELECT lifetime_purchased_e4 - lifetime_spent_e4 + COALESCE((SELECT"
		       " sum(amount_e4) FROM credit_transactions t WHERE t.store_id = b.store_id "
		       "AND type = 'bonus'), 0)"
		       "::bigint AS n FROM credit_balances b WHERE store_id = $1::uuid"),
		balance());
	assert_int_equal(
		number("test_rising",
		       "SELECT count(*) AS n FROM (SELECT balance_after_e4 - amount_e4 -"
		       " lag(balance_after_e4) OVER (ORDER BY completed_at) AS gap FROM "
		       "credit_transactions"
		       " WHERE store_id = $1::uuid AND status = 'completed') g WHERE gap <> 0"),
		0);
}

static void opened_with_and_without_a_present(void **state)
{
	(void)state;
	open_store(0);
	assert_int_equal(balance(), 0);
	assert_books();
	open_store(25 * ONE);
	assert_int_equal(balance(), 25 * ONE);
	assert_books();
}

static void bought_spent_and_listed(void **state)
{
	struct paging p = { .limit = 1 };
	struct credit_transaction t;
	struct credit_list list;
	struct balance left;
	int64_t spent;

	(void)state;
	open_store(0);
	assert_int_equal(buy(100 * ONE, NULL, NULL, &t), OK);
	assert_string_equal(t.status, "completed");
	assert_string_equal(t.type, "purchase");
	assert_int_equal(t.amount, 100 * ONE);
	assert_int_equal(t.balance_after, 100 * ONE);
	assert_int_equal(t.price_cents, 1000);
	assert_string_equal(t.currency, "USD");
	assert_int_equal(spend_in(pg.db, 125000, NULL, &spent, &left), OK);
	assert_int_equal(spent, 125000);
	assert_int_equal(left.balance, 875000);
	assert_int_equal(left.available, 875000);
	assert_int_equal(left.lifetime_spent, 125000);
	assert_int_equal(left.lifetime_purchased, 100 * ONE);
	assert_int_equal(
		number("test_paid",
		       "SELECT count(*) AS n FROM billing_transactions WHERE store_id = $1::uuid"
		       " AND status = 'paid' AND amount_cents = 1000 AND payment_provider = "
		       "'test'"),
		1);
	assert_int_equal(number("test_jobs",
				"SELECT count(*) AS n FROM job_queue WHERE store_id = $1::uuid"),
			 1);
	assert_int_equal(credits_list(pg.db, pg.store, &p, &arena, &list), OK);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0].type, "spend");
	assert_int_equal(list.v[0].amount, -125000);
	p.cursor = p.next;
	assert_int_equal(credits_list(pg.db, pg.store, &p, &arena, &list), OK);
	assert_string_equal(list.v[0].id, t.id);
	assert_null(p.next);
	assert_books();
}

static void packs_cost_less(void **state)
{
	struct credit_transaction t;

	(void)state;
	open_store(0);
	assert_int_equal(buy(0, "pack_1000", NULL, &t), OK);
	assert_int_equal(t.amount, 1000 * ONE);
	assert_int_equal(t.price_cents, 8000);
	assert_string_equal(t.pack_id, "pack_1000");
	assert_int_equal(buy(0, "pack_of_wolves", NULL, NULL), ERR_PACK_NOT_FOUND);
	assert_int_equal(buy(15001, NULL, NULL, NULL), ERR_VALIDATION);
	assert_int_equal(buy(-ONE, NULL, NULL, NULL), ERR_VALIDATION);
	assert_int_equal(buy((int64_t)CREDITS_MAX_E4 + ONE, NULL, NULL, NULL), ERR_VALIDATION);
	assert_books();
}

static void no_payment_no_credits(void **state)
{
	struct purchase p = { .amount = ONE, .test = false };
	struct credit_transaction t;
	struct balance left;

	(void)state;
	open_store(0);
	p.store_id = pg.store;
	p.user_id = pg.user;
	assert_int_equal(credits_purchase(&rt, pg.db, &p, &arena, &t, &left),
			 ERR_PAYMENTS_UNAVAILABLE);
	settings.payments = "";
	assert_int_equal(buy(ONE, NULL, NULL, NULL), ERR_PAYMENTS_UNAVAILABLE);
	settings.payments = "test";
	assert_int_equal(
		number("test_none",
		       "SELECT count(*) AS n FROM credit_transactions WHERE store_id = $1::uuid"),
		0);
}

static void services_have_prices(void **state)
{
	int64_t spent;

	(void)state;
	open_store(100 * ONE);
	assert_int_equal(use("product_import", 3 * ONE, &spent), OK);
	assert_int_equal(spent, 3000);
	assert_int_equal(use("product_export", 1, &spent), OK);      /* never free */
	assert_int_equal(spent, 1);
	assert_int_equal(use("product_import", 15, &spent), OK);     /* 1.5 rounds up */
	assert_int_equal(spent, 2);
	assert_int_equal(use("product_import", 14, &spent), OK);
	assert_int_equal(spent, 1);
	assert_int_equal(use("store_creation", 99 * ONE, &spent), OK);   /* flat and free */
	assert_int_equal(spent, 0);
	assert_int_equal(use("ai_content", 0, &spent), ERR_VALIDATION);
	assert_int_equal(use("ai_content", INT64_MAX, &spent), ERR_VALIDATION);
	assert_int_equal(use("witchcraft", ONE, &spent), ERR_SERVICE_NOT_FOUND);
	assert_int_equal(balance(), 100 * ONE - 3004);
	assert_books();
}

static void not_more_than_there_is(void **state)
{
	struct balance left;
	int64_t spent;

	(void)state;
	open_store(5 * ONE);
	assert_int_equal(spend_in(pg.db, 5 * ONE + 1, NULL, &spent, &left),
			 ERR_INSUFFICIENT_CREDITS);
	assert_int_equal(spent, 5 * ONE + 1);
	assert_int_equal(left.available, 5 * ONE);
	pg_change(pg.db, "test_hold",
		  "UPDATE credit_balances SET reserved_e4 = 20000 WHERE store_id = $1::uuid",
		  pg.store);
	assert_int_equal(spend_in(pg.db, 4 * ONE, NULL, &spent, &left), ERR_INSUFFICIENT_CREDITS);
	assert_int_equal(left.available, 3 * ONE);
	assert_int_equal(spend(3 * ONE), OK);
	assert_int_equal(spend(1), ERR_INSUFFICIENT_CREDITS);
	assert_int_equal(spend(0), ERR_VALIDATION);
	assert_int_equal(spend(-ONE), ERR_VALIDATION);
	assert_int_equal(spend((int64_t)CREDITS_MAX_E4 + 1), ERR_VALIDATION);
	assert_int_equal(balance(), 2 * ONE);
	assert_books();
}

static void a_key_spends_once(void **state)
{
	char key[64], store[ID_TEXT];
	struct balance left;
	int64_t spent;

	(void)state;
	open_store(10 * ONE);
	snprintf(key, sizeof(key), "%s:spend:1", pg.user);
	assert_int_equal(spend_in(pg.db, 6 * ONE, key, &spent, &left), OK);
	assert_int_equal(spend(3 * ONE), OK);
	/* Also when there would not be enough for it any more. */
	assert_int_equal(spend_in(pg.db, 6 * ONE, key, &spent, &left), OK);
	assert_int_equal(spent, 6 * ONE);
	assert_int_equal(left.balance, 4 * ONE);
	assert_int_equal(balance(), ONE);
	assert_int_equal(spend_in(pg.db, ONE, key, &spent, &left), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_books();
	text_copy(store, sizeof(store), pg.store);
	open_store(10 * ONE);
	assert_int_equal(spend_in(pg.db, 6 * ONE, key, &spent, &left), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_int_equal(balance(), 10 * ONE);
}

static void a_key_buys_once(void **state)
{
	struct credit_transaction first, again;
	char key[64];

	(void)state;
	open_store(0);
	snprintf(key, sizeof(key), "%s:purchase:1", pg.user);
	assert_int_equal(buy(20 * ONE, NULL, key, &first), OK);
	assert_int_equal(buy(20 * ONE, NULL, key, &again), OK);
	assert_string_equal(first.id, again.id);
	assert_int_equal(buy(30 * ONE, NULL, key, &again), ERR_IDEMPOTENCY_KEY_REUSED);
	assert_int_equal(balance(), 20 * ONE);
	assert_int_equal(
		number("test_once",
		       "SELECT count(*) AS n FROM credit_transactions WHERE store_id = $1::uuid"),
		1);
	assert_books();
}

static int spend_ten(struct db *db, int me, void *arg)
{
	struct balance left;
	int64_t spent;
	int i, good = 0;

	(void)me;
	for (i = 0; i < 10; i++) {
		enum err e = spend_in(db, ONE, arg, &spent, &left);

		if (e && e != ERR_INSUFFICIENT_CREDITS)
			abort();
		good += !e;
		db_forget(db);
	}
	return good;
}

static void two_hundred_spends_at_once(void **state)
{
	(void)state;
	open_store(0);
	assert_int_equal(buy(100 * ONE, NULL, NULL, NULL), OK);
	assert_int_equal(pg_processes(20, spend_ten, NULL), 100);
	assert_int_equal(balance(), 0);
	assert_int_equal(number("test_spends", "SELECT count(*) AS n FROM credit_transactions"
				" WHERE store_id = $1::uuid AND type = 'spend'"), 100);
	assert_books();
}

static void one_key_in_many_processes(void **state)
{
	char key[64];

	(void)state;
	open_store(100 * ONE);
	snprintf(key, sizeof(key), "%s:spend:race", pg.user);
	assert_int_equal(pg_processes(8, spend_ten, key), 80);
	assert_int_equal(balance(), 99 * ONE);
	assert_books();
}

static int buy_and_spend(struct db *db, int me, void *arg)
{
	struct purchase p = {
		.store_id = pg.store, .user_id = pg.user, .amount = 2 * ONE, .test = true
	};
	struct credit_transaction t;
	struct balance left;
	int64_t spent;
	int i;

	(void)me;
	(void)arg;
	for (i = 0; i < 10; i++)
		if (credits_purchase(&rt, db, &p, &arena, &t, &left) ||
		    spend_in(db, ONE, NULL, &spent, &left))
			abort();
	return 10;
}

static void buying_and_spending_at_once(void **state)
{
	(void)state;
	open_store(0);
	assert_int_equal(pg_processes(8, buy_and_spend, NULL), 80);
	assert_int_equal(balance(), 80 * ONE);
	assert_books();
}

static void prices_are_listed(void **state)
{
	struct pricing p;

	(void)state;
	assert_int_equal(credits_pricing(pg.db, &arena, &p), OK);
	assert_int_equal(p.credit_cents, 10);
	assert_int_equal(p.pack_count, 3);
	assert_string_equal(p.packs[1].id, "pack_500");
	assert_int_equal(p.packs[1].price_cents, 4500);
	assert_int_equal(p.service_count, 9);
	assert_string_equal(p.services[0].key, "store_creation");
}

static void history_by_day(void **state)
{
	int64_t days[30];
	int i;

	(void)state;
	open_store(0);
	assert_int_equal(credits_history(pg.db, pg.store, 30, days), OK);
	for (i = 0; i < 30; i++)
		assert_int_equal(days[i], 0);
	assert_int_equal(buy(50 * ONE, NULL, NULL, NULL), OK);
	pg_script(pg.db,
		  "ALTER TABLE credit_transactions DISABLE TRIGGER credit_transactions_guard");
	pg_change(pg.db, "test_backdate",
		  "UPDATE credit_transactions SET created_at = now() - interval '10 days',"
		  " completed_at = now() - interval '10 days' WHERE store_id = $1::uuid",
		  pg.store);
	assert_int_equal(spend(20 * ONE), OK);
	pg_change(pg.db, "test_backdate_spend",
		  "UPDATE credit_transactions SET created_at = now() - interval '3 days',"
		  " completed_at = now() - interval '3 days' WHERE store_id = $1::uuid AND type = "
		  "'spend'",
		  pg.store);
	pg_script(pg.db,
		  "ALTER TABLE credit_transactions ENABLE TRIGGER credit_transactions_guard");
	assert_int_equal(spend(5 * ONE), OK);
	assert_int_equal(credits_history(pg.db, pg.store, 30, days), OK);
	assert_int_equal(days[18], 0);
	assert_int_equal(days[19], 50 * ONE);
	assert_int_equal(days[25], 50 * ONE);
	assert_int_equal(days[26], 30 * ONE);
	assert_int_equal(days[28], 30 * ONE);
	assert_int_equal(days[29], 25 * ONE);
	assert_int_equal(credits_history(pg.db, pg.store, 1, days), OK);
	assert_int_equal(days[0], 25 * ONE);
	assert_int_equal(credits_history(pg.db, pg.store, 0, days), ERR_VALIDATION);
}

static int setup(void **state)
{
	arena_init(&arena, 16 << 20);
	return pg_setup(state);
}

static int teardown(void **state)
{
	arena_done(&arena);
	return pg_teardown(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(opened_with_and_without_a_present),
	cmocka_unit_test(bought_spent_and_listed),
	cmocka_unit_test(packs_cost_less),
	cmocka_unit_test(no_payment_no_credits),
	cmocka_unit_test(services_have_prices),
	cmocka_unit_test(not_more_than_there_is),
	cmocka_unit_test(a_key_spends_once),
	cmocka_unit_test(a_key_buys_once),
	cmocka_unit_test(two_hundred_spends_at_once),
	cmocka_unit_test(one_key_in_many_processes),
	cmocka_unit_test(buying_and_spending_at_once),
	cmocka_unit_test(prices_are_listed),
	cmocka_unit_test(history_by_day),
};

int main(void)
{
	log_init("test", LOG_LEVEL_ERROR);
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, teardown);
}
