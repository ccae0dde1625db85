/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard: the current store at a glance, its credits, jobs and database, and the user's
 * account. */
#ifndef SOUK_HANDLERS_DASHBOARD_PAGES_H
#define SOUK_HANDLERS_DASHBOARD_PAGES_H

#include "base/err.h"

struct request;

enum err get_dashboard(struct request *) MUST_CHECK;	      /* GET /dashboard */
enum err get_dashboard_credits(struct request *) MUST_CHECK;  /* GET /dashboard/credits, ?cursor= */
enum err post_dashboard_credits(struct request *) MUST_CHECK; /* buys */
enum err get_dashboard_jobs(struct request *) MUST_CHECK;     /* GET /dashboard/jobs, ?cursor= */
enum err get_dashboard_database(struct request *) MUST_CHECK; /* GET /dashboard/database */
enum err get_dashboard_account(struct request *) MUST_CHECK;  /* GET /dashboard/account */
enum err post_dashboard_account(struct request *) MUST_CHECK; /* changes the profile */
enum err get_dashboard_password(struct request *) MUST_CHECK; /* back to the account */
enum err post_dashboard_password(struct request *)
	MUST_CHECK; /* POST /dashboard/account/password */
enum err post_dashboard_sessions(struct request *)
	MUST_CHECK; /* POST /dashboard/account/sessions: sessionId or button `others` */
enum err post_dashboard_switch_store(struct request *)
	MUST_CHECK; /* POST /dashboard/switch-store: storeId */

#endif
