-- SPDX-License-Identifier: Apache-2.0
-- Copies of the shop's credits for showing them; amounts are in ten-thousandths of a credit. Nothing is decided on these rows.

CREATE_TABLE(credit_balance_cache, [[The balance as last told. version only rises: an older copy never replaces a newer one.]])
	store_id UUID_T PRIMARY KEY,
	balance_e4 bigint NOT NULL DEFAULT 0 CHECK (balance_e4 >= 0),
	reserved_e4 bigint NOT NULL DEFAULT 0 CHECK (reserved_e4 >= 0),
	lifetime_purchased_e4 bigint NOT NULL DEFAULT 0 CHECK (lifetime_purchased_e4 >= 0),
	lifetime_spent_e4 bigint NOT NULL DEFAULT 0 CHECK (lifetime_spent_e4 >= 0),
	version bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
	synced_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	FK_KEYED(store_id, stores, CASCADE)
END_TABLE

CREATE_TABLE(credit_spending_log, [[What credits were spent on. The id is that of the transaction, so that a repeated copy changes nothing; user_id may name someone who has no row here.]])
	UUID_ID,
	store_id UUID_T NOT NULL,
	amount_e4 bigint NOT NULL CHECK (amount_e4 >= 0),
	balance_after_e4 bigint NOT NULL CHECK (balance_after_e4 >= 0),
	service_key varchar(80),
	quantity_e4 bigint CHECK (quantity_e4 >= 0),
	description varchar(500) NOT NULL DEFAULT '',
	user_id UUID_T,
	spent_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	FK_KEYED(store_id, stores, CASCADE)
END_TABLE
MAKE_INDEX(credit_spending_log, store, [[store_id, spent_at]])
MAKE_INDEX(credit_spending_log, service, [[service_key, spent_at]])
