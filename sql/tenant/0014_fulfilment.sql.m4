-- SPDX-License-Identifier: Apache-2.0
-- Goods out and goods back. Lines of shipments and returns belong to the order of their document, and their quantities
-- are added up in order_lines, whose CHECKs bound them.

CREATE_TABLE(shipment_status_transitions, [[Which status of a shipment may follow which.]])
	from_status varchar(12) NOT NULL,
	to_status varchar(12) NOT NULL CHECK (to_status <> 'new'),
	PRIMARY KEY (from_status, to_status)
END_TABLE

CREATE_TABLE(shipments, [[Parcels, or groups of them, sent for an order from one place. status follows shipment_status_transitions.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	number varchar(40) NOT NULL,
	location_id UUID_T,
	carrier_id UUID_T,
	shipping_method_id UUID_T,
	status varchar(12) NOT NULL DEFAULT 'pending' CHECK (status IN
		('pending', 'packed', 'shipped', 'in_transit', 'delivered', 'failed', 'cancelled')),
	status_from varchar(12) NOT NULL DEFAULT 'new',
	tracking_number varchar(120),
	tracking_url varchar(2000),
	shipped_at TIMESTAMP_T,
	delivered_at TIMESTAMP_T,
	created_by UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(number, number),
	UNIQUE_KEY(order, [[order_id, id]]),
	CHECK_THAT(shipped, [[status NOT IN ('shipped', 'in_transit', 'delivered') OR shipped_at IS NOT NULL]]),
	CHECK_THAT(delivered, [[(status = 'delivered') = (delivered_at IS NOT NULL)]]),
	FK_TOGETHER(status_transition, [[status_from, status]], shipment_status_transitions, [[from_status, to_status]], RESTRICT),
	FK_KEYED(order_id, orders, RESTRICT),
	FK_INDEXED(location_id, inventory_locations, RESTRICT),
	FK_INDEXED(carrier_id, carriers, RESTRICT),
	FK_INDEXED(shipping_method_id, shipping_methods, RESTRICT),
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(shipments, status, [[status, created_at]])
MAKE_INDEX(shipments, tracking_number, tracking_number)
STATE_GUARD(shipments)

CREATE_TABLE(shipment_lines, [[What a shipment holds; a cancelled line does not count.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	shipment_id UUID_T NOT NULL,
	order_line_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	is_cancelled BOOL_T NOT NULL DEFAULT FALSE,
	UNIQUE_KEY(line, [[shipment_id, order_line_id]]),
	FK_TOGETHER(shipment, [[order_id, shipment_id]], shipments, [[order_id, id]], RESTRICT),
	FK_TOGETHER(order_line, [[order_id, order_line_id]], order_lines, [[order_id, id]], RESTRICT)
END_TABLE
MAKE_INDEX(shipment_lines, shipment, [[order_id, shipment_id]])
MAKE_INDEX(shipment_lines, order_line, [[order_id, order_line_id]])
ROLLUP(shipment_lines, order_lines, order_line_id, quantity_fulfilled, [[CASE WHEN THIS.is_cancelled THEN 0 ELSE THIS.quantity END]])

CREATE_TABLE(shipment_packages, [[Boxes of a shipment with size, weight and label.]])
	UUID_ID,
	shipment_id UUID_T NOT NULL,
	tracking_number varchar(120),
	weight_grams int CHECK (weight_grams > 0),
	length_mm int CHECK (length_mm > 0),
	width_mm int CHECK (width_mm > 0),
	height_mm int CHECK (height_mm > 0),
	label_media_id UUID_T,
	CREATED_AT,
	FK_INDEXED(shipment_id, shipments, CASCADE),
	FK_INDEXED(label_media_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(shipment_events, [[What carriers report of a shipment on its way.]])
	LOG_ID,
	shipment_id UUID_T NOT NULL,
	status varchar(40) NOT NULL,
	description varchar(500) NOT NULL DEFAULT '',
	place varchar(200) NOT NULL DEFAULT '',
	occurred_at TIMESTAMP_T NOT NULL,
	CREATED_AT,
	UNIQUE_KEY(event, [[shipment_id, occurred_at, status]]),
	FK_KEYED(shipment_id, shipments, CASCADE)
END_TABLE

CREATE_TABLE(return_reasons, [[Reasons a customer chooses between.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(return_status_transitions, [[Which status of a return may follow which.]])
	from_status varchar(12) NOT NULL,
	to_status varchar(12) NOT NULL CHECK (to_status <> 'new'),
	PRIMARY KEY (from_status, to_status)
END_TABLE

CREATE_TABLE(returns, [[Goods that come back. status follows return_status_transitions.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	number varchar(40) NOT NULL,
	status varchar(12) NOT NULL DEFAULT 'requested' CHECK (status IN
		('requested', 'approved', 'rejected', 'in_transit', 'received', 'completed', 'cancelled')),
	status_from varchar(12) NOT NULL DEFAULT 'new',
	resolution varchar(12) NOT NULL DEFAULT 'refund' CHECK (resolution IN ('refund', 'exchange', 'store_credit', 'repair')),
	location_id UUID_T,
	exchange_order_id UUID_T,
	customer_note varchar(2000) NOT NULL DEFAULT '',
	staff_note varchar(2000) NOT NULL DEFAULT '',
	requested_by UUID_T,
	received_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(number, number),
	UNIQUE_KEY(order, [[order_id, id]]),
	FK_TOGETHER(status_transition, [[status_from, status]], return_status_transitions, [[from_status, to_status]], RESTRICT),
	FK_KEYED(order_id, orders, RESTRICT),
	FK_INDEXED(location_id, inventory_locations, RESTRICT),
	FK_INDEXED(exchange_order_id, orders, RESTRICT),
	FK_INDEXED(requested_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(returns, status, [[status, created_at]])
STATE_GUARD(returns)
ADD_FK(payment_refunds, return_id, returns, RESTRICT)

CREATE_TABLE(return_lines, [[What comes back, how much of it arrived and how much went to stock again; a cancelled line does not count.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	return_id UUID_T NOT NULL,
	order_line_id UUID_T NOT NULL,
	reason_id UUID_T,
	quantity int NOT NULL CHECK (quantity > 0),
	received_quantity int NOT NULL DEFAULT 0 CHECK (received_quantity >= 0),
	restocked_quantity int NOT NULL DEFAULT 0 CHECK (restocked_quantity >= 0),
	is_cancelled BOOL_T NOT NULL DEFAULT FALSE,
	note varchar(1000) NOT NULL DEFAULT '',
	UNIQUE_KEY(line, [[return_id, order_line_id]]),
	CHECK_THAT(received, [[received_quantity <= quantity]]),
	CHECK_THAT(restocked, [[restocked_quantity <= received_quantity]]),
	FK_TOGETHER(return, [[order_id, return_id]], returns, [[order_id, id]], RESTRICT),
	FK_TOGETHER(order_line, [[order_id, order_line_id]], order_lines, [[order_id, id]], RESTRICT),
	FK_INDEXED(reason_id, return_reasons, RESTRICT)
END_TABLE
MAKE_INDEX(return_lines, return, [[order_id, return_id]])
MAKE_INDEX(return_lines, order_line, [[order_id, order_line_id]])
ROLLUP(return_lines, order_lines, order_line_id, quantity_returned, [[CASE WHEN THIS.is_cancelled THEN 0 ELSE THIS.quantity END]])
