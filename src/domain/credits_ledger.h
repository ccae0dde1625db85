/* SPDX-License-Identifier: Apache-2.0 */
/* Movements of credits: balance row, ledger and history together, each in one statement. */
#ifndef SOUK_DOMAIN_CREDITS_LEDGER_H
#define SOUK_DOMAIN_CREDITS_LEDGER_H

#include "domain/credits.h"

/* All of them run in the caller's transaction and lock the store's balance row first. A movement's
 * key is for ever: ERR_DB_UNIQUE with constraint LEDGER_KEY says that it has happened before. */
#define LEDGER_KEY "ledger_transactions_idempotency_key_key"

/* Takes `amount` (0: only notes it) out of what is available; ERR_NO_ROW when that is less. */
enum err ledger_spend(struct db *, const struct spend *, int64_t amount,
		      struct balance *left) MUST_CHECK;

/* Gives what the pending purchase `id` bought and notes the payment. ERR_NO_ROW when it is not
 * pending. */
enum err ledger_complete(struct db *, const char *id, const char *idempotency_key,
			 struct balance *left) MUST_CHECK;

/* A present of the platform. */
enum err ledger_bonus(struct db *, const char *store_id, int64_t amount,
		      const char *words) MUST_CHECK;

/* The earlier movement of that kind ("spend", "purchase") under the key: the id of its history row,
 * what it moved (signed) and the balance it left. ERR_NO_ROW when there was none;
 * ERR_IDEMPOTENCY_KEY_REUSED when it was another store's. */
struct movement {
	char id[ID_TEXT];
	int64_t amount, balance_after;
};
enum err ledger_earlier(struct db *, const char *kind, const char *idempotency_key,
			const char *store_id, struct movement *out) MUST_CHECK;

/* Reads columns balance_e4, reserved_e4, lifetime_purchased_e4, lifetime_spent_e4. */
void ledger_read_balance(const struct result *, struct balance *out);

#endif
