-- SPDX-License-Identifier: Apache-2.0
-- The default attribute set and the attributes most shops use.

SEED(attribute_sets, [[id, code, name, is_default]], [[
	(SEED_UUID(6, 1), 'default', 'Default', TRUE)]])

SEED(attributes, [[id, code, name, value_type, unit, is_filterable, is_translatable, is_system, position]], [[
	(SEED_UUID(7, 1), 'color', 'Colour', 'select', NULL, TRUE, FALSE, TRUE, 1),
	(SEED_UUID(7, 2), 'size', 'Size', 'select', NULL, TRUE, FALSE, TRUE, 2),
	(SEED_UUID(7, 3), 'material', 'Material', 'text', NULL, TRUE, TRUE, TRUE, 3),
	(SEED_UUID(7, 4), 'weight', 'Weight', 'number', 'kg', FALSE, FALSE, TRUE, 4),
	(SEED_UUID(7, 5), 'warranty_months', 'Warranty', 'number', 'months', FALSE, FALSE, TRUE, 5),
	(SEED_UUID(7, 6), 'country_of_origin', 'Country of origin', 'text', NULL, FALSE, TRUE, TRUE, 6),
	(SEED_UUID(7, 7), 'energy_label', 'Energy label', 'select', NULL, TRUE, FALSE, TRUE, 7),
	(SEED_UUID(7, 8), 'is_organic', 'Organic', 'boolean', NULL, TRUE, FALSE, TRUE, 8)]])

SEED(attribute_translations, [[attribute_id, language_code, name]], [[
	(SEED_UUID(7, 1), 'en', 'Colour'), (SEED_UUID(7, 1), 'nl', 'Kleur'),
	(SEED_UUID(7, 2), 'en', 'Size'), (SEED_UUID(7, 2), 'nl', 'Maat'),
	(SEED_UUID(7, 3), 'en', 'Material'), (SEED_UUID(7, 3), 'nl', 'Materiaal'),
	(SEED_UUID(7, 4), 'en', 'Weight'), (SEED_UUID(7, 4), 'nl', 'Gewicht'),
	(SEED_UUID(7, 5), 'en', 'Warranty'), (SEED_UUID(7, 5), 'nl', 'Garantie'),
	(SEED_UUID(7, 6), 'en', 'Country of origin'), (SEED_UUID(7, 6), 'nl', 'Land van herkomst'),
	(SEED_UUID(7, 7), 'en', 'Energy label'), (SEED_UUID(7, 7), 'nl', 'Energielabel'),
	(SEED_UUID(7, 8), 'en', 'Organic'), (SEED_UUID(7, 8), 'nl', 'Biologisch')]])

SEED(attribute_set_attributes, [[attribute_set_id, attribute_id, position]], [[
	(SEED_UUID(6, 1), SEED_UUID(7, 1), 1),
	(SEED_UUID(6, 1), SEED_UUID(7, 2), 2),
	(SEED_UUID(6, 1), SEED_UUID(7, 3), 3),
	(SEED_UUID(6, 1), SEED_UUID(7, 4), 4),
	(SEED_UUID(6, 1), SEED_UUID(7, 5), 5),
	(SEED_UUID(6, 1), SEED_UUID(7, 6), 6),
	(SEED_UUID(6, 1), SEED_UUID(7, 7), 7),
	(SEED_UUID(6, 1), SEED_UUID(7, 8), 8)]])

SEED(attribute_options, [[id, attribute_id, code, name, swatch, position]], [[
	(SEED_UUID(8, 1), SEED_UUID(7, 1), 'black', 'Black', '#000000', 1),
	(SEED_UUID(8, 2), SEED_UUID(7, 1), 'white', 'White', '#ffffff', 2),
	(SEED_UUID(8, 3), SEED_UUID(7, 1), 'red', 'Red', '#c62828', 3),
	(SEED_UUID(8, 4), SEED_UUID(7, 1), 'blue', 'Blue', '#1565c0', 4),
	(SEED_UUID(8, 5), SEED_UUID(7, 1), 'green', 'Green', '#2e7d32', 5),
	(SEED_UUID(8, 6), SEED_UUID(7, 1), 'yellow', 'Yellow', '#f9a825', 6),
	(SEED_UUID(8, 7), SEED_UUID(7, 2), 'xs', 'XS', NULL, 1),
	(SEED_UUID(8, 8), SEED_UUID(7, 2), 's', 'S', NULL, 2),
	(SEED_UUID(8, 9), SEED_UUID(7, 2), 'm', 'M', NULL, 3),
	(SEED_UUID(8, 10), SEED_UUID(7, 2), 'l', 'L', NULL, 4),
	(SEED_UUID(8, 11), SEED_UUID(7, 2), 'xl', 'XL', NULL, 5),
	(SEED_UUID(8, 12), SEED_UUID(7, 2), 'xxl', 'XXL', NULL, 6),
	(SEED_UUID(8, 13), SEED_UUID(7, 7), 'a', 'A', NULL, 1),
	(SEED_UUID(8, 14), SEED_UUID(7, 7), 'b', 'B', NULL, 2),
	(SEED_UUID(8, 15), SEED_UUID(7, 7), 'c', 'C', NULL, 3),
	(SEED_UUID(8, 16), SEED_UUID(7, 7), 'd', 'D', NULL, 4),
	(SEED_UUID(8, 17), SEED_UUID(7, 7), 'e', 'E', NULL, 5),
	(SEED_UUID(8, 18), SEED_UUID(7, 7), 'f', 'F', NULL, 6),
	(SEED_UUID(8, 19), SEED_UUID(7, 7), 'g', 'G', NULL, 7)]])

SEED(attribute_option_translations, [[attribute_option_id, language_code, name]], [[
	(SEED_UUID(8, 1), 'en', 'Black'), (SEED_UUID(8, 1), 'nl', 'Zwart'),
	(SEED_UUID(8, 2), 'en', 'White'), (SEED_UUID(8, 2), 'nl', 'Wit'),
	(SEED_UUID(8, 3), 'en', 'Red'), (SEED_UUID(8, 3), 'nl', 'Rood'),
	(SEED_UUID(8, 4), 'en', 'Blue'), (SEED_UUID(8, 4), 'nl', 'Blauw'),
	(SEED_UUID(8, 5), 'en', 'Green'), (SEED_UUID(8, 5), 'nl', 'Groen'),
	(SEED_UUID(8, 6), 'en', 'Yellow'), (SEED_UUID(8, 6), 'nl', 'Geel'),
	(SEED_UUID(8, 7), 'en', 'XS'), (SEED_UUID(8, 7), 'nl', 'XS'),
	(SEED_UUID(8, 8), 'en', 'S'), (SEED_UUID(8, 8), 'nl', 'S'),
	(SEED_UUID(8, 9), 'en', 'M'), (SEED_UUID(8, 9), 'nl', 'M'),
	(SEED_UUID(8, 10), 'en', 'L'), (SEED_UUID(8, 10), 'nl', 'L'),
	(SEED_UUID(8, 11), 'en', 'XL'), (SEED_UUID(8, 11), 'nl', 'XL'),
	(SEED_UUID(8, 12), 'en', 'XXL'), (SEED_UUID(8, 12), 'nl', 'XXL'),
	(SEED_UUID(8, 13), 'en', 'A'), (SEED_UUID(8, 13), 'nl', 'A'),
	(SEED_UUID(8, 14), 'en', 'B'), (SEED_UUID(8, 14), 'nl', 'B'),
	(SEED_UUID(8, 15), 'en', 'C'), (SEED_UUID(8, 15), 'nl', 'C'),
	(SEED_UUID(8, 16), 'en', 'D'), (SEED_UUID(8, 16), 'nl', 'D'),
	(SEED_UUID(8, 17), 'en', 'E'), (SEED_UUID(8, 17), 'nl', 'E'),
	(SEED_UUID(8, 18), 'en', 'F'), (SEED_UUID(8, 18), 'nl', 'F'),
	(SEED_UUID(8, 19), 'en', 'G'), (SEED_UUID(8, 19), 'nl', 'G')]])
