/* SPDX-License-Identifier: Apache-2.0 */
/* Chained hash table with a list by last use; each answer is one block. */
#include "base/memo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/news.h"

enum { ALIGN = 16 };

struct entry {
	struct entry *next;            /* of its chain */
	struct entry *newer, *older;   /* by last use */
	uint32_t hash;
	size_t size;                   /* of the whole block */
	struct memo_stamp stamp;       /* its id points into the block */
	size_t key_len;
	const unsigned char *key;
	int count;
	_Alignas(ALIGN) unsigned char records[];
};

struct memo {
	const struct news *news;
	int most, used;
	uint32_t mask;
	memo_hash_fn *hash;
	struct entry *newest, *oldest;
	struct entry *chain[];
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

struct memo *memo_new(int most, const struct news *news, memo_hash_fn *hash)
{
	uint32_t chains = 16;
	struct memo *m;

	while (chains < (uint32_t)most)
		chains *= 2;
	m = must(calloc(1, sizeof(*m) + chains * sizeof(m->chain[0])));
	m->news = news;
	m->most = most;
	m->mask = chains - 1;
	m->hash = hash;
	return m;
}

static uint32_t hash_of(const struct memo *m, const unsigned char *key, size_t len)
{
	size_t skipped = len > MEMO_HASHED ? len - MEMO_HASHED : 0;

	return m->hash(key + skipped, len - skipped);
}

static void list_cut(struct memo *m, struct entry *e)
{
	*(e->newer ? &e->newer->older : &m->newest) = e->older;
	*(e->older ? &e->older->newer : &m->oldest) = e->newer;
}

static void list_push(struct memo *m, struct entry *e)
{
	e->newer = NULL;
	e->older = m->newest;
	*(m->newest ? &m->newest->newer : &m->oldest) = e;
	m->newest = e;
}

static void drop(struct memo *m, struct entry *e)
{
	struct entry **at = &m->chain[e->hash & m->mask];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	list_cut(m, e);
	explicit_bzero(e, e->size);   /* access tokens are kept, too */
	free(e);
	m->used--;
}

void memo_free(struct memo *m)
{
	while (m && m->oldest)
		drop(m, m->oldest);
	free(m);
}

static struct entry *find(const struct memo *m, uint32_t h, const void *key, size_t len)
{
	struct entry *e;

	for (e = m->chain[h & m->mask]; e; e = e->next)
		if (e->hash == h && e->key_len == len && !memcmp(e->key, key, len))
			return e;
	return NULL;
}

struct memo_stamp memo_stamp(const struct memo *m, const char *id, int live_ms, int deaf_live_ms)
{
	return (struct memo_stamp){ .id = id, .news = id ? news_of(m->news, id) : 0,
				    .asked_ms = clock_mono_ms(), .live_ms = live_ms,
				    .deaf_live_ms = deaf_live_ms };
}

static bool holds(const struct memo *m, const struct memo_stamp *s)
{
	int64_t age = clock_mono_ms() - s->asked_ms;

	if (s->id && news_of(m->news, s->id) != s->news)
		return false;
	return age < s->deaf_live_ms || (age < s->live_ms && news_fresh(m->news));
}

/* Copies one text behind the records and lets the record point to it. */
static unsigned char *take_text(unsigned char *record, size_t offset, unsigned char *to)
{
	const char *from;
	size_t n;

	memcpy(&from, record + offset, sizeof(from));
	if (!from)
		return to;
	n = strlen(from) + 1;
	memcpy(to, from, n);
	from = (const char *)to;
	memcpy(record + offset, &from, sizeof(from));
	return to + n;
}

static size_t texts_size(const struct memo_shape *shape, const unsigned char *record)
{
	const char *text;
	size_t n = 0;
	int i;

	for (i = 0; i < shape->texts; i++) {
		memcpy(&text, record + shape->text[i], sizeof(text));
		n += text ? strlen(text) + 1 : 0;
	}
	return n;
}

/* NULL: it would be too large. */
static struct entry *block_new(const void *key, size_t len, const struct memo_stamp *stamp,
			       const struct memo_shape *shape, const void *records, int count)
{
	size_t fixed = shape->size * (size_t)count, texts = 0;
	size_t id_size = stamp->id ? strlen(stamp->id) + 1 : 0, size;
	const unsigned char *from = records;
	struct entry *e;
	unsigned char *to;
	int i, t;

	for (i = 0; i < count; i++)
		texts += texts_size(shape, from + shape->size * (size_t)i);
	size = sizeof(*e) + fixed + texts + id_size + len;
	if (size > MEMO_LARGEST)
		return NULL;
	e = must(calloc(1, size));
	e->size = size;
	if (fixed)
		memcpy(e->records, records, fixed);
	to = e->records + fixed;
	for (i = 0; i < count; i++)
		for (t = 0; t < shape->texts; t++)
			to = take_text(e->records + shape->size * (size_t)i, shape->text[t], to);
	e->stamp = *stamp;
	if (id_size)
		e->stamp.id = memcpy(to, stamp->id, id_size);
	e->key = memcpy(to + id_size, key, len);
	e->key_len = len;
	e->count = count;
	return e;
}

void memo_put(struct memo *m, const void *key, size_t len, const struct memo_stamp *stamp,
	      const struct memo_shape *shape, const void *records, int count)
{
	struct entry *e = block_new(key, len, stamp, shape, records, count);
	uint32_t hash = hash_of(m, key, len);
	struct entry *old = find(m, hash, key, len);

	if (old)
		drop(m, old);
	if (!e)
		return;
	if (m->used == m->most)
		drop(m, m->oldest);
	e->hash = hash;
	e->next = m->chain[e->hash & m->mask];
	m->chain[e->hash & m->mask] = e;
	list_push(m, e);
	m->used++;
}

const void *memo_get(struct memo *m, const void *key, size_t len, int *count)
{
	struct entry *e = find(m, hash_of(m, key, len), key, len);

	if (!e)
		return NULL;
	if (!holds(m, &e->stamp)) {
		drop(m, e);
		return NULL;
	}
	if (e != m->newest) {
		list_cut(m, e);
		list_push(m, e);
	}
	if (count)
		*count = e->count;
	return e->records;
}
