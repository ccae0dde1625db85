/* SPDX-License-Identifier: Apache-2.0 */
/* Rate limits that hold over workers, hosts and restarts: counters of a fixed window in the master.
 */
#ifndef SOUK_DOMAIN_LIMITS_H
#define SOUK_DOMAIN_LIMITS_H

#include "base/err.h"
#include "config/settings.h"
#include "db/db.h"

/* Counts one hit under "<what>:<who>". ERR_RATE_LIMITED with *retry_after in seconds. */
enum err limits_hit(struct db *, const char *what, const char *who, const struct rate *,
		    int *retry_after) MUST_CHECK;
/* One hit under each of two, in one round trip; the longer wait of those that are over. */
struct limit {
	const char *what, *who;
	const struct rate *rate;
};
enum err limits_hit_both(struct db *, const struct limit both[2], int *retry_after) MUST_CHECK;
/* Looks without counting. */
enum err limits_look(struct db *, const char *what, const char *who, const struct rate *,
		     int *retry_after) MUST_CHECK;
/* Takes one hit back: what was counted was not done after all. */
enum err limits_take_back(struct db *, const char *what, const char *who) MUST_CHECK;
/* Forgets, e.g. the failed logins of an account and network after a good one. */
enum err limits_clear(struct db *, const char *what, const char *who) MUST_CHECK;
/* The network of an address: itself for IPv4, the /64 for IPv6. */
void limits_network(const char *address, char *out, unsigned long size);

#endif
