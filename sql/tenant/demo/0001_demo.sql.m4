-- SPDX-License-Identifier: Apache-2.0
-- A shop to look at: five categories, twelve products, four customers and six orders in different states.
-- Comes after the seeds; may be run again. Prices are in the shop's own currency; order numbers are outside the shop's own sequence.

SEED(categories, [[id, parent_id, code, position]], [[
	(SEED_UUID(101, 1), SEED_UUID(9, 1), 'demo-clothing', 1),
	(SEED_UUID(101, 2), SEED_UUID(9, 1), 'demo-bags', 2),
	(SEED_UUID(101, 3), SEED_UUID(9, 1), 'demo-kitchen', 3),
	(SEED_UUID(101, 4), SEED_UUID(9, 1), 'demo-office', 4),
	(SEED_UUID(101, 5), SEED_UUID(9, 1), 'demo-outdoor', 5)]])

SEED(category_translations, [[category_id, language_code, name, slug]], [[
	(SEED_UUID(101, 1), 'en', 'Clothing', 'clothing'),
	(SEED_UUID(101, 1), 'nl', 'Kleding', 'kleding'),
	(SEED_UUID(101, 2), 'en', 'Bags', 'bags'),
	(SEED_UUID(101, 2), 'nl', 'Tassen', 'tassen'),
	(SEED_UUID(101, 3), 'en', 'Kitchen', 'kitchen'),
	(SEED_UUID(101, 3), 'nl', 'Keuken', 'keuken'),
	(SEED_UUID(101, 4), 'en', 'Office', 'office'),
	(SEED_UUID(101, 4), 'nl', 'Kantoor', 'kantoor'),
	(SEED_UUID(101, 5), 'en', 'Outdoor', 'outdoor'),
	(SEED_UUID(101, 5), 'nl', 'Buiten', 'buiten')]])

SEED(brands, [[id, code, name]], [[
	(SEED_UUID(102, 1), 'demo-northwick', 'Northwick'),
	(SEED_UUID(102, 2), 'demo-halden', 'Halden')]])

SEED(products, [[id, code, kind, status, brand_id, tax_class_id, is_featured, published_at]], [[
	(SEED_UUID(103, 1), 'demo-merino-sweater', 'variable', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), TRUE, NOW_VALUE),
	(SEED_UUID(103, 2), 'demo-linen-shirt', 'variable', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 3), 'demo-wool-socks', 'variable', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 4), 'demo-canvas-tote', 'simple', 'active', SEED_UUID(102, 2), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 5), 'demo-day-pack', 'variable', 'active', SEED_UUID(102, 2), SEED_UUID(10, 1), TRUE, NOW_VALUE),
	(SEED_UUID(103, 6), 'demo-espresso-cup', 'variable', 'active', SEED_UUID(102, 2), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 7), 'demo-chef-knife', 'simple', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 8), 'demo-linen-apron', 'simple', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 9), 'demo-dot-notebook', 'variable', 'active', SEED_UUID(102, 2), SEED_UUID(10, 1), TRUE, NOW_VALUE),
	(SEED_UUID(103, 10), 'demo-desk-lamp', 'simple', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 11), 'demo-water-bottle', 'variable', 'active', SEED_UUID(102, 2), SEED_UUID(10, 1), FALSE, NOW_VALUE),
	(SEED_UUID(103, 12), 'demo-picnic-blanket', 'simple', 'active', SEED_UUID(102, 1), SEED_UUID(10, 1), FALSE, NOW_VALUE)]])

SEED(product_translations, [[product_id, language_code, name, slug, short_description, description]], [[
	(SEED_UUID(103, 1), 'en', 'Merino sweater', 'merino-sweater', 'Fine merino wool, knitted in one piece. Warm in winter and light in spring.', '<p>Fine merino wool, knitted in one piece. Warm in winter and light in spring.</p>'),
	(SEED_UUID(103, 1), 'nl', 'Merino trui', 'merino-trui', 'Fijne merinowol, in een stuk gebreid. Warm in de winter en licht in het voorjaar.', '<p>Fijne merinowol, in een stuk gebreid. Warm in de winter en licht in het voorjaar.</p>'),
	(SEED_UUID(103, 2), 'en', 'Linen shirt', 'linen-shirt', 'A plain shirt of washed linen that needs no ironing.', '<p>A plain shirt of washed linen that needs no ironing.</p>'),
	(SEED_UUID(103, 2), 'nl', 'Linnen overhemd', 'linnen-overhemd', 'Een effen overhemd van gewassen linnen dat je niet hoeft te strijken.', '<p>Een effen overhemd van gewassen linnen dat je niet hoeft te strijken.</p>'),
	(SEED_UUID(103, 3), 'en', 'Wool socks', 'wool-socks', 'Thick socks that keep their shape.', '<p>Thick socks that keep their shape.</p>'),
	(SEED_UUID(103, 3), 'nl', 'Wollen sokken', 'wollen-sokken', 'Dikke sokken die hun vorm houden.', '<p>Dikke sokken die hun vorm houden.</p>'),
	(SEED_UUID(103, 4), 'en', 'Canvas tote', 'canvas-tote', 'Heavy canvas with an inner pocket.', '<p>Heavy canvas with an inner pocket.</p>'),
	(SEED_UUID(103, 4), 'nl', 'Canvas draagtas', 'canvas-draagtas', 'Stevig canvas met een binnenvak.', '<p>Stevig canvas met een binnenvak.</p>'),
	(SEED_UUID(103, 5), 'en', 'Day pack 18 l', 'day-pack-18-l', 'A light pack for a laptop and a rain jacket.', '<p>A light pack for a laptop and a rain jacket.</p>'),
	(SEED_UUID(103, 5), 'nl', 'Dagrugzak 18 l', 'dagrugzak-18-l', 'Een lichte rugzak voor een laptop en een regenjas.', '<p>Een lichte rugzak voor een laptop en een regenjas.</p>'),
	(SEED_UUID(103, 6), 'en', 'Espresso cup', 'espresso-cup', 'Stoneware, 80 ml, safe in the dishwasher.', '<p>Stoneware, 80 ml, safe in the dishwasher.</p>'),
	(SEED_UUID(103, 6), 'nl', 'Espressokopje', 'espressokopje', 'Steengoed, 80 ml, vaatwasserbestendig.', '<p>Steengoed, 80 ml, vaatwasserbestendig.</p>'),
	(SEED_UUID(103, 7), 'en', 'Chef knife 20 cm', 'chef-knife-20-cm', 'Carbon steel with an oak handle.', '<p>Carbon steel with an oak handle.</p>'),
	(SEED_UUID(103, 7), 'nl', 'Koksmes 20 cm', 'koksmes-20-cm', 'Koolstofstaal met een eiken heft.', '<p>Koolstofstaal met een eiken heft.</p>'),
	(SEED_UUID(103, 8), 'en', 'Linen apron', 'linen-apron', 'Adjustable, with two pockets.', '<p>Adjustable, with two pockets.</p>'),
	(SEED_UUID(103, 8), 'nl', 'Linnen schort', 'linnen-schort', 'Verstelbaar, met twee zakken.', '<p>Verstelbaar, met twee zakken.</p>'),
	(SEED_UUID(103, 9), 'en', 'Dotted notebook', 'dotted-notebook', 'A5, 192 pages that lie flat.', '<p>A5, 192 pages that lie flat.</p>'),
	(SEED_UUID(103, 9), 'nl', 'Notitieboek met stippen', 'notitieboek-met-stippen', 'A5, 192 bladzijden die vlak liggen.', '<p>A5, 192 bladzijden die vlak liggen.</p>'),
	(SEED_UUID(103, 10), 'en', 'Desk lamp', 'desk-lamp', 'Steel, dimmable, with a warm light.', '<p>Steel, dimmable, with a warm light.</p>'),
	(SEED_UUID(103, 10), 'nl', 'Bureaulamp', 'bureaulamp', 'Staal, dimbaar, met warm licht.', '<p>Staal, dimbaar, met warm licht.</p>'),
	(SEED_UUID(103, 11), 'en', 'Water bottle 750 ml', 'water-bottle-750-ml', 'Double wall: cold for a day, hot for half of one.', '<p>Double wall: cold for a day, hot for half of one.</p>'),
	(SEED_UUID(103, 11), 'nl', 'Drinkfles 750 ml', 'drinkfles-750-ml', 'Dubbelwandig: een dag koud, een halve dag warm.', '<p>Dubbelwandig: een dag koud, een halve dag warm.</p>'),
	(SEED_UUID(103, 12), 'en', 'Picnic blanket', 'picnic-blanket', 'Wool with a waterproof back.', '<p>Wool with a waterproof back.</p>'),
	(SEED_UUID(103, 12), 'nl', 'Picknickkleed', 'picknickkleed', 'Wol met een waterdichte achterkant.', '<p>Wol met een waterdichte achterkant.</p>')]])

SEED(product_categories, [[product_id, category_id, is_main, position]], [[
	(SEED_UUID(103, 1), SEED_UUID(101, 1), TRUE, 1),
	(SEED_UUID(103, 2), SEED_UUID(101, 1), TRUE, 2),
	(SEED_UUID(103, 3), SEED_UUID(101, 1), TRUE, 3),
	(SEED_UUID(103, 4), SEED_UUID(101, 2), TRUE, 4),
	(SEED_UUID(103, 5), SEED_UUID(101, 2), TRUE, 5),
	(SEED_UUID(103, 6), SEED_UUID(101, 3), TRUE, 6),
	(SEED_UUID(103, 7), SEED_UUID(101, 3), TRUE, 7),
	(SEED_UUID(103, 8), SEED_UUID(101, 3), TRUE, 8),
	(SEED_UUID(103, 9), SEED_UUID(101, 4), TRUE, 9),
	(SEED_UUID(103, 10), SEED_UUID(101, 4), TRUE, 10),
	(SEED_UUID(103, 11), SEED_UUID(101, 5), TRUE, 11),
	(SEED_UUID(103, 12), SEED_UUID(101, 5), TRUE, 12)]])

SEED(product_attribute_sets, [[product_id, attribute_set_id]], [[
	(SEED_UUID(103, 1), SEED_UUID(6, 1)),
	(SEED_UUID(103, 2), SEED_UUID(6, 1)),
	(SEED_UUID(103, 3), SEED_UUID(6, 1)),
	(SEED_UUID(103, 4), SEED_UUID(6, 1)),
	(SEED_UUID(103, 5), SEED_UUID(6, 1)),
	(SEED_UUID(103, 6), SEED_UUID(6, 1)),
	(SEED_UUID(103, 7), SEED_UUID(6, 1)),
	(SEED_UUID(103, 8), SEED_UUID(6, 1)),
	(SEED_UUID(103, 9), SEED_UUID(6, 1)),
	(SEED_UUID(103, 10), SEED_UUID(6, 1)),
	(SEED_UUID(103, 11), SEED_UUID(6, 1)),
	(SEED_UUID(103, 12), SEED_UUID(6, 1))]])

SEED(product_attribute_values, [[id, product_id, attribute_id, text_value]], [[
	(SEED_UUID(104, 1), SEED_UUID(103, 1), SEED_UUID(7, 3), 'Merino wool'),
	(SEED_UUID(104, 2), SEED_UUID(103, 2), SEED_UUID(7, 3), 'Linen'),
	(SEED_UUID(104, 3), SEED_UUID(103, 3), SEED_UUID(7, 3), 'Wool'),
	(SEED_UUID(104, 4), SEED_UUID(103, 4), SEED_UUID(7, 3), 'Cotton canvas'),
	(SEED_UUID(104, 5), SEED_UUID(103, 7), SEED_UUID(7, 3), 'Carbon steel'),
	(SEED_UUID(104, 6), SEED_UUID(103, 8), SEED_UUID(7, 3), 'Linen'),
	(SEED_UUID(104, 7), SEED_UUID(103, 10), SEED_UUID(7, 3), 'Steel'),
	(SEED_UUID(104, 8), SEED_UUID(103, 12), SEED_UUID(7, 3), 'Wool')]])

SEED(media, [[id, kind, file_name, mime_type, storage_path, public_url, size_bytes, width, height]], [[
	(SEED_UUID(105, 1), 'image', 'merino-sweater.svg', 'image/svg+xml', 'demo/merino-sweater.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%2337474f''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EMS%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 2), 'image', 'linen-shirt.svg', 'image/svg+xml', 'demo/linen-shirt.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%236d4c41''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3ELS%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 3), 'image', 'wool-socks.svg', 'image/svg+xml', 'demo/wool-socks.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%2300695c''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EWS%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 4), 'image', 'canvas-tote.svg', 'image/svg+xml', 'demo/canvas-tote.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23ad1457''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3ECT%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 5), 'image', 'day-pack.svg', 'image/svg+xml', 'demo/day-pack.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23283593''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EDP%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 6), 'image', 'espresso-cup.svg', 'image/svg+xml', 'demo/espresso-cup.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23ef6c00''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EEC%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 7), 'image', 'chef-knife.svg', 'image/svg+xml', 'demo/chef-knife.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%2337474f''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3ECK%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 8), 'image', 'linen-apron.svg', 'image/svg+xml', 'demo/linen-apron.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%236d4c41''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3ELA%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 9), 'image', 'dot-notebook.svg', 'image/svg+xml', 'demo/dot-notebook.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%2300695c''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EDN%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 10), 'image', 'desk-lamp.svg', 'image/svg+xml', 'demo/desk-lamp.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23ad1457''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EDL%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 11), 'image', 'water-bottle.svg', 'image/svg+xml', 'demo/water-bottle.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23283593''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EWB%3C/text%3E%3C/svg%3E', 260, 400, 400),
	(SEED_UUID(105, 12), 'image', 'picnic-blanket.svg', 'image/svg+xml', 'demo/picnic-blanket.svg', 'data:image/svg+xml,%3Csvg xmlns=''http://www.w3.org/2000/svg'' viewBox=''0 0 400 400''%3E%3Crect width=''400'' height=''400'' fill=''%23ef6c00''/%3E%3Ctext x=''200'' y=''240'' font-family=''sans-serif'' font-size=''120'' fill=''white'' text-anchor=''middle''%3EPB%3C/text%3E%3C/svg%3E', 260, 400, 400)]])

SEED(media_translations, [[media_id, language_code, alt_text]], [[
	(SEED_UUID(105, 1), 'en', 'Merino sweater'),
	(SEED_UUID(105, 1), 'nl', 'Merino trui'),
	(SEED_UUID(105, 2), 'en', 'Linen shirt'),
	(SEED_UUID(105, 2), 'nl', 'Linnen overhemd'),
	(SEED_UUID(105, 3), 'en', 'Wool socks'),
	(SEED_UUID(105, 3), 'nl', 'Wollen sokken'),
	(SEED_UUID(105, 4), 'en', 'Canvas tote'),
	(SEED_UUID(105, 4), 'nl', 'Canvas draagtas'),
	(SEED_UUID(105, 5), 'en', 'Day pack 18 l'),
	(SEED_UUID(105, 5), 'nl', 'Dagrugzak 18 l'),
	(SEED_UUID(105, 6), 'en', 'Espresso cup'),
	(SEED_UUID(105, 6), 'nl', 'Espressokopje'),
	(SEED_UUID(105, 7), 'en', 'Chef knife 20 cm'),
	(SEED_UUID(105, 7), 'nl', 'Koksmes 20 cm'),
	(SEED_UUID(105, 8), 'en', 'Linen apron'),
	(SEED_UUID(105, 8), 'nl', 'Linnen schort'),
	(SEED_UUID(105, 9), 'en', 'Dotted notebook'),
	(SEED_UUID(105, 9), 'nl', 'Notitieboek met stippen'),
	(SEED_UUID(105, 10), 'en', 'Desk lamp'),
	(SEED_UUID(105, 10), 'nl', 'Bureaulamp'),
	(SEED_UUID(105, 11), 'en', 'Water bottle 750 ml'),
	(SEED_UUID(105, 11), 'nl', 'Drinkfles 750 ml'),
	(SEED_UUID(105, 12), 'en', 'Picnic blanket'),
	(SEED_UUID(105, 12), 'nl', 'Picknickkleed')]])

SEED(product_images, [[id, product_id, media_id, is_main]], [[
	(SEED_UUID(106, 1), SEED_UUID(103, 1), SEED_UUID(105, 1), TRUE),
	(SEED_UUID(106, 2), SEED_UUID(103, 2), SEED_UUID(105, 2), TRUE),
	(SEED_UUID(106, 3), SEED_UUID(103, 3), SEED_UUID(105, 3), TRUE),
	(SEED_UUID(106, 4), SEED_UUID(103, 4), SEED_UUID(105, 4), TRUE),
	(SEED_UUID(106, 5), SEED_UUID(103, 5), SEED_UUID(105, 5), TRUE),
	(SEED_UUID(106, 6), SEED_UUID(103, 6), SEED_UUID(105, 6), TRUE),
	(SEED_UUID(106, 7), SEED_UUID(103, 7), SEED_UUID(105, 7), TRUE),
	(SEED_UUID(106, 8), SEED_UUID(103, 8), SEED_UUID(105, 8), TRUE),
	(SEED_UUID(106, 9), SEED_UUID(103, 9), SEED_UUID(105, 9), TRUE),
	(SEED_UUID(106, 10), SEED_UUID(103, 10), SEED_UUID(105, 10), TRUE),
	(SEED_UUID(106, 11), SEED_UUID(103, 11), SEED_UUID(105, 11), TRUE),
	(SEED_UUID(106, 12), SEED_UUID(103, 12), SEED_UUID(105, 12), TRUE)]])

SEED(product_options, [[id, product_id, code, name, display, position]], [[
	(SEED_UUID(107, 1), SEED_UUID(103, 1), 'size', 'Size', 'buttons', 1),
	(SEED_UUID(107, 2), SEED_UUID(103, 2), 'size', 'Size', 'buttons', 1),
	(SEED_UUID(107, 3), SEED_UUID(103, 3), 'size', 'Size', 'buttons', 1),
	(SEED_UUID(107, 5), SEED_UUID(103, 5), 'color', 'Colour', 'buttons', 1),
	(SEED_UUID(107, 6), SEED_UUID(103, 6), 'color', 'Colour', 'buttons', 1),
	(SEED_UUID(107, 9), SEED_UUID(103, 9), 'color', 'Colour', 'buttons', 1),
	(SEED_UUID(107, 11), SEED_UUID(103, 11), 'color', 'Colour', 'buttons', 1)]])

SEED(product_option_translations, [[option_id, language_code, name]], [[
	(SEED_UUID(107, 1), 'en', 'Size'),
	(SEED_UUID(107, 1), 'nl', 'Maat'),
	(SEED_UUID(107, 2), 'en', 'Size'),
	(SEED_UUID(107, 2), 'nl', 'Maat'),
	(SEED_UUID(107, 3), 'en', 'Size'),
	(SEED_UUID(107, 3), 'nl', 'Maat'),
	(SEED_UUID(107, 5), 'en', 'Colour'),
	(SEED_UUID(107, 5), 'nl', 'Kleur'),
	(SEED_UUID(107, 6), 'en', 'Colour'),
	(SEED_UUID(107, 6), 'nl', 'Kleur'),
	(SEED_UUID(107, 9), 'en', 'Colour'),
	(SEED_UUID(107, 9), 'nl', 'Kleur'),
	(SEED_UUID(107, 11), 'en', 'Colour'),
	(SEED_UUID(107, 11), 'nl', 'Kleur')]])

SEED(product_option_values, [[id, option_id, code, name, position]], [[
	(SEED_UUID(108, 1), SEED_UUID(107, 1), 's', 'S', 1),
	(SEED_UUID(108, 2), SEED_UUID(107, 1), 'm', 'M', 2),
	(SEED_UUID(108, 3), SEED_UUID(107, 1), 'l', 'L', 3),
	(SEED_UUID(108, 4), SEED_UUID(107, 2), 's', 'S', 1),
	(SEED_UUID(108, 5), SEED_UUID(107, 2), 'm', 'M', 2),
	(SEED_UUID(108, 6), SEED_UUID(107, 2), 'l', 'L', 3),
	(SEED_UUID(108, 7), SEED_UUID(107, 3), 's', 'S', 1),
	(SEED_UUID(108, 8), SEED_UUID(107, 3), 'l', 'L', 2),
	(SEED_UUID(108, 9), SEED_UUID(107, 5), 'black', 'Black', 1),
	(SEED_UUID(108, 10), SEED_UUID(107, 5), 'green', 'Green', 2),
	(SEED_UUID(108, 11), SEED_UUID(107, 6), 'white', 'White', 1),
	(SEED_UUID(108, 12), SEED_UUID(107, 6), 'blue', 'Blue', 2),
	(SEED_UUID(108, 13), SEED_UUID(107, 9), 'red', 'Red', 1),
	(SEED_UUID(108, 14), SEED_UUID(107, 9), 'blue', 'Blue', 2),
	(SEED_UUID(108, 15), SEED_UUID(107, 11), 'black', 'Black', 1),
	(SEED_UUID(108, 16), SEED_UUID(107, 11), 'blue', 'Blue', 2)]])

SEED(product_option_value_translations, [[option_value_id, language_code, name]], [[
	(SEED_UUID(108, 1), 'en', 'S'),
	(SEED_UUID(108, 1), 'nl', 'S'),
	(SEED_UUID(108, 2), 'en', 'M'),
	(SEED_UUID(108, 2), 'nl', 'M'),
	(SEED_UUID(108, 3), 'en', 'L'),
	(SEED_UUID(108, 3), 'nl', 'L'),
	(SEED_UUID(108, 4), 'en', 'S'),
	(SEED_UUID(108, 4), 'nl', 'S'),
	(SEED_UUID(108, 5), 'en', 'M'),
	(SEED_UUID(108, 5), 'nl', 'M'),
	(SEED_UUID(108, 6), 'en', 'L'),
	(SEED_UUID(108, 6), 'nl', 'L'),
	(SEED_UUID(108, 7), 'en', 'S'),
	(SEED_UUID(108, 7), 'nl', 'S'),
	(SEED_UUID(108, 8), 'en', 'L'),
	(SEED_UUID(108, 8), 'nl', 'L'),
	(SEED_UUID(108, 9), 'en', 'Black'),
	(SEED_UUID(108, 9), 'nl', 'Zwart'),
	(SEED_UUID(108, 10), 'en', 'Green'),
	(SEED_UUID(108, 10), 'nl', 'Groen'),
	(SEED_UUID(108, 11), 'en', 'White'),
	(SEED_UUID(108, 11), 'nl', 'Wit'),
	(SEED_UUID(108, 12), 'en', 'Blue'),
	(SEED_UUID(108, 12), 'nl', 'Blauw'),
	(SEED_UUID(108, 13), 'en', 'Red'),
	(SEED_UUID(108, 13), 'nl', 'Rood'),
	(SEED_UUID(108, 14), 'en', 'Blue'),
	(SEED_UUID(108, 14), 'nl', 'Blauw'),
	(SEED_UUID(108, 15), 'en', 'Black'),
	(SEED_UUID(108, 15), 'nl', 'Zwart'),
	(SEED_UUID(108, 16), 'en', 'Blue'),
	(SEED_UUID(108, 16), 'nl', 'Blauw')]])

SEED(product_variants, [[id, product_id, sku, option_key, name, currency, price_minor, cost_minor, is_default, weight_grams, position]], [[
	(SEED_UUID(109, 1), SEED_UUID(103, 1), 'DEMO-001-S', 's', 'S', (SELECT currency FROM stores), 8900, 3560, TRUE, 250, 1),
	(SEED_UUID(109, 2), SEED_UUID(103, 1), 'DEMO-001-M', 'm', 'M', (SELECT currency FROM stores), 8900, 3560, FALSE, 250, 2),
	(SEED_UUID(109, 3), SEED_UUID(103, 1), 'DEMO-001-L', 'l', 'L', (SELECT currency FROM stores), 8900, 3560, FALSE, 250, 3),
	(SEED_UUID(109, 4), SEED_UUID(103, 2), 'DEMO-002-S', 's', 'S', (SELECT currency FROM stores), 6500, 2600, TRUE, 300, 1),
	(SEED_UUID(109, 5), SEED_UUID(103, 2), 'DEMO-002-M', 'm', 'M', (SELECT currency FROM stores), 6500, 2600, FALSE, 300, 2),
	(SEED_UUID(109, 6), SEED_UUID(103, 2), 'DEMO-002-L', 'l', 'L', (SELECT currency FROM stores), 6500, 2600, FALSE, 300, 3),
	(SEED_UUID(109, 7), SEED_UUID(103, 3), 'DEMO-003-S', 's', 'S', (SELECT currency FROM stores), 1450, 580, TRUE, 350, 1),
	(SEED_UUID(109, 8), SEED_UUID(103, 3), 'DEMO-003-L', 'l', 'L', (SELECT currency FROM stores), 1450, 580, FALSE, 350, 2),
	(SEED_UUID(109, 9), SEED_UUID(103, 4), 'DEMO-004', '', '', (SELECT currency FROM stores), 2400, 960, TRUE, 400, 1),
	(SEED_UUID(109, 10), SEED_UUID(103, 5), 'DEMO-005-BLACK', 'black', 'Black', (SELECT currency FROM stores), 7900, 3160, TRUE, 450, 1),
	(SEED_UUID(109, 11), SEED_UUID(103, 5), 'DEMO-005-GREEN', 'green', 'Green', (SELECT currency FROM stores), 7900, 3160, FALSE, 450, 2),
	(SEED_UUID(109, 12), SEED_UUID(103, 6), 'DEMO-006-WHITE', 'white', 'White', (SELECT currency FROM stores), 1200, 480, TRUE, 500, 1),
	(SEED_UUID(109, 13), SEED_UUID(103, 6), 'DEMO-006-BLUE', 'blue', 'Blue', (SELECT currency FROM stores), 1200, 480, FALSE, 500, 2),
	(SEED_UUID(109, 14), SEED_UUID(103, 7), 'DEMO-007', '', '', (SELECT currency FROM stores), 9900, 3960, TRUE, 550, 1),
	(SEED_UUID(109, 15), SEED_UUID(103, 8), 'DEMO-008', '', '', (SELECT currency FROM stores), 3900, 1560, TRUE, 600, 1),
	(SEED_UUID(109, 16), SEED_UUID(103, 9), 'DEMO-009-RED', 'red', 'Red', (SELECT currency FROM stores), 1600, 640, TRUE, 650, 1),
	(SEED_UUID(109, 17), SEED_UUID(103, 9), 'DEMO-009-BLUE', 'blue', 'Blue', (SELECT currency FROM stores), 1600, 640, FALSE, 650, 2),
	(SEED_UUID(109, 18), SEED_UUID(103, 10), 'DEMO-010', '', '', (SELECT currency FROM stores), 11900, 4760, TRUE, 700, 1),
	(SEED_UUID(109, 19), SEED_UUID(103, 11), 'DEMO-011-BLACK', 'black', 'Black', (SELECT currency FROM stores), 2900, 1160, TRUE, 750, 1),
	(SEED_UUID(109, 20), SEED_UUID(103, 11), 'DEMO-011-BLUE', 'blue', 'Blue', (SELECT currency FROM stores), 2900, 1160, FALSE, 750, 2),
	(SEED_UUID(109, 21), SEED_UUID(103, 12), 'DEMO-012', '', '', (SELECT currency FROM stores), 4900, 1960, TRUE, 800, 1)]])

SEED(variant_option_values, [[product_id, variant_id, option_id, option_value_id]], [[
	(SEED_UUID(103, 1), SEED_UUID(109, 1), SEED_UUID(107, 1), SEED_UUID(108, 1)),
	(SEED_UUID(103, 1), SEED_UUID(109, 2), SEED_UUID(107, 1), SEED_UUID(108, 2)),
	(SEED_UUID(103, 1), SEED_UUID(109, 3), SEED_UUID(107, 1), SEED_UUID(108, 3)),
	(SEED_UUID(103, 2), SEED_UUID(109, 4), SEED_UUID(107, 2), SEED_UUID(108, 4)),
	(SEED_UUID(103, 2), SEED_UUID(109, 5), SEED_UUID(107, 2), SEED_UUID(108, 5)),
	(SEED_UUID(103, 2), SEED_UUID(109, 6), SEED_UUID(107, 2), SEED_UUID(108, 6)),
	(SEED_UUID(103, 3), SEED_UUID(109, 7), SEED_UUID(107, 3), SEED_UUID(108, 7)),
	(SEED_UUID(103, 3), SEED_UUID(109, 8), SEED_UUID(107, 3), SEED_UUID(108, 8)),
	(SEED_UUID(103, 5), SEED_UUID(109, 10), SEED_UUID(107, 5), SEED_UUID(108, 9)),
	(SEED_UUID(103, 5), SEED_UUID(109, 11), SEED_UUID(107, 5), SEED_UUID(108, 10)),
	(SEED_UUID(103, 6), SEED_UUID(109, 12), SEED_UUID(107, 6), SEED_UUID(108, 11)),
	(SEED_UUID(103, 6), SEED_UUID(109, 13), SEED_UUID(107, 6), SEED_UUID(108, 12)),
	(SEED_UUID(103, 9), SEED_UUID(109, 16), SEED_UUID(107, 9), SEED_UUID(108, 13)),
	(SEED_UUID(103, 9), SEED_UUID(109, 17), SEED_UUID(107, 9), SEED_UUID(108, 14)),
	(SEED_UUID(103, 11), SEED_UUID(109, 19), SEED_UUID(107, 11), SEED_UUID(108, 15)),
	(SEED_UUID(103, 11), SEED_UUID(109, 20), SEED_UUID(107, 11), SEED_UUID(108, 16))]])

-- A sale of two products, in a price list that wins over their own prices.

SEED(price_lists, [[id, code, name, kind, currency, priority, starts_at, ends_at]], [[
	(SEED_UUID(110, 1), 'demo-sale', 'Demo sale', 'sale', (SELECT currency FROM stores), 10, DAYS_AGO(1), AFTER_DAYS(30))]])

SEED(prices, [[id, price_list_id, variant_id, amount_minor, compare_at_minor]], [[
	(SEED_UUID(111, 1), SEED_UUID(110, 1), SEED_UUID(109, 9), 1900, 2400),
	(SEED_UUID(111, 2), SEED_UUID(110, 1), SEED_UUID(109, 16), 1200, 1600),
	(SEED_UUID(111, 3), SEED_UUID(110, 1), SEED_UUID(109, 17), 1200, 1600)]])

SEED(discounts, [[id, code, name, kind, percent, needs_coupon]], [[
	(SEED_UUID(112, 1), 'demo-welcome', 'Welcome: 10 % off', 'percentage', 10, TRUE)]])

SEED(coupons, [[id, discount_id, code, max_uses, max_uses_per_customer]], [[
	(SEED_UUID(113, 1), SEED_UUID(112, 1), 'WELCOME10', 1000, 1)]])

-- Stock: every variant with its first movement, which makes the level.

SEED(inventory_levels, [[id, variant_id, location_id, reorder_point]], [[
	(SEED_UUID(114, 1), SEED_UUID(109, 1), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 2), SEED_UUID(109, 2), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 3), SEED_UUID(109, 3), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 4), SEED_UUID(109, 4), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 5), SEED_UUID(109, 5), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 6), SEED_UUID(109, 6), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 7), SEED_UUID(109, 7), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 8), SEED_UUID(109, 8), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 9), SEED_UUID(109, 9), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 10), SEED_UUID(109, 10), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 11), SEED_UUID(109, 11), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 12), SEED_UUID(109, 12), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 13), SEED_UUID(109, 13), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 14), SEED_UUID(109, 14), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 15), SEED_UUID(109, 15), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 16), SEED_UUID(109, 16), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 17), SEED_UUID(109, 17), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 18), SEED_UUID(109, 18), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 19), SEED_UUID(109, 19), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 20), SEED_UUID(109, 20), SEED_UUID(3, 1), 5),
	(SEED_UUID(114, 21), SEED_UUID(109, 21), SEED_UUID(3, 1), 5)]])

SEED_LOG(inventory_movements, [[level_id, quantity, reason, idempotency_key]], [[
	(SEED_UUID(114, 1), 40, 'initial', 'demo-initial-DEMO-001-S'),
	(SEED_UUID(114, 2), 25, 'initial', 'demo-initial-DEMO-001-M'),
	(SEED_UUID(114, 3), 12, 'initial', 'demo-initial-DEMO-001-L'),
	(SEED_UUID(114, 4), 40, 'initial', 'demo-initial-DEMO-002-S'),
	(SEED_UUID(114, 5), 25, 'initial', 'demo-initial-DEMO-002-M'),
	(SEED_UUID(114, 6), 12, 'initial', 'demo-initial-DEMO-002-L'),
	(SEED_UUID(114, 7), 40, 'initial', 'demo-initial-DEMO-003-S'),
	(SEED_UUID(114, 8), 25, 'initial', 'demo-initial-DEMO-003-L'),
	(SEED_UUID(114, 9), 40, 'initial', 'demo-initial-DEMO-004'),
	(SEED_UUID(114, 10), 40, 'initial', 'demo-initial-DEMO-005-BLACK'),
	(SEED_UUID(114, 11), 25, 'initial', 'demo-initial-DEMO-005-GREEN'),
	(SEED_UUID(114, 12), 40, 'initial', 'demo-initial-DEMO-006-WHITE'),
	(SEED_UUID(114, 13), 25, 'initial', 'demo-initial-DEMO-006-BLUE'),
	(SEED_UUID(114, 14), 40, 'initial', 'demo-initial-DEMO-007'),
	(SEED_UUID(114, 15), 40, 'initial', 'demo-initial-DEMO-008'),
	(SEED_UUID(114, 16), 40, 'initial', 'demo-initial-DEMO-009-RED'),
	(SEED_UUID(114, 17), 25, 'initial', 'demo-initial-DEMO-009-BLUE'),
	(SEED_UUID(114, 18), 40, 'initial', 'demo-initial-DEMO-010'),
	(SEED_UUID(114, 19), 40, 'initial', 'demo-initial-DEMO-011-BLACK'),
	(SEED_UUID(114, 20), 25, 'initial', 'demo-initial-DEMO-011-BLUE'),
	(SEED_UUID(114, 21), 40, 'initial', 'demo-initial-DEMO-012')]])

-- Customers. None has a password: nobody can sign in as one.

SEED(users, [[id, email, first_name, last_name, role, account_type, email_verified]], [[
	(SEED_UUID(115, 1), 'anna.jansen@example.com', 'Anna', 'Jansen', 'customer', 'customer', TRUE),
	(SEED_UUID(115, 2), 'tom.baker@example.com', 'Tom', 'Baker', 'customer', 'customer', TRUE),
	(SEED_UUID(115, 3), 'sofia.rossi@example.com', 'Sofia', 'Rossi', 'customer', 'customer', TRUE),
	(SEED_UUID(115, 4), 'lukas.weber@example.com', 'Lukas', 'Weber', 'customer', 'customer', TRUE)]])

SEED(customer_profiles, [[user_id, customer_number, language_code]], [[
	(SEED_UUID(115, 1), 'DEMO-1', 'nl'),
	(SEED_UUID(115, 2), 'DEMO-2', 'en'),
	(SEED_UUID(115, 3), 'DEMO-3', 'en'),
	(SEED_UUID(115, 4), 'DEMO-4', 'en')]])

SEED(customer_group_members, [[customer_group_id, user_id]], [[
	(SEED_UUID(4, 1), SEED_UUID(115, 1)),
	(SEED_UUID(4, 1), SEED_UUID(115, 2)),
	(SEED_UUID(4, 1), SEED_UUID(115, 3)),
	(SEED_UUID(4, 1), SEED_UUID(115, 4))]])

SEED(addresses, [[id, user_id, first_name, last_name, line1, city, postal_code, country, is_default_shipping, is_default_billing]], [[
	(SEED_UUID(116, 1), SEED_UUID(115, 1), 'Anna', 'Jansen', 'Prinsengracht 12', 'Amsterdam', '1015 DV', 'NL', TRUE, TRUE),
	(SEED_UUID(116, 2), SEED_UUID(115, 2), 'Tom', 'Baker', '4 Mill Lane', 'Bath', 'BA1 2QT', 'GB', TRUE, TRUE),
	(SEED_UUID(116, 3), SEED_UUID(115, 3), 'Sofia', 'Rossi', 'Via Roma 21', 'Torino', '10121', 'IT', TRUE, TRUE),
	(SEED_UUID(116, 4), SEED_UUID(115, 4), 'Lukas', 'Weber', 'Lindenstr. 8', 'Leipzig', '04109', 'DE', TRUE, TRUE)]])

SEED(wishlists, [[id, user_id, name, is_default]], [[
	(SEED_UUID(117, 1), SEED_UUID(115, 1), 'My list', TRUE)]])

SEED(wishlist_items, [[wishlist_id, variant_id]], [[
	(SEED_UUID(117, 1), SEED_UUID(109, 18)),
	(SEED_UUID(117, 1), SEED_UUID(109, 14))]])

SEED(product_reviews, [[id, product_id, user_id, author_name, rating, title, body, language_code, status, is_verified_purchase]], [[
	(SEED_UUID(118, 1), SEED_UUID(103, 1), SEED_UUID(115, 1), 'Anna J.', 5, 'Warm en zacht', 'Precies wat ik zocht.', 'nl', 'approved', TRUE),
	(SEED_UUID(118, 2), SEED_UUID(103, 7), SEED_UUID(115, 3), 'Sofia R.', 4, 'Sharp', 'Needs care, but cuts very well.', 'en', 'pending', TRUE)]])

-- Orders. Each begins as pending and walks to its status as orders must.

SEED(orders, [[id, number, user_id, email, payment_status, fulfilment_status, currency, language_code, sales_channel_id, payment_method_id, subtotal_minor, discount_minor, shipping_minor, total_minor, placed_at]], [[
	(SEED_UUID(120, 1), 'DEMO-1', SEED_UUID(115, 1), 'anna.jansen@example.com', 'paid', 'delivered', (SELECT currency FROM stores), 'nl', SEED_UUID(2, 1), SEED_UUID(16, 2), 11800, 0, 495, 12295, DAYS_AGO(20)),
	(SEED_UUID(120, 2), 'DEMO-2', SEED_UUID(115, 2), 'tom.baker@example.com', 'paid', 'unfulfilled', (SELECT currency FROM stores), 'en', SEED_UUID(2, 1), SEED_UUID(16, 2), 7900, 0, 495, 8395, DAYS_AGO(2)),
	(SEED_UUID(120, 3), 'DEMO-3', SEED_UUID(115, 3), 'sofia.rossi@example.com', 'unpaid', 'unfulfilled', (SELECT currency FROM stores), 'en', SEED_UUID(2, 1), SEED_UUID(16, 1), 8700, 0, 495, 9195, DAYS_AGO(1)),
	(SEED_UUID(120, 4), 'DEMO-4', SEED_UUID(115, 4), 'lukas.weber@example.com', 'unpaid', 'unfulfilled', (SELECT currency FROM stores), 'en', SEED_UUID(2, 1), SEED_UUID(16, 2), 11900, 0, 495, 12395, DAYS_AGO(9)),
	(SEED_UUID(120, 5), 'DEMO-5', SEED_UUID(115, 3), 'sofia.rossi@example.com', 'partially_refunded', 'partially_returned', (SELECT currency FROM stores), 'en', SEED_UUID(2, 1), SEED_UUID(16, 2), 15700, 1570, 495, 14625, DAYS_AGO(30)),
	(SEED_UUID(120, 6), 'DEMO-6', SEED_UUID(115, 1), 'anna.jansen@example.com', 'authorized', 'fulfilled', (SELECT currency FROM stores), 'nl', SEED_UUID(2, 1), SEED_UUID(16, 1), 9700, 0, 495, 10195, DAYS_AGO(4))]])

SEED(order_addresses, [[order_id, kind, first_name, last_name, line1, city, postal_code, country]], [[
	(SEED_UUID(120, 1), 'shipping', 'Anna', 'Jansen', 'Prinsengracht 12', 'Amsterdam', '1015 DV', 'NL'),
	(SEED_UUID(120, 1), 'billing', 'Anna', 'Jansen', 'Prinsengracht 12', 'Amsterdam', '1015 DV', 'NL'),
	(SEED_UUID(120, 2), 'shipping', 'Tom', 'Baker', '4 Mill Lane', 'Bath', 'BA1 2QT', 'GB'),
	(SEED_UUID(120, 2), 'billing', 'Tom', 'Baker', '4 Mill Lane', 'Bath', 'BA1 2QT', 'GB'),
	(SEED_UUID(120, 3), 'shipping', 'Sofia', 'Rossi', 'Via Roma 21', 'Torino', '10121', 'IT'),
	(SEED_UUID(120, 3), 'billing', 'Sofia', 'Rossi', 'Via Roma 21', 'Torino', '10121', 'IT'),
	(SEED_UUID(120, 4), 'shipping', 'Lukas', 'Weber', 'Lindenstr. 8', 'Leipzig', '04109', 'DE'),
	(SEED_UUID(120, 4), 'billing', 'Lukas', 'Weber', 'Lindenstr. 8', 'Leipzig', '04109', 'DE'),
	(SEED_UUID(120, 5), 'shipping', 'Sofia', 'Rossi', 'Via Roma 21', 'Torino', '10121', 'IT'),
	(SEED_UUID(120, 5), 'billing', 'Sofia', 'Rossi', 'Via Roma 21', 'Torino', '10121', 'IT'),
	(SEED_UUID(120, 6), 'shipping', 'Anna', 'Jansen', 'Prinsengracht 12', 'Amsterdam', '1015 DV', 'NL'),
	(SEED_UUID(120, 6), 'billing', 'Anna', 'Jansen', 'Prinsengracht 12', 'Amsterdam', '1015 DV', 'NL')]])

SEED(order_lines, [[id, order_id, position, product_id, variant_id, sku, name, variant_name, quantity, unit_price_minor, subtotal_minor, discount_minor, total_minor]], [[
	(SEED_UUID(121, 1), SEED_UUID(120, 1), 1, SEED_UUID(103, 1), SEED_UUID(109, 2), 'DEMO-001-M', 'Merino sweater', 'M', 1, 8900, 8900, 0, 8900),
	(SEED_UUID(121, 2), SEED_UUID(120, 1), 2, SEED_UUID(103, 3), SEED_UUID(109, 7), 'DEMO-003-S', 'Wool socks', 'S', 2, 1450, 2900, 0, 2900),
	(SEED_UUID(121, 3), SEED_UUID(120, 2), 1, SEED_UUID(103, 5), SEED_UUID(109, 10), 'DEMO-005-BLACK', 'Day pack 18 l', 'Black', 1, 7900, 7900, 0, 7900),
	(SEED_UUID(121, 4), SEED_UUID(120, 3), 1, SEED_UUID(103, 6), SEED_UUID(109, 12), 'DEMO-006-WHITE', 'Espresso cup', 'White', 4, 1200, 4800, 0, 4800),
	(SEED_UUID(121, 5), SEED_UUID(120, 3), 2, SEED_UUID(103, 8), SEED_UUID(109, 15), 'DEMO-008', 'Linen apron', '', 1, 3900, 3900, 0, 3900),
	(SEED_UUID(121, 6), SEED_UUID(120, 4), 1, SEED_UUID(103, 10), SEED_UUID(109, 18), 'DEMO-010', 'Desk lamp', '', 1, 11900, 11900, 0, 11900),
	(SEED_UUID(121, 7), SEED_UUID(120, 5), 1, SEED_UUID(103, 7), SEED_UUID(109, 14), 'DEMO-007', 'Chef knife 20 cm', '', 1, 9900, 9900, 990, 8910),
	(SEED_UUID(121, 8), SEED_UUID(120, 5), 2, SEED_UUID(103, 11), SEED_UUID(109, 20), 'DEMO-011-BLUE', 'Water bottle 750 ml', 'Blue', 2, 2900, 5800, 580, 5220),
	(SEED_UUID(121, 9), SEED_UUID(120, 6), 1, SEED_UUID(103, 12), SEED_UUID(109, 21), 'DEMO-012', 'Picnic blanket', '', 1, 4900, 4900, 0, 4900),
	(SEED_UUID(121, 10), SEED_UUID(120, 6), 2, SEED_UUID(103, 9), SEED_UUID(109, 17), 'DEMO-009-BLUE', 'Dotted notebook', 'Blue', 3, 1600, 4800, 0, 4800)]])

SEED(order_shipping_lines, [[id, order_id, shipping_method_id, name, amount_minor]], [[
	(SEED_UUID(124, 1), SEED_UUID(120, 1), SEED_UUID(14, 1), 'Standard shipping', 495),
	(SEED_UUID(124, 2), SEED_UUID(120, 2), SEED_UUID(14, 1), 'Standard shipping', 495),
	(SEED_UUID(124, 3), SEED_UUID(120, 3), SEED_UUID(14, 1), 'Standard shipping', 495),
	(SEED_UUID(124, 4), SEED_UUID(120, 4), SEED_UUID(14, 1), 'Standard shipping', 495),
	(SEED_UUID(124, 5), SEED_UUID(120, 5), SEED_UUID(14, 1), 'Standard shipping', 495),
	(SEED_UUID(124, 6), SEED_UUID(120, 6), SEED_UUID(14, 1), 'Standard shipping', 495)]])

SEED(order_discounts, [[id, order_id, discount_id, coupon_id, code, name, amount_minor]], [[
	(SEED_UUID(122, 5), SEED_UUID(120, 5), SEED_UUID(112, 1), SEED_UUID(113, 1), 'WELCOME10', 'Welcome: 10 % off', 1570)]])

SEED(order_line_discounts, [[order_id, order_line_id, order_discount_id, amount_minor]], [[
	(SEED_UUID(120, 5), SEED_UUID(121, 7), SEED_UUID(122, 5), 990),
	(SEED_UUID(120, 5), SEED_UUID(121, 8), SEED_UUID(122, 5), 580)]])

SEED(coupon_usages, [[id, coupon_id, order_id, user_id, email, amount_minor]], [[
	(SEED_UUID(130, 1), SEED_UUID(113, 1), SEED_UUID(120, 5), SEED_UUID(115, 3), 'sofia.rossi@example.com', 1570)]])

-- Payments: the sums of payments and orders follow from these rows.

SEED(payments, [[id, order_id, payment_method_id, provider, provider_reference, currency, amount_minor, status]], [[
	(SEED_UUID(125, 1), SEED_UUID(120, 1), SEED_UUID(16, 2), 'manual', 'demo-1', (SELECT currency FROM stores), 12295, 'captured'),
	(SEED_UUID(125, 2), SEED_UUID(120, 2), SEED_UUID(16, 2), 'manual', 'demo-2', (SELECT currency FROM stores), 8395, 'captured'),
	(SEED_UUID(125, 5), SEED_UUID(120, 5), SEED_UUID(16, 2), 'manual', 'demo-5', (SELECT currency FROM stores), 14625, 'partially_refunded'),
	(SEED_UUID(125, 6), SEED_UUID(120, 6), SEED_UUID(16, 1), 'manual', 'demo-6', (SELECT currency FROM stores), 10195, 'authorized')]])

SEED(payment_authorizations, [[id, payment_id, amount_minor]], [[
	(SEED_UUID(126, 1), SEED_UUID(125, 1), 12295),
	(SEED_UUID(126, 2), SEED_UUID(125, 2), 8395),
	(SEED_UUID(126, 5), SEED_UUID(125, 5), 14625),
	(SEED_UUID(126, 6), SEED_UUID(125, 6), 10195)]])

SEED(payment_captures, [[id, payment_id, authorization_id, amount_minor, status]], [[
	(SEED_UUID(127, 1), SEED_UUID(125, 1), SEED_UUID(126, 1), 12295, 'succeeded'),
	(SEED_UUID(127, 2), SEED_UUID(125, 2), SEED_UUID(126, 2), 8395, 'succeeded'),
	(SEED_UUID(127, 5), SEED_UUID(125, 5), SEED_UUID(126, 5), 14625, 'succeeded')]])

-- Stock promised to orders, and goods sent.

SEED(inventory_reservations, [[id, level_id, order_line_id, quantity, status, closed_at]], [[
	(SEED_UUID(123, 1), SEED_UUID(114, 2), SEED_UUID(121, 1), 1, 'fulfilled', DAYS_AGO(19)),
	(SEED_UUID(123, 2), SEED_UUID(114, 7), SEED_UUID(121, 2), 2, 'fulfilled', DAYS_AGO(19)),
	(SEED_UUID(123, 3), SEED_UUID(114, 10), SEED_UUID(121, 3), 1, 'active', NULL),
	(SEED_UUID(123, 4), SEED_UUID(114, 12), SEED_UUID(121, 4), 4, 'active', NULL),
	(SEED_UUID(123, 5), SEED_UUID(114, 15), SEED_UUID(121, 5), 1, 'active', NULL),
	(SEED_UUID(123, 6), SEED_UUID(114, 18), SEED_UUID(121, 6), 1, 'released', DAYS_AGO(8)),
	(SEED_UUID(123, 7), SEED_UUID(114, 14), SEED_UUID(121, 7), 1, 'fulfilled', DAYS_AGO(29)),
	(SEED_UUID(123, 8), SEED_UUID(114, 20), SEED_UUID(121, 8), 2, 'fulfilled', DAYS_AGO(29)),
	(SEED_UUID(123, 9), SEED_UUID(114, 21), SEED_UUID(121, 9), 1, 'fulfilled', DAYS_AGO(3)),
	(SEED_UUID(123, 10), SEED_UUID(114, 17), SEED_UUID(121, 10), 3, 'fulfilled', DAYS_AGO(3))]])

SEED(carriers, [[id, code, name, tracking_url_template]], [[
	(SEED_UUID(131, 1), 'demo-post', 'Demo Post', 'https://post.example/track/{{number}}')]])

SEED(shipments, [[id, order_id, number, location_id, carrier_id, shipping_method_id, tracking_number]], [[
	(SEED_UUID(128, 1), SEED_UUID(120, 1), 'DEMO-S1', SEED_UUID(3, 1), SEED_UUID(131, 1), SEED_UUID(14, 1), 'DP000001'),
	(SEED_UUID(128, 5), SEED_UUID(120, 5), 'DEMO-S5', SEED_UUID(3, 1), SEED_UUID(131, 1), SEED_UUID(14, 1), 'DP000005'),
	(SEED_UUID(128, 6), SEED_UUID(120, 6), 'DEMO-S6', SEED_UUID(3, 1), SEED_UUID(131, 1), SEED_UUID(14, 1), 'DP000006')]])

SEED(shipment_lines, [[id, order_id, shipment_id, order_line_id, quantity]], [[
	(SEED_UUID(129, 1), SEED_UUID(120, 1), SEED_UUID(128, 1), SEED_UUID(121, 1), 1),
	(SEED_UUID(129, 2), SEED_UUID(120, 1), SEED_UUID(128, 1), SEED_UUID(121, 2), 2),
	(SEED_UUID(129, 7), SEED_UUID(120, 5), SEED_UUID(128, 5), SEED_UUID(121, 7), 1),
	(SEED_UUID(129, 8), SEED_UUID(120, 5), SEED_UUID(128, 5), SEED_UUID(121, 8), 2),
	(SEED_UUID(129, 9), SEED_UUID(120, 6), SEED_UUID(128, 6), SEED_UUID(121, 9), 1),
	(SEED_UUID(129, 10), SEED_UUID(120, 6), SEED_UUID(128, 6), SEED_UUID(121, 10), 3)]])

UPDATE shipments SET status = 'shipped', shipped_at = DAYS_AGO(19) WHERE id = SEED_UUID(128, 1) AND status = 'pending';
UPDATE shipments SET status = 'delivered', delivered_at = DAYS_AGO(17) WHERE id = SEED_UUID(128, 1) AND status = 'shipped';
UPDATE shipments SET status = 'shipped', shipped_at = DAYS_AGO(29) WHERE id = SEED_UUID(128, 5) AND status = 'pending';
UPDATE shipments SET status = 'delivered', delivered_at = DAYS_AGO(27) WHERE id = SEED_UUID(128, 5) AND status = 'shipped';
UPDATE shipments SET status = 'shipped', shipped_at = DAYS_AGO(3) WHERE id = SEED_UUID(128, 6) AND status = 'pending';

SEED_LOG(inventory_movements, [[level_id, quantity, reason, reference_type, reference_id, idempotency_key]], [[
	(SEED_UUID(114, 2), -1, 'sale', 'shipment', SEED_UUID(128, 1), 'demo-sale-1'),
	(SEED_UUID(114, 7), -2, 'sale', 'shipment', SEED_UUID(128, 1), 'demo-sale-2'),
	(SEED_UUID(114, 14), -1, 'sale', 'shipment', SEED_UUID(128, 5), 'demo-sale-7'),
	(SEED_UUID(114, 20), -2, 'sale', 'shipment', SEED_UUID(128, 5), 'demo-sale-8'),
	(SEED_UUID(114, 21), -1, 'sale', 'shipment', SEED_UUID(128, 6), 'demo-sale-9'),
	(SEED_UUID(114, 17), -3, 'sale', 'shipment', SEED_UUID(128, 6), 'demo-sale-10')]])

UPDATE orders SET status = 'confirmed' WHERE id = SEED_UUID(120, 1) AND status = 'pending';
UPDATE orders SET status = 'processing' WHERE id = SEED_UUID(120, 1) AND status = 'confirmed';
UPDATE orders SET status = 'completed', completed_at = DAYS_AGO(16) WHERE id = SEED_UUID(120, 1) AND status = 'processing';
UPDATE orders SET status = 'confirmed' WHERE id = SEED_UUID(120, 2) AND status = 'pending';
UPDATE orders SET status = 'cancelled', cancelled_at = DAYS_AGO(2), cancel_reason = 'Not paid in time' WHERE id = SEED_UUID(120, 4) AND status = 'pending';
UPDATE orders SET status = 'confirmed' WHERE id = SEED_UUID(120, 5) AND status = 'pending';
UPDATE orders SET status = 'processing' WHERE id = SEED_UUID(120, 5) AND status = 'confirmed';
UPDATE orders SET status = 'completed', completed_at = DAYS_AGO(26) WHERE id = SEED_UUID(120, 5) AND status = 'processing';
UPDATE orders SET status = 'confirmed' WHERE id = SEED_UUID(120, 6) AND status = 'pending';
UPDATE orders SET status = 'processing' WHERE id = SEED_UUID(120, 6) AND status = 'confirmed';

SEED_SELECT(order_status_history, [[order_id, from_value, to_value, note]], [[SELECT o.id, NULL, 'pending', 'Placed' FROM orders o
WHERE o.number LIKE 'DEMO-%' AND NOT EXISTS (SELECT 1 FROM order_status_history h WHERE h.order_id = o.id AND h.to_value = 'pending')]])

SEED_SELECT(order_status_history, [[order_id, from_value, to_value, note]], [[SELECT o.id, o.status_from, o.status, '' FROM orders o
WHERE o.number LIKE 'DEMO-%' AND o.status <> 'pending' AND NOT EXISTS (SELECT 1 FROM order_status_history h WHERE h.order_id = o.id AND h.to_value = o.status)]])

-- One bottle of the fifth order came back and was refunded.

SEED(returns, [[id, order_id, number, location_id, requested_by, customer_note]], [[
	(SEED_UUID(132, 1), SEED_UUID(120, 5), 'DEMO-R1', SEED_UUID(3, 1), SEED_UUID(115, 3), 'One is enough for me.')]])

SEED(return_lines, [[id, order_id, return_id, order_line_id, reason_id, quantity, received_quantity, restocked_quantity]], [[
	(SEED_UUID(133, 1), SEED_UUID(120, 5), SEED_UUID(132, 1), SEED_UUID(121, 8), SEED_UUID(5, 1), 1, 1, 1)]])

UPDATE returns SET status = 'approved' WHERE id = SEED_UUID(132, 1) AND status = 'requested';
UPDATE returns SET status = 'received', received_at = DAYS_AGO(20) WHERE id = SEED_UUID(132, 1) AND status = 'approved';
UPDATE returns SET status = 'completed' WHERE id = SEED_UUID(132, 1) AND status = 'received';

SEED_LOG(inventory_movements, [[level_id, quantity, reason, reference_type, reference_id, idempotency_key]], [[
	(SEED_UUID(114, 20), 1, 'return', 'return', SEED_UUID(132, 1), 'demo-return-1')]])

SEED(payment_refunds, [[id, payment_id, capture_id, return_id, amount_minor, status, reason]], [[
	(SEED_UUID(134, 1), SEED_UUID(125, 5), SEED_UUID(127, 5), SEED_UUID(132, 1), 2610, 'succeeded', 'Returned')]])

-- The first order's invoice.

SEED_SELECT(invoices, [[id, order_id, number, status, currency, subtotal_minor, tax_minor, total_minor, issued_at]], [[SELECT SEED_UUID(135, 1), id, 'DEMO-INV1', 'paid', currency, total_minor, 0, total_minor, placed_at FROM orders WHERE id = SEED_UUID(120, 1)]])

SEED(invoice_lines, [[id, invoice_id, order_line_id, position, description, quantity, net_minor]], [[
	(SEED_UUID(136, 1), SEED_UUID(135, 1), SEED_UUID(121, 1), 1, 'Merino sweater', 1, 8900),
	(SEED_UUID(136, 2), SEED_UUID(135, 1), SEED_UUID(121, 2), 2, 'Wool socks', 2, 2900),
	(SEED_UUID(136, 3), SEED_UUID(135, 1), NULL, 3, 'Standard shipping', 1, 495)]])
