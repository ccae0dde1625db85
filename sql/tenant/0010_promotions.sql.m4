-- SPDX-License-Identifier: Apache-2.0
-- Discounts with their rules, the coupons that open them, and gift cards.

CREATE_TABLE(discounts, [[A reduction: of what, by how much, when and for whom. Without a coupon it applies by itself.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(160) NOT NULL,
	kind varchar(14) NOT NULL CHECK (kind IN ('percentage', 'fixed_amount', 'fixed_price', 'free_shipping', 'buy_x_get_y')),
	target varchar(10) NOT NULL DEFAULT 'order' CHECK (target IN ('order', 'lines', 'shipping')),
	percent RATE_T CHECK (percent > 0 AND percent <= 100),
	amount_minor MONEY_T CHECK (amount_minor >= 0),
	currency CURRENCY_T,
	max_amount_minor MONEY_T CHECK (max_amount_minor > 0),
	needs_coupon BOOL_T NOT NULL DEFAULT FALSE,
	is_combinable BOOL_T NOT NULL DEFAULT FALSE,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	priority int NOT NULL DEFAULT 0,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(value, [[(kind = 'percentage') = (percent IS NOT NULL) AND (kind IN ('fixed_amount', 'fixed_price')) = (amount_minor IS NOT NULL)]]),
	CHECK_THAT(currency, [[amount_minor IS NULL OR currency IS NOT NULL]]),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]]),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
MAKE_INDEX(discounts, automatic, [[is_active, needs_coupon, priority]])

CREATE_TABLE(discount_translations, [[Words customers see, by language.]])
	discount_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(160) NOT NULL,
	PRIMARY KEY (discount_id, language_code),
	FK_KEYED(discount_id, discounts, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(discount_rules, [[What must hold for a discount, and in buy_x_get_y what is got: all rules of a discount must.]])
	UUID_ID,
	discount_id UUID_T NOT NULL,
	kind varchar(20) NOT NULL CHECK (kind IN ('min_subtotal', 'min_quantity', 'first_order', 'country', 'shipping_method', 'buy_quantity', 'get_quantity')),
	number_value bigint,
	text_value varchar(160),
	UNIQUE_KEY(rule, [[discount_id, kind, text_value]]),
	CHECK_THAT(value, [[kind = 'first_order' OR (kind IN ('country', 'shipping_method') AND text_value IS NOT NULL)
		OR (kind IN ('min_subtotal', 'min_quantity', 'buy_quantity', 'get_quantity') AND number_value IS NOT NULL AND number_value > 0)]]),
	FK_KEYED(discount_id, discounts, CASCADE)
END_TABLE

CREATE_TABLE(discount_products, [[Products a discount is for, or not for; none named means all.]])
	discount_id UUID_T NOT NULL,
	product_id UUID_T NOT NULL,
	is_excluded BOOL_T NOT NULL DEFAULT FALSE,
	PRIMARY KEY (discount_id, product_id),
	FK_KEYED(discount_id, discounts, CASCADE),
	FK_INDEXED(product_id, products, CASCADE)
END_TABLE

CREATE_TABLE(discount_categories, [[Categories a discount is for, or not for.]])
	discount_id UUID_T NOT NULL,
	category_id UUID_T NOT NULL,
	is_excluded BOOL_T NOT NULL DEFAULT FALSE,
	PRIMARY KEY (discount_id, category_id),
	FK_KEYED(discount_id, discounts, CASCADE),
	FK_INDEXED(category_id, categories, CASCADE)
END_TABLE

CREATE_TABLE(discount_customer_groups, [[Groups a discount is for; none named means everyone.]])
	discount_id UUID_T NOT NULL,
	customer_group_id UUID_T NOT NULL,
	PRIMARY KEY (discount_id, customer_group_id),
	FK_KEYED(discount_id, discounts, CASCADE),
	FK_INDEXED(customer_group_id, customer_groups, CASCADE)
END_TABLE

CREATE_TABLE(coupons, [[Codes that open a discount. SUMMER and summer are one code. times_used is kept by the database and bounded by max_uses.]])
	UUID_ID,
	discount_id UUID_T NOT NULL,
	code varchar(60) NOT NULL CHECK (MATCHES(code, '^[A-Za-z0-9_-]+$')),
	max_uses int CHECK (max_uses > 0),
	max_uses_per_customer int CHECK (max_uses_per_customer > 0),
	times_used int NOT NULL DEFAULT 0 CHECK (times_used >= 0),
	user_id UUID_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	TIMESTAMPS,
	CHECK_THAT(uses, [[max_uses IS NULL OR times_used <= max_uses]]),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]]),
	FK_INDEXED(discount_id, discounts, CASCADE),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE
UNIQUE_LOWER(coupons, code, code)

CREATE_TABLE(coupon_usages, [[Which order used a coupon; a released use (the order was cancelled) does not count.]])
	UUID_ID,
	coupon_id UUID_T NOT NULL,
	order_id UUID_T NOT NULL,
	user_id UUID_T,
	email varchar(254),
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	is_released BOOL_T NOT NULL DEFAULT FALSE,
	CREATED_AT,
	UNIQUE_KEY(order, [[coupon_id, order_id]]),
	FK_KEYED(coupon_id, coupons, RESTRICT),
	FK_INDEXED(user_id, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(coupon_usages, customer, [[coupon_id, email]])
ROLLUP(coupon_usages, coupons, coupon_id, times_used, [[CASE WHEN THIS.is_released THEN 0 ELSE 1 END]])

CREATE_TABLE(gift_cards, [[Gift cards and store credit. Only a hash of the code is kept. The balance is the sum of its transactions and never below zero.]])
	UUID_ID,
	code_hash BYTES_T NOT NULL,
	code_last4 char(4) NOT NULL,
	kind varchar(12) NOT NULL DEFAULT 'gift_card' CHECK (kind IN ('gift_card', 'store_credit')),
	currency CURRENCY_T NOT NULL,
	balance_minor MONEY_T NOT NULL DEFAULT 0 CHECK (balance_minor >= 0),
	user_id UUID_T,
	recipient_email varchar(254),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	expires_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code_hash, code_hash),
	FK_INDEXED(currency, currencies, RESTRICT, code),
	FK_INDEXED(user_id, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(gift_card_transactions, [[What was put on a gift card (positive) and taken from it (negative), for ever.]])
	UUID_ID,
	gift_card_id UUID_T NOT NULL,
	kind varchar(10) NOT NULL CHECK (kind IN ('issue', 'spend', 'refund', 'adjust', 'expire')),
	amount_minor MONEY_T NOT NULL CHECK (amount_minor <> 0),
	order_id UUID_T,
	note varchar(500) NOT NULL DEFAULT '',
	CREATED_AT,
	CHECK_THAT(sign, [[kind = 'adjust' OR (kind IN ('issue', 'refund')) = (amount_minor > 0)]]),
	FK_INDEXED(gift_card_id, gift_cards, RESTRICT)
END_TABLE
ROLLUP(gift_card_transactions, gift_cards, gift_card_id, balance_minor, [[THIS.amount_minor]])
APPEND_ONLY(gift_card_transactions)
