/* SPDX-License-Identifier: Apache-2.0 */
/* The egress check: IANA's special-purpose registries, applied to every address of a name. */
#include "net/egress.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { V4_BITS = 96, RESOLVE_SECONDS = 2, RESOLVE_TRIES = 2, HOST_MAX = 255 };

struct special {
	const char *prefix;
	int bits;
	bool never;   /* no setting of the operator opens it */
};

/* https://www.iana.org/assignments/iana-ipv4-special-registry, and what clouds answer their secrets
 * at. */
static const struct special special4[] = {
	{ "0.0.0.0", 8, true },           /* "this network"; connects to this machine */
	{ "169.254.169.254", 32, true },  /* metadata of most clouds */
	{ "169.254.170.2", 32, true },    /* credentials of containers */
	{ "169.254.170.23", 32, true },
	{ "100.100.100.200", 32, true },  /* metadata, Alibaba */
	{ "224.0.0.0", 4, true },         /* multicast */
	{ "255.255.255.255", 32, true },  /* broadcast */
	{ "10.0.0.0", 8, false },         /* private */
	{ "100.64.0.0", 10, false },      /* shared: carrier-grade NAT */
	{ "127.0.0.0", 8, false },        /* loopback */
	{ "169.254.0.0", 16, false },     /* link-local */
	{ "172.16.0.0", 12, false },      /* private */
	{ "192.0.0.0", 24, false },       /* protocol assignments */
	{ "192.0.2.0", 24, false },       /* documentation */
	{ "192.31.196.0", 24, false },    /* AS112 */
	{ "192.52.193.0", 24, false },    /* AMT */
	{ "192.88.99.0", 24, false },     /* 6to4 relay, deprecated */
	{ "192.168.0.0", 16, false },     /* private */
	{ "192.175.48.0", 24, false },    /* AS112 */
	{ "198.18.0.0", 15, false },      /* benchmarking */
	{ "198.51.100.0", 24, false },    /* documentation */
	{ "203.0.113.0", 24, false },     /* documentation */
	{ "240.0.0.0", 4, false },        /* reserved */
};

/* https://www.iana.org/assignments/iana-ipv6-special-registry; outside 2000::/3 nothing is public.
 */
static const struct special special6[] = {
	{ "::", 128, true },            /* unspecified; connects to this machine */
	{ "ff00::", 8, true },          /* multicast */
	{ "fd00:ec2::254", 128, true }, /* metadata, AWS */
	{ "fd00:ec2::23", 128, true },  /* credentials of containers, AWS */
	{ "fd20:ce::254", 128, true },  /* metadata, Google */
	{ "::1", 128, false },          /* loopback */
	{ "::", 96, false },            /* v4-compatible, deprecated */
	{ "::ffff:0:0:0", 96, false },  /* v4-translated (SIIT) */
	{ "64:ff9b::", 96, false },     /* NAT64: see embedded4() */
	{ "64:ff9b:1::", 48, false },   /* NAT64, local use */
	{ "100::", 64, false },         /* discard */
	{ "100:0:0:1::", 64, false },   /* dummy */
	{ "2001::", 23, false }, /* protocol assignments: Teredo, benchmarking, ORCHID, AMT, … */
	{ "2001:db8::", 32, false },     /* documentation */
	{ "2002::", 16, false },         /* 6to4: an IPv4 address inside, deprecated */
	{ "2620:4f:8000::", 48, false }, /* AS112 */
	{ "3fff::", 20, false },         /* documentation */
	{ "5f00::", 16, false },         /* segment routing */
	{ "fc00::", 7, false },          /* unique local */
	{ "fe80::", 10, false },         /* link-local */
	{ "fec0::", 10, false },         /* site-local, deprecated */
};

static const unsigned char mapped4[12] = { [10] = 0xff, [11] = 0xff };
static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

static bool covers(const unsigned char *prefix, int bits, const unsigned char *address)
{
	int whole = bits / 8, rest = bits % 8;

	if (memcmp(prefix, address, (size_t)whole) != 0)
		return false;
	return !rest || !((prefix[whole] ^ address[whole]) >> (8 - rest));
}

static void from_v4(const void *v4, unsigned char out[16])
{
	memcpy(out, mapped4, sizeof(mapped4));
	memcpy(out + 12, v4, 4);
}

/* One form for both families: 16 bytes, IPv4 as ::ffff:a.b.c.d. */
static bool to_bytes(const struct sockaddr *sa, unsigned char out[16])
{
	if (sa->sa_family == AF_INET) {
		from_v4(&((const struct sockaddr_in *)(const void *)sa)->sin_addr, out);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
		return true;
	}
	return false;
}

static bool is_v4(const unsigned char address[16])
{
	return !memcmp(address, mapped4, sizeof(mapped4));
}

/* The row that covers the address; `never` rows stand first. NULL: none. */
static const struct special *special_find(const unsigned char address[16])
{
	bool v4 = is_v4(address);
	const struct special *list = v4 ? special4 : special6;
	size_t n = v4 ? sizeof(special4) / sizeof(*special4) : sizeof(special6) / sizeof(*special6),
	       i;
	unsigned char prefix[16];

	for (i = 0; i < n; i++) {
		inet_pton(v4 ? AF_INET : AF_INET6, list[i].prefix, prefix);
		if (covers(prefix, list[i].bits, v4 ? address + 12 : address))
			return &list[i];
	}
	return NULL;
}

static bool is_allowed(const struct egress_policy *policy, const unsigned char address[16])
{
	int i;

	for (i = 0; policy && i < policy->count; i++)
		if (covers(policy->allow[i].prefix, policy->allow[i].bits, address))
			return true;
	return false;
}

static enum egress_verdict check_bytes(
	const struct egress_policy *policy, const unsigned char address[16])
{
	const struct special *row;
	unsigned char inner[16];

	/* A NAT64 gateway sends to the IPv4 address inside, so that one decides; never by the list,
	 * which speaks of addresses as this machine sees them. */
	if (!memcmp(address, nat64, sizeof(nat64))) {
		from_v4(address + 12, inner);
		return special_find(inner) ? EGRESS_REFUSED : EGRESS_PUBLIC;
	}
	row = special_find(address);
	if (!row && (is_v4(address) || (address[0] & 0xe0) == 0x20))
		return EGRESS_PUBLIC;
	if ((row && row->never) || !is_allowed(policy, address))
		return EGRESS_REFUSED;
	return EGRESS_ALLOWED_PRIVATE;
}

enum egress_verdict egress_check(const struct egress_policy *policy, const struct sockaddr *sa)
{
	unsigned char address[16];

	return to_bytes(sa, address) ? check_bytes(policy, address) : EGRESS_REFUSED;
}

static bool host_bits_zero(const struct egress_range *range)
{
	int i;

	for (i = range->bits; i < 128; i++)
		if (range->prefix[i / 8] & (0x80 >> (i % 8)))
			return false;
	return true;
}

/* "10.0.0.0/8", "fd12::/16", or an address alone. */
static bool range_parse(const char *text, struct egress_range *out)
{
	char address[INET6_ADDRSTRLEN + 1];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	unsigned char raw[16];
	int64_t bits = -1;

	if (n >= sizeof(address) || (slash && !text_int(slash + 1, 0, 128, &bits)))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(AF_INET, address, raw) == 1) {
		from_v4(raw, out->prefix);
		out->bits = V4_BITS + (int)(bits < 0 ? 32 : bits);
	} else if (inet_pton(AF_INET6, address, out->prefix) == 1) {
		out->bits = (int)(bits < 0 ? 128 : bits);
	} else {
		return false;
	}
	return out->bits <= 128 && host_bits_zero(out);
}

enum err egress_policy_parse(const char *cidrs, struct egress_policy *out, char *why, size_t size)
{
	static const char blank[] = " \t,";
	const char *at = cidrs ? cidrs : "";
	char word[80];
	size_t n;

	memset(out, 0, sizeof(*out));
	for (at += strspn(at, blank); *at; at += n, at += strspn(at, blank)) {
		n = strcspn(at, blank);
		snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1),
			at);
		if (out->count == EGRESS_RANGES) {
			snprintf(why, size, "more than %d ranges", EGRESS_RANGES);
			return ERR_VALIDATION;
		}
		if (n >= sizeof(word) || !range_parse(word, &out->allow[out->count])) {
			snprintf(why, size,
				"'%s' is not a range such as 10.0.0.0/8 or fd12:3456::/32 "
				"(no bits may be set after the prefix)",
				word);
			return ERR_VALIDATION;
		}
		out->count++;
	}
	return OK;
}

/* Asks the kernel only: connecting a datagram socket sends nothing. */
static bool has_route(const struct sockaddr *sa, socklen_t len)
{
	int fd = socket(sa->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool yes;

	if (fd < 0)
		return false;
	yes = !connect(fd, sa, len);
	close(fd);
	return yes;
}

/* A name server that is silent must not hold us for the resolver's usual half a minute. */
static void hurry_resolver(void)
{
	if (!(_res.options & RES_INIT) && res_init())
		return;
	_res.retrans = RESOLVE_SECONDS;
	_res.retry = RESOLVE_TRIES;
}

static struct addrinfo *lookup(const char *host, int port)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	char service[16];

	hurry_resolver();
	snprintf(service, sizeof(service), "%d", port);
	return getaddrinfo(host, service, &hints, &list) ? NULL : list;
}

struct tally {
	int v4, v6, routed6, publics, privates, refused;
};

static void look_at(const struct egress_policy *policy, const struct addrinfo *ai, struct tally *t,
		    struct egress_addresses *out)
{
	enum egress_verdict verdict = egress_check(policy, ai->ai_addr);

	t->refused += verdict == EGRESS_REFUSED;
	t->publics += verdict == EGRESS_PUBLIC;
	t->privates += verdict == EGRESS_ALLOWED_PRIVATE;
	t->v4 += ai->ai_family == AF_INET;
	t->v6 += ai->ai_family == AF_INET6;
	if (verdict == EGRESS_REFUSED || out->count == EGRESS_ADDRESSES)
		return;
	if (ai->ai_family == AF_INET6) {
		if (!has_route(ai->ai_addr, ai->ai_addrlen))
			return;
		t->routed6++;
	}
	if (getnameinfo(ai->ai_addr, ai->ai_addrlen, out->address[out->count], EGRESS_ADDRESS_TEXT,
		    NULL, 0, NI_NUMERICHOST))
		return;
	out->is_private[out->count++] = verdict == EGRESS_ALLOWED_PRIVATE;
}

static enum egress_problem judge(const struct tally *t, struct egress_addresses *out)
{
	enum egress_problem p = EGRESS_OK;

	if (!t->v4 && !t->v6)
		p = EGRESS_NO_SUCH_NAME;
	else if (t->refused || (t->publics && t->privates))
		p = EGRESS_NOT_ALLOWED;
	else if (!t->v4 && !t->routed6)
		p = EGRESS_IPV6_ONLY;
	else if (!out->count)
		p = EGRESS_NO_SUCH_NAME;
	if (p != EGRESS_OK)
		memset(out, 0, sizeof(*out));
	return p;
}

/* A dot at the end is the same name; blanks and the like would be cut off by inet_aton(). */
static bool tidy_host(const char *host, char out[HOST_MAX + 1])
{
	size_t n = host ? strlen(host) : 0;

	if (n && host[n - 1] == '.')
		n--;
	if (!n || n > HOST_MAX ||
		strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789.-_:") < n)
		return false;
	memcpy(out, host, n);
	out[n] = '\0';
	return true;
}

/* The old spellings (0x7f.1, 017700000001, 2130706433) are addresses, whatever a resolver makes of
 * them. */
static void canonical(char host[HOST_MAX + 1])
{
	struct in_addr v4;

	if (inet_aton(host, &v4))
		inet_ntop(AF_INET, &v4, host, HOST_MAX + 1);
}

enum egress_problem egress_resolve(const struct egress_policy *policy, const char *host, int port,
				   struct egress_addresses *out)
{
	char name[HOST_MAX + 1];
	struct addrinfo *list, *ai;
	struct tally t = { 0 };

	memset(out, 0, sizeof(*out));
	if (!tidy_host(host, name))
		return EGRESS_NO_SUCH_NAME;
	canonical(name);
	list = lookup(name, port);
	for (ai = list; ai; ai = ai->ai_next)
		look_at(policy, ai, &t, out);
	if (list)
		freeaddrinfo(list);
	return judge(&t, out);
}
