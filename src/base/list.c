/* SPDX-License-Identifier: Apache-2.0 */
/* Doubling lists. */
#include "base/list.h"

#include <stdlib.h>

enum { FIRST_CAP = 16 };

void *list_grow(void *list, size_t used, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : FIRST_CAP;

	if (used < *cap)
		return list;
	list = reallocarray(list, more, size);
	if (!list)
		abort();
	*cap = more;
	return list;
}
