/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements a connection has prepared, by name. */
#include "db/pg.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 64 };

static size_t hash(const char *s)
{
	uint64_t h = 14695981039346656037u;   /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static struct pg_name *place(struct pg_name *names, size_t cap, const char *name)
{
	size_t i = hash(name) & (cap - 1);

	while (names[i].name && strcmp(names[i].name, name) != 0)
		i = (i + 1) & (cap - 1);
	return &names[i];
}

static void grow(struct pg *pg)
{
	size_t cap = pg->names_cap ? pg->names_cap * 2 : FIRST_CAP, i;
	struct pg_name *bigger = calloc(cap, sizeof(*bigger));

	if (!bigger)
		abort();
	for (i = 0; i < pg->names_cap; i++)
		if (pg->names[i].name)
			*place(bigger, cap, pg->names[i].name) = pg->names[i];
	free(pg->names);
	pg->names = bigger;
	pg->names_cap = cap;
}

/* Borrows `name`: statements are static rows. */
struct pg_name *pg_names_find(struct pg *pg, const char *name)
{
	struct pg_name *at;

	if (pg->names_used * 2 >= pg->names_cap)
		grow(pg);
	at = place(pg->names, pg->names_cap, name);
	if (!at->name) {
		at->name = name;
		pg->names_used++;
	}
	return at;
}

void pg_names_done(struct pg *pg)
{
	free(pg->names);
	pg->names = NULL;
	pg->names_cap = pg->names_used = 0;
}
