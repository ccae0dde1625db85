/* SPDX-License-Identifier: Apache-2.0 */
/* json-c behind the strict check, and getters that look at the type first. */
#include "json/json.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "json/json_scan.h"

static size_t weigh(struct json_object *value);

static size_t weigh_members(struct json_object *obj)
{
	struct json_object_iterator at = json_object_iter_begin(obj);
	struct json_object_iterator end = json_object_iter_end(obj);
	size_t n = 0;

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
		n += strlen(json_object_iter_peek_name(&at)) +
		     weigh(json_object_iter_peek_value(&at));
	return n;
}

static size_t weigh_elements(struct json_object *array)
{
	size_t n = 0, i;

	for (i = 0; i < json_object_array_length(array); i++)
		n += weigh(json_object_array_get_idx(array, i));
	return n;
}

/* As deep as the text, of which the depth was checked. */
static size_t weigh(struct json_object *value)
{
	const char *number;

	switch (json_object_get_type(value)) {
	case json_type_null:
		return JSON_WEIGHT_NULL;
	case json_type_string:
		return JSON_WEIGHT_VALUE + (size_t)json_object_get_string_len(value);
	case json_type_double:
		number = json_object_get_string(value);
		return JSON_WEIGHT_VALUE + (number ? strlen(number) : 0);
	case json_type_array:
		return JSON_WEIGHT_VALUE + weigh_elements(value);
	case json_type_object:
		return JSON_WEIGHT_VALUE + weigh_members(value);
	default:
		return JSON_WEIGHT_VALUE;
	}
}

/* NULL with json-c's error, or, for JSON's null, without one. */
static struct json_object *tokenise(const char *text, size_t len, enum json_tokener_error *e)
{
	struct json_tokener *tok = json_tokener_new_ex(2 * JSON_DEPTH);
	struct json_object *obj;

	*e = json_tokener_error_size;
	if (!tok)
		return NULL;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	obj = json_tokener_parse_ex(tok, text, (int)len);
	*e = json_tokener_get_error(tok);
	if (*e == json_tokener_continue) {
		/* A bare number or word at the top ends only where the text does. */
		obj = json_tokener_parse_ex(tok, "", 1);
		*e = json_tokener_get_error(tok);
	}
	json_tokener_free(tok);
	return obj;
}

static bool has_pairs(const char *text, size_t len)
{
	return memmem(text, len, "\\ud", 3) || memmem(text, len, "\\uD", 3);
}

enum err json_parse(const char *text, size_t len, struct json_object **out)
{
	struct buf joined = BUF_INIT;
	enum json_tokener_error e;
	size_t weight;

	*out = NULL;
	if (len > INT_MAX || !json_weigh_text(text, len, &weight))
		return ERR_INVALID_JSON;
	if (has_pairs(text, len)) {
		json_join_pairs(text, len, &joined);
		*out = tokenise(joined.data, joined.len, &e);
		buf_done(&joined);
	} else {
		*out = tokenise(text, len, &e);
	}
	/* The text is valid, so whatever is wrong here is not its sender's fault. */
	if (e == json_tokener_success && weigh(*out) == weight)
		return OK;
	json_object_put(*out);
	*out = NULL;
	return ERR_NO_MEMORY;
}

void json_free(struct json_object *obj)
{
	json_object_put(obj);
}

enum json_kind json_kind(struct json_object *obj)
{
	switch (json_object_get_type(obj)) {
	case json_type_boolean:
		return JSON_BOOL;
	case json_type_int:
	case json_type_double:
		return JSON_NUMBER;
	case json_type_string:
		return JSON_STRING;
	case json_type_array:
		return JSON_ARRAY;
	case json_type_object:
		return JSON_OBJECT;
	case json_type_null:
		break;
	}
	return JSON_NULL;
}

enum json_kind json_get(struct json_object *obj, const char *name, struct json_object **out)
{
	struct json_object *member = NULL;
	bool there = json_object_is_type(obj, json_type_object) &&
		     json_object_object_get_ex(obj, name, &member);

	if (out)
		*out = member;
	return there ? json_kind(member) : JSON_ABSENT;
}

const char *json_text(struct json_object *obj, const char *name)
{
	struct json_object *member;

	if (json_get(obj, name, &member) != JSON_STRING)
		return NULL;
	return json_object_get_string(member);
}

/* json-c keeps no text of whole numbers and gives the nearest that 64 bits hold. */
static bool clamped(struct json_object *number)
{
	return json_object_is_type(number, json_type_int) &&
	       (json_object_get_int64(number) == INT64_MIN ||
		json_object_get_uint64(number) == UINT64_MAX);
}

const char *json_number(struct json_object *obj, const char *name)
{
	struct json_object *member;

	if (json_get(obj, name, &member) != JSON_NUMBER || clamped(member))
		return NULL;
	return json_object_get_string(member);
}

bool json_int(struct json_object *obj, const char *name, int64_t min, int64_t max, int64_t *out)
{
	const char *text = json_number(obj, name);

	return text && text_int(text, min, max, out);
}

bool json_flag(struct json_object *obj, const char *name, bool *out)
{
	struct json_object *member;

	if (json_get(obj, name, &member) != JSON_BOOL)
		return false;
	*out = json_object_get_boolean(member);
	return true;
}

size_t json_members(struct json_object *obj)
{
	return json_kind(obj) == JSON_OBJECT ? (size_t)json_object_object_length(obj) : 0;
}

size_t json_length(struct json_object *array)
{
	return json_kind(array) == JSON_ARRAY ? json_object_array_length(array) : 0;
}

struct json_object *json_at(struct json_object *array, size_t i)
{
	return i < json_length(array) ? json_object_array_get_idx(array, i) : NULL;
}
