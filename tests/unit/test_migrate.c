/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations once, in order, whoever comes twice; facts about a database; the generator of the
 * lists. */
#include "db/migrate.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/id.h"
#include "base/text.h"
#include "db_fixture.h"

#define DATABASE "souk_test_migrate"

static const struct migration list[] = {
	{ 1, "0001_a", "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1);\n", 1 },
	{ 2, "0002_b", "CREATE TABLE b (id int REFERENCES a);\n", 1 },
	{ 3, "0003_c", "SELECT pg_sleep(0.2);\nALTER TABLE b ADD COLUMN c int;\n", 0 },
	{ 0, NULL, NULL, 0 },
};

static int setup(void **state)
{
	pg_make_database(DATABASE);
	*state = pg_open_as_tenant(DATABASE);
	return 0;
}

static int teardown(void **state)
{
	db_close(*state);
	pg_drop_database(DATABASE);
	return 0;
}

static int64_t applied(struct db *db)
{
	return pg_number(db, "SELECT count(*) AS n FROM schema_migrations");
}

static void test_master(void **state)
{
	struct db *db = *state;
	struct migrate_report report;

	assert_int_equal(migrate_master(db, list, &report), OK);
	assert_int_equal(report.before, 0);
	assert_int_equal(report.after, 3);
	assert_string_equal(report.problem, "");
	assert_int_equal(migrate_master(db, list, &report), OK);
	assert_int_equal(report.before, 3);
	assert_int_equal(report.after, 3);
	assert_int_equal(applied(db), 3);
	assert_int_equal(
		pg_number(db, "SELECT duration_ms AS n FROM schema_migrations WHERE number = 3") /
			1000,
		0);
	assert_int_equal(db->timeout_ms, 5000);
	assert_int_equal(
		pg_number(db, "SELECT 1 AS n WHERE current_setting('statement_timeout') <> '0'"),
		1);
}

static void test_stops(void **state)
{
	struct migration changed[4], broken[4], gap[3];
	struct db *db = *state;
	struct migrate_report report;

	memcpy(changed, list, sizeof(list));
	memcpy(broken, list, sizeof(list));
	/* A file that fails half-way leaves nothing of itself, and the ones before stay. */
	broken[2].sql = "CREATE TABLE half (id int);\nCREATE TABLE a (id int);\n";
	assert_int_equal(migrate_master(db, broken, &report), ERR_DB_SQL);
	assert_int_equal(report.after, 2);
	assert_non_null(strstr(report.problem, "0003_c"));
	assert_non_null(strstr(report.problem, "42P07"));
	assert_int_equal(
		pg_number(db, "SELECT count(*) AS n FROM pg_class WHERE relname = 'half'"), 0);
	assert_int_equal(migrate_master(db, list, &report), OK);
	changed[1].sql = "CREATE TABLE b (id int);\n";
	assert_int_equal(migrate_master(db, changed, &report), ERR_VALIDATION);
	assert_non_null(strstr(report.problem, "0002_b"));
	/* Newer than the program. */
	memset(&changed[2], 0, sizeof(changed[2]));
	changed[1] = list[1];
	assert_int_equal(migrate_master(db, changed, &report), ERR_VALIDATION);
	assert_non_null(strstr(report.problem, "newer"));
	gap[0] = list[1];
	gap[1] = list[2];
	gap[2] = list[3];
	assert_int_equal(migrate_master(db, gap, &report), ERR_VALIDATION);
	assert_int_equal(applied(db), 3);
}

static void test_at_once(void **state)
{
	struct db *db = *state;
	struct migrate_report report;
	pid_t child[4];
	int i, status;

	for (i = 0; i < 4; i++) {
		child[i] = fork();
		if (!child[i]) {
			struct db *own = pg_open_as_tenant(DATABASE);
			enum err e = migrate_master(own, list, &report);

			db_close(own);
			_exit(e || report.after != 3);
		}
	}
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(applied(db), 3);
	assert_int_equal(pg_number(db, "SELECT count(*) AS n FROM a"), 1);
}

struct one {
	const struct migration *m;
	bool done, fail;
};

static enum err one_body(struct db *db, void *arg)
{
	struct one *one = arg;
	enum err e = migrate_one(db, "schema", one->m, &one->done);

	return e ? e : one->fail ? ERR_BUSY : OK;
}

static void test_one(void **state)
{
	struct migration changed = list[0];
	struct db *db = *state;
	struct one one = { .m = &list[0], .fail = true };

	assert_int_equal(db_transaction(db, "test", one_body, &one), ERR_BUSY);
	assert_int_equal(pg_number(db, "SELECT count(*) AS n FROM pg_class WHERE relname IN ('a', "
				       "'souk_migrations')"),
		0);
	one.fail = false;
	assert_int_equal(db_transaction(db, "test", one_body, &one), OK);
	assert_true(one.done);
	assert_int_equal(db_transaction(db, "test", one_body, &one), OK);
	assert_false(one.done);
	changed.sql = "SELECT 1";
	one.m = &changed;
	assert_int_equal(db_transaction(db, "test", one_body, &one), ERR_VALIDATION);
	assert_int_equal(pg_number(db, "SELECT count(*) AS n FROM a"), 1);
}

static void test_fingerprint(void **state)
{
	struct migration other[4];
	char a[33], b[33];

	(void)state;
	memcpy(other, list, sizeof(list));
	migrate_fingerprint(list, a);
	migrate_fingerprint(other, b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), 32);
	other[1].sql = "";
	migrate_fingerprint(other, b);
	assert_string_not_equal(a, b);
	migrate_fingerprint(list + 3, b);
	assert_string_not_equal(a, b);
}

static struct server_facts facts(struct db *db)
{
	struct server_facts f;

	assert_int_equal(connect_facts(db, &f), OK);
	return f;
}

static void test_facts(void **state)
{
	static const char *const foreign[][2] = {
		{ "CREATE TABLE x (a int)", "DROP TABLE x" },
		{ "CREATE VIEW x AS SELECT 1", "DROP VIEW x" },
		{ "CREATE SEQUENCE x", "DROP SEQUENCE x" },
		{ "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION x" },
		{ "CREATE TYPE x AS ENUM ('a')", "DROP TYPE x" },
		{ "CREATE TYPE x AS (a int)", "DROP TYPE x" },
		{ "CREATE DOMAIN x AS int", "DROP DOMAIN x" },
		{ "CREATE SCHEMA s; CREATE TABLE s.x (a int)", "DROP SCHEMA s CASCADE" },
	};
	struct db *db = *state, *other;
	struct server_facts f, g;
	char id[ID_TEXT], sql[200];
	size_t i;

	f = facts(db);
	assert_true(f.empty && f.can_create && !f.ours);
	assert_true(text_starts(f.server, "PostgreSQL "));
	assert_true(f.version >= 130000 && f.database_oid > 0 && text_starts(f.identity, "pg-"));
	for (i = 0; i < sizeof(foreign) / sizeof(*foreign); i++) {
		pg_script(db, foreign[i][0]);
		if (facts(db).empty)
			fail_msg("empty after %s", foreign[i][0]);
		pg_script(db, foreign[i][1]);
		assert_true(facts(db).empty);
	}
	/* A table of that name alone is no marker, nor a view. */
	pg_script(db, "CREATE TABLE souk_meta (x int)");
	assert_true(!facts(db).ours && !facts(db).empty);
	pg_script(db,
		"DROP TABLE souk_meta; CREATE TABLE souk_meta (key text PRIMARY KEY, value text)");
	f = facts(db);
	assert_true(f.ours && f.empty);
	assert_string_equal(f.store_id, "");
	snprintf(sql, sizeof(sql), "INSERT INTO souk_meta VALUES ('store_id', '%s')", id_new(id));
	pg_script(db, sql);
	pg_script(db, "CREATE TABLE x (a int)");
	f = facts(db);
	assert_true(f.ours && f.empty);
	assert_string_equal(f.store_id, id);
	pg_script(db, "CREATE SCHEMA s; CREATE TABLE s.y (a int)");
	assert_false(facts(db).empty);
	/* Another database of the same server. */
	other = pg_tenant();
	g = facts(other);
	assert_string_equal(f.identity, g.identity);
	assert_true(f.database_oid != g.database_oid);
	db_close(other);
}

/* Where the system identifier may not be read, and nothing may be made. */
static void test_facts_of_little(void **state)
{
	struct db *db = *state;
	struct server_facts f;

	pg_script(db, "DROP ROLE IF EXISTS souk_test_little; CREATE ROLE souk_test_little;"
		      "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;"
		      "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
		      "SET ROLE souk_test_little");
	f = facts(db);
	assert_true(text_starts(f.identity, "addr-"));
	assert_false(f.can_create);
	pg_script(db, "RESET ROLE; SET search_path TO pg_temp");
	assert_false(facts(db).can_create);
	pg_script(db, "RESET search_path; GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC;"
		      "DROP ROLE souk_test_little");
}

/* --- tools/embed_sql.sh, whose C must give back the bytes of the files. */

static int run(const char *dir, const char *command)
{
	const char *root = getenv("SOUK_SRCDIR");
	char line[2000];

	snprintf(line, sizeof(line), "cd '%s' && E='%s/tools/embed_sql.sh' && { %s; } >out 2>err",
		dir, root ? root : ".", command);
	return system(line);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0 && !fclose(f));
}

static void test_embed(void **state)
{
	static const char awkward[] =
		"CREATE TABLE a (\n\tt text DEFAULT '\"\\n %s ?\?/ ?\?) \\\\ \303\251'\n);\n"
		"  create unlogged table b ();\n-- CREATE TABLE c\n\n";
	static const char *const bad[] = {
		"sh $E x 0002_b.sql",
		"sh $E x 0001_a.sql 0001_z.sql",
		"sh $E x b.sql",
		"sh $E 'x y' 0001_a.sql",
		"sh $E x 0001_none.sql",
		"sh $E x 0001_empty.sql",
		"sh $E x 0001_bell.sql",
		"sh $E",
	};
	char dir[] = "/tmp/souk-embed-XXXXXX", line[200];
	size_t i;

	(void)state;
	if (!getenv("SOUK_SRCDIR")) {
		print_message("# SOUK_SRCDIR is not set: not looking at tools/embed_sql.sh\n");
		return;
	}
	assert_non_null(mkdtemp(dir));
	put(dir, "0001_a.sql", awkward);
	put(dir, "0001_z.sql", awkward);
	put(dir, "b.sql", awkward);
	put(dir, "0002_b.sql", "SELECT 1;");
	put(dir, "0001_empty.sql", "");
	put(dir, "0001_bell.sql", "\a");
	put(dir, "main.c",
		"#include <stdio.h>\n#include \"made.c\"\nint main(void) {"
		" return printf(\"%s%s\", list[0].sql, list[1].sql) < 0 || list[2].name; }\n");
	assert_int_equal(
		run(dir, "sh $E list 0002_b.sql 0001_a.sql >made.c && grep -q '  , 2 },' made.c &&"
			 "${CC:-cc} -std=c11 -Wall -Wextra -Werror -I \"${E%/tools/*}/src\" main.c "
			 "-o made &&"
			 "./made >back && { cat 0001_a.sql 0002_b.sql; echo; } | cmp - back"),
		0);
	assert_int_equal(
		run(dir, "sh $E none && sh $E none '[0-9]*.none' && grep -q 'none\\[\\] = {' out"),
		0);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!run(dir, bad[i]))
			fail_msg("taken: %s", bad[i]);
	snprintf(line, sizeof(line), "rm -r '%s'", dir);
	assert_int_equal(system(line), 0);
}

#define PG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_embed),
		PG_TEST(test_master),
		PG_TEST(test_stops),
		PG_TEST(test_at_once),
		PG_TEST(test_one),
		PG_TEST(test_facts),
		PG_TEST(test_facts_of_little),
	};

	return pg_run_tests(tests, 2, sizeof(tests) / sizeof(*tests));
}
