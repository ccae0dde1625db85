-- SPDX-License-Identifier: Apache-2.0
-- Stock. Movements make on_hand and active reservations make reserved; the database adds both up under the level's row lock,
-- so that no number of buyers at once can take or promise more than there is.

CREATE_TABLE(inventory_locations, [[Warehouses and shops that hold stock.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	kind varchar(12) NOT NULL DEFAULT 'warehouse' CHECK (kind IN ('warehouse', 'shop', 'supplier', 'returns')),
	address_line1 varchar(200),
	address_line2 varchar(200),
	city varchar(120),
	region varchar(120),
	postal_code varchar(32),
	country COUNTRY_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	ships_online_orders BOOL_T NOT NULL DEFAULT TRUE,
	offers_pickup BOOL_T NOT NULL DEFAULT FALSE,
	priority int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(inventory_locations, one_default, is_default)

CREATE_TABLE(inventory_levels, [[Stock of a variant at a place. available = on_hand - reserved. backorder_limit is how far it may be promised below zero; NULL is without limit.]])
	UUID_ID,
	variant_id UUID_T NOT NULL,
	location_id UUID_T NOT NULL,
	on_hand int NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
	reserved int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
	backorder_limit int DEFAULT 0 CHECK (backorder_limit >= 0),
	reorder_point int NOT NULL DEFAULT 0 CHECK (reorder_point >= 0),
	shelf varchar(60),
	TIMESTAMPS,
	UNIQUE_KEY(place, [[variant_id, location_id]]),
	CHECK_THAT(not_oversold, [[backorder_limit IS NULL OR reserved <= on_hand + backorder_limit]]),
	FK_KEYED(variant_id, product_variants, RESTRICT),
	FK_INDEXED(location_id, inventory_locations, RESTRICT)
END_TABLE

CREATE_TABLE(inventory_reservations, [[Stock promised to a cart or an order line. An active one counts; one of a cart expires and a job releases it.]])
	UUID_ID,
	level_id UUID_T NOT NULL,
	cart_line_id UUID_T,
	order_line_id UUID_T,
	quantity int NOT NULL CHECK (quantity > 0),
	status varchar(10) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'fulfilled', 'released', 'expired')),
	expires_at TIMESTAMP_T,
	closed_at TIMESTAMP_T,
	TIMESTAMPS,
	CHECK_THAT(closed, [[(status = 'active') = (closed_at IS NULL)]]),
	FK_INDEXED(level_id, inventory_levels, RESTRICT)
END_TABLE
INDEX_WHERE(inventory_reservations, expiry, expires_at, [[status = 'active']])
ROLLUP(inventory_reservations, inventory_levels, level_id, reserved, [[CASE WHEN THIS.status = 'active' THEN THIS.quantity ELSE 0 END]])

CREATE_TABLE(stock_transfers, [[Stock on its way from one place to another.]])
	UUID_ID,
	number varchar(40) NOT NULL,
	from_location_id UUID_T NOT NULL,
	to_location_id UUID_T NOT NULL,
	status varchar(12) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'in_transit', 'received', 'cancelled')),
	note varchar(1000) NOT NULL DEFAULT '',
	created_by UUID_T,
	shipped_at TIMESTAMP_T,
	received_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(number, number),
	CHECK_THAT(places, [[from_location_id <> to_location_id]]),
	FK_INDEXED(from_location_id, inventory_locations, RESTRICT),
	FK_INDEXED(to_location_id, inventory_locations, RESTRICT),
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(stock_transfer_lines, [[What a transfer carries, and what arrived.]])
	transfer_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	received_quantity int NOT NULL DEFAULT 0 CHECK (received_quantity >= 0),
	PRIMARY KEY (transfer_id, variant_id),
	CHECK_THAT(received, [[received_quantity <= quantity]]),
	FK_KEYED(transfer_id, stock_transfers, CASCADE),
	FK_INDEXED(variant_id, product_variants, RESTRICT)
END_TABLE

CREATE_TABLE(suppliers, [[Who the shop buys from.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(160) NOT NULL,
	email varchar(254),
	phone varchar(40),
	lead_time_days smallint CHECK (lead_time_days >= 0),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(supplier_variants, [[What a supplier sells to us, under which number and for how much.]])
	supplier_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	supplier_sku varchar(100),
	currency CURRENCY_T NOT NULL,
	cost_minor MONEY_T NOT NULL CHECK (cost_minor >= 0),
	min_quantity int NOT NULL DEFAULT 1 CHECK (min_quantity >= 1),
	PRIMARY KEY (supplier_id, variant_id),
	FK_KEYED(supplier_id, suppliers, CASCADE),
	FK_INDEXED(variant_id, product_variants, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE

CREATE_TABLE(inventory_movements, [[Every change of stock with its reason, for ever: on_hand is the sum of these.]])
	LOG_ID,
	level_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity <> 0),
	reason varchar(12) NOT NULL CHECK (reason IN ('initial', 'purchase', 'sale', 'return', 'adjustment', 'transfer', 'damage', 'count')),
	reference_type varchar(24) CHECK (reference_type IN ('order', 'shipment', 'return', 'transfer', 'import')),
	reference_id UUID_T,
	note varchar(500) NOT NULL DEFAULT '',
	user_id UUID_T,
	idempotency_key varchar(100),
	CREATED_AT,
	UNIQUE_KEY(idempotency, idempotency_key),
	CHECK_THAT(reference, [[(reference_type IS NULL) = (reference_id IS NULL)]]),
	FK_KEYED(level_id, inventory_levels, RESTRICT),
	FK_INDEXED(user_id, users, RESTRICT)
END_TABLE
MAKE_INDEX(inventory_movements, level, [[level_id, id]])
MAKE_INDEX(inventory_movements, reference, [[reference_type, reference_id]])
ROLLUP(inventory_movements, inventory_levels, level_id, on_hand, [[THIS.quantity]])
APPEND_ONLY(inventory_movements)

CREATE_TABLE(stock_alerts, [[Customers who want to be told when a variant is back; one waiting alert for each address.]])
	UUID_ID,
	variant_id UUID_T NOT NULL,
	user_id UUID_T,
	email varchar(254) NOT NULL CHECK (email = lower(email)),
	language_code LANG_T,
	notified_at TIMESTAMP_T,
	CREATED_AT,
	FK_INDEXED(variant_id, product_variants, CASCADE),
	FK_INDEXED(user_id, users, CASCADE),
	FK_INDEXED(language_code, languages, [[SET NULL]], code)
END_TABLE
UNIQUE_WHERE(stock_alerts, waiting, [[variant_id, email]], [[notified_at IS NULL]])
