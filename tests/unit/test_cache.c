/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant cache: who stays, who goes, and that what one store's request left behind is never
 * handed on. */
#include "db/cache.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/shared.h"
#include "db/driver.h"
#include "db_fixture.h"

/* A driver that only remembers. */
struct fake_conn {
	char store_id[40];
	int revision;
	bool dirty, gone;
};

static int opened, closed;

static bool fake_clean(struct db *db)
{
	return !((struct fake_conn *)db->own)->dirty;
}

static bool fake_alive(struct db *db)
{
	return !((struct fake_conn *)db->own)->gone;
}

static void fake_forget(struct db *db)
{
	(void)db;
}

static void fake_close(struct db *db)
{
	closed++;
	free(db->own);
}

static const struct driver fake_driver = {
	.name = "fake", .alive = fake_alive, .clean = fake_clean,
	.forget = fake_forget, .close = fake_close
};

static enum err fake_open(void *arg, const char *store_id, int revision, struct db **out)
{
	struct fake_conn *own;

	if (arg)
		return *(enum err *)arg;
	own = calloc(1, sizeof(*own));
	*out = calloc(1, sizeof(**out));
	if (!own || !*out)
		abort();
	snprintf(own->store_id, sizeof(own->store_id), "%s", store_id);
	own->revision = revision;
	(*out)->driver = &fake_driver;
	(*out)->own = own;
	(*out)->role = DB_TENANT;
	opened++;
	return OK;
}

static struct tenant_cache *make(int connections, int idle_s, int lifetime_s)
{
	const struct cache_options o = { connections, idle_s, lifetime_s, NULL };
	struct tenant_cache *c;

	opened = closed = 0;
	assert_int_equal(cache_new(&o, &c), OK);
	return c;
}

static struct db *use(struct tenant_cache *c, const char *store_id, int revision)
{
	struct fake_conn *own;
	struct db *db;

	assert_int_equal(cache_borrow(c, store_id, revision, fake_open, NULL, &db), OK);
	own = db->own;
	assert_string_equal(own->store_id, store_id);
	assert_int_equal(own->revision, revision);
	return db;
}

static void touch(struct tenant_cache *c, const char *store_id)
{
	cache_release(c, use(c, store_id, 1));
	usleep(2000);
}

static void test_hit(void **state)
{
	struct tenant_cache *c = make(4, 60, 600);
	struct db *a;

	(void)state;
	a = use(c, "a", 1);
	cache_release(c, a);
	assert_ptr_equal(use(c, "a", 1), a);
	cache_release(c, a);
	touch(c, "b");
	assert_int_equal(opened, 2);
	assert_int_equal(cache_count(c), 2);
	cache_free(c);
	assert_int_equal(closed, 2);
}

static void test_least_recently_used(void **state)
{
	struct tenant_cache *c = make(2, 60, 600);

	(void)state;
	touch(c, "a");
	touch(c, "b");
	touch(c, "a");
	touch(c, "c");   /* b goes */
	assert_int_equal(cache_count(c), 2);
	assert_int_equal(closed, 1);
	touch(c, "a");
	assert_int_equal(opened, 3);
	touch(c, "b");
	assert_int_equal(opened, 4);
	cache_free(c);
	assert_int_equal(closed, opened);
}

static void test_revision(void **state)
{
	struct tenant_cache *c = make(4, 60, 600);

	(void)state;
	cache_release(c, use(c, "a", 1));
	cache_release(c, use(c, "a", 2));
	assert_int_equal(closed, 1);
	assert_int_equal(cache_count(c), 1);
	cache_release(c, use(c, "a", 2));
	assert_int_equal(opened, 2);
	cache_free(c);
}

static void test_dirty_and_broken(void **state)
{
	struct tenant_cache *c = make(4, 60, 600);
	struct db *db = use(c, "a", 1);

	(void)state;
	((struct fake_conn *)db->own)->dirty = true;
	cache_release(c, db);
	assert_int_equal(cache_count(c), 0);
	db = use(c, "a", 1);
	db->broken = true;
	cache_release(c, db);
	assert_int_equal(closed, 2);
	/* It turned bad while it lay idle. */
	db = use(c, "a", 1);
	cache_release(c, db);
	((struct fake_conn *)db->own)->dirty = true;
	cache_release(c, use(c, "a", 1));
	assert_int_equal(opened, 4);
	assert_int_equal(closed, 3);
	/* The server closed it meanwhile. */
	db = use(c, "a", 1);
	cache_release(c, db);
	((struct fake_conn *)db->own)->gone = true;
	cache_release(c, use(c, "a", 1));
	assert_int_equal(opened, 5);
	assert_int_equal(closed, 4);
	cache_release(c, NULL);
	cache_free(c);
}

static void test_drop(void **state)
{
	struct tenant_cache *c = make(4, 60, 600);
	struct db *db = use(c, "a", 1), *none;

	(void)state;
	cache_drop(c, "nobody");
	cache_drop(c, "a");   /* out: it goes when it comes back */
	assert_int_equal(closed, 0);
	assert_int_equal(cache_borrow(c, "b", 1, fake_open, NULL, &none), ERR_INTERNAL);
	cache_release(c, db);
	assert_int_equal(closed, 1);
	touch(c, "a");
	cache_drop(c, "a");
	assert_int_equal(closed, 2);
	assert_int_equal(cache_count(c), 0);
	cache_free(c);
}

static void test_age(void **state)
{
	struct tenant_cache *c = make(4, 1, 600);

	(void)state;
	touch(c, "a");
	cache_tick(c);
	assert_int_equal(cache_count(c), 1);
	usleep(1050000);
	touch(c, "b");
	cache_tick(c);
	assert_int_equal(cache_count(c), 1);
	cache_free(c);
	c = make(4, 600, 1);
	touch(c, "a");
	usleep(1050000);
	touch(c, "a");   /* too old, though used a moment ago */
	assert_int_equal(opened, 2);
	cache_free(c);
}

static void test_failures(void **state)
{
	struct tenant_cache *c = make(1, 60, 600);
	enum err fail = ERR_DB_UNAVAILABLE;
	struct cache_options none = { 0, 1, 1, NULL };
	struct tenant_cache *d;
	struct db *db;

	(void)state;
	touch(c, "a");
	/* A store that cannot be opened pushes nobody out. */
	assert_int_equal(cache_borrow(c, "b", 1, fake_open, &fail, &db), ERR_DB_UNAVAILABLE);
	assert_null(db);
	assert_int_equal(cache_count(c), 1);
	assert_int_equal(cache_borrow(c, "a name much longer than any identifier of a store", 1,
				 fake_open, NULL, &db),
		ERR_INTERNAL);
	assert_int_equal(cache_new(&none, &d), ERR_VALIDATION);
	cache_free(c);
	cache_free(NULL);
}

/* Against a plain list: whatever is asked in whatever order, the right ones stay. */
static void test_many(void **state)
{
	enum { PLACES = 250, STORES = 400, STEPS = 20000 };
	struct tenant_cache *c = make(PLACES, 60, 600);
	int last[STORES] = { 0 }, i, j, newer, store;
	unsigned int seed = 7;
	char id[40];

	(void)state;
	for (i = 1; i <= STEPS; i++) {
		int before = opened;

		seed = seed * 1103515245u + 12345u;
		store = (int)(seed >> 16) % STORES;
		snprintf(id, sizeof(id), "store-%d", store);
		for (newer = j = 0; j < STORES; j++)
			newer += last[j] > last[store];
		cache_release(c, use(c, id, 1));
		assert_int_equal(opened - before, !last[store] || newer >= PLACES);
		last[store] = i;
	}
	assert_int_equal(cache_count(c), PLACES);
	assert_int_equal(opened - closed, PLACES);
	cache_free(c);
	assert_int_equal(closed, opened);
}

static void test_spare(void **state)
{
	struct tenant_cache *c = make(4, 60, 600);
	struct db *a = use(c, "a", 1), *b;

	(void)state;
	a->seat.server = 1;
	cache_release(c, a);
	b = use(c, "b", 1);
	b->seat.server = 2;
	cache_release(c, b);
	b = use(c, "c", 1);
	b->seat.server = 1;
	assert_false(cache_spare(c, 3));
	assert_true(cache_spare(c, 1));    /* a */
	assert_false(cache_spare(c, 1));   /* c is out */
	cache_release(c, b);
	assert_int_equal(cache_count(c), 2);
	assert_true(cache_spare(c, 1));
	assert_int_equal(cache_count(c), 1);
	cache_free(c);
}

/* Somebody waits for a connection to server 1. */
static void test_share(void **state)
{
	struct budget *budget = shared_new(sizeof(*budget));
	const struct cache_options o = { 4, 60, 600, budget };
	struct tenant_cache *c;
	struct db *a;

	(void)state;
	assert_int_equal(cache_new(&o, &c), OK);
	a = use(c, "a", 1);
	a->seat.server = 1;
	cache_release(c, a);
	cache_share(c);
	assert_int_equal(cache_count(c), 1);
	atomic_store(&budget->wishes[5], 1ull << 32 | (uint32_t)(clock_mono_ms() + 5000));
	atomic_store(&budget->wishes_until, clock_mono_ms() + 5000);
	touch(c, "b");                     /* another server's stays */
	assert_int_equal(cache_count(c), 2);
	a = use(c, "a", 1);
	cache_release(c, a);               /* closed as it comes back */
	assert_int_equal(cache_count(c), 1);
	a = use(c, "a", 1);
	cache_release(c, a);
	a->seat.server = 1;
	cache_share(c);
	assert_int_equal(cache_count(c), 1);
	cache_free(c);
	shared_close(budget, sizeof(*budget));
}

static enum err real_open(void *arg, const char *store_id, int revision, struct db **out)
{
	(void)arg;
	(void)store_id;
	(void)revision;
	opened++;
	*out = pg_tenant();
	return OK;
}

static enum err leave_open(struct db *db, void *arg)
{
	(void)arg;
	pg_script(db, "CREATE TEMP TABLE left_behind (a int)");
	db->driver->commit(db);
	db->driver->begin(db);
	pg_script(db, "SELECT 1");
	return OK;
}

static void test_real(void **state)
{
	struct tenant_cache *c;
	struct db *db, *again, *other;
	char sql[100];
	int64_t pid;

	(void)state;
	c = make(2, 60, 600);
	assert_int_equal(cache_borrow(c, "a", 1, real_open, NULL, &db), OK);
	pid = pg_number(db, "SELECT pg_backend_pid()::int8 AS n");
	cache_release(c, db);
	assert_int_equal(cache_borrow(c, "a", 1, real_open, NULL, &again), OK);
	assert_ptr_equal(again, db);
	/* A transaction left open: closed, not handed on. */
	assert_int_equal(leave_open(db, NULL), OK);
	cache_release(c, db);
	assert_int_equal(cache_count(c), 0);
	/* Ended by the server while idle: found out before it is handed on. */
	assert_int_equal(cache_borrow(c, "a", 1, real_open, NULL, &db), OK);
	pid = pg_number(db, "SELECT pg_backend_pid()::int8 AS n");
	cache_release(c, db);
	other = pg_master();
	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%ld)", (long)pid);
	pg_script(other, sql);
	usleep(100000);
	assert_int_equal(cache_borrow(c, "a", 1, real_open, NULL, &db), OK);
	assert_true(pg_number(db, "SELECT pg_backend_pid()::int8 AS n") != pid);
	cache_release(c, db);
	/* A function of the store's own changed a setting that values are read by. */
	assert_int_equal(cache_borrow(c, "a", 1, real_open, NULL, &db), OK);
	pg_script(db, "SELECT set_config('TimeZone', 'Asia/Kolkata', false)");
	cache_release(c, db);
	assert_int_equal(cache_count(c), 0);
	assert_int_equal(opened, 3);
	db_close(other);
	cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hit),      cmocka_unit_test(test_least_recently_used),
		cmocka_unit_test(test_revision), cmocka_unit_test(test_dirty_and_broken),
		cmocka_unit_test(test_drop),     cmocka_unit_test(test_age),
		cmocka_unit_test(test_failures), cmocka_unit_test(test_many),
		cmocka_unit_test(test_spare),    cmocka_unit_test(test_share),
		cmocka_unit_test(test_real),
	};

	return pg_run_tests(tests, sizeof(tests) / sizeof(*tests) - 1,
			    sizeof(tests) / sizeof(*tests));
}
