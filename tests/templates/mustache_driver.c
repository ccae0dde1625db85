/* SPDX-License-Identifier: Apache-2.0 */
/* Renders test cases. One line of JSON in, {"template": text, "data": …, "partials": {name: text}};
 * one line of JSON out, the text that came of it, or null with the reason on stderr. An unknown
 * partial gives nothing, as the Mustache specification has it. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "web/template.h"

/* No partial of a test can have this name. */
#define MAIN_NAME "(main)"

static enum err add(struct templates *ts, const char *name, struct json_object *text,
	char *why, size_t size)
{
	return templates_add(ts, name, json_object_get_string(text),
		(size_t)json_object_get_string_len(text), why, size);
}

static enum err load(struct templates *ts, struct json_object *test, char *why, size_t size)
{
	struct json_object *partials = json_object_object_get(test, "partials");
	enum err e;

	if ((e = add(ts, MAIN_NAME, json_object_object_get(test, "template"), why, size)))
		return e;
	if (partials) {
		json_object_object_foreach(partials, name, text) {
			if ((e = add(ts, name, text, why, size)))
				return e;
		}
	}
	return templates_link(ts, true, why, size);
}

static void run(struct json_object *test)
{
	struct templates *ts = templates_new();
	struct json_object *answer = NULL;
	struct buf out = BUF_INIT;
	char why[300] = "cannot be rendered";
	enum err e;

	e = load(ts, test, why, sizeof(why));
	if (!e)
		e = templates_render(ts, MAIN_NAME, json_object_object_get(test, "data"), &out);
	if (e)
		fprintf(stderr, "%s\n", why);
	else
		answer = json_object_new_string_len(buf_str(&out), (int)out.len);
	puts(answer ? json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN) : "null");
	json_object_put(answer);
	buf_done(&out);
	templates_close(ts);
}

int main(void)
{
	struct json_object *test;
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		test = json_tokener_parse(line);
		if (!test || !json_object_object_get(test, "template")) {
			fputs("not a test case\n", stderr);
			free(line);
			return 2;
		}
		run(test);
		json_object_put(test);
	}
	free(line);
	return 0;
}
