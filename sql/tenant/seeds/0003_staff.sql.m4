-- SPDX-License-Identifier: Apache-2.0
-- What staff may do, three roles, the counters of documents, and the first channel, place and group.

SEED(permissions, [[code, description]], [[
	('catalogue.read', 'See catalogue'),
	('catalogue.write', 'Change catalogue'),
	('inventory.read', 'See inventory'),
	('inventory.write', 'Change inventory'),
	('prices.read', 'See prices'),
	('prices.write', 'Change prices'),
	('orders.read', 'See orders'),
	('orders.write', 'Change orders'),
	('payments.read', 'See payments'),
	('payments.write', 'Change payments'),
	('customers.read', 'See customers'),
	('customers.write', 'Change customers'),
	('content.read', 'See content'),
	('content.write', 'Change content'),
	('media.read', 'See media'),
	('media.write', 'Change media'),
	('mail.read', 'See mail'),
	('mail.write', 'Change mail'),
	('reports.read', 'See reports'),
	('reports.write', 'Change reports'),
	('plugins.read', 'See plugins'),
	('plugins.write', 'Change plugins'),
	('settings.read', 'See settings'),
	('settings.write', 'Change settings'),
	('users.read', 'See users'),
	('users.write', 'Change users'),
	('payments.refund', 'Give back payments'),
	('orders.cancel', 'Cancel orders'),
	('customers.export', 'Take out customers')]])

SEED(roles, [[id, code, name, description, is_system]], [[
	(SEED_UUID(1, 1), 'manager', 'Manager', 'Everything but users and settings', TRUE),
	(SEED_UUID(1, 2), 'fulfilment', 'Fulfilment', 'Orders, stock and shipments', TRUE),
	(SEED_UUID(1, 3), 'editor', 'Editor', 'Products, pages and media', TRUE)]])

SEED_SELECT(role_permissions, [[role_id, permission_code]], [[SELECT SEED_UUID(1, 1), code FROM permissions WHERE code NOT LIKE 'users.%' AND code NOT LIKE 'settings.%']])

SEED(role_permissions, [[role_id, permission_code]], [[
	(SEED_UUID(1, 2), 'orders.read'), (SEED_UUID(1, 2), 'orders.write'), (SEED_UUID(1, 2), 'inventory.read'),
	(SEED_UUID(1, 2), 'inventory.write'), (SEED_UUID(1, 2), 'catalogue.read'), (SEED_UUID(1, 2), 'customers.read'),
	(SEED_UUID(1, 3), 'catalogue.read'), (SEED_UUID(1, 3), 'catalogue.write'), (SEED_UUID(1, 3), 'content.read'),
	(SEED_UUID(1, 3), 'content.write'), (SEED_UUID(1, 3), 'media.read'), (SEED_UUID(1, 3), 'media.write')]])

SEED(number_sequences, [[name, prefix, padding]], [[
	('order', 'O-', 6), ('invoice', 'INV-', 6), ('credit_note', 'CN-', 6), ('shipment', 'S-', 6),
	('return', 'R-', 6), ('transfer', 'T-', 6), ('customer', 'C-', 6)]])

SEED(sales_channels, [[id, code, name, kind, is_default]], [[
	(SEED_UUID(2, 1), 'web', 'Web shop', 'web', TRUE)]])

SEED(inventory_locations, [[id, code, name, kind, is_default]], [[
	(SEED_UUID(3, 1), 'main', 'Main warehouse', 'warehouse', TRUE)]])

SEED(customer_groups, [[id, code, name, is_default]], [[
	(SEED_UUID(4, 1), 'retail', 'Retail', TRUE)]])

SEED(return_reasons, [[id, code, name, position]], [[
	(SEED_UUID(5, 1), 'changed_mind', 'Changed my mind', 1), (SEED_UUID(5, 2), 'wrong_size', 'Does not fit', 2),
	(SEED_UUID(5, 3), 'damaged', 'Arrived damaged', 3), (SEED_UUID(5, 4), 'wrong_item', 'Not what I ordered', 4),
	(SEED_UUID(5, 5), 'not_as_described', 'Not as described', 5), (SEED_UUID(5, 6), 'late', 'Arrived too late', 6)]])
