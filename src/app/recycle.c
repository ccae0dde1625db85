/* SPDX-License-Identifier: Apache-2.0 */
/* Two numbers to compare; the kernel's count of our own pages is asked for seldom. */
#include "app/recycle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"

enum { LOOK_MS = 5000, JITTER = 8 };

static int64_t somewhat_less(int64_t limit)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint32_t)getpid() * UINT32_C(2654435761);
	return limit - (int64_t)((uint64_t)limit / JITTER * (random >> 16) >> 16);
}

void recycle_init(struct recycle *r, const struct settings *s)
{
	r->answers = (uint64_t)somewhat_less(s->max_requests);
	r->bytes = somewhat_less((int64_t)s->max_memory << 20);
	r->looked_ms = clock_mono_ms();
}

/* What it holds alone, or did not change since the fork: resident less shared. */
static int64_t own_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	char line[128] = "", *at;
	long resident, shared;

	if (!f)
		return 0;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	resident = strtol(line + strcspn(line, " "), &at, 10);   /* the size comes before it */
	shared = strtol(at, NULL, 10);
	return (int64_t)(resident - shared) * sysconf(_SC_PAGESIZE);
}

bool recycle_due(struct recycle *r, uint64_t served)
{
	int64_t now;

	if (r->answers && served >= r->answers)
		return true;
	now = clock_mono_ms();
	if (!r->bytes || now - r->looked_ms < LOOK_MS)
		return false;
	r->looked_ms = now;
	return own_bytes() > r->bytes;
}
