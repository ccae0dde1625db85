/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table: everything that can be asked of Souk. `souk routes` prints it.
 * method, pattern, who, pool, flags, rate, body limit (0: the general one), handler, summary,
 * deadline (left out: the pool's) */
#include "web/router.h"

#include <stddef.h>

#include "handlers/account_pages.h"
#include "handlers/account_tokens.h"
#include "handlers/auth.h"
#include "handlers/auth_pages.h"
#include "handlers/credits.h"
#include "handlers/dashboard_pages.h"
#include "handlers/docs_page.h"
#include "handlers/health.h"
#include "handlers/home_pages.h"
#include "handlers/integrations.h"
#include "handlers/jobs.h"
#include "handlers/onboarding_pages.h"
#include "handlers/stores.h"

/* The slow pool has what hashes a password (HASH), or asks a stranger's database and may have to
 * wait for it (WAITS): the first as many at once as cores, the second in half of its workers. */
enum { SMALL = 16 << 10 };

/* `Prefer: wait=30`, behind a test of the connection. */
enum { PREFER_WAIT_S = 55 };

#define WEB POOL_WEB
#define SLOW POOL_SLOW
#define IDEM ROUTE_IDEMPOTENT
#define HASH ROUTE_HASH
#define WAITS ROUTE_STRANGER
#define PROBE (ROUTE_HIDDEN | ROUTE_NO_MASTER)
#define PAGE (ROUTE_HIDDEN | ROUTE_PAGE)
#define FORM (PAGE | ROUTE_FORM)
#define STEP (PAGE | ROUTE_ONBOARDING)
#define STEP_FORM (FORM | ROUTE_ONBOARDING)
#define BOARD (PAGE | ROUTE_ONBOARDED)
#define BOARD_FORM (FORM | ROUTE_ONBOARDED)

/* Rows leave out what only few of them have. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

const struct route routes[] = {
	/* accounts and sessions */
	{ "POST", "/api/auth/register", PUBLIC, SLOW, HASH, RATE_REGISTER, 0, post_auth_register,
	  "Register an agency" },
	{ "POST", "/api/auth/login", PUBLIC, SLOW, HASH, RATE_LOGIN, 0, post_auth_login,
	  "Sign in to the platform or to a store" },
	{ "GET", "/api/auth/me", EITHER, WEB, 0, RATE_NONE, 0, get_auth_me,
	  "The signed-in user and their stores" },
	{ "PATCH", "/api/auth/profile", EITHER, WEB, 0, RATE_NONE, 0, patch_auth_profile,
	  "Change the profile" },
	{ "POST", "/api/auth/refresh", PUBLIC, WEB, 0, RATE_REFRESH, 0, post_auth_refresh,
	  "Exchange a refresh token" },
	{ "POST", "/api/auth/logout", PUBLIC, WEB, 0, RATE_NONE, 0, post_auth_logout,
	  "End the session" },
	{ "GET", "/api/auth/sessions", EITHER, WEB, 0, RATE_NONE, 0, get_auth_sessions,
	  "List the user's sessions" },
	{ "DELETE", "/api/auth/sessions/:id", EITHER, WEB, 0, RATE_NONE, 0, delete_auth_session,
	  "End one of the user's sessions" },
	{ "POST", "/api/auth/switch-store", AGENCY, WEB, 0, RATE_NONE, 0,
	  post_auth_switch_store, "Get a token for another of the user's stores" },
	{ "POST", "/api/auth/verify-email", PUBLIC, WEB, 0, RATE_LOGIN, 0,
	  post_auth_verify_email, "Confirm an address by code or link" },
	{ "POST", "/api/auth/resend-verification", PUBLIC, WEB, 0, RATE_MAIL, 0,
	  post_auth_resend_verification, "Mail a new code and link" },
	{ "POST", "/api/auth/forgot-password", PUBLIC, WEB, 0, RATE_MAIL, 0,
	  post_auth_forgot_password, "Mail a link for a new password" },
	{ "POST", "/api/auth/reset-password", PUBLIC, SLOW, HASH, RATE_LOGIN, 0,
	  post_auth_reset_password, "Set a new password by a mailed link" },
	{ "POST", "/api/auth/change-password", EITHER, SLOW, HASH, RATE_LOGIN, 0,
	  post_auth_change_password, "Change the password" },

	/* stores */
	{ "POST", "/api/stores/mt?", AGENCY, WEB, IDEM, RATE_NONE, 0, post_stores,
	  "Create a store" },
	{ "GET", "/api/stores/mt?", AGENCY, WEB, 0, RATE_NONE, 0, get_stores,
	  "List the agency's stores" },
	{ "GET", "/api/stores/mt?/dropdown", AGENCY, WEB, 0, RATE_NONE, 0, get_stores_dropdown,
	  "The stores for a selector" },
	{ "GET", "/api/stores/mt?/check-slug", AGENCY, WEB, 0, RATE_NONE, 0, get_stores_check_slug,
	  "Whether an address is free" },
	{ "GET", "/api/stores/mt?/:id", AGENCY, WEB, 0, RATE_NONE, 0, get_store, "One store" },
	{ "PATCH", "/api/stores/mt?/:id", AGENCY, WEB, 0, RATE_NONE, 0, patch_store,
	  "Change a store" },
	{ "DELETE", "/api/stores/mt?/:id", AGENCY, WEB, 0, RATE_NONE, 0, delete_store,
	  "Delete a store (reversible for 30 days)" },
	{ "POST", "/api/stores/mt?/:id/connect-database", AGENCY, SLOW, IDEM | WAITS,
	  RATE_TEST_DATABASE, 0, post_store_connect_database,
	  "Connect and fill the store's database", .deadline_s = PREFER_WAIT_S },
	{ "POST", "/api/stores/mt?/:id/test-database", AGENCY, SLOW, WAITS, RATE_TEST_DATABASE, 0,
	  post_store_test_database, "Test a database; changes nothing" },
	{ "GET", "/api/stores/mt?/:id/provisioning-status", AGENCY, WEB, 0, RATE_NONE, 0,
	  get_store_provisioning_status, "How the filling of the database stands" },
	{ "GET", "/api/stores/mt?/:id/health", AGENCY, SLOW, WAITS, RATE_NONE, 0, get_store_health,
	  "How the store's database is doing" },

	/* credits */
	{ "GET", "/api/credits/mt?/balance", AGENCY, WEB, 0, RATE_NONE, 0, get_credits_balance,
	  "The current store's credits" },
	{ "POST", "/api/credits/mt?/purchase", AGENCY, WEB, IDEM, RATE_NONE, 0,
	  post_credits_purchase, "Buy credits" },
	{ "POST", "/api/credits/mt?/spend", AGENCY, WEB, IDEM, RATE_NONE, 0, post_credits_spend,
	  "Spend credits" },
	{ "GET", "/api/credits/mt?/transactions", AGENCY, WEB, 0, RATE_NONE, 0,
	  get_credits_transactions, "The history of credits" },
	{ "GET", "/api/credits/mt?/pricing", AGENCY, WEB, 0, RATE_NONE, 0, get_credits_pricing,
	  "Packs and the prices of services" },

	/* jobs and integrations */
	{ "GET", "/api/jobs/mt?", AGENCY, WEB, 0, RATE_NONE, 0, get_jobs,
	  "The current store's jobs" },
	{ "GET", "/api/jobs/mt?/:id", AGENCY, WEB, 0, RATE_NONE, 0, get_job, "One job" },
	{ "POST", "/api/integrations/stripe", AGENCY, WEB, IDEM, RATE_NONE, 0,
	  post_integrations_stripe, "Keep the store's own Stripe keys" },
	{ "GET", "/api/integrations/stripe", AGENCY, WEB, 0, RATE_NONE, 0, get_integrations_stripe,
	  "Which Stripe keys are kept, by their last four characters" },
	{ "DELETE", "/api/integrations/stripe", AGENCY, WEB, 0, RATE_NONE, 0,
	  delete_integrations_stripe, "Forget the store's Stripe keys" },

	/* diagnostics */
	{ "GET", "/api/test/master-db", PUBLIC, WEB, ROUTE_NO_MASTER, RATE_NONE, 0,
	  get_test_master_db, "Look at the master database" },
	{ "GET", "/openapi.json", PUBLIC, WEB, PROBE, RATE_NONE, 0, get_openapi,
	  "This API, for programs" },
	{ "GET", "/healthz", PUBLIC, WEB, PROBE, RATE_NONE, 0, get_healthz, "Alive" },
	{ "GET", "/readyz", PUBLIC, WEB, PROBE, RATE_NONE, 0, get_readyz, "Able to serve" },
	{ "GET", "/metrics", PUBLIC, WEB, PROBE, RATE_NONE, 0, get_metrics,
	  "Counters for Prometheus" },

	/* pages */
	{ "GET", "/", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_home, "What Souk is" },
	{ "GET", "/docs", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_docs, "The API reference" },
	{ "GET", "/register", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_register, "Sign up" },
	{ "POST", "/register", PUBLIC, SLOW, FORM | HASH, RATE_NONE, SMALL, post_register,
	  "Sign up" },
	{ "GET", "/login", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_login, "Sign in" },
	{ "POST", "/login", PUBLIC, SLOW, FORM | HASH, RATE_NONE, SMALL, post_login, "Sign in" },
	{ "POST", "/logout", AGENCY, WEB, FORM, RATE_NONE, SMALL, post_logout, "Sign out" },
	{ "GET", "/verify-email", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_verify_email,
	  "Confirm the address" },
	{ "POST", "/verify-email", PUBLIC, WEB, FORM, RATE_LOGIN, SMALL, post_verify_email,
	  "Confirm the address" },
	{ "GET", "/forgot-password", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_forgot_password,
	  "Ask for a new password" },
	{ "POST", "/forgot-password", PUBLIC, WEB, FORM, RATE_MAIL, SMALL, post_forgot_password,
	  "Ask for a new password" },
	{ "GET", "/reset-password", PUBLIC, WEB, PAGE, RATE_NONE, 0, get_reset_password,
	  "Set a new password" },
	{ "POST", "/reset-password", PUBLIC, SLOW, FORM | HASH, RATE_LOGIN, SMALL,
	  post_reset_password, "Set a new password" },
	{ "GET", "/onboarding", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding,
	  "To the first open step" },
	{ "GET", "/onboarding/store", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding_store,
	  "Step 1: create the store" },
	{ "POST", "/onboarding/store", AGENCY, WEB, STEP_FORM, RATE_NONE, SMALL,
	  post_onboarding_store, "Step 1: create the store" },
	{ "GET", "/onboarding/database", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding_database,
	  "Step 2: connect a database" },
	{ "POST", "/onboarding/database", AGENCY, SLOW, STEP_FORM | WAITS, RATE_TEST_DATABASE,
	  SMALL, post_onboarding_database, "Step 2: connect a database" },
	{ "GET", "/onboarding/payments", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding_payments,
	  "Step 3: Stripe keys" },
	{ "POST", "/onboarding/payments", AGENCY, WEB, STEP_FORM, RATE_NONE, SMALL,
	  post_onboarding_payments, "Step 3: Stripe keys" },
	{ "GET", "/onboarding/credits", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding_credits,
	  "Step 4: buy credits" },
	{ "POST", "/onboarding/credits", AGENCY, WEB, STEP_FORM, RATE_NONE, SMALL,
	  post_onboarding_credits, "Step 4: buy credits" },
	{ "GET", "/onboarding/profile", AGENCY, WEB, STEP, RATE_NONE, 0, get_onboarding_profile,
	  "Step 5: profile" },
	{ "POST", "/onboarding/profile", AGENCY, WEB, STEP_FORM, RATE_NONE, SMALL,
	  post_onboarding_profile, "Step 5: profile" },
	{ "GET", "/dashboard", AGENCY, SLOW, BOARD | WAITS, RATE_NONE, 0, get_dashboard,
	  "The store at a glance" },
	{ "GET", "/dashboard/credits", AGENCY, WEB, BOARD, RATE_NONE, 0, get_dashboard_credits,
	  "Credits" },
	{ "POST", "/dashboard/credits", AGENCY, WEB, BOARD_FORM, RATE_NONE, SMALL,
	  post_dashboard_credits, "Buy credits" },
	{ "GET", "/dashboard/jobs", AGENCY, WEB, BOARD, RATE_NONE, 0, get_dashboard_jobs, "Jobs" },
	{ "GET", "/dashboard/database", AGENCY, SLOW, BOARD | WAITS, RATE_NONE, 0,
	  get_dashboard_database, "The store's database" },
	{ "GET", "/dashboard/account", AGENCY, WEB, BOARD, RATE_NONE, 0, get_dashboard_account,
	  "Profile and sessions" },
	{ "POST", "/dashboard/account", AGENCY, WEB, BOARD_FORM, RATE_NONE, SMALL,
	  post_dashboard_account, "Profile and sessions" },
	{ "GET", "/dashboard/account/password", AGENCY, WEB, BOARD, RATE_NONE, 0,
	  get_dashboard_password, "To the form that changes the password" },
	{ "POST", "/dashboard/account/password", AGENCY, SLOW, BOARD_FORM | HASH, RATE_NONE, SMALL,
	  post_dashboard_password, "Change the password" },
	{ "POST", "/dashboard/account/sessions", AGENCY, WEB, BOARD_FORM, RATE_NONE, SMALL,
	  post_dashboard_sessions, "End other sessions" },
	{ "POST", "/dashboard/switch-store", AGENCY, WEB, FORM, RATE_NONE, SMALL,
	  post_dashboard_switch_store, "To another store" },

	{ .method = NULL },
};
