-- SPDX-License-Identifier: Apache-2.0
-- One flat-rate shipping method in the zone that holds everywhere, in the shop's own currency.

SEED(shipping_zones, [[id, code, name, is_default]], [[
	(SEED_UUID(13, 1), 'default', 'Everywhere', TRUE)]])

SEED(shipping_methods, [[id, code, name, kind, tax_class_id, min_days, max_days, position]], [[
	(SEED_UUID(14, 1), 'flat_rate', 'Standard shipping', 'flat_rate', SEED_UUID(10, 1), 2, 5, 1)]])

SEED(shipping_method_translations, [[shipping_method_id, language_code, name, description]], [[
	(SEED_UUID(14, 1), 'en', 'Standard shipping', 'Delivered in 2 to 5 working days'),
	(SEED_UUID(14, 1), 'nl', 'Standaardverzending', 'Binnen 2 tot 5 werkdagen bezorgd')]])

SEED(shipping_rates, [[id, shipping_method_id, shipping_zone_id, currency, from_value, amount_minor]], [[
	(SEED_UUID(15, 1), SEED_UUID(14, 1), SEED_UUID(13, 1), NULL, 0, 495)]])
