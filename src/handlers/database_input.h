/* SPDX-License-Identifier: Apache-2.0 */
/* How a request names a database, and how a refusal is told: shared by the API and the onboarding
 * page. */
#ifndef SOUK_HANDLERS_DATABASE_INPUT_H
#define SOUK_HANDLERS_DATABASE_INPUT_H

#include "base/err.h"
#include "domain/provisioning.h"
#include "web/request.h"

/* Reads type, connectionString, demoData. ERR_VALIDATION and the body's own errors. */
enum err database_input(struct request *, struct database_request *out) MUST_CHECK;
/* Adds details.reason and details.hint, or what is wrong with the string; gives `e` back. */
enum err database_details(struct request *, enum err e, const struct database_problem *) MUST_CHECK;

#endif
