-- SPDX-License-Identifier: Apache-2.0
-- Titles and descriptions of pages that have none of their own, and robots.txt.

SEED(seo_defaults, [[id, entity_type, language_code, title_template, description_template]], [[
	(SEED_UUID(18, 1), 'site', 'en', '{{store}}', '{{description}}'),
	(SEED_UUID(18, 2), 'site', 'nl', '{{store}}', '{{description}}'),
	(SEED_UUID(18, 3), 'home', 'en', '{{store}} | {{tagline}}', '{{description}}'),
	(SEED_UUID(18, 4), 'home', 'nl', '{{store}} | {{tagline}}', '{{description}}'),
	(SEED_UUID(18, 5), 'product', 'en', '{{name}} | {{store}}', 'Buy {{name}} at {{store}}. {{short_description}}'),
	(SEED_UUID(18, 6), 'product', 'nl', '{{name}} | {{store}}', 'Koop {{name}} bij {{store}}. {{short_description}}'),
	(SEED_UUID(18, 7), 'category', 'en', '{{name}} | {{store}}', 'See all {{name}} at {{store}}.'),
	(SEED_UUID(18, 8), 'category', 'nl', '{{name}} | {{store}}', 'Bekijk alle {{name}} bij {{store}}.'),
	(SEED_UUID(18, 9), 'collection', 'en', '{{name}} | {{store}}', 'The collection {{name}} at {{store}}.'),
	(SEED_UUID(18, 10), 'collection', 'nl', '{{name}} | {{store}}', 'De collectie {{name}} bij {{store}}.'),
	(SEED_UUID(18, 11), 'brand', 'en', '{{name}} | {{store}}', 'Everything by {{name}} at {{store}}.'),
	(SEED_UUID(18, 12), 'brand', 'nl', '{{name}} | {{store}}', 'Alles van {{name}} bij {{store}}.'),
	(SEED_UUID(18, 13), 'page', 'en', '{{title}} | {{store}}', '{{summary}}'),
	(SEED_UUID(18, 14), 'page', 'nl', '{{title}} | {{store}}', '{{summary}}')]])

SEED(robots_rules, [[id, directive, value, position]], [[
	(SEED_UUID(19, 1), 'disallow', '/cart', 1),
	(SEED_UUID(19, 2), 'disallow', '/checkout', 2),
	(SEED_UUID(19, 3), 'disallow', '/account', 3),
	(SEED_UUID(19, 4), 'disallow', '/api/', 4),
	(SEED_UUID(19, 5), 'disallow', '/search', 5)]])
