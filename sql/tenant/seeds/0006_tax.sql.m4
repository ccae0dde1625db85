-- SPDX-License-Identifier: Apache-2.0
-- One tax class, and the zone that holds where no other does. Its rate is nought until the shop sets one.

SEED(tax_classes, [[id, code, name, is_default]], [[
	(SEED_UUID(10, 1), 'standard', 'Standard rate', TRUE)]])

SEED(tax_zones, [[id, code, name, is_default]], [[
	(SEED_UUID(11, 1), 'default', 'Everywhere else', TRUE)]])

SEED(tax_rates, [[id, tax_zone_id, tax_class_id, name, rate_percent]], [[
	(SEED_UUID(12, 1), SEED_UUID(11, 1), SEED_UUID(10, 1), 'Tax', 0)]])
