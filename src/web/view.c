/* SPDX-License-Identifier: Apache-2.0 */
/* json-c objects built for templates, and the fields that every page has. */
#include "web/view.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "web/csrf.h"
#include "web/request.h"

static struct json_object *must(struct json_object *o)
{
	if (!o)
		abort();
	return o;
}

static struct json_object *put(struct json_object *parent, const char *name,
			       struct json_object *child)
{
	int bad;

	if (json_object_is_type(parent, json_type_array))
		bad = json_object_array_add(parent, child);
	else
		bad = json_object_object_add(parent, name, child);
	if (bad)
		abort();
	return child;
}

struct json_object *view_new(void)
{
	return must(json_object_new_object());
}

void view_text(struct json_object *v, const char *name, const char *value)
{
	put(v, name, value ? must(json_object_new_string(value)) : NULL);
}

void view_int(struct json_object *v, const char *name, int64_t value)
{
	put(v, name, must(json_object_new_int64(value)));
}

void view_bool(struct json_object *v, const char *name, bool value)
{
	put(v, name, must(json_object_new_boolean(value)));
}

struct json_object *view_object(struct json_object *v, const char *name)
{
	return put(v, name, must(json_object_new_object()));
}

struct json_object *view_list(struct json_object *v, const char *name)
{
	return put(v, name, must(json_object_new_array()));
}

struct json_object *view_item(struct json_object *list)
{
	return view_object(list, NULL);
}

static const char *first_letter(struct arena *a, const char *s)
{
	return text_empty(s) ? "" : arena_strndup(a, s, text_utf8_step(s, strlen(s)));
}

static void frame_user(struct request *rq, struct json_object *view)
{
	const struct identity *who = &rq->who;
	const char *first = who->first_name ? who->first_name : "";
	const char *last = who->last_name ? who->last_name : "";
	const char *gap = *first && *last ? " " : "", *initials, *name;
	struct json_object *user = view_object(view, "user");

	initials = arena_printf(&rq->arena, "%s%s", first_letter(&rq->arena, first),
				first_letter(&rq->arena, last));
	name = arena_printf(&rq->arena, "%s%s%s", first, gap, last);
	view_text(user, "id", who->user_id);
	view_text(user, "email", who->email);
	view_text(user, "firstName", first);
	view_text(user, "lastName", last);
	view_text(user, "name", *name ? name : who->email);
	view_text(user, "initials", *initials ? initials : first_letter(&rq->arena, who->email));
	view_text(user, "role", who->role);
}

static bool has(struct json_object *view, const char *name)
{
	return json_object_object_get_ex(view, name, NULL);
}

static bool under(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && (!path[len] || path[len] == '/');
}

static void frame_text(struct json_object *view, const char *name, const char *value)
{
	if (!has(view, name))
		view_text(view, name, value);
}

static void frame_bool(struct json_object *view, const char *name, bool value)
{
	if (!has(view, name))
		view_bool(view, name, value);
}

static int64_t year(void)
{
	time_t now = (time_t)clock_now_s();
	struct tm tm;

	gmtime_r(&now, &tm);
	return tm.tm_year + 1900;
}

void view_frame(struct request *rq, struct json_object *view)
{
	frame_text(view, "csrf", csrf_token(rq));
	frame_text(view, "path", rq->path);
	frame_text(view, "requestId", rq->request_id);
	if (!has(view, "year"))
		view_int(view, "year", year());
	frame_bool(view, "signedIn", rq->who.kind != NOBODY);
	if (rq->who.kind != NOBODY && !has(view, "user"))
		frame_user(rq, view);
	frame_bool(view, "isHome", text_eq(rq->path, "/"));
	frame_bool(view, "isOnboarding", under(rq->path, "/onboarding"));
	frame_bool(view, "isDashboard", under(rq->path, "/dashboard"));
	frame_bool(view, "isDocs", under(rq->path, "/docs"));
}
