/* SPDX-License-Identifier: Apache-2.0 */
/* What one process remembers of the answers it got, for as long as they are known to hold. */
#ifndef SOUK_BASE_MEMO_H
#define SOUK_BASE_MEMO_H

#include <stddef.h>
#include <stdint.h>

struct memo;
struct news;

enum {
	MEMO_HASHED = 128,        /* so many bytes of a key, its last ones, lead to its place */
	MEMO_LARGEST = 64 << 10   /* bytes of one answer: rows of a tenant may be of any size */
};

/* A record that can be kept: its size, and where in it pointers to texts stand (NULL texts stay
 * NULL). The texts are kept with it. */
struct memo_shape {
	size_t size;
	const size_t *text;   /* offsets of `const char *` members */
	int texts;
};

/* When an answer was asked for, and how the news stood then. Taken *before* the question is asked,
 * so that a change in between makes what is kept stale, not wrong. */
struct memo_stamp {
	const char *id;       /* on whose news it depends (news.h), borrowed; NULL: never stale */
	uint64_t news;
	int64_t asked_ms;
	int live_ms;          /* kept at most this long */
	int deaf_live_ms;     /* the same while no news of other hosts arrive */
};

/* Where a key belongs. Tenants choose the ids in their databases, so it should be one that nobody
 * outside can foresee: else hundreds of keys may share a place. */
typedef uint32_t memo_hash_fn(const void *key, size_t len);

/* At most `most` answers; the least recently used goes first. Aborts without memory. `news` is
 * borrowed, may be NULL. */
struct memo *memo_new(int most, const struct news *news, memo_hash_fn *hash);
void memo_free(struct memo *);   /* takes NULL */

struct memo_stamp memo_stamp(const struct memo *, const char *id, int live_ms, int deaf_live_ms);

/* Keeps copies of `count` records (0 or more) under the key, instead of what was there. An answer
 * that is larger than MEMO_LARGEST is not kept. */
void memo_put(struct memo *, const void *key, size_t len, const struct memo_stamp *,
	      const struct memo_shape *, const void *records, int count);
/* The records, or NULL when nothing true is known. Borrowed until the next call for this memo. Keys
 * that differ only before their last MEMO_HASHED bytes are told apart one by one, slowly. */
const void *memo_get(struct memo *, const void *key, size_t len, int *count);

#endif
