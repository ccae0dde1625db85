/* SPDX-License-Identifier: Apache-2.0 */
/* An anonymous mapping: it has no name that another process could open. */
#include "base/shared.h"

#include <sys/mman.h>

void *shared_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}
