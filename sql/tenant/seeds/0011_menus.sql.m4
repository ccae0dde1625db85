-- SPDX-License-Identifier: Apache-2.0
-- The main menu and the foot of the page.

SEED(menus, [[id, code, name]], [[
	(SEED_UUID(20, 1), 'main', 'Main menu'), (SEED_UUID(20, 2), 'footer', 'Foot of the page')]])

SEED(menu_items, [[id, menu_id, page_id, category_id, url, position]], [[
	(SEED_UUID(21, 1), SEED_UUID(20, 1), NULL, NULL, '/', 1),
	(SEED_UUID(21, 2), SEED_UUID(20, 1), NULL, SEED_UUID(9, 1), NULL, 2),
	(SEED_UUID(21, 3), SEED_UUID(20, 2), SEED_UUID(17, 2), NULL, NULL, 1),
	(SEED_UUID(21, 4), SEED_UUID(20, 2), SEED_UUID(17, 3), NULL, NULL, 2)]])

SEED(menu_item_translations, [[menu_item_id, language_code, title]], [[
	(SEED_UUID(21, 1), 'en', 'Home'), (SEED_UUID(21, 1), 'nl', 'Home'),
	(SEED_UUID(21, 2), 'en', 'All products'), (SEED_UUID(21, 2), 'nl', 'Alle producten'),
	(SEED_UUID(21, 3), 'en', 'Privacy'), (SEED_UUID(21, 3), 'nl', 'Privacy'),
	(SEED_UUID(21, 4), 'en', 'Terms and conditions'), (SEED_UUID(21, 4), 'nl', 'Algemene voorwaarden')]])
