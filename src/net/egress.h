/* SPDX-License-Identifier: Apache-2.0 */
/* The egress check: to which addresses this process may connect in the name of a stranger. */
#ifndef SOUK_NET_EGRESS_H
#define SOUK_NET_EGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/err.h"

enum { EGRESS_ADDRESSES = 8, EGRESS_ADDRESS_TEXT = 64, EGRESS_RANGES = 64 };

struct egress_range {
	unsigned char prefix[16];   /* IPv4 as ::ffff:a.b.c.d */
	int bits;
};

/* Private ranges that the operator allows (TENANT_NET_ALLOW). */
struct egress_policy {
	struct egress_range allow[EGRESS_RANGES];
	int count;
};

enum err egress_policy_parse(const char *cidrs, struct egress_policy *out, char *why,
			     size_t size) MUST_CHECK;

enum egress_verdict { EGRESS_PUBLIC, EGRESS_ALLOWED_PRIVATE, EGRESS_REFUSED };
enum egress_verdict egress_check(const struct egress_policy *, const struct sockaddr *);

enum egress_problem { EGRESS_OK, EGRESS_NO_SUCH_NAME, EGRESS_NOT_ALLOWED, EGRESS_IPV6_ONLY };

struct egress_addresses {
	char address[EGRESS_ADDRESSES][EGRESS_ADDRESS_TEXT];   /* numeric, in the order to try */
	bool is_private[EGRESS_ADDRESSES];
	int count;
};

/* Resolves `host` (name or literal, also odd spellings such as 0x7f.1 or 2130706433) and checks
 * every address: one refused refuses all, and no packet leaves to it. IPV6_ONLY when it has no IPv4
 * address and this machine has no IPv6 route. */
enum egress_problem egress_resolve(const struct egress_policy *, const char *host, int port,
				   struct egress_addresses *out);

#endif
