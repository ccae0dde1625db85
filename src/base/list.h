/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that double when they are full. */
#ifndef SOUK_BASE_LIST_H
#define SOUK_BASE_LIST_H

#include <stddef.h>

/* Room for one more behind `used` items of `size` bytes: the list itself, or a larger one that
 * takes its place. The caller frees it at the end. Ends the process when memory is out. */
void *list_grow(void *list, size_t used, size_t *cap, size_t size)
	__attribute__((warn_unused_result, returns_nonnull));

#endif
