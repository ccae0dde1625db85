/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the platform's own footing: the master database, its tables, the keys. */
#ifndef SOUK_DOMAIN_DIAGNOSTICS_H
#define SOUK_DOMAIN_DIAGNOSTICS_H

#include <stdbool.h>

#include "base/err.h"
#include "db/runtime.h"

struct diagnosis {
	bool env_vars;       /* the settings that nothing works without are there */
	bool connection;     /* the master answers */
	bool query;          /* and computes */
	bool tables;         /* all migrations of this program are applied */
	bool encryption;     /* what is sealed opens again */
	int schema_version, schema_latest;
	long latency_us;     /* of one query */
};

/* Looks at everything that it can reach; never fails itself and changes nothing. */
void diagnostics_look(struct runtime *, struct diagnosis *out);
/* The master answers and its schema is that of this program: this host may take requests. */
bool diagnostics_ready(struct runtime *);

#endif
