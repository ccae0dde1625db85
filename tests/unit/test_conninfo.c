/* SPDX-License-Identifier: Apache-2.0 */
/* Connection strings of strangers: what is taken, and every way in which one is refused. */
#include "db/conninfo.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

enum { WHY = 200 };

static void test_plain(void **state)
{
	struct conninfo c;
	char why[WHY];

	(void)state;
	assert_int_equal(
		conninfo_parse(
			"postgresql://shop:s3cret@DB.Example.COM.:6432/shopdb?sslmode=require", &c,
			why, sizeof(why)),
		OK);
	assert_int_equal(c.type, CONN_POSTGRESQL);
	assert_string_equal(c.host, "db.example.com");
	assert_string_equal(c.address, "");
	assert_int_equal(c.port, 6432);
	assert_string_equal(c.user, "shop");
	assert_string_equal(c.password, "s3cret");
	assert_string_equal(c.database, "shopdb");
	assert_int_equal(c.tls, CONN_TLS_REQUIRE);
	assert_false(c.pooled);
	assert_string_equal(why, "");
}

static void test_forms(void **state)
{
	static const struct {
		const char *url, *host;
		int port;
		enum conn_type type;
		enum conn_tls tls;
		bool pooled;
	} rows[] = {
		{ "postgres://u:p@h/d", "h", 5432, CONN_POSTGRESQL, CONN_TLS_DEFAULT, false },
		{ "POSTGRES://u:p@h/d?", "h", 5432, CONN_POSTGRESQL, CONN_TLS_DEFAULT, false },
		{ "mysql://u:p@h/d?ssl-mode=VERIFY_IDENTITY", "h", 3306, CONN_MYSQL,
			CONN_TLS_VERIFY_FULL, false },
		{ "mariadb://u:p@h:1/d?ssl-mode=DISABLED", "h", 1, CONN_MYSQL, CONN_TLS_DISABLE,
			false },
		{ "postgres://u:p@[2001:DB8::1]:65535/d", "2001:db8::1", 65535, CONN_POSTGRESQL,
			CONN_TLS_DEFAULT, false },
		{ "postgres://u:p@[::1]/d?sslmode=verify-ca", "::1", 5432, CONN_POSTGRESQL,
			CONN_TLS_VERIFY_CA, false },
		{ "postgres://u:p@h/d?sslmode=allow", "h", 5432, CONN_POSTGRESQL, CONN_TLS_PREFER,
			false },
		{ "postgres://u.ref:p@aws-0-eu-west-1.pooler.supabase.com:5432/postgres",
			"aws-0-eu-west-1.pooler.supabase.com", 5432, CONN_POSTGRESQL,
			CONN_TLS_DEFAULT, true },
		{ "postgres://u:p@h:6543/d", "h", 6543, CONN_POSTGRESQL, CONN_TLS_DEFAULT, true },
		{ "postgres://u:p@2130706433/d", "2130706433", 5432, CONN_POSTGRESQL,
			CONN_TLS_DEFAULT, false },
	};
	struct conninfo c;
	char why[WHY];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (conninfo_parse(rows[i].url, &c, why, sizeof(why)))
			fail_msg("%s: %s", rows[i].url, why);
		assert_string_equal(c.host, rows[i].host);
		assert_int_equal(c.port, rows[i].port);
		assert_int_equal(c.type, rows[i].type);
		assert_int_equal(c.tls, rows[i].tls);
		assert_int_equal(c.pooled, rows[i].pooled);
	}
}

static void test_percent(void **state)
{
	struct conninfo c;
	char why[WHY];

	(void)state;
	assert_int_equal(conninfo_parse("postgres://a%40b:p%2Fw%3a%25%c3%a9:x@h/my%20db", &c, why,
				 sizeof(why)),
		OK);
	assert_string_equal(c.user, "a@b");
	assert_string_equal(c.password, "p/w:%\xc3\xa9:x");
	assert_string_equal(c.database, "my db");
}

static const char *const hostile[] = {
	"",
	" ",
	"h",
	"postgres:",
	"postgres:/",
	"postgres://",
	"postgres:///d",
	"http://u:p@h/d",
	"file:///etc/passwd",
	"gopher://u:p@h/d",
	"postgresql+ssl://u:p@h/d",
	"jdbc:postgresql://u:p@h/d",
	"host=h user=u password=p dbname=d",
	"service=evil",
	"/var/run/postgresql",
	/* empty parts */
	"postgres://:p@h/d",
	"postgres://u@h/d",
	"postgres://u:@h/d",
	"postgres://u:p@/d",
	"postgres://@h/d",
	"postgres://u:p@h",
	"postgres://u:p@h/",
	"postgres://u:p@h/?sslmode=require",
	"postgres://u:p@.",
	"postgres://u:p@./d",
	"postgres://u:p@h..x/d",
	"postgres://u:p@.h/d",
	"postgres://u:p@:5432/d",
	/* hosts */
	"postgres://u:p@h1,h2/d",
	"postgres://u:p@h1:1,h2:2/d",
	"postgres://u:p@%2Ftmp/d",
	"postgres://u:p@%2fvar%2frun/d",
	"postgres://u:p@/tmp/d",
	"postgres://u:p@h%00x/d",
	"postgres://u:p@1%2e2.3.4/d",
	"postgres://u:p@[::1/d",
	"postgres://u:p@[::1]x/d",
	"postgres://u:p@[h]/d",
	"postgres://u:p@[]/d",
	"postgres://u:p@[1.2.3.4]/d",
	"postgres://u:p@::1/d",
	"postgres://u:p@[fe80::1%25eth0]/d",
	"postgres://u:p@[::1%lo]/d",
	"postgres://u:p@h_;x/d",
	"postgres://u:p@h h/d",
	"postgres://u:p@h\\x/d",
	"postgres://u:p@b\303\274cher.de/d",
	"postgres://u:p@\xef\xbc\x91.1.1.1/d",
	"postgres://u:p@h|id/d",
	"postgres://u:p@[::1]]/d",
	/* a second @ and a second / are read differently by different libraries */
	"postgres://u:p@good@evil/d",
	"postgres://u:p@good/d@evil",
	"postgres://u:p@h/d/e",
	"postgres://u:p@h/d#@evil",
	"postgres://u:p@h#evil/d",
	"postgres://u:p@h\\@evil/d",
	/* ports */
	"postgres://u:p@h:/d",
	"postgres://u:p@h:0/d",
	"postgres://u:p@h:65536/d",
	"postgres://u:p@h:-1/d",
	"postgres://u:p@h:+1/d",
	"postgres://u:p@h:05432/d",
	"postgres://u:p@h:5432x/d",
	"postgres://u:p@h:0x1538/d",
	"postgres://u:p@h:99999999999/d",
	"postgres://u:p@h:1:2/d",
	/* parameters */
	"postgres://u:p@h/d?host=evil",
	"postgres://u:p@h/d?hostaddr=127.0.0.1",
	"postgres://u:p@h/d?port=1",
	"postgres://u:p@h/d?options=-csearch_path=x",
	"postgres://u:p@h/d?service=x",
	"postgres://u:p@h/d?passfile=/etc/shadow",
	"postgres://u:p@h/d?sslkey=/etc/x",
	"postgres://u:p@h/d?sslrootcert=/etc/x",
	"postgres://u:p@h/d?sslmode=require&host=evil",
	"postgres://u:p@h/d?sslmode=require&sslmode=disable",
	"postgres://u:p@h/d?sslmode=",
	"postgres://u:p@h/d?sslmode=yes",
	"postgres://u:p@h/d?ssl%6dode=disable",
	"postgres://u:p@h/d?=x",
	"postgres://u:p@h/d?&sslmode=require",
	"postgres://u:p@h/d?pgbouncer=true",
	"postgres://u:p@h/d?dbname=x",
	"postgres://u:p@h/d?sslmode",
	"postgres://u:p@h/d?sslmode=disable;host=evil",
	"mysql://u:p@h/d?init_command=x",
	"mysql://u:p@h/d?allowLoadLocalInfile=true",
	/* bytes */
	"postgres://u%00x:p@h/d",
	"postgres://u:p%0a@h/d",
	"postgres://u:p%7f@h/d",
	"postgres://u:p@h/d%0d",
	"postgres://u:p%@h/d",
	"postgres://u:p%4@h/d",
	"postgres://u:p%zz@h/d",
	"postgres://u:p%ff@h/d",
	"postgres://u:p@h/d\n",
	"postgres://u:p@h/d\tx",
	"postgres://u\x80:p@h/d",
	" postgres://u:p@h/d",
};

static void test_hostile(void **state)
{
	struct conninfo c;
	char why[WHY];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		if (conninfo_parse(hostile[i], &c, why, sizeof(why)) !=
		    ERR_INVALID_CONNECTION_STRING)
			fail_msg("taken: %s", hostile[i]);
		assert_true(why[0] && !text_has_control(why));
		assert_string_equal(c.host, "");
		assert_string_equal(c.password, "");
	}
}

/* A password that was not encoded falls apart in many places; none of them may show up in the
 * words. */
static void test_no_secret_in_words(void **state)
{
	static const char *const urls[] = {
		"postgres://u:Hunter@Hunter@h/d",
		"postgres://u:Hunter/Hunter@h/d",
		"postgres://u:Hunter?Hunter@h/d",
		"postgres://u:Hunter#Hunter@h/d",
		"postgres://u:Hunter%zzHunter@h/d",
		"postgres://u:p@Hunter/d?x@h",
		"postgres://u:Hu%0anter@h/d",
		"postgres://u:p@ss/Hunter?Hunter!@h/d",
		"postgres://u:p@ss?Hunter@h/d",
		"postgres://u:p@ss:Hunter@h/d",
	};
	struct conninfo c;
	char why[WHY];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		assert_int_not_equal(conninfo_parse(urls[i], &c, why, sizeof(why)), OK);
		if (strstr(why, "Hunter"))
			fail_msg("%s", why);
	}
	assert_int_not_equal(
		conninfo_parse("postgres://u:p@h/d?options=x", &c, why, sizeof(why)), OK);
	assert_non_null(strstr(why, "'options'"));
}

static void test_long(void **state)
{
	static const struct {
		const char *before, *after;
		int most;
	} rows[] = {
		{ "postgres://", ":p@h/d", 127 },
		{ "postgres://u:", "@h/d", 1023 },
		{ "postgres://u:p@h/", "", 127 },
		{ "postgres://u:p@", "/d", 63 },
	};
	char url[8192], why[WHY];
	struct conninfo c;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (n = rows[i].most; n < 7000; n = n * 2 + 1) {
			char run[7001];

			memset(run, 'a', sizeof(run));
			run[n == rows[i].most ? n : n - rows[i].most] = '\0';
			snprintf(url, sizeof(url), "%s%s%s", rows[i].before, run, rows[i].after);
			assert_int_equal(conninfo_parse(url, &c, why, sizeof(why)),
					 n == rows[i].most ? OK : ERR_INVALID_CONNECTION_STRING);
		}
}

static void test_trusted(void **state)
{
	struct conninfo c;
	char why[WHY];

	(void)state;
	assert_int_equal(
		conninfo_parse_trusted("postgresql://postgres@/postgres?host=/run/pg&port=5433", &c,
			why, sizeof(why)),
		OK);
	assert_string_equal(c.host, "/run/pg");
	assert_string_equal(c.password, "");
	assert_int_equal(c.port, 5433);
	assert_int_equal(
		conninfo_parse_trusted("postgresql://a:b@%2Frun%2Fpg:1/x", &c, why, sizeof(why)),
		OK);
	assert_string_equal(c.host, "/run/pg");
	assert_int_equal(
		conninfo_parse_trusted(
			"postgresql://a@10.0.0.1/x?sslrootcert=/ca.pem&sslmode=verify-full", &c,
			why, sizeof(why)),
		OK);
	assert_string_equal(c.ca_file, "/ca.pem");
	assert_int_not_equal(conninfo_parse_trusted("postgresql://a@/x", &c, why, sizeof(why)), OK);
	assert_int_not_equal(
		conninfo_parse_trusted("postgresql://a@h1,h2/x", &c, why, sizeof(why)), OK);
	assert_int_not_equal(conninfo_parse_trusted("mysql://a@h/x", &c, why, sizeof(why)), OK);
	assert_int_not_equal(
		conninfo_parse_trusted("postgresql://a@h/x?host=%2Fx%0a", &c, why, sizeof(why)),
		OK);
}

static void test_store_and_load(void **state)
{
	struct conninfo c, back;
	char text[CONNINFO_TEXT], why[WHY];

	(void)state;
	assert_int_equal(
		conninfo_parse("postgres://u=1:p=%3D%20w@[2001:db8::1]:6543/d?sslmode=require", &c,
			why, sizeof(why)),
		OK);
	assert_int_equal(conninfo_store(&c, text, sizeof(text)), OK);
	assert_int_equal(conninfo_load(text, &back), OK);
	assert_memory_equal(&c, &back, sizeof(c));
	assert_int_not_equal(conninfo_store(&c, text, 40), OK);
	snprintf(c.password, sizeof(c.password), "a\nhost=evil");
	assert_int_not_equal(conninfo_store(&c, text, sizeof(text)), OK);
}

static void test_load_refuses(void **state)
{
	static const char *const texts[] = {
		"",
		"souk-conninfo 1\n",
		"souk-conninfo 2\nhost=h\n",
		"host=h\n",
		"souk-conninfo "
		"1\nhost=h\nuser=u\npassword=p\ndatabase=d\nca_file=\ntype=0\nport=0\ntls="
		"0\npooled=0\n",
		"souk-conninfo "
		"1\nhost=h\nhost=i\npassword=p\ndatabase=d\nca_file=\ntype=0\nport=1\ntls="
		"0\npooled=0\n",
		"souk-conninfo "
		"1\nhost=h\nuser=u\npassword=p\ndatabase=d\nca_file=\ntype=0\nport=1\ntls="
		"0\npooled=0",
		"souk-conninfo "
		"1\nhost=\nuser=u\npassword=p\ndatabase=d\nca_file=\ntype=0\nport=1\ntls=0\npooled="
		"0\n",
	};
	struct conninfo c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_not_equal(conninfo_load(texts[i], &c), OK);
}

static void test_words(void **state)
{
	static const char *const words[] = { "ok", "dns", "refused", "unreachable", "ipv6_only",
		"timeout", "tls", "auth", "pooler_tenant", "no_database", "permission",
		"server_version" };
	int i;

	(void)state;
	for (i = CONN_OK; i <= CONN_SERVER_VERSION; i++) {
		assert_string_equal(conn_reason_word((enum conn_reason)i), words[i]);
		assert_true(i == CONN_OK || *conn_reason_hint((enum conn_reason)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),          cmocka_unit_test(test_forms),
		cmocka_unit_test(test_percent),        cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_no_secret_in_words), cmocka_unit_test(test_long),
		cmocka_unit_test(test_trusted),        cmocka_unit_test(test_store_and_load),
		cmocka_unit_test(test_load_refuses),   cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
