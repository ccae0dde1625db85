/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a supervisor makes before the fork and all its workers see. */
#ifndef SOUK_BASE_SHARED_H
#define SOUK_BASE_SHARED_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, shared with every process forked later, never given back: it ends with the last of them.
 * NULL when memory is out. What lies in it is touched with C11 atomics only. */
void *shared_new(size_t size);

/* The same with a name, mode 0640: other processes may look at it. A file that is there is
 * replaced, not changed. All of its space is taken now: a full disk cannot hurt later. NULL, and
 * errno tells. */
void *shared_create(const char *path, size_t size);
/* Another process's, read-only. NULL, and errno tells: EPROTO when its size differs. */
const void *shared_look(const char *path, size_t size);
void shared_close(const void *, size_t size);   /* takes NULL */

/* Whether the process that left its pid in shared memory has ended: it may at any instruction. */
bool shared_owner_gone(int pid);

#endif
