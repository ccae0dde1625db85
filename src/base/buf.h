/* SPDX-License-Identifier: Apache-2.0 */
/* A growing run of bytes, always NUL-terminated. */
#ifndef SOUK_BASE_BUF_H
#define SOUK_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;   /* never NULL after the first append; NULL before */
	size_t len, cap;
};

#define BUF_INIT { NULL, 0, 0 }

void buf_init(struct buf *);
void buf_clear(struct buf *);  /* empties, keeps the memory */
void buf_done(struct buf *);
void buf_wipe(struct buf *);   /* overwrites the whole memory, then buf_done: for secrets */

/* Appending never fails: without memory the process aborts. */
void buf_append(struct buf *, const void *, size_t len);
void buf_puts(struct buf *, const char *);
void buf_putc(struct buf *, char);
void buf_putu(struct buf *, uint64_t n);   /* decimal digits */
void buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes; returns where they go. Set b->len yourself. */
char *buf_reserve(struct buf *, size_t len);
/* The text so far; "" when empty. */
const char *buf_str(const struct buf *);

#endif
