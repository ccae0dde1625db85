/* SPDX-License-Identifier: Apache-2.0 */
/* json-c's iteration and its indented writing. */
#include "json/json_walk.h"

#include <json-c/json.h>

#include "base/buf.h"

void json_each(struct json_object *obj,
	       void (*each)(void *arg, const char *name, struct json_object *value), void *arg)
{
	struct json_object_iterator at, end;

	if (!json_object_is_type(obj, json_type_object))
		return;
	end = json_object_iter_end(obj);
	for (at = json_object_iter_begin(obj); !json_object_iter_equal(&at, &end);
	     json_object_iter_next(&at))
		each(arg, json_object_iter_peek_name(&at), json_object_iter_peek_value(&at));
}

void json_pretty(struct json_object *value, struct buf *out)
{
	const int how =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;

	buf_puts(out, json_object_to_json_string_ext(value, how));
}
