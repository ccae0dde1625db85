/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in: our check is stricter than json-c, and what passes it is the same after writing. */
#include "fuzz.h"

#include <json-c/json.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/text.h"
#include "json/json.h"
#include "json/json_walk.h"

/* Whether json-c, at its strictest, takes all of the text. */
static bool json_c_takes(const char *text, size_t size)
{
	struct json_tokener *tok = json_tokener_new_ex(64);
	struct json_object *obj;
	enum json_tokener_error e;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	obj = json_tokener_parse_ex(tok, text, (int)size);
	if (json_tokener_get_error(tok) == json_tokener_continue)
		obj = json_tokener_parse_ex(tok, "", 1);
	e = json_tokener_get_error(tok);
	json_object_put(obj);
	json_tokener_free(tok);
	return e == json_tokener_success;
}

/* How deep brackets stand inside each other, those in strings not counted. */
static int depth_of(const char *text, size_t size)
{
	int depth = 0, most = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; i < size; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			most = ++depth > most ? depth : most;
		else if (!quoted && (text[i] == '}' || text[i] == ']'))
			depth--;
	}
	return most;
}

static void check_number(struct json_object *obj, const char *name)
{
	const char *text = json_number(obj, name);
	int64_t whole, scaled;

	if (json_int(obj, name, -1000000, 1000000, &whole)) {
		EXPECT(text && decimal_parse(text, DECIMAL_MONEY, &scaled));
		EXPECT(scaled == whole * 100 && whole >= -1000000 && whole <= 1000000);
	}
	if (text)
		EXPECT(json_valid(text, strlen(text)));
}

/* Each getter answers for its own kind only. */
static void check_member(void *arg, const char *name, struct json_object *value)
{
	struct json_object *obj = arg, *got;
	enum json_kind kind = json_get(obj, name, &got);
	int64_t whole;
	bool flag;

	EXPECT(kind == json_kind(value) && got == value);
	EXPECT((json_text(obj, name) != NULL) == (kind == JSON_STRING));
	EXPECT(json_flag(obj, name, &flag) == (kind == JSON_BOOL));
	if (kind == JSON_NUMBER)
		check_number(obj, name);
	else
		EXPECT(!json_number(obj, name) && !json_int(obj, name, 0, 9, &whole));
	EXPECT(text_utf8(name, strlen(name)));
}

static void check_again(struct json_object *value)
{
	struct json_object *again;
	struct buf pretty = BUF_INIT;

	json_pretty(value, &pretty);
	EXPECT(json_valid(pretty.data, pretty.len));
	EXPECT(!json_parse(pretty.data, pretty.len, &again));
	EXPECT(json_object_equal(value, again));
	json_free(again);
	buf_done(&pretty);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	bool valid = json_valid(text, size);
	struct json_object *value;
	enum err e = json_parse(text, size, &value);
	size_t i;

	EXPECT(e == (valid ? OK : ERR_INVALID_JSON));
	if (!valid) {
		EXPECT(!value);
		return 0;
	}
	EXPECT(json_c_takes(text, size));
	EXPECT(text_utf8(text, size) && !memchr(text, 0, size));
	EXPECT(depth_of(text, size) <= JSON_DEPTH);
	json_each(value, check_member, value);
	for (i = 0; i < json_length(value); i++)
		json_each(json_at(value, i), check_member, json_at(value, i));
	EXPECT(json_get(value, "no such member", NULL) == JSON_ABSENT || json_members(value));
	check_again(value);
	json_free(value);
	return 0;
}
