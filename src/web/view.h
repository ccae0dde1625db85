/* SPDX-License-Identifier: Apache-2.0 */
/* What a page shows: values gathered for a template. A thin, safe face of json-c objects. */
#ifndef SOUK_WEB_VIEW_H
#define SOUK_WEB_VIEW_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct request;

/* Without memory the process aborts. */
struct json_object *view_new(void);
void view_text(struct json_object *, const char *name,
	       const char *value); /* NULL or "" are falsy */
void view_int(struct json_object *, const char *name, int64_t value);
void view_bool(struct json_object *, const char *name, bool value);
/* A child; owned by its parent. Inside a list `name` is NULL (also for texts, numbers and
 * bools). */
struct json_object *view_object(struct json_object *, const char *name);
struct json_object *view_list(struct json_object *, const char *name);
struct json_object *view_item(struct json_object *list);   /* a new object at the list's end */

/* What every page gets, called by reply_page(); a field that the view has already is left as it is:
 *
 *	csrf                  token for the hidden field `_csrf`
 *	path                  decoded path of the request
 *	requestId, year
 *	signedIn              bool
 *	user                  when signed in: {id, email, firstName, lastName, name, initials, role}
 *	isHome, isOnboarding, isDashboard, isDocs   bools, by path */
void view_frame(struct request *, struct json_object *view);

#endif
