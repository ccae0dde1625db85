/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of credits in a store's database: it follows, never goes back, and cannot hurt us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/credits.h"
#include "domain/jobs.h"
#include "domain/tenants.h"
#include "pg_fixture.h"

enum { ONE = 10000 };

const struct job_kind job_kinds[] = {
	{ .kind = "sync_credits", .run = credits_sync, .lease_s = 30, .tries = 3, .per_store = 1 },
	{ .kind = NULL },
};

static struct settings settings = { .connect_timeout = 10, .statement_timeout = 60000 };
static struct runtime rt = { .settings = &settings };

/* The store's database, without the credentials that the real one would read. */
static bool ready;

static enum err open_tenant(void *arg, const char *store_id, int revision, struct db **out)
{
	(void)arg;
	(void)store_id;
	(void)revision;
	*out = pg_open(pg.tenant_url);
	(*out)->role = DB_TENANT;
	return OK;
}

enum err tenants_borrow(struct runtime *r, struct db *master, const char *store_id, struct db **out)
{
	(void)master;
	return ready ? cache_borrow(r->tenants, store_id, 1, open_tenant, NULL, out)
		     : ERR_STORE_NOT_READY;
}

static enum err spend(int64_t amount)
{
	struct spend s = { .store_id = pg.store, .user_id = pg.user, .amount = amount };
	struct balance left;
	int64_t spent;

	return credits_spend(pg.db, &s, &spent, &left);
}

static enum err use(const char *service, int64_t quantity)
{
	struct spend s = { .store_id = pg.store, .service_key = service, .quantity = quantity };
	struct balance left;
	int64_t spent;

	return credits_spend(pg.db, &s, &spent, &left);
}

static int64_t balance(void)
{
	struct balance b;

	assert_int_equal(credits_balance(pg.db, pg.store, &b), OK);
	return b.balance;
}

static int64_t tenant_number(struct db *tenant, const char *name, const char *sql)
{
	return pg_number(tenant, name, sql, pg.store);
}

static void copy_is_whole(struct db *tenant)
{
	assert_int_equal(tenant_number(tenant, "test_log",
				       "SELECT count(*) AS n FROM credit_spending_log"
				       " WHERE store_id = $1::uuid"),
			 503);
	assert_int_equal(tenant_number(tenant, "test_log_sum",
				       "SELECT sum(amount_e4)::bigint AS n"
				       " FROM credit_spending_log WHERE store_id = $1::uuid"),
			 501 * ONE + 2000);
	assert_int_equal(tenant_number(tenant, "test_cache",
				       "SELECT balance_e4 AS n FROM credit_balance_cache"
				       " WHERE store_id = $1::uuid"),
			 balance());
}

static void the_tenants_copy_follows(void **state)
{
	struct db *tenant = pg_tenant();
	struct job job = { .kind = "sync_credits" };
	int i;

	(void)state;
	pg_schema(tenant, migrations_tenant_postgresql);
	pg_store();
	assert_int_equal(credits_open(pg.db, pg.store, 2000 * ONE), OK);
	text_copy(job.store_id, sizeof(job.store_id), pg.store);
	assert_int_equal(credits_sync(&rt, &job), OK);   /* no database yet: nothing to feed */
	ready = true;
	pg_change(tenant, "test_currency", "INSERT INTO currencies (code, name) VALUES ('USD', $1)"
		  " ON CONFLICT DO NOTHING", "Dollar");
	pg_change(tenant, "test_shop",
		  "INSERT INTO stores (id, name, slug) VALUES ($1::uuid, 'Shop', 'shop')",
		  pg.store);
	for (i = 0; i < 501; i++)
		assert_int_equal(spend(ONE), OK);
	assert_int_equal(use("store_creation", ONE), OK);
	assert_int_equal(use("product_import", 2 * ONE), OK);
	db_forget(pg.db);
	for (i = 0; i < 2; i++) {
		assert_int_equal(credits_sync(&rt, &job), OK);
		copy_is_whole(tenant);
	}
	assert_int_equal(
		tenant_number(
			tenant, "test_log_row",
			"SELECT count(*) AS n FROM credit_spending_log WHERE store_id ="
			" $1::uuid AND service_key = 'product_import' AND quantity_e4 = 20000"),
		1);
	/* A newer copy is not replaced by ours. */
	pg_change(tenant, "test_newer",
		  "UPDATE credit_balance_cache SET version = version + 100, balance_e4 = 7"
		  " WHERE store_id = $1::uuid",
		  pg.store);
	assert_int_equal(spend(ONE), OK);
	assert_int_equal(credits_sync(&rt, &job), OK);
	assert_int_equal(tenant_number(tenant, "test_cache_kept",
				       "SELECT balance_e4 AS n FROM credit_balance_cache"
				       " WHERE store_id = $1::uuid"),
			 7);
	/* What its owner does to it is his loss, and nobody's crash. */
	pg_script(tenant, "UPDATE credit_spending_log SET spent_at = 'infinity'");
	assert_int_equal(credits_sync(&rt, &job), OK);
	pg_script(tenant, "ALTER TABLE credit_spending_log ALTER spent_at DROP DEFAULT,"
		  " ALTER spent_at TYPE text USING 'soon'");
	assert_int_not_equal(credits_sync(&rt, &job), OK);
	pg_script(tenant, "DROP TABLE credit_balance_cache");
	assert_int_not_equal(credits_sync(&rt, &job), OK);
	ready = false;
	db_close(tenant);
}

static int setup(void **state)
{
	const struct cache_options options = { 4, 60, 60, NULL };

	if (pg_setup(state) || cache_new(&options, &rt.tenants))
		return -1;
	settings.master_db_url = pg.url;
	return 0;
}

static int teardown(void **state)
{
	cache_free(rt.tenants);
	db_close(rt.master);
	return pg_teardown(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_tenants_copy_follows),
};

int main(void)
{
	/* A tenant that is broken on purpose is complained of. */
	log_init("test", LOG_LEVEL_ALARM);
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, teardown);
}
