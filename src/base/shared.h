/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a supervisor makes before the fork and all its workers see. */
#ifndef SOUK_BASE_SHARED_H
#define SOUK_BASE_SHARED_H

#include <stddef.h>

/* Zeroed, shared with every process forked later, never given back: it ends with the last of them.
 * NULL when memory is out. What lies in it is touched with C11 atomics only. */
void *shared_new(size_t size);

#endif
