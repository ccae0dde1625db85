-- SPDX-License-Identifier: Apache-2.0
-- Carts, and the orders they become. An order keeps copies of names, prices and addresses: later changes of the catalogue never alter it.

CREATE_TABLE(carts, [[What someone is about to buy. A guest's cart is found by the hash of its token.]])
	UUID_ID,
	user_id UUID_T,
	token_hash BYTES_T,
	email varchar(254) CHECK (email = lower(email)),
	currency CURRENCY_T NOT NULL,
	language_code LANG_T,
	sales_channel_id UUID_T,
	shipping_method_id UUID_T,
	payment_method_id UUID_T,
	status varchar(10) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'converted', 'merged', 'abandoned')),
	customer_note varchar(2000) NOT NULL DEFAULT '',
	expires_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(token_hash, token_hash),
	FK_KEYED(user_id, users, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code),
	FK_INDEXED(language_code, languages, [[SET NULL]], code),
	FK_INDEXED(sales_channel_id, sales_channels, [[SET NULL]]),
	FK_INDEXED(shipping_method_id, shipping_methods, [[SET NULL]]),
	FK_INDEXED(payment_method_id, payment_methods, [[SET NULL]])
END_TABLE
MAKE_INDEX(carts, user, [[user_id, status]])
MAKE_INDEX(carts, stale, [[status, updated_at]])

CREATE_TABLE(cart_lines, [[Variants in a cart. customisation_key tells apart lines of one variant with different wishes, such as an engraving.]])
	UUID_ID,
	cart_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	unit_price_minor MONEY_T NOT NULL CHECK (unit_price_minor >= 0),
	customisation_key varchar(64) NOT NULL DEFAULT '',
	customisation JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(variant, [[cart_id, variant_id, customisation_key]]),
	FK_KEYED(cart_id, carts, CASCADE),
	FK_INDEXED(variant_id, product_variants, CASCADE)
END_TABLE
ADD_FK(inventory_reservations, cart_line_id, cart_lines, [[SET NULL]])

CREATE_TABLE(cart_addresses, [[Where a cart shall be sent and billed.]])
	cart_id UUID_T NOT NULL,
	kind varchar(8) NOT NULL CHECK (kind IN ('shipping', 'billing')),
	ADDRESS_COLUMNS,
	PRIMARY KEY (cart_id, kind),
	FK_KEYED(cart_id, carts, CASCADE)
END_TABLE

CREATE_TABLE(cart_coupons, [[Coupons entered in a cart.]])
	cart_id UUID_T NOT NULL,
	coupon_id UUID_T NOT NULL,
	CREATED_AT,
	PRIMARY KEY (cart_id, coupon_id),
	FK_KEYED(cart_id, carts, CASCADE),
	FK_INDEXED(coupon_id, coupons, CASCADE)
END_TABLE

CREATE_TABLE(order_status_transitions, [[Which status of an order may follow which. new stands for an order that is being made.]])
	from_status varchar(12) NOT NULL,
	to_status varchar(12) NOT NULL CHECK (to_status <> 'new'),
	PRIMARY KEY (from_status, to_status)
END_TABLE

CREATE_TABLE(orders, [[Orders. status follows order_status_transitions: (status_from, status) must be a row there. The two sums of payments are kept by the database.]])
	UUID_ID,
	number varchar(40) NOT NULL,
	cart_id UUID_T,
	user_id UUID_T,
	email varchar(254) NOT NULL CHECK (email = lower(email)),
	phone varchar(40) NOT NULL DEFAULT '',
	status varchar(12) NOT NULL DEFAULT 'pending' CHECK (status IN
		('draft', 'pending', 'confirmed', 'processing', 'on_hold', 'completed', 'cancelled', 'closed')),
	status_from varchar(12) NOT NULL DEFAULT 'new',
	payment_status varchar(18) NOT NULL DEFAULT 'unpaid' CHECK (payment_status IN
		('unpaid', 'authorized', 'partially_paid', 'paid', 'partially_refunded', 'refunded', 'failed')),
	fulfilment_status varchar(20) NOT NULL DEFAULT 'unfulfilled' CHECK (fulfilment_status IN
		('unfulfilled', 'partially_fulfilled', 'fulfilled', 'delivered', 'partially_returned', 'returned', 'not_needed')),
	currency CURRENCY_T NOT NULL,
	language_code LANG_T,
	sales_channel_id UUID_T,
	payment_method_id UUID_T,
	prices_include_tax BOOL_T NOT NULL DEFAULT FALSE,
	subtotal_minor MONEY_T NOT NULL DEFAULT 0 CHECK (subtotal_minor >= 0),
	discount_minor MONEY_T NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
	shipping_minor MONEY_T NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
	fee_minor MONEY_T NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
	tax_minor MONEY_T NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
	total_minor MONEY_T NOT NULL DEFAULT 0 CHECK (total_minor >= 0),
	captured_minor MONEY_T NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
	refunded_minor MONEY_T NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
	customer_note varchar(2000) NOT NULL DEFAULT '',
	cancel_reason varchar(500),
	ip_address varchar(45),
	metadata JSON_T EMPTY_OBJECT,
	placed_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	completed_at TIMESTAMP_T,
	cancelled_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(number, number),
	UNIQUE_KEY(cart_id, cart_id),
	CHECK_THAT(total, [[total_minor = subtotal_minor - discount_minor + shipping_minor + fee_minor
		+ CASE WHEN prices_include_tax THEN 0 ELSE tax_minor END]]),
	CHECK_THAT(discount, [[discount_minor <= subtotal_minor + shipping_minor]]),
	CHECK_THAT(refunded, [[refunded_minor <= captured_minor]]),
	CHECK_THAT(cancelled, [[status <> 'cancelled' OR cancelled_at IS NOT NULL]]),
	CHECK_THAT(completed, [[status <> 'completed' OR completed_at IS NOT NULL]]),
	FK_TOGETHER(status_transition, [[status_from, status]], order_status_transitions, [[from_status, to_status]], RESTRICT),
	FK_KEYED(cart_id, carts, [[SET NULL]]),
	FK_KEYED(user_id, users, [[SET NULL]]),
	FK_INDEXED(currency, currencies, RESTRICT, code),
	FK_INDEXED(language_code, languages, [[SET NULL]], code),
	FK_INDEXED(sales_channel_id, sales_channels, RESTRICT),
	FK_INDEXED(payment_method_id, payment_methods, RESTRICT)
END_TABLE
MAKE_INDEX(orders, user, [[user_id, placed_at]])
MAKE_INDEX(orders, status_placed, [[status, placed_at]])
MAKE_INDEX(orders, placed, [[placed_at, id]])
MAKE_INDEX(orders, email, email)
STATE_GUARD(orders)
ADD_FK(coupon_usages, order_id, orders, RESTRICT)
ADD_FK(gift_card_transactions, order_id, orders, RESTRICT)

CREATE_TABLE(order_addresses, [[Addresses of an order, as they were.]])
	order_id UUID_T NOT NULL,
	kind varchar(8) NOT NULL CHECK (kind IN ('shipping', 'billing')),
	ADDRESS_COLUMNS,
	tax_number varchar(64) NOT NULL DEFAULT '',
	PRIMARY KEY (order_id, kind),
	FK_KEYED(order_id, orders, CASCADE)
END_TABLE

CREATE_TABLE(order_lines, [[What was ordered. The amounts add up by CHECK; how much was shipped and returned is kept by the database and cannot exceed it.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	position int NOT NULL,
	product_id UUID_T,
	variant_id UUID_T,
	sku varchar(100) NOT NULL,
	name varchar(255) NOT NULL,
	variant_name varchar(255) NOT NULL DEFAULT '',
	quantity int NOT NULL CHECK (quantity > 0),
	quantity_cancelled int NOT NULL DEFAULT 0 CHECK (quantity_cancelled >= 0),
	quantity_fulfilled int NOT NULL DEFAULT 0 CHECK (quantity_fulfilled >= 0),
	quantity_returned int NOT NULL DEFAULT 0 CHECK (quantity_returned >= 0),
	unit_price_minor MONEY_T NOT NULL CHECK (unit_price_minor >= 0),
	unit_cost_minor MONEY_T CHECK (unit_cost_minor >= 0),
	subtotal_minor MONEY_T NOT NULL,
	discount_minor MONEY_T NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
	tax_minor MONEY_T NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
	total_minor MONEY_T NOT NULL CHECK (total_minor >= 0),
	prices_include_tax BOOL_T NOT NULL DEFAULT FALSE,
	requires_shipping BOOL_T NOT NULL DEFAULT TRUE,
	weight_grams int CHECK (weight_grams >= 0),
	customisation JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(position, [[order_id, position]]),
	UNIQUE_KEY(order, [[order_id, id]]),
	CHECK_THAT(subtotal, [[subtotal_minor = unit_price_minor * quantity]]),
	CHECK_THAT(total, [[total_minor = subtotal_minor - discount_minor + CASE WHEN prices_include_tax THEN 0 ELSE tax_minor END]]),
	CHECK_THAT(discount, [[discount_minor <= subtotal_minor]]),
	CHECK_THAT(fulfilled, [[quantity_fulfilled + quantity_cancelled <= quantity]]),
	CHECK_THAT(returned, [[quantity_returned <= quantity_fulfilled]]),
	FK_KEYED(order_id, orders, CASCADE),
	FK_INDEXED(product_id, products, [[SET NULL]]),
	FK_INDEXED(variant_id, product_variants, [[SET NULL]])
END_TABLE
ADD_FK(inventory_reservations, order_line_id, order_lines, RESTRICT)

CREATE_TABLE(order_line_taxes, [[Each tax of a line, with the rate as it was.]])
	UUID_ID,
	order_line_id UUID_T NOT NULL,
	tax_rate_id UUID_T,
	name varchar(80) NOT NULL,
	rate_percent RATE_T NOT NULL CHECK (rate_percent BETWEEN 0 AND 100),
	base_minor MONEY_T NOT NULL CHECK (base_minor >= 0),
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	FK_INDEXED(order_line_id, order_lines, CASCADE),
	FK_INDEXED(tax_rate_id, tax_rates, [[SET NULL]])
END_TABLE

CREATE_TABLE(order_discounts, [[Discounts of an order, with code and name as they were.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	discount_id UUID_T,
	coupon_id UUID_T,
	code varchar(60) NOT NULL DEFAULT '',
	name varchar(160) NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	UNIQUE_KEY(order, [[order_id, id]]),
	FK_KEYED(order_id, orders, CASCADE),
	FK_INDEXED(discount_id, discounts, [[SET NULL]]),
	FK_INDEXED(coupon_id, coupons, [[SET NULL]])
END_TABLE

CREATE_TABLE(order_line_discounts, [[How much of a discount fell on a line; both of one order.]])
	order_id UUID_T NOT NULL,
	order_line_id UUID_T NOT NULL,
	order_discount_id UUID_T NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	PRIMARY KEY (order_line_id, order_discount_id),
	FK_TOGETHER(line, [[order_id, order_line_id]], order_lines, [[order_id, id]], CASCADE),
	FK_TOGETHER(discount, [[order_id, order_discount_id]], order_discounts, [[order_id, id]], CASCADE)
END_TABLE
MAKE_INDEX(order_line_discounts, line, [[order_id, order_line_id]])
MAKE_INDEX(order_line_discounts, discount, [[order_id, order_discount_id]])

CREATE_TABLE(order_shipping_lines, [[How an order travels and what that costs.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	shipping_method_id UUID_T,
	name varchar(120) NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	discount_minor MONEY_T NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
	tax_minor MONEY_T NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
	tax_name varchar(80) NOT NULL DEFAULT '',
	tax_percent RATE_T NOT NULL DEFAULT 0 CHECK (tax_percent BETWEEN 0 AND 100),
	pickup_location_id UUID_T,
	CHECK_THAT(discount, [[discount_minor <= amount_minor]]),
	FK_INDEXED(order_id, orders, CASCADE),
	FK_INDEXED(shipping_method_id, shipping_methods, RESTRICT),
	FK_INDEXED(pickup_location_id, inventory_locations, RESTRICT)
END_TABLE

CREATE_TABLE(order_status_history, [[Every change of an order's states, who made it and why. Append-only: an order that has history is never deleted.]])
	LOG_ID,
	order_id UUID_T NOT NULL,
	field varchar(18) NOT NULL DEFAULT 'status' CHECK (field IN ('status', 'payment_status', 'fulfilment_status')),
	from_value varchar(20),
	to_value varchar(20) NOT NULL,
	actor_kind varchar(10) NOT NULL DEFAULT 'system' CHECK (actor_kind IN ('system', 'staff', 'customer', 'provider', 'plugin')),
	user_id UUID_T,
	note varchar(1000) NOT NULL DEFAULT '',
	CREATED_AT,
	FK_KEYED(order_id, orders, RESTRICT),
	FK_INDEXED(user_id, users, RESTRICT)
END_TABLE
MAKE_INDEX(order_status_history, order, [[order_id, id]])
APPEND_ONLY(order_status_history)

CREATE_TABLE(order_notes, [[Notes on an order, for staff or for the customer to see.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	author_id UUID_T,
	body TEXT_T NOT NULL,
	is_visible_to_customer BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	FK_INDEXED(order_id, orders, CASCADE),
	FK_INDEXED(author_id, users, [[SET NULL]])
END_TABLE
