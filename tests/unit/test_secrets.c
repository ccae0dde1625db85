/* SPDX-License-Identifier: Apache-2.0 */
/* A store's Stripe keys: their form, their seal, and that nothing of them shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/seal.h"
#include "domain/secrets.h"
#include "pg_fixture.h"

#define BODY "51Canary0123456789abcdefABCDEF"

static struct runtime rt;

static void forms(void **state)
{
	static const char *const publishable[] = { "pk_test_" BODY "pppp", "pk_live_" BODY "pppp" };
	static const char *const secret[] = { "sk_test_" BODY, "sk_live_" BODY, "rk_test_" BODY,
					      "rk_live_" BODY };
	static const char *const wrong[] = { "",
					     "pk_",
					     "pk_test",
					     "pk_test_",
					     "pk_test_a",
					     "sk_test_",
					     "sk_live_ab",
					     "pk_prod_" BODY,
					     "PK_TEST_" BODY,
					     " pk_test_" BODY,
					     "pk_test_" BODY " ",
					     "sk_test_" BODY "\n",
					     "sk_test_" BODY "-",
					     "whsec_" BODY,
					     "sk_testing" BODY,
					     "acct_" BODY };
	char big[400];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_null(secrets_publishable_problem(publishable[i]));
		assert_non_null(secrets_secret_problem(publishable[i]));
	}
	for (i = 0; i < 4; i++) {
		assert_null(secrets_secret_problem(secret[i]));
		assert_non_null(secrets_publishable_problem(secret[i]));
	}
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_non_null(secrets_publishable_problem(wrong[i]));
		assert_non_null(secrets_secret_problem(wrong[i]));
	}
	memset(big, 'a', sizeof(big));
	memcpy(big, "sk_test_", 8);
	big[256] = '\0';
	assert_non_null(secrets_secret_problem(big));
	big[255] = '\0';
	assert_null(secrets_secret_problem(big));
	assert_true(secrets_same_mode("pk_test_" BODY, "rk_test_" BODY));
	assert_false(secrets_same_mode("pk_live_" BODY, "sk_test_" BODY));
}

static void storing_showing_dropping(void **state)
{
	struct stripe_keys keys;

	(void)state;
	pg_store();
	assert_int_equal(secrets_show_stripe(pg.db, pg.store, &keys), OK);
	assert_null(keys.secret_last4);
	assert_int_equal(secrets_store_stripe(&rt, pg.db, pg.store, "pk_test_" BODY "p001",
					      "sk_test_" BODY "s001"),
			 OK);
	assert_int_equal(secrets_show_stripe(pg.db, pg.store, &keys), OK);
	assert_string_equal(keys.publishable_last4, "p001");
	assert_string_equal(keys.secret_last4, "s001");
	assert_false(keys.live);
	assert_true(keys.updated_at > 0);
	assert_int_equal(secrets_drop_stripe(pg.db, pg.store), OK);
	assert_int_equal(secrets_drop_stripe(pg.db, pg.store), OK);
	assert_int_equal(secrets_show_stripe(pg.db, pg.store, &keys), OK);
	assert_null(keys.secret_last4);
}

static const struct stmt select_box = {
	.name = "test_select_box",
	.sql = "SELECT id, sealed, revision, position('Canary'::bytea IN sealed) AS leak FROM "
	       "store_secrets"
	       " WHERE store_id = $1::uuid AND name = $2",
};

/* Opens the box as the row says; "" when it does not open. */
static int64_t open_box(const char *name, const char *column, char out[300])
{
	struct seal_place place = { "store_secrets", column, NULL, 0 };
	const unsigned char *box;
	struct result r;
	size_t len, n = 0;

	assert_int_equal(db_one(pg.db, &select_box, ARGS(a_text(pg.store), a_text(name)), &r), OK);
	assert_int_equal(row_int(&r, 0, "leak"), 0);
	place.row_id = row_text(&r, 0, "id");
	place.revision = (int)row_int(&r, 0, "revision");
	box = row_bytes(&r, 0, "sealed", &len);
	if (seal_open(&rt.keys, &place, box, len, out, &n))
		n = 0;
	out[n] = '\0';
	return place.revision;
}

static void sealed_by_row_and_revision(void **state)
{
	char text[300];

	(void)state;
	pg_store();
	assert_int_equal(secrets_store_stripe(&rt, pg.db, pg.store, "pk_test_" BODY "p001",
					      "rk_test_" BODY "s001"),
			 OK);
	assert_int_equal(open_box("stripe_secret_key_test", "sealed", text), 1);
	assert_string_equal(text, "rk_test_" BODY "s001");
	open_box("stripe_secret_key_test", "elsewhere", text);
	assert_string_equal(text, "");
	assert_int_equal(secrets_store_stripe(&rt, pg.db, pg.store, "pk_test_" BODY "p002",
					      "sk_test_" BODY "s002"),
			 OK);
	assert_int_equal(open_box("stripe_secret_key_test", "sealed", text), 2);
	assert_string_equal(text, "sk_test_" BODY "s002");
	pg_change(pg.db, "test_swap",
		  "UPDATE store_secrets a SET sealed = b.sealed FROM store_secrets b"
		  " WHERE a.store_id = $1::uuid AND b.store_id = a.store_id AND a.name <> b.name",
		  pg.store);
	open_box("stripe_secret_key_test", "sealed", text);
	assert_string_equal(text, "");
}

static void the_other_mode_goes(void **state)
{
	struct stripe_keys keys;

	(void)state;
	pg_store();
	assert_int_equal(secrets_store_stripe(&rt, pg.db, pg.store, "pk_test_" BODY "p001",
					      "sk_test_" BODY "s001"),
			 OK);
	assert_int_equal(secrets_store_stripe(&rt, pg.db, pg.store, "pk_live_" BODY "p002",
					      "sk_live_" BODY "s002"),
			 OK);
	assert_int_equal(secrets_show_stripe(pg.db, pg.store, &keys), OK);
	assert_true(keys.live);
	assert_string_equal(keys.secret_last4, "s002");
	assert_int_equal(
		pg_number(pg.db, "test_count_secrets",
			  "SELECT count(*) AS n FROM store_secrets WHERE store_id = $1::uuid",
			  pg.store),
		2);
}

static void refusals(void **state)
{
	char nobody[ID_TEXT];

	(void)state;
	pg_store();
	assert_int_equal(
		secrets_store_stripe(&rt, pg.db, pg.store, "pk_test_" BODY, "sk_live_" BODY),
		ERR_VALIDATION);
	assert_int_equal(
		secrets_store_stripe(&rt, pg.db, pg.store, "sk_test_" BODY, "pk_test_" BODY),
		ERR_VALIDATION);
	assert_int_equal(
		secrets_store_stripe(&rt, pg.db, id_new(nobody), "pk_test_" BODY, "sk_test_" BODY),
		ERR_STORE_NOT_FOUND);
}

static int store_one(struct db *db, int me, void *arg)
{
	(void)me;
	(void)arg;
	return secrets_store_stripe(&rt, db, pg.store, "pk_test_" BODY "p001",
				    "sk_test_" BODY "s001") == OK;
}

static void many_at_once(void **state)
{
	char text[300];

	(void)state;
	pg_store();
	assert_int_equal(pg_processes(8, store_one, NULL), 8);
	assert_int_equal(open_box("stripe_secret_key_test", "sealed", text), 8);
	assert_string_equal(text, "sk_test_" BODY "s001");
}

static int setup(void **state)
{
	char why[128];

	/* The boxes opened in the wrong place are meant. */
	log_init("test", LOG_LEVEL_ALARM + 1);
	if (keyring_load(&rt.keys, "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E=", NULL,
			 "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa", NULL, why, sizeof(why)))
		return -1;
	return pg_setup(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(forms),
	cmocka_unit_test(storing_showing_dropping),
	cmocka_unit_test(sealed_by_row_and_revision),
	cmocka_unit_test(the_other_mode_goes),
	cmocka_unit_test(refusals),
	cmocka_unit_test(many_at_once),
};

int main(void)
{
	return pg_missing() ? 0 : cmocka_run_group_tests(tests, setup, pg_teardown);
}
