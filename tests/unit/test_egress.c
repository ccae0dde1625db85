/* SPDX-License-Identifier: Apache-2.0 */
/* The egress check: every special range, every spelling of it, and the operator's list. */
#include "net/egress.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct egress_policy nobody;

static enum egress_verdict check(const struct egress_policy *policy, const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return egress_check(policy, (const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return egress_check(policy, (const struct sockaddr *)&v6);
}

static struct egress_policy policy(const char *cidrs)
{
	struct egress_policy p;
	char why[200];

	if (egress_policy_parse(cidrs, &p, why, sizeof(why)))
		fail_msg("%s", why);
	return p;
}

static const char *const special[] = {
	"0.0.0.0",
	"0.255.255.255",
	"10.0.0.0",
	"10.255.255.255",
	"100.64.0.0",
	"100.127.255.255",
	"127.0.0.1",
	"127.255.255.254",
	"169.254.0.1",
	"169.254.169.254",
	"172.16.0.0",
	"172.31.255.255",
	"192.0.0.8",
	"192.0.0.171",
	"192.0.2.1",
	"192.31.196.1",
	"192.52.193.1",
	"192.88.99.1",
	"192.168.0.1",
	"192.168.255.255",
	"192.175.48.1",
	"198.18.0.1",
	"198.19.255.255",
	"198.51.100.1",
	"203.0.113.1",
	"224.0.0.1",
	"239.255.255.255",
	"240.0.0.1",
	"255.255.255.255",
	"100.100.100.200",
	"::",
	"::1",
	"::ffff:127.0.0.1",
	"::ffff:10.1.2.3",
	"::ffff:169.254.169.254",
	"::127.0.0.1",
	"::10.0.0.1",
	"::8.8.8.8",
	"::ffff:0:8.8.8.8",
	"64:ff9b::127.0.0.1",
	"64:ff9b::a00:1",
	"64:ff9b::169.254.169.254",
	"64:ff9b:1::8.8.8.8",
	"64:ff9b:0:0:1::1",
	"100::1",
	"100:0:0:1::1",
	"2001::1",
	"2001:0:4136:e378:8000:63bf:3fff:fdd2",
	"2001:2::1",
	"2001:10::1",
	"2001:20::1",
	"2001:1ff:ffff::1",
	"2001:db8::1",
	"2002:7f00:1::1",
	"2002:a00:1::1",
	"2002:808:808::1",
	"2620:4f:8000::1",
	"3fff::1",
	"3fff:fff:ffff::1",
	"4000::1",
	"5f00::1",
	"8000::1",
	"fc00::1",
	"fd00:ec2::254",
	"fd20:ce::254",
	"fdff:ffff::1",
	"fe80::1",
	"febf::1",
	"fec0::1",
	"feff::1",
	"ff02::1",
	"ff0e::1",
	"1::1",
	"1fff:ffff::1",
};

static void test_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(special) / sizeof(*special); i++)
		if (check(&nobody, special[i]) != EGRESS_REFUSED ||
			check(NULL, special[i]) != EGRESS_REFUSED)
			fail_msg("not refused: %s", special[i]);
}

static void test_public(void **state)
{
	static const char *const list[] = {
		"1.1.1.1",
		"8.8.8.8",
		"9.255.255.255",
		"11.0.0.0",
		"100.63.255.255",
		"100.128.0.0",
		"126.255.255.255",
		"128.0.0.1",
		"169.253.255.255",
		"169.255.0.0",
		"172.15.255.255",
		"172.32.0.0",
		"192.0.1.1",
		"192.0.3.1",
		"192.167.255.255",
		"192.169.0.0",
		"198.17.255.255",
		"198.20.0.0",
		"223.255.255.255",
		"::ffff:8.8.8.8",
		"64:ff9b::8.8.8.8",
		"2001:200::1",
		"2001:4860:4860::8888",
		"2606:4700::1111",
		"2a00:1450::1",
		"3ffe::1",
		"2003::1",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (check(&nobody, list[i]) != EGRESS_PUBLIC)
			fail_msg("not public: %s", list[i]);
}

static void test_allow(void **state)
{
	const struct egress_policy p = policy("10.1.0.0/16, 127.0.0.1\tfd12:3456::/32,,::1");
	const struct egress_policy all = policy("0.0.0.0/0 ::/0");

	(void)state;
	assert_int_equal(p.count, 4);
	assert_int_equal(check(&p, "10.1.255.1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&p, "::ffff:10.1.255.1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&p, "10.2.0.1"), EGRESS_REFUSED);
	assert_int_equal(check(&p, "127.0.0.1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&p, "127.0.0.2"), EGRESS_REFUSED);
	assert_int_equal(check(&p, "fd12:3456:1::1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&p, "fd12:3457::1"), EGRESS_REFUSED);
	assert_int_equal(check(&p, "::1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&p, "8.8.8.8"), EGRESS_PUBLIC);
	/* What no list opens. */
	assert_int_equal(check(&all, "192.168.1.1"), EGRESS_ALLOWED_PRIVATE);
	assert_int_equal(check(&all, "169.254.169.254"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "::ffff:169.254.169.254"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "fd00:ec2::254"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "0.0.0.0"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "::"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "224.0.0.1"), EGRESS_REFUSED);
	assert_int_equal(check(&all, "64:ff9b::10.0.0.1"), EGRESS_REFUSED);
}

static void test_policy_refuses(void **state)
{
	static const char *const list[] = { "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
		"10.0.0.0/8x", "x", "10.0.0/8", "010.0.0.0/8", "fd00::/129", "fd00::1/64", "[::1]",
		"/8", "10.0.0.0/8;11.0.0.0/8" };
	struct egress_policy p;
	char many[2000] = "", why[200];
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		why[0] = '\0';
		if (egress_policy_parse(list[i], &p, why, sizeof(why)) != ERR_VALIDATION || !why[0])
			fail_msg("taken: %s", list[i]);
	}
	for (i = 0; i <= EGRESS_RANGES; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "10.0.%zu.0/24,", i);
	assert_int_equal(egress_policy_parse(many, &p, why, sizeof(why)), ERR_VALIDATION);
	assert_int_equal(egress_policy_parse("", &p, why, sizeof(why)), OK);
	assert_int_equal(egress_policy_parse(NULL, &p, why, sizeof(why)), OK);
	assert_int_equal(p.count, 0);
}

static void test_spellings(void **state)
{
	static const char *const list[] = {
		"127.0.0.1",
		"127.1",
		"127.0.1",
		"0x7f.1",
		"0x7f000001",
		"0X7F.0.0.1",
		"0177.0.0.1",
		"017700000001",
		"2130706433",
		"0",
		"0x0",
		"00",
		"0.0",
		"127.0.0.1.",
		"localhost",
		"LOCALHOST",
		"localhost.",
		"169.254.169.254",
		"2852039166",
		"0xa9fea9fe",
		"0xa9.254.0251.0376",
		"::1",
		"0:0:0:0:0:0:0:1",
		"::ffff:7f00:1",
		"::ffff:127.0.0.1",
		"0:0:0:0:0:ffff:7f00:0001",
		"10.1",
		"0x0a.1",
		"012.0.0.1",
		"192.168.257",
		"3232235777",
		"fe80::1",
		"fd00:ec2::254",
		"224.1",
		"4294967295",
	};
	struct egress_addresses to;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		if (egress_resolve(&nobody, list[i], 5432, &to) != EGRESS_NOT_ALLOWED)
			fail_msg("not refused: %s", list[i]);
		assert_int_equal(to.count, 0);
	}
}

static void test_no_name(void **state)
{
	static const char *const list[] = { "", ".", " ", "127.0.0.1 x", "127.0.0.1\t",
		"fe80::1%lo", "a b", "/tmp", "[::1]", "h\n", "\xef\xbc\x91", "no-such-name.invalid",
		"256.1.1.1", "1.2.3.4.5", "0x100000000" };
	struct egress_addresses to;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (egress_resolve(&nobody, list[i], 5432, &to) != EGRESS_NO_SUCH_NAME)
			fail_msg("not 'no such name': %s", list[i]);
	assert_int_equal(egress_resolve(&nobody, NULL, 5432, &to), EGRESS_NO_SUCH_NAME);
}

static void test_resolved(void **state)
{
	const struct egress_policy p = policy("127.0.0.0/8");
	struct egress_addresses to;

	(void)state;
	assert_int_equal(egress_resolve(&p, "127.1", 5432, &to), EGRESS_OK);
	assert_int_equal(to.count, 1);
	assert_string_equal(to.address[0], "127.0.0.1");
	assert_true(to.is_private[0]);
	assert_int_equal(egress_resolve(&p, "134744072", 5432, &to), EGRESS_OK);
	assert_string_equal(to.address[0], "8.8.8.8");
	assert_false(to.is_private[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),        cmocka_unit_test(test_public),
		cmocka_unit_test(test_allow),          cmocka_unit_test(test_policy_refuses),
		cmocka_unit_test(test_spellings),      cmocka_unit_test(test_no_name),
		cmocka_unit_test(test_resolved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
