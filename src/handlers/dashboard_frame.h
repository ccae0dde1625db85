/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around every dashboard page: the current store, the selector, the navigation. */
#ifndef SOUK_HANDLERS_DASHBOARD_FRAME_H
#define SOUK_HANDLERS_DASHBOARD_FRAME_H

#include "base/err.h"
#include "domain/jobs.h"
#include "domain/stores.h"
#include "web/request.h"

struct json_object;

/* `section` is the page's place in the navigation ("overview", "credits", …). On OK `*view` is the
 * caller's. */
enum err dashboard_frame(struct request *, const char *section, struct store *,
			 struct json_object **view) MUST_CHECK;
/* Ends a handler: the page when `e` is OK, else frees the view and gives `e` back. */
enum err dashboard_reply(struct request *, enum err e, int status, const char *template_name,
			 struct json_object *view) MUST_CHECK;
/* `paged`, `path`, `next`, `later` for templates/partials/older.html. */
void dashboard_pager(struct request *, struct json_object *view, const struct paging *);
/* Rows for templates/partials/jobs_table.html. */
void dashboard_jobs(struct request *, struct json_object *view, const struct job_list *);
/* `health` of the store's database, looked at now. Fails only where the page cannot be shown at
 * all. */
enum err dashboard_health(struct request *, struct json_object *view,
			  const struct store *) MUST_CHECK;

#endif
