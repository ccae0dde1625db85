/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: the file, the environment over it, and lines that stop the start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"

static struct settings s;
static char file[64], why[256];

static void forget(void)
{
	const struct setting_row *r;

	for (r = settings_table(); r->name; r++)
		unsetenv(r->name);
	settings_done(&s);
}

static int clean(void **state)
{
	(void)state;
	forget();
	return 0;
}

static enum err load_text(const char *text)
{
	FILE *f = fopen(file, "w");
	enum err e;

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	forget();
	why[0] = '\0';
	e = settings_load(&s, file, true, why, sizeof(why));
	unlink(file);
	return e;
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(settings_load(&s, NULL, false, why, sizeof(why)), OK);
	assert_int_equal(s.jwt_expires_in, 7 * 86400);
	assert_int_equal(s.rate_login.hits, 10);
	assert_int_equal(s.rate_login.seconds, 900);
	assert_string_equal(s.master_db_url, "");
	assert_false(s.diagnostics);
}

static void reads_a_file(void **state)
{
	(void)state;
	assert_int_equal(
		load_text("# comment\n; another\n\n  WORKERS=8\r\nMAIL_FROM=\"A B <a@b.c>\"\n"
			  "JWT_EXPIRES_IN=15m\nDIAGNOSTICS=on\nRATE_LOGIN=3/60\n"
			  "MASTER_DB_URL='postgres://a?b=c&d=e'\nREFRESH_EXPIRES_IN=90"),
		OK);
	assert_int_equal(s.workers, 8);
	assert_string_equal(s.mail_from, "A B <a@b.c>");
	assert_int_equal(s.jwt_expires_in, 900);
	assert_int_equal(s.refresh_expires_in, 90);
	assert_true(s.diagnostics);
	assert_int_equal(s.rate_login.hits, 3);
	assert_string_equal(s.master_db_url, "postgres://a?b=c&d=e");
}

static void reads_what_systemd_and_editors_write(void **state)
{
	(void)state;
	assert_int_equal(load_text("\xef\xbb\xbfWORKERS=8\n"), OK);
	assert_int_equal(s.workers, 8);
	assert_int_equal(load_text("WORKERS = 9\nMAIL_FROM=  A <a@b.c> \n"
				   "LOG_LEVEL\t= \"warn\" \n"), OK);
	assert_int_equal(s.workers, 9);
	assert_string_equal(s.mail_from, "A <a@b.c>");
	assert_string_equal(s.log_level, "warn");
	assert_int_equal(load_text("WORKERS=8\n\xef\xbb\xbfWORKERS=9\n"), ERR_VALIDATION);
	assert_int_equal(load_text(" = 9\n"), ERR_VALIDATION);
	assert_int_equal(load_text("MAIL_FROM=\" A <a@b.c>\"\n"), OK);
	assert_string_equal(s.mail_from, " A <a@b.c>");
}

static void names_the_bounds_of_a_time(void **state)
{
	(void)state;
	assert_int_equal(load_text("JWT_EXPIRES_IN=31d\n"), ERR_VALIDATION);
	assert_string_equal(why, "setting JWT_EXPIRES_IN must be a time such as 90s, 15m, 12h or "
				 "7d, from 1 to 2592000 seconds");
}

static void a_default_file_that_cannot_be_read(void **state)
{
	(void)state;
	assert_int_equal(symlink(file, file), 0);   /* a loop: anything else root can read */
	forget();
	assert_int_equal(settings_load(&s, file, false, why, sizeof(why)), ERR_IO);
	assert_non_null(strstr(why, file));
	forget();
	assert_int_equal(setenv("MASTER_DB_URL", "postgres:///souk", 1), 0);
	assert_int_equal(settings_load(&s, file, false, why, sizeof(why)), OK);
	unlink(file);
}

static void the_environment_wins_and_is_scrubbed(void **state)
{
	FILE *f = fopen(file, "w");

	(void)state;
	assert_non_null(f);
	assert_true(fputs("WORKERS=8\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	setenv("WORKERS", "9", 1);
	setenv("PGPASSWORD", "x", 1);
	setenv("PGHOST", "x", 1);
	setenv("https_proxy", "http://x", 1);
	assert_int_equal(settings_load(&s, file, true, why, sizeof(why)), OK);
	unlink(file);
	assert_int_equal(s.workers, 9);
	assert_null(getenv("PGPASSWORD"));
	assert_null(getenv("PGHOST"));
	assert_null(getenv("https_proxy"));
}

static void refuses(void **state)
{
	static const struct {
		const char *line, *named;
	} bad[] = { { "NO_SUCH=1", "NO_SUCH" }, { "WORKER=1", "WORKER" },
		{ "just words", "line 1" }, { "WORKERS=0", "WORKERS" },
		{ "WORKERS=513", "WORKERS" }, { "WORKERS=4x", "WORKERS" },
		{ "WORKERS=", "WORKERS" }, { "WORKERS=99999999999999999999", "WORKERS" },
		{ "JWT_EXPIRES_IN=7x", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=7:", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=-1", "JWT_EXPIRES_IN" }, { "JWT_EXPIRES_IN=0", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=31d", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=d", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=7dd", "JWT_EXPIRES_IN" },
		{ "JWT_EXPIRES_IN=1.5h", "JWT_EXPIRES_IN" }, { "DIAGNOSTICS=maybe", "DIAGNOSTICS" },
		{ "RATE_LOGIN=10", "RATE_LOGIN" }, { "RATE_LOGIN=10/0", "RATE_LOGIN" },
		{ "RATE_LOGIN=/60", "RATE_LOGIN" }, { "RATE_LOGIN=1/60/60", "RATE_LOGIN" },
		{ "MAIL_FROM=a\tb", "MAIL_FROM" }, { "MAIL_FROM=\xff", "MAIL_FROM" },
		{ "EMAIL_VERIFICATION=no", "EMAIL_VERIFICATION" }, { "PAYMENTS=live", "PAYMENTS" },
		{ "LOG_LEVEL=loud", "LOG_LEVEL" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (load_text(bad[i].line) == OK)
			fail_msg("taken: %s", bad[i].line);
		assert_non_null(strstr(why, bad[i].named));
		assert_null(strchr(why, '\n'));
	}
}

static void a_bad_secret_is_not_told(void **state)
{
	(void)state;
	assert_int_not_equal(load_text("JWT_SECRET=canary\tcanary\n"), OK);
	assert_non_null(strstr(why, "JWT_SECRET"));
	assert_null(strstr(why, "canary"));
}

static void a_missing_file(void **state)
{
	(void)state;
	assert_int_equal(settings_load(&s, "/nonexistent/souk.conf", false, why, sizeof(why)), OK);
	forget();
	assert_int_equal(
		settings_load(&s, "/nonexistent/souk.conf", true, why, sizeof(why)), ERR_IO);
	assert_non_null(strstr(why, "/nonexistent/souk.conf"));
	forget();
	assert_int_equal(settings_load(&s, "/", true, why, sizeof(why)), ERR_IO);
	assert_non_null(strstr(why, "/"));
}

static void prints_values_but_no_secret(void **state)
{
	const struct setting_row *r;
	char out[512];

	(void)state;
	assert_int_equal(
		load_text("JWT_SECRET=canary\nENCRYPTION_KEY=canary\nMASTER_DB_URL=canary\n"
			  "SMTP_URL=canary\nMANAGED_DB_URL=canary\n"),
		OK);
	for (r = settings_table(); r->name; r++) {
		assert_null(strstr(settings_value(&s, r, out, sizeof(out)), "canary"));
		if (!strcmp(r->name, "JWT_SECRET"))
			assert_string_equal(out, "(secret)");
		if (!strcmp(r->name, "JWT_SECRETS_OLD"))
			assert_string_equal(out, "");
		if (!strcmp(r->name, "RATE_LOGIN"))
			assert_string_equal(out, "10/900");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(defaults, clean),
		cmocka_unit_test_teardown(reads_a_file, clean),
		cmocka_unit_test_teardown(the_environment_wins_and_is_scrubbed, clean),
		cmocka_unit_test_teardown(reads_what_systemd_and_editors_write, clean),
		cmocka_unit_test_teardown(names_the_bounds_of_a_time, clean),
		cmocka_unit_test_teardown(a_default_file_that_cannot_be_read, clean),
		cmocka_unit_test_teardown(refuses, clean),
		cmocka_unit_test_teardown(a_bad_secret_is_not_told, clean),
		cmocka_unit_test_teardown(a_missing_file, clean),
		cmocka_unit_test_teardown(prints_values_but_no_secret, clean),
	};
	const char *dir = getenv("TMPDIR");

	snprintf(file, sizeof(file), "%.32s/souk-settings-%d", dir ? dir : "/tmp", (int)getpid());
	forget();
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
