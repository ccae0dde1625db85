/* SPDX-License-Identifier: Apache-2.0 */
/* Columns by name and type. */
#include "db/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/driver.h"

/* In the master it is a bug of ours. A tenant's server may send what it likes, and must not be able
 * to end a worker: its connection is dropped, and the value is nothing. */
static void complain(const struct result *r, const char *column, const char *words)
{
	log_error(r->db->log, "db_column", "column '%s' %s", column, words);
	if (r->db->role == DB_MASTER)
		abort();
	r->db->broken = true;
}

static int find(const struct result *r, int row, const char *column, enum column_kind kind)
{
	int i;

	if (row < 0 || row >= r->rows) {
		complain(r, column, "is asked of a row that is not there");
		return COLUMN_UNKNOWN;
	}
	i = r->db->driver->column(r, column, kind);
	if (i == COLUMN_UNKNOWN)
		complain(r, column, "is not in the result");
	else if (i == COLUMN_WRONG_TYPE)
		complain(r, column, "is of another type");
	return i;
}

static const char *text_of(
	const struct result *r, int row, const char *column, enum column_kind kind)
{
	int i = find(r, row, column, kind);
	size_t len;

	return i < 0 ? NULL : r->db->driver->value(r, row, i, &len);
}

bool row_null(const struct result *r, int row, const char *column)
{
	return !text_of(r, row, column, COLUMN_TEXT);
}

const char *row_text(const struct result *r, int row, const char *column)
{
	return text_of(r, row, column, COLUMN_TEXT);
}

int64_t row_int(const struct result *r, int row, const char *column)
{
	const char *text = text_of(r, row, column, COLUMN_INT);
	int64_t n = 0;

	if (text && !text_int(text, INT64_MIN, INT64_MAX, &n))
		complain(r, column, "is not an integer");
	return n;
}

bool row_bool(const struct result *r, int row, const char *column)
{
	const char *text = text_of(r, row, column, COLUMN_BOOL);

	return text && *text == 't';
}

int64_t row_time(const struct result *r, int row, const char *column)
{
	const char *text = text_of(r, row, column, COLUMN_TIME);
	int64_t us = 0;

	if (text && !clock_parse(text, &us))
		complain(r, column, "is not a time");
	return us;
}

const unsigned char *row_bytes(const struct result *r, int row, const char *column, size_t *len)
{
	int i = find(r, row, column, COLUMN_BYTES);

	*len = 0;
	return i < 0 ? NULL : r->db->driver->bytes(r, row, i, len);
}
