/* SPDX-License-Identifier: Apache-2.0 */
/* Credits of the current store: the API's handlers. */
#ifndef SOUK_HANDLERS_CREDITS_H
#define SOUK_HANDLERS_CREDITS_H

#include "base/err.h"
#include "web/request.h"

enum err get_credits_balance(struct request *);
enum err post_credits_purchase(struct request *);
enum err post_credits_spend(struct request *);
enum err get_credits_transactions(struct request *);
enum err get_credits_pricing(struct request *);

#endif
