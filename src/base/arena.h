/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one request or one job: taken piece by piece, given back all at once. */
#ifndef SOUK_BASE_ARENA_H
#define SOUK_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;  /* newest block, from which pieces are cut */
	size_t used;               /* bytes handed out since the last reset */
	size_t limit;              /* more than this aborts the process */
};

/* `limit` in bytes. No allocation returns NULL: beyond the limit, or without memory, the process
 * aborts and the supervisor replaces it; sizes are capped where they enter (request, results). */
void arena_init(struct arena *, size_t limit);
void arena_reset(struct arena *);   /* gives everything back; poisons the kept block under ASan */
void arena_done(struct arena *);

void *arena_alloc(struct arena *, size_t size) __attribute__((malloc, returns_nonnull));
/* Zeroed array of n elements; aborts on overflow. */
void *arena_calloc(struct arena *, size_t n, size_t size) __attribute__((malloc, returns_nonnull));
char *arena_strdup(struct arena *, const char *) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *, const char *, size_t len) __attribute__((returns_nonnull));
char *arena_printf(struct arena *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *, const char *fmt, va_list)
	__attribute__((format(printf, 2, 0), returns_nonnull));

#endif
