/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out: appended straight to a buffer, escaped by default, commas by themselves. */
#ifndef SOUK_JSON_JSON_WRITER_H
#define SOUK_JSON_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* Zero-initialised but for `out`. Depth and a bit per level tell where a comma goes. */
struct json_writer {
	struct buf *out;
	uint64_t filled;   /* bit d: something stands already at depth d */
	int depth;         /* at most 60 */
};

void jw_init(struct json_writer *, struct buf *out);

/* `name` is NULL inside an array and at the top. Names are escaped like values. */
void jw_object(struct json_writer *, const char *name);
void jw_array(struct json_writer *, const char *name);
void jw_end_object(struct json_writer *);
void jw_end_array(struct json_writer *);

/* NULL gives null; bytes that are no UTF-8 become U+FFFD; `<`, `>`, `&`, U+2028/9 are \u-escaped,
 * so that it can stand in a page. */
void jw_text(struct json_writer *, const char *name, const char *value);
void jw_int(struct json_writer *, const char *name, int64_t value);
void jw_bool(struct json_writer *, const char *name, bool value);
void jw_null(struct json_writer *, const char *name);
/* Scaled integer as a JSON number without needless zeros: (125000, 4) gives 12.5. */
void jw_decimal(struct json_writer *, const char *name, int64_t value, int scale);
/* Microseconds since 1970 as an RFC 3339 string. */
void jw_time(struct json_writer *, const char *name, int64_t us);
/* JSON that is known to be valid already, e.g. from a jsonb column. NULL gives null. */
void jw_raw(struct json_writer *, const char *name, const char *json);

#endif
