/* SPDX-License-Identifier: Apache-2.0 */
/* Where we may connect: any range list, any address, in any spelling. Nothing here asks a name
 * server or sends a packet. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/buf.h"
#include "base/text.h"
#include "net/egress.h"

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static struct egress_policy nothing, everything;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char why[200];

	(void)argc;
	(void)argv;
	EXPECT(!egress_policy_parse("", &nothing, why, sizeof(why)));
	EXPECT(!egress_policy_parse("0.0.0.0/0, ::/0", &everything, why, sizeof(why)));
	return 0;
}

static union address v4_of(const unsigned char bytes[4])
{
	union address a = { .v4 = { .sin_family = AF_INET } };

	memcpy(&a.v4.sin_addr, bytes, 4);
	return a;
}

static union address v6_of(const unsigned char bytes[16])
{
	union address a = { .v6 = { .sin6_family = AF_INET6 } };

	memcpy(&a.v6.sin6_addr, bytes, 16);
	return a;
}

/* The ranges that everybody knows, told in another way than the table of the program. */
static bool private4(const unsigned char b[4])
{
	return b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 ||
	       (b[0] == 172 && b[1] / 16 == 1) || (b[0] == 192 && b[1] == 168) ||
	       (b[0] == 169 && b[1] == 254) || (b[0] == 100 && b[1] / 64 == 1);
}

static void check_v4(const struct egress_policy *policy, const unsigned char b[4])
{
	static const unsigned char metadata[4] = { 169, 254, 169, 254 };
	unsigned char mapped[16] = { [10] = 0xff, [11] = 0xff };
	union address a = v4_of(b), m;
	enum egress_verdict v = egress_check(policy, &a.sa);

	memcpy(mapped + 12, b, 4);
	m = v6_of(mapped);
	EXPECT(egress_check(policy, &m.sa) == v);
	if (private4(b)) {
		EXPECT(egress_check(&nothing, &a.sa) == EGRESS_REFUSED && v != EGRESS_PUBLIC);
		if (b[0] == 0 || b[0] / 16 == 14 || !memcmp(b, metadata, 4))
			EXPECT(egress_check(&everything, &a.sa) == EGRESS_REFUSED);
	}
	EXPECT(v != EGRESS_ALLOWED_PRIVATE ||
	       egress_check(&everything, &a.sa) == EGRESS_ALLOWED_PRIVATE);
	EXPECT(egress_check(NULL, &a.sa) == egress_check(&nothing, &a.sa));
}

/* Outside 2000::/3 and the mapped and NAT64 ranges nothing is public. */
static void check_v6(const struct egress_policy *policy, const unsigned char b[16])
{
	static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	union address a = v6_of(b), inner = v4_of(b + 12);
	enum egress_verdict v = egress_check(policy, &a.sa);

	if (IN6_IS_ADDR_V4MAPPED(&a.v6.sin6_addr))
		return;
	if (!memcmp(b, nat64, sizeof(nat64)))
		EXPECT(v != EGRESS_PUBLIC ||
		       egress_check(&nothing, &inner.sa) == EGRESS_PUBLIC);
	else if (b[0] / 32 != 1 || (b[0] == 0x20 && b[1] == 0x02))
		EXPECT(v != EGRESS_PUBLIC &&
		       egress_check(&nothing, &a.sa) == EGRESS_REFUSED);
	if (b[0] == 0xff)
		EXPECT(egress_check(&everything, &a.sa) == EGRESS_REFUSED);
}

static void check_policy(const char *text, struct egress_policy *policy)
{
	char why[200] = "", address[INET6_ADDRSTRLEN];
	struct egress_policy again;
	struct buf b = BUF_INIT;
	int i;

	if (egress_policy_parse(text, policy, why, sizeof(why))) {
		EXPECT(*why);
		*policy = nothing;
		return;
	}
	for (i = 0; i < policy->count; i++) {
		EXPECT(policy->allow[i].bits >= 0 && policy->allow[i].bits <= 128);
		inet_ntop(AF_INET6, policy->allow[i].prefix, address, sizeof(address));
		buf_printf(&b, "%s%s/%d", i ? ", " : "", address, policy->allow[i].bits);
	}
	EXPECT(!egress_policy_parse(buf_str(&b), &again, why, sizeof(why)));
	EXPECT(again.count == policy->count);
	for (i = 0; i < again.count; i++)
		EXPECT(!memcmp(&again.allow[i], &policy->allow[i], sizeof(again.allow[i])));
	buf_done(&b);
}

/* A literal in any of its spellings is judged as the address that it is. */
static void check_literal(const struct egress_policy *policy, const char *host)
{
	union address a = { .v4 = { .sin_family = AF_INET } };
	struct egress_addresses found;
	enum egress_problem problem;

	if (strspn(host, "0123456789abcdefxABCDEFX.:") != strlen(host) || text_ends(host, "."))
		return;
	if (!inet_aton(host, &a.v4.sin_addr)) {
		a = (union address){ .v6 = { .sin6_family = AF_INET6 } };
		if (inet_pton(AF_INET6, host, &a.v6.sin6_addr) != 1)
			return;
	}
	problem = egress_resolve(policy, host, 5432, &found);
	if (egress_check(policy, &a.sa) == EGRESS_REFUSED) {
		EXPECT(problem == EGRESS_NOT_ALLOWED && !found.count);
		return;
	}
	EXPECT(problem == EGRESS_OK || (problem == EGRESS_IPV6_ONLY && strchr(host, ':')));
	EXPECT(found.count == (problem == EGRESS_OK));
	if (a.sa.sa_family == AF_INET)
		EXPECT(text_eq(found.address[0], inet_ntoa(a.v4.sin_addr)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char bytes[16] = { 0 };
	struct egress_policy policy;
	struct fuzz_pieces p;

	if (size < sizeof(bytes))
		return 0;
	memcpy(bytes, data, sizeof(bytes));
	fuzz_cut(data + sizeof(bytes), size - sizeof(bytes), 2, &p);
	check_policy(fuzz_piece(&p, 0), &policy);
	check_v4(&policy, bytes);
	check_v6(&policy, bytes);
	check_literal(&policy, fuzz_piece(&p, 1));
	fuzz_cut_done(&p);
	return 0;
}
