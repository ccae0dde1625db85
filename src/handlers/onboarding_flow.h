/* SPDX-License-Identifier: Apache-2.0 */
/* Where a user stands in the five steps, and the frame around each step's page. */
#ifndef SOUK_HANDLERS_ONBOARDING_FLOW_H
#define SOUK_HANDLERS_ONBOARDING_FLOW_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/stores.h"
#include "web/input.h"
#include "web/request.h"

struct json_object;

struct onboarding {
	const char *step; /* the one asked for: "store", "database", … */
	struct store store;
	bool has_store;	  /* otherwise `store` is all zero */
	const char *open; /* the first step not done or skipped yet; NULL when none is left */
	bool through;	  /* no required step is left */
	bool another;	  /* step "store" for a further store: `?new=1`, or nothing else is open */
};

/* Finds out where the user stands. A step beyond the first open one is answered by a redirect
 * there: rq->status is set, and the caller returns OK. */
enum err onboarding_begin(struct request *, const char *step, struct onboarding *out) MUST_CHECK;
/* Redirects to the first open step as it is after a change, or to the dashboard. */
enum err onboarding_next(struct request *) MUST_CHECK;
/* A view with marks, step, store and the way back to a finished store. */
enum err onboarding_view(struct request *, const struct onboarding *,
			 struct json_object **out) MUST_CHECK;
/* Marks an optional step of the store as "done" or "skipped", then goes on. */
enum err onboarding_settle(struct request *, const struct onboarding *, const char *how) MUST_CHECK;

#endif
