/* SPDX-License-Identifier: Apache-2.0 */
/* Bump allocation in blocks; the first block is kept over a reset. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { BLOCK_SIZE = 16 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(ALIGN) unsigned char data[];
};

static void die(const char *why)
{
	fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"arena\",\"message\":\"%s\"}\n", why);
	abort();
}

static struct arena_block *block_new(struct arena_block *next, size_t size)
{
	struct arena_block *b = malloc(sizeof(*b) + size);

	if (!b)
		die("out of memory");
	b->next = next;
	b->size = size;
	b->used = 0;
	POISON(b->data, size);
	return b;
}

void arena_init(struct arena *a, size_t limit)
{
	a->head = NULL;
	a->used = 0;
	a->limit = limit;
}

void arena_reset(struct arena *a)
{
	struct arena_block *b = a->head, *next;

	for (; b && b->next; b = next) {
		next = b->next;
		free(b);
	}
	if (b) {
		b->used = 0;
		POISON(b->data, b->size);
	}
	a->head = b;
	a->used = 0;
}

void arena_done(struct arena *a)
{
	arena_reset(a);
	free(a->head);
	a->head = NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	unsigned char *p;

	if (need < size || need > a->limit || a->used > a->limit - need)
		die("a request or job asked for more memory than its limit");
	if (!a->head || a->head->size - a->head->used < need)
		a->head = block_new(a->head, need > BLOCK_SIZE ? need : BLOCK_SIZE);
	p = a->head->data + a->head->used;
	a->head->used += need;
	a->used += need;
	UNPOISON(p, size);
	return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / size)
		die("array size overflows");
	p = arena_alloc(a, n * size);
	memset(p, 0, n * size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int len;
	char *p;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	if (len < 0)
		die("bad format");
	p = arena_alloc(a, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}
