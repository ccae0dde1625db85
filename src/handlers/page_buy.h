/* SPDX-License-Identifier: Apache-2.0 */
/* Buying credits by form: the same in onboarding and on the dashboard. */
#ifndef SOUK_HANDLERS_PAGE_BUY_H
#define SOUK_HANDLERS_PAGE_BUY_H

#include "base/err.h"
#include "domain/credits.h"
#include "web/input.h"
#include "web/request.h"

struct json_object;

/* Packs, prices and balance for templates/partials/buy.html. `in` is the form sent before, or NULL.
 */
enum err page_buy_view(struct request *, const char *store_id, const struct input *in,
		       struct json_object *view) MUST_CHECK;
/* Reads the form and buys; sent twice, it buys once. ERR_VALIDATION with complaints, and the errors
 * of credits_purchase(). */
enum err page_buy(struct request *, const char *store_id, struct input *,
		  struct credit_transaction *out) MUST_CHECK;

/* The balance as texts: available, reserved, purchased, spent. */
void page_balance(struct request *, struct json_object *view, const struct balance *);

#endif
