-- SPDX-License-Identifier: Apache-2.0
-- How orders, shipments and returns may move. A row that is in use cannot be removed.

SEED(order_status_transitions, [[from_status, to_status]], [[
	('new', 'draft'), ('new', 'pending'), ('draft', 'pending'), ('draft', 'cancelled'),
	('pending', 'confirmed'), ('pending', 'on_hold'), ('pending', 'cancelled'),
	('confirmed', 'processing'), ('confirmed', 'on_hold'), ('confirmed', 'cancelled'),
	('processing', 'completed'), ('processing', 'on_hold'), ('processing', 'cancelled'),
	('on_hold', 'pending'), ('on_hold', 'confirmed'), ('on_hold', 'processing'), ('on_hold', 'cancelled'),
	('completed', 'closed'), ('cancelled', 'closed')]])

SEED(shipment_status_transitions, [[from_status, to_status]], [[
	('new', 'pending'), ('pending', 'packed'), ('pending', 'shipped'), ('pending', 'cancelled'),
	('packed', 'shipped'), ('packed', 'cancelled'),
	('shipped', 'in_transit'), ('shipped', 'delivered'), ('shipped', 'failed'),
	('in_transit', 'delivered'), ('in_transit', 'failed'), ('failed', 'shipped'), ('failed', 'cancelled')]])

SEED(return_status_transitions, [[from_status, to_status]], [[
	('new', 'requested'), ('requested', 'approved'), ('requested', 'rejected'), ('requested', 'cancelled'),
	('approved', 'in_transit'), ('approved', 'received'), ('approved', 'cancelled'),
	('in_transit', 'received'), ('received', 'completed'), ('received', 'rejected')]])
