/* SPDX-License-Identifier: Apache-2.0 */
/* json-c behind the strict check, and getters that look at the type first. */
#include "json/json.h"

#include <json-c/json.h>
#include <limits.h>

#include "base/text.h"

enum err json_parse(const char *text, size_t len, struct json_object **out)
{
	struct json_tokener *tok;
	struct json_object *obj;
	enum json_tokener_error e;

	*out = NULL;
	if (len > INT_MAX || !json_valid(text, len))
		return ERR_INVALID_JSON;
	if (!(tok = json_tokener_new_ex(2 * JSON_DEPTH)))
		return ERR_NO_MEMORY;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	obj = json_tokener_parse_ex(tok, text, (int)len);
	e = json_tokener_get_error(tok);
	if (e == json_tokener_continue) {
		/* A bare number or word at the top ends only where the text does. */
		obj = json_tokener_parse_ex(tok, "", 1);
		e = json_tokener_get_error(tok);
	}
	json_tokener_free(tok);
	if (e != json_tokener_success) {
		json_object_put(obj);
		return ERR_INVALID_JSON;
	}
	*out = obj;
	return OK;
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
