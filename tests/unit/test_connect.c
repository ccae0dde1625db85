/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting to servers that lie, fall silent or flood: each ends in time, with its reason, and
 * worker alive. */
#include "db/connect.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "fake_server.h"

/* A sanitizer multiplies memory; clang says so by __has_feature only. */
#if defined(__SANITIZE_ADDRESS__)
#define WITH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER 1
#endif
#endif
#ifndef WITH_SANITIZER
#define WITH_SANITIZER 0
#endif

enum { PATIENCE_S = 2, LONGEST_MS = 3500 };

static struct egress_policy loopback(void)
{
	struct egress_policy p;
	char why[200];

	assert_int_equal(egress_policy_parse("127.0.0.1", &p, why, sizeof(why)), OK);
	return p;
}

static struct conninfo info_of(int port)
{
	struct conninfo c;
	char url[200], why[200];

	snprintf(url, sizeof(url), "postgres://u:canary-secret@127.0.0.1:%d/d", port);
	assert_int_equal(conninfo_parse(url, &c, why, sizeof(why)), OK);
	return c;
}

static enum err try(const struct conninfo *c, struct db **db, struct conn_failure *why)
{
	const struct egress_policy p = loopback();
	const struct connect_options o = {
		.policy = &p, .timeout_s = PATIENCE_S, .statement_ms = 1500
	};
	int64_t start = clock_mono_ms();
	enum err e = connect_tenant(c, &o, db, why);

	assert_in_range(clock_mono_ms() - start, 0, LONGEST_MS);
	assert_false(text_has_control(why->detail));
	assert_null(strstr(why->detail, "canary"));
	return e;
}

static void expect(fake_fn *play, const void *arg, enum conn_tls tls, enum conn_reason reason)
{
	struct conn_failure why;
	struct conninfo c;
	struct fake f;
	struct db *db;

	fake_start(&f, play, arg);
	c = info_of(f.port);
	c.tls = tls;
	assert_int_equal(try(&c, &db, &why), ERR_CONNECTION_FAILED);
	fake_stop(&f);
	if (why.reason != reason)
		fail_msg("%s, expected %s (%s)", conn_reason_word(why.reason),
			conn_reason_word(reason), why.detail);
}

static void play_silent(int fd, int tell, const void *arg)
{
	(void)fd;
	(void)tell;
	(void)arg;
	sleep(10);
}

static void play_drip(int fd, int tell, const void *arg)
{
	static const char error[] = "E\0\0\0\xffSFATAL";
	size_t i;

	(void)tell;
	(void)arg;
	fake_startup(fd);
	for (i = 0; i < 40; i++, usleep(200000))
		fake_write(fd, error + (i < sizeof(error) ? i : 6), 1);
}

/* The guard must wait for the rest without burning CPU, and not let go of half a request. */
static void play_half(int fd, int tell, const void *arg)
{
	(void)tell;
	(void)arg;
	fake_startup(fd);
	fake_write(fd, "R\0\0\0\10\0\0", 7);
	sleep(10);
}

static void play_bytes(int fd, int tell, const void *arg)
{
	char in[2048];

	(void)tell;
	fake_read(fd, in, sizeof(in));
	fake_write(fd, arg, strlen(arg));
	usleep(300000);
}

static void play_error(int fd, int tell, const void *arg)
{
	char body[300];
	size_t n = 0;
	const char *const *parts = arg;

	(void)tell;
	fake_startup(fd);
	for (; *parts; parts++) {
		memcpy(body + n, *parts, strlen(*parts) + 1);
		n += strlen(*parts) + 1;
	}
	body[n++] = '\0';
	fake_send(fd, 'E', body, n);
	usleep(300000);
}

static void test_silence(void **state)
{
	(void)state;
	expect(play_silent, NULL, CONN_TLS_DEFAULT, CONN_TIMEOUT);
	expect(play_drip, NULL, CONN_TLS_DISABLE, CONN_TIMEOUT);
	expect(play_half, NULL, CONN_TLS_DISABLE, CONN_TIMEOUT);
}

static void test_refused(void **state)
{
	struct conninfo c = info_of(1);
	struct conn_failure why;
	struct db *db;

	(void)state;
	assert_int_equal(try(&c, &db, &why), ERR_CONNECTION_FAILED);
	assert_int_equal(why.reason, CONN_REFUSED);
	assert_null(db);
}

static void test_not_allowed(void **state)
{
	static const char *const hosts[] = { "127.0.0.2", "localhost", "10.0.0.1", "0x7f000002",
		"::1", "/tmp" };
	struct conninfo c = info_of(5432);
	struct conn_failure why;
	struct db *db;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		snprintf(c.host, sizeof(c.host), "%s", hosts[i]);
		if (i == 1)
			continue;   /* may be 127.0.0.1 alone, which is allowed here */
		assert_int_equal(try(&c, &db, &why), ERR_HOST_NOT_ALLOWED);
		assert_int_equal(why.reason, CONN_NOT_ALLOWED);
	}
	snprintf(c.host, sizeof(c.host), "no-such-name.invalid");
	assert_int_equal(try(&c, &db, &why), ERR_CONNECTION_FAILED);
	assert_int_equal(why.reason, CONN_DNS);
	c.type = CONN_MYSQL;
	assert_int_equal(try(&c, &db, &why), ERR_DATABASE_TYPE_UNSUPPORTED);
	/* Public addresses: never without TLS, and that is known before a packet leaves. */
	c = info_of(5432);
	snprintf(c.host, sizeof(c.host), "192.0.1.1");
	c.tls = CONN_TLS_PREFER;
	assert_int_equal(try(&c, &db, &why), ERR_CONNECTION_FAILED);
	assert_int_equal(why.reason, CONN_TLS_FAILED);
}

static void test_tls(void **state)
{
	(void)state;
	expect(play_bytes, "N", CONN_TLS_REQUIRE, CONN_TLS_FAILED);
	expect(play_bytes, "N", CONN_TLS_VERIFY_FULL, CONN_TLS_FAILED);
	expect(play_bytes, "SThis is not TLS at all, but it is long enough", CONN_TLS_REQUIRE,
		CONN_TLS_FAILED);
	expect(play_bytes, "HTTP/1.1 400 Bad Request\r\n\r\n", CONN_TLS_REQUIRE, CONN_TLS_FAILED);
	expect(play_bytes, "HTTP/1.1 400 Bad Request\r\n\r\n", CONN_TLS_DISABLE, CONN_REFUSED);
}

static void test_errors(void **state)
{
	static const struct {
		const char *parts[6];
		enum conn_reason reason;
	} rows[] = {
		{ { "SFATAL", "VFATAL", "C28P01", "Mno" }, CONN_AUTH },
		{ { "SFATAL", "C28000", "Mno pg_hba.conf entry" }, CONN_AUTH },
		{ { "SFATAL", "C3D000", "Mdatabase \"d\" does not exist" }, CONN_NO_DATABASE },
		{ { "SFATAL", "C42501", "Mpermission denied" }, CONN_PERMISSION },
		{ { "SFATAL", "C53300", "Mtoo many" }, CONN_REFUSED },
		{ { "SFATAL", "CXX000", "MTenant or user not found" }, CONN_POOLER_TENANT },
		{ { "SFATAL", "Mnothing \x1b[31m<script>canary</script>" }, CONN_REFUSED },
		{ { "Mcanary" }, CONN_REFUSED },
		{ { "SFATAL", "Ccanary", "M:  28P01: \n" }, CONN_AUTH },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(play_error, rows[i].parts, CONN_TLS_DISABLE, rows[i].reason);
}

/* What the client sends after the request is told to the test. */
static void play_ask(int fd, int tell, const void *arg)
{
	char in[2048];
	size_t n;

	fake_startup(fd);
	fake_auth(fd, *(const uint32_t *)arg, NULL, 0);
	n = fake_read(fd, in, sizeof(in));
	if (write(tell, in, n) < 0)
		_exit(1);
	_exit(0);
}

static void test_bad_requests(void **state)
{
	static const uint32_t codes[] = { 3 /* clear text */, 2, 6, 7 /* GSS */, 9 /* SSPI */, 99 };
	struct conn_failure why;
	struct conninfo c;
	struct fake f;
	struct db *db;
	char told[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		fake_start(&f, play_ask, &codes[i]);
		c = info_of(f.port);
		assert_int_equal(try(&c, &db, &why), ERR_CONNECTION_FAILED);
		assert_int_equal(why.reason, CONN_AUTH);
		usleep(100000);
		kill(-f.pid, SIGKILL);
		assert_int_equal(read(f.told, told, sizeof(told)), 0);
		fake_stop(&f);
	}
}

static void play_scram(int fd, int tell, const void *arg)
{
	char in[2048], out[400], *nonce;
	size_t n;

	(void)tell;
	fake_startup(fd);
	fake_auth(fd, 10, "SCRAM-SHA-256\0", 15);
	n = fake_read(fd, in, sizeof(in) - 1);
	in[n] = '\0';
	nonce = memmem(in, n, ",r=", 3);
	if (!nonce)
		_exit(1);
	snprintf(out, sizeof(out), "r=%.100sxyz,s=c2FsdHNhbHQ=,i=%s", nonce + 3, (const char *)arg);
	fake_auth(fd, 11, out, strlen(out));
	fake_read(fd, in, sizeof(in));
	fake_send(fd, 'E', "SFATAL\0C28P01\0Mwrong\0", 22);
	usleep(300000);
}

static void test_scram(void **state)
{
	(void)state;
	expect(play_scram, "4096", CONN_TLS_DISABLE, CONN_AUTH);
	expect(play_scram, "2147483647", CONN_TLS_DISABLE, CONN_AUTH);
	expect(play_scram, "99999999999999999999", CONN_TLS_DISABLE, CONN_AUTH);
	expect(play_scram, " 2147483647", CONN_TLS_DISABLE, CONN_AUTH);
}

static void play_version(int fd, int tell, const void *arg)
{
	(void)tell;
	fake_startup(fd);
	fake_ready(fd, arg);
	sleep(1);
}

static void play_parameters(int fd, int tell, const void *arg)
{
	char body[2000];
	size_t n;
	int i;

	(void)tell;
	(void)arg;
	fake_startup(fd);
	fake_auth(fd, 0, NULL, 0);
	memset(body, 'x', sizeof(body));
	body[sizeof(body) - 1] = '\0';
	for (i = 0; i < 100000000; i++) {
		n = (size_t)snprintf(body, 32, "p%d", i);
		body[n + 1] = 'v';
		fake_send(fd, 'S', body, sizeof(body));
	}
}

/* An error of a gigabyte, announced before the server is ready. */
static void play_long_error(int fd, int tell, const void *arg)
{
	char big[16384];

	(void)tell;
	(void)arg;
	fake_startup(fd);
	fake_auth(fd, 0, NULL, 0);
	fake_write(fd, "E\77\377\377\377M", 6);
	memset(big, 'x', sizeof(big));
	for (;;)
		fake_write(fd, big, sizeof(big));
}

static void test_odd_servers(void **state)
{
	(void)state;
	expect(play_version, "12.22", CONN_TLS_DISABLE, CONN_SERVER_VERSION);
	expect(play_version, "9.6.1", CONN_TLS_DISABLE, CONN_SERVER_VERSION);
	expect(play_version, "MySQL", CONN_TLS_DISABLE, CONN_SERVER_VERSION);
	expect(play_parameters, NULL, CONN_TLS_DISABLE, CONN_REFUSED);
	/* Under a sanitizer malloc keeps no books, and the deadline alone ends it. */
	if (!WITH_SANITIZER)
		expect(play_long_error, NULL, CONN_TLS_DISABLE, CONN_REFUSED);
}

/* --- After connecting: what a statement may be answered with. */

static void play_flood(int fd, int tell, const void *arg)
{
	const char *what = arg;
	char in[2048], big[16384] = "",
		       row[64] = "\0\1n\0\0\0\0\0\0\0\0\0\0\27\0\4\377\377\377\377\0\0";
	int i;

	(void)tell;
	fake_startup(fd);
	fake_ready(fd, "15.1");
	fake_read(fd, in, sizeof(in));
	fake_send(fd, '1', "", 0);
	fake_send(fd, '2', "", 0);
	if (*what == 'D' || *what == 'L')
		fake_send(fd, 'T', row, 22);
	if (*what == 'L')   /* a row of a gigabyte */
		fake_write(fd, "D\77\377\377\377\0\1\77\377\377\365", 11);
	memset(big, 'x', sizeof(big) - 1);
	for (i = 0; i < 100000000; i++)
		switch (*what) {
		case 'D': fake_send(fd, 'D', "\0\1\0\0\0\1" "7", 7); break;
		case 'N': fake_send(fd, 'N', "SNOTICE\0C00000\0Mcanary\0", 24); break;
		case 'A': fake_send(fd, 'A', "\0\0\0\1ch\0payload", 15); break;
		case 'S': fake_send(fd, 'S', "a\0b", 4); break;
		case 'L': fake_write(fd, big, sizeof(big)); break;
		case 'H': fake_send(fd, 'H', "\0\0\0", 3); sleep(10); break;
		case 'G': fake_send(fd, 'G', "\0\0\0", 3); sleep(10); break;
		case 'W': fake_send(fd, 'W', "\0\0\0", 3); sleep(10); break;
		case 'E':
			fake_send(fd, 'E', "Mno state <b>canary</b>\0", 25);
			fake_send(fd, 'Z', "I", 1);
			sleep(10);
			break;
		case '?': fake_write(fd, "?\0\0\0\4", 5); sleep(10); break;
		default: sleep(10);
		}
}

static void test_floods(void **state)
{
	static const struct stmt ask = { "test_ask", "SELECT 7 AS n", NULL };
	static const char *const kinds[] = { "D", "N", "A", "S", "L", "H", "G", "W", "E", "?",
		"-" };
	struct conn_failure why;
	struct conninfo c;
	struct result r;
	struct fake f;
	struct db *db;
	struct rusage use;
	int64_t start;
	enum err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		fake_start(&f, play_flood, kinds[i]);
		c = info_of(f.port);
		c.pooled = true;   /* no settings of the session before */
		if (try(&c, &db, &why))
			fail_msg("%s: %s", kinds[i], why.detail);
		start = clock_mono_ms();
		e = db_run(db, &ask, NO_ARGS, &r);
		if (!e || !db->broken || clock_mono_ms() - start > 3000)
			fail_msg("%s: %d, broken %d, after %ld ms", kinds[i], e, db->broken,
				 (long)(clock_mono_ms() - start));
		db_close(db);
		fake_stop(&f);
	}
	getrusage(RUSAGE_SELF, &use);
	assert_true(use.ru_maxrss < (WITH_SANITIZER ? 1024 : 64) * 1024L);
}

/* Reads nothing for a while, and then all, in no hurry. */
static void play_slow_reader(int fd, int tell, const void *arg)
{
	static char in[65536];
	size_t got, all = 0;

	(void)tell;
	fake_startup(fd);
	fake_ready(fd, "15.1");
	usleep(500000);
	while (all < *(const size_t *)arg) {
		got = fake_read(fd, in, sizeof(in));
		if (!got)
			_exit(1);
		all += got;
		usleep(1000);
	}
	fake_send(fd, '1', "", 0);
	fake_send(fd, '2', "", 0);
	fake_send(fd, 'n', "", 0);
	fake_send(fd, 'C', "INSERT 0 1", 11);
	fake_send(fd, 'Z', "I", 1);
	sleep(5);
}

static long cpu_ms(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
	       (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

/* What waits to be read by the server costs neither bytes nor CPU. */
static void test_slow_reader(void **state)
{
	static const struct stmt put = { "test_put", "INSERT INTO t VALUES ($1)", NULL };
	static const size_t size = 4 << 20;
	char *text = malloc(size + 1);
	struct conn_failure why;
	struct conninfo c;
	struct fake f;
	struct db *db;
	long before;

	(void)state;
	if (!text)
		abort();
	memset(text, 'x', size);
	text[size] = '\0';
	fake_start(&f, play_slow_reader, &size);
	c = info_of(f.port);
	c.pooled = true;
	assert_int_equal(try(&c, &db, &why), OK);
	before = cpu_ms();
	assert_int_equal(db_run(db, &put, ARGS(a_text(text)), NULL), OK);
	assert_in_range(cpu_ms() - before, 0, WITH_SANITIZER ? 1000 : 250);
	assert_false(db->broken);
	db_close(db);
	fake_stop(&f);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence),     cmocka_unit_test(test_refused),
		cmocka_unit_test(test_not_allowed), cmocka_unit_test(test_tls),
		cmocka_unit_test(test_errors),      cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_scram),       cmocka_unit_test(test_odd_servers),
		cmocka_unit_test(test_floods),      cmocka_unit_test(test_slow_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
