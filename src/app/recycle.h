/* SPDX-License-Identifier: Apache-2.0 */
/* When a worker has done enough: after MAX_REQUESTS answers, or grown past MAX_MEMORY. */
#ifndef SOUK_APP_RECYCLE_H
#define SOUK_APP_RECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/settings.h"

struct recycle {
	uint64_t answers;      /* 0: any number */
	int64_t bytes;         /* 0: any size */
	int64_t looked_ms;     /* when the memory was last looked at */
};

/* Each limit up to an eighth lower, at random, so that workers that began together do not all end
 * together. */
void recycle_init(struct recycle *, const struct settings *);
/* For between requests; the memory is looked at once in a few seconds. */
bool recycle_due(struct recycle *, uint64_t served);

#endif
