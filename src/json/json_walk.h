/* SPDX-License-Identifier: Apache-2.0 */
/* Going through a JSON object member by member, and writing one out for people. */
#ifndef SOUK_JSON_JSON_WALK_H
#define SOUK_JSON_JSON_WALK_H

struct buf;
struct json_object;

/* Calls `each` for every member in the order of the text; nothing when `obj` is no object. */
void json_each(struct json_object *obj,
	       void (*each)(void *arg, const char *name, struct json_object *value), void *arg);
/* Appends the value over several lines, indented by two blanks. */
void json_pretty(struct json_object *, struct buf *out);

#endif
