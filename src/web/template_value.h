/* SPDX-License-Identifier: Apache-2.0 */
/* json-c values as templates see them: found by name, true or false, printed. */
#ifndef SOUK_WEB_TEMPLATE_VALUE_H
#define SOUK_WEB_TEMPLATE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct json_object;
struct node;

enum template_escape {
	TEMPLATE_ESCAPE_NONE,
	TEMPLATE_ESCAPE_HTML,   /* & < > " ' become entities */
	TEMPLATE_ESCAPE_LINE    /* control characters but TAB become blanks */
};

/* The value of a node's name, NULL when there is none: its first part is looked for from the top of
 * the stack (stack[depth - 1]) down, the others only in what was found. depth >= 1. Borrowed. */
struct json_object *template_lookup(struct json_object *const *stack, size_t depth,
	const struct node *);
bool template_truthy(struct json_object *);
void template_put(struct buf *, struct json_object *, enum template_escape);

#endif
