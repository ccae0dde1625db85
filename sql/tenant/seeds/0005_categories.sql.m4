-- SPDX-License-Identifier: Apache-2.0
-- The root of the tree of categories.

SEED(categories, [[id, parent_id, code, is_in_menu]], [[
	(SEED_UUID(9, 1), NULL, 'root', FALSE)]])

SEED(category_translations, [[category_id, language_code, name, slug]], [[
	(SEED_UUID(9, 1), 'en', 'All products', 'all-products'),
	(SEED_UUID(9, 1), 'nl', 'Alle producten', 'alle-producten')]])
