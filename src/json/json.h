/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in: a strict reader (RFC 8259 to the letter) in front of json-c, and checked getters. */
#ifndef SOUK_JSON_JSON_H
#define SOUK_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct json_object;   /* json-c's; only src/json and src/web/template.c look inside */

enum { JSON_DEPTH = 16 };

/* True when `text` is one JSON value and nothing else: RFC 8259, well-formed UTF-8, no duplicate
 * names in one object (compared after unescaping), no \u0000, no lone surrogates, no depth over
 * JSON_DEPTH, numbers of at most 64 characters. Never recurses beyond that depth. */
bool json_valid(const char *text, size_t len);

/* Checks, then parses. ERR_INVALID_JSON; ERR_NO_MEMORY rather than a part of the text. JSON's null
 * is OK and NULL. The caller gives the value back with json_free(). */
enum err json_parse(const char *text, size_t len, struct json_object **out) MUST_CHECK;
void json_free(struct json_object *);   /* takes NULL */

enum json_kind {
	JSON_ABSENT,   /* no such member */
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT
};

/* A member of an object; `obj` may be NULL or no object: then JSON_ABSENT. `out` may be NULL and is
 * borrowed: it lives as long as `obj`. */
enum json_kind json_get(struct json_object *obj, const char *name, struct json_object **out);
enum json_kind json_kind(struct json_object *);   /* NULL is JSON_NULL */

/* Borrowed text of a JSON string member; NULL when absent or of another kind. */
const char *json_text(struct json_object *obj, const char *name);
/* A number that is a whole one in [min,max] as written (no fraction, no exponent). INT64_MIN itself
 * never is: json-c gives it for everything below, too. */
bool json_int(struct json_object *obj, const char *name, int64_t min, int64_t max, int64_t *out);
/* true or false. (json-c has a type of the name json_bool.) */
bool json_flag(struct json_object *obj, const char *name, bool *out);
/* A number as it was written ("1.50"), for decimal_parse(); NULL when it is no number, or a whole
 * one of more than 64 bits. Borrowed. */
const char *json_number(struct json_object *obj, const char *name);

size_t json_members(struct json_object *obj);               /* 0 when it is no object */
size_t json_length(struct json_object *array);              /* 0 when it is no array */
struct json_object *json_at(struct json_object *array, size_t i);   /* borrowed */

#endif
