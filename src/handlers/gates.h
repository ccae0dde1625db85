/* SPDX-License-Identifier: Apache-2.0 */
/* The gates every request passes between its row and its handler: room, host, rate, identity, csrf,
 * tenant. */
#ifndef SOUK_HANDLERS_GATES_H
#define SOUK_HANDLERS_GATES_H

#include <stdbool.h>

#include "base/err.h"
#include "web/request.h"

/* OK: the handler may run. Also opens rq->master and, for ROUTE_TENANT, rq->tenant. When the
 * request was answered already (redirect to login or to an onboarding step, replay of an idempotent
 * answer) rq->status is set and the handler must not run. */
enum err gates_pass(struct request *) MUST_CHECK;
/* The identity gate alone, for a public route that acts on a token when there is one (logout). */
enum err gates_identify(struct request *) MUST_CHECK;
/* A tenant's database belongs to its owner, who may have broken it: what fails in it is its being
 * unavailable, not an error of ours. Gives any other error back. Says when to come again where that
 * is known. */
enum err gates_judge(struct request *, enum err e);
/* Opens rq->tenant for a handler that finds out by itself which store is meant, under the same
 * limits as the tenant gate: of those who wait for a store's database there are never so many that
 * others have to wait for them. ERR_BUSY, and the errors of tenants_borrow(). */
enum err gates_open_tenant(struct request *, const char *store_id) MUST_CHECK;
/* After the handler: keeps an idempotent answer, gives the tenant connection back. */
void gates_leave(struct request *);

#endif
