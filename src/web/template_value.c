/* SPDX-License-Identifier: Apache-2.0 */
/* Lookup by dotted name, truth, and the escaping of text. */
#include "web/template_value.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "web/template_tree.h"

static bool member(struct json_object *in, const char *name, struct json_object **out)
{
	return json_object_is_type(in, json_type_object)
		&& json_object_object_get_ex(in, name, out);
}

struct json_object *template_lookup(struct json_object *const *stack, size_t depth,
	const struct node *node)
{
	const char *part = node->path;
	struct json_object *value = NULL;
	unsigned i;

	if (!node->parts)
		return stack[depth - 1];
	while (depth && !member(stack[depth - 1], part, &value))
		depth--;
	for (i = 1; i < node->parts && value; i++) {
		part += strlen(part) + 1;
		if (!member(value, part, &value))
			return NULL;
	}
	return value;
}

bool template_truthy(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null: return false;
	case json_type_boolean: return json_object_get_boolean(value);
	case json_type_int: return json_object_get_int64(value) != 0;
	case json_type_double: return json_object_get_double(value) != 0;
	case json_type_string: return json_object_get_string_len(value) > 0;
	case json_type_array: return json_object_array_length(value) > 0;
	default: return true;
	}
}

static void put_html(struct buf *out, const char *p, size_t len)
{
	const char *end = p + len, *from = p, *entity;

	for (; p < end; p++) {
		switch (*p) {
		case '&': entity = "&amp;"; break;
		case '<': entity = "&lt;"; break;
		case '>': entity = "&gt;"; break;
		case '"': entity = "&quot;"; break;
		case '\'': entity = "&#39;"; break;
		default: continue;
		}
		buf_append(out, from, (size_t)(p - from));
		buf_puts(out, entity);
		from = p + 1;
	}
	buf_append(out, from, (size_t)(end - from));
}

static void put_line(struct buf *out, const char *p, size_t len)
{
	size_t i, from = out->len;
	unsigned char c;

	buf_append(out, p, len);
	for (i = from; i < out->len; i++) {
		c = (unsigned char)out->data[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			out->data[i] = ' ';
	}
}

static void put_string(struct buf *out, struct json_object *value, enum template_escape how)
{
	const char *text = json_object_get_string(value);
	size_t len = (size_t)json_object_get_string_len(value);

	if (how == TEMPLATE_ESCAPE_HTML)
		put_html(out, text, len);
	else if (how == TEMPLATE_ESCAPE_LINE)
		put_line(out, text, len);
	else
		buf_append(out, text, len);
}

/* json-c gives integers beyond INT64_MAX by the unsigned getter only. */
static void put_int(struct buf *out, struct json_object *value)
{
	int64_t number = json_object_get_int64(value);

	if (number == INT64_MAX)
		buf_printf(out, "%" PRIu64, json_object_get_uint64(value));
	else
		buf_printf(out, "%" PRId64, number);
}

void template_put(struct buf *out, struct json_object *value, enum template_escape how)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		buf_puts(out, json_object_get_boolean(value) ? "true" : "false");
		break;
	case json_type_int:
		put_int(out, value);
		break;
	case json_type_double:
		/* Only json-c has the number as it was written, kept inside the value. */
		buf_puts(out, json_object_get_string(value));
		break;
	case json_type_string:
		put_string(out, value, how);
		break;
	default:
		break;
	}
}
