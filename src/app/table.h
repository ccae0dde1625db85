/* SPDX-License-Identifier: Apache-2.0 */
/* A table of texts on its way to the terminal or into JSON. */
#ifndef SOUK_APP_TABLE_H
#define SOUK_APP_TABLE_H

#include <stdbool.h>

#include "base/arena.h"

enum { TABLE_COLUMNS = 11 };

struct table {
	const char *names[TABLE_COLUMNS];   /* of the columns, also JSON's; ended by NULL */
	const char *(*rows)[TABLE_COLUMNS];
	int count, room;
	struct arena arena;                 /* for the cells; gone after table_print() */
};

/* `names` end with NULL; `room` is the most rows, at least one. */
void table_init(struct table *, const char *const *names, int room);
/* The cells of the next row, all of them to be set. */
const char **table_row(struct table *);
/* Prints all of it, frees it, and returns the exit code. */
int table_print(struct table *, bool json);

#endif
