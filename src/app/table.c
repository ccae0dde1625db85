/* SPDX-License-Identifier: Apache-2.0 */
/* Tables in columns as wide as their widest cell, or as a list of JSON objects. */
#include "app/table.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/buf.h"
#include "json/json_writer.h"

enum { ARENA_LIMIT = 16 << 20 };

void table_init(struct table *t, const char *const *names, int room)
{
	int i;

	memset(t, 0, sizeof(*t));
	arena_init(&t->arena, ARENA_LIMIT);
	for (i = 0; i < TABLE_COLUMNS - 1 && names[i]; i++)
		t->names[i] = names[i];
	t->rows = arena_calloc(&t->arena, (size_t)room, sizeof(*t->rows));
	t->room = room;
}

const char **table_row(struct table *t)
{
	return t->count < t->room ? t->rows[t->count++] : t->rows[t->room - 1];
}

static void print_line(const char *const *cells, const size_t *widths)
{
	int i;

	for (i = 0; widths[i]; i++)
		if (widths[i + 1])
			printf("%-*s  ", (int)widths[i], cells[i]);
		else
			printf("%s\n", cells[i]);
}

static void print_aligned(const struct table *t)
{
	size_t widths[TABLE_COLUMNS + 1] = { 0 }, n;
	int r, c;

	for (c = 0; t->names[c]; c++) {
		widths[c] = strlen(t->names[c]);
		for (r = 0; r < t->count; r++)
			if ((n = strlen(t->rows[r][c])) > widths[c])
				widths[c] = n;
	}
	print_line(t->names, widths);
	for (r = 0; r < t->count; r++)
		print_line(t->rows[r], widths);
}

static void print_json(const struct table *t)
{
	struct buf out = BUF_INIT;
	struct json_writer jw;
	int r, c;

	jw_init(&jw, &out);
	jw_array(&jw, NULL);
	for (r = 0; r < t->count; r++) {
		jw_object(&jw, NULL);
		for (c = 0; t->names[c]; c++)
			jw_text(&jw, t->names[c], t->rows[r][c]);
		jw_end_object(&jw);
	}
	jw_end_array(&jw);
	puts(buf_str(&out));
	buf_done(&out);
}

int table_print(struct table *t, bool json)
{
	if (json)
		print_json(t);
	else
		print_aligned(t);
	arena_done(&t->arena);
	return EXIT_DONE;
}
