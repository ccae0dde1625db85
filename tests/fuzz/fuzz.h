/* SPDX-License-Identifier: Apache-2.0 */
/* What the harnesses share: a check that stops the process, and ways to cut the input. */
#ifndef SOUK_TESTS_FUZZ_H
#define SOUK_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* libFuzzer's two functions; replay.c calls the same. The bytes stand in memory of their exact
 * size. Initialize is called once and may be left out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold for every input. */
#define EXPECT(condition)                                                                          \
	((condition) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #condition))

static inline _Noreturn void fuzz_failed(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

/* Refusals are meant here, and each would be a line in the log. */
static inline void fuzz_quiet(void)
{
	log_init("fuzz", LOG_LEVEL_ALARM + 1);
}

static inline void *fuzz_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		abort();
	return p;
}

/* A text in memory of its exact size, so that a read beyond its NUL is seen. */
static inline char *fuzz_text(const void *data, size_t size)
{
	char *text = fuzz_alloc(size + 1);

	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Texts that stand between NUL bytes. */
struct fuzz_pieces {
	char *v[513];   /* ended by NULL */
	int n;
};

/* At most `max` of them; what is beyond is left out. */
static inline void fuzz_cut(const uint8_t *data, size_t size, int max, struct fuzz_pieces *out)
{
	const uint8_t *end = data + size, *stop;

	out->n = 0;
	while (size && data <= end && out->n < max) {
		stop = data < end ? memchr(data, 0, (size_t)(end - data)) : NULL;
		if (!stop)
			stop = end;
		out->v[out->n++] = fuzz_text(data, (size_t)(stop - data));
		data = stop + 1;
	}
	out->v[out->n] = NULL;
}

/* The i-th, "" when there are fewer. */
static inline const char *fuzz_piece(const struct fuzz_pieces *p, int i)
{
	return i < p->n ? p->v[i] : "";
}

static inline void fuzz_cut_done(struct fuzz_pieces *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		free(p->v[i]);
	p->n = 0;
}

#endif
