/* SPDX-License-Identifier: Apache-2.0 */
/* Credits of a store: a double-entry ledger behind a balance row. Amounts are ten-thousandths (e4).
 * Callers have checked whose store it is. */
#ifndef SOUK_DOMAIN_CREDITS_H
#define SOUK_DOMAIN_CREDITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "db/db.h"
#include "db/paging.h"
#include "db/runtime.h"

enum { CREDITS_MAX_E4 = 1000000000 /* 100,000 credits in one operation */, CREDIT_CENTS = 10 };

struct balance {
	int64_t balance, reserved, available, lifetime_purchased, lifetime_spent;   /* e4 */
};
enum err credits_balance(struct db *, const char *store_id, struct balance *out) MUST_CHECK;

struct credit_transaction {
	const char *id, *type, *status, *service_key, *description, *pack_id, *currency;
	int64_t amount;              /* e4; negative when credits left */
	int64_t balance_after;       /* e4; meaningless while pending */
	int64_t quantity;            /* e4; 0 when none */
	int64_t price_cents;
	int64_t created_at, completed_at;
};

struct purchase {
	const char *store_id, *user_id;
	int64_t amount;              /* e4 credits; or 0 with pack_id */
	const char *pack_id;         /* or NULL */
	bool test; /* paymentMethod "test": complete at once; only with PAYMENTS=test */
	const char *idempotency_key; /* scoped already, or NULL */
};
/* ERR_PACK_NOT_FOUND, ERR_PAYMENTS_UNAVAILABLE. In test mode the transaction is completed and the
 * credits are there; otherwise there is no way to pay yet and nothing is written. Price: the
 * pack's, or 10 cents a credit. */
enum err credits_purchase(struct runtime *, struct db *, const struct purchase *, struct arena *,
			  struct credit_transaction *out, struct balance *left) MUST_CHECK;

struct spend {
	const char *store_id, *user_id;
	int64_t amount;              /* e4; or 0 with service_key */
	const char *service_key;     /* or NULL */
	int64_t quantity;            /* e4 of the service's unit */
	const char *description;     /* or NULL */
	const char *idempotency_key; /* or NULL */
};
/* ERR_INSUFFICIENT_CREDITS (then `left` is the balance and *spent what was required),
 * ERR_SERVICE_NOT_FOUND. */
enum err credits_spend(struct db *, const struct spend *, int64_t *spent,
		       struct balance *left) MUST_CHECK;

/* Opens a new store's balance with `free` credits (a bonus); in the caller's transaction. */
enum err credits_open(struct db *, const char *store_id, int64_t free_e4) MUST_CHECK;

struct credit_list {
	struct credit_transaction *v;   /* newest first */
	int n;
};
enum err credits_list(struct db *, const char *store_id, struct paging *, struct arena *,
		      struct credit_list *out) MUST_CHECK;

struct credit_pack { const char *id; int64_t credits; int64_t price_cents; const char *currency; };
struct service_cost { const char *key, *name, *description, *unit; int64_t cost; };
struct pricing {
	struct credit_pack *packs;
	int pack_count;
	struct service_cost *services;
	int service_count;
	int64_t credit_cents;
};
enum err credits_pricing(struct db *, struct arena *, struct pricing *out) MUST_CHECK;

/* Balance at the end of each of the last `days` days (oldest first), for the dashboard's chart. */
enum err credits_history(struct db *, const char *store_id, int days,
			 int64_t *balance_e4) MUST_CHECK;

struct job;
/* Job `sync_credits`: brings balance and spending into the tenant's credit_balance_cache and
 * credit_spending_log; may run any number of times. */
enum err credits_sync(struct runtime *, const struct job *) MUST_CHECK;

#endif
