-- SPDX-License-Identifier: Apache-2.0
-- What is sold: brands, categories, products, their options and variants.
-- Texts are by language in *_translations; a slug is unique in its language.

CREATE_TABLE(brands, [[Makers of products.]])
	UUID_ID,
	code varchar(80) NOT NULL,
	name varchar(160) NOT NULL,
	logo_id UUID_T,
	website_url varchar(2000),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	FK_INDEXED(logo_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(brand_translations, [[Description and address of a brand by language.]])
	brand_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	slug varchar(160) NOT NULL,
	description TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (brand_id, language_code),
	UNIQUE_KEY(slug, [[language_code, slug]]),
	FK_KEYED(brand_id, brands, CASCADE),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(categories, [[The tree of categories by parent_id. A category with children cannot be removed; a circle is refused.]])
	UUID_ID,
	parent_id UUID_T,
	code varchar(80) NOT NULL,
	image_id UUID_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_in_menu BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(parent, [[parent_id <> id]]),
	FK_KEYED(parent_id, categories, RESTRICT),
	FK_INDEXED(image_id, media, [[SET NULL]])
END_TABLE
MAKE_INDEX(categories, siblings, [[parent_id, position]])

CREATE_TABLE(category_translations, [[Name, text and address of a category by language.]])
	category_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(200) NOT NULL,
	slug varchar(200) NOT NULL,
	description TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (category_id, language_code),
	UNIQUE_KEY(slug, [[language_code, slug]]),
	FK_KEYED(category_id, categories, CASCADE),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(category_closure, [[Every ancestor of every category with its distance, kept by the database: a whole branch is one indexed look-up.]])
	ancestor_id UUID_T NOT NULL,
	descendant_id UUID_T NOT NULL,
	depth int NOT NULL CHECK (depth >= 0),
	PRIMARY KEY (ancestor_id, descendant_id),
	FK_KEYED(ancestor_id, categories, CASCADE),
	FK_KEYED(descendant_id, categories, CASCADE)
END_TABLE
MAKE_INDEX(category_closure, descendant, [[descendant_id, depth]])
CLOSURE_TREE(categories, category_closure)

CREATE_TABLE(products, [[A product as the shop presents it. What is priced, stocked and sold are its variants: every product has at least one.]])
	UUID_ID,
	code varchar(100) NOT NULL,
	kind varchar(12) NOT NULL DEFAULT 'simple' CHECK (kind IN ('simple', 'variable', 'bundle', 'digital', 'service', 'gift_card')),
	status varchar(12) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'archived')),
	brand_id UUID_T,
	is_featured BOOL_T NOT NULL DEFAULT FALSE,
	is_taxable BOOL_T NOT NULL DEFAULT TRUE,
	requires_shipping BOOL_T NOT NULL DEFAULT TRUE,
	min_order_quantity int NOT NULL DEFAULT 1 CHECK (min_order_quantity >= 1),
	max_order_quantity int,
	published_at TIMESTAMP_T,
	unpublish_at TIMESTAMP_T,
	metadata JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(order_quantity, [[max_order_quantity IS NULL OR max_order_quantity >= min_order_quantity]]),
	CHECK_THAT(publication, [[unpublish_at IS NULL OR published_at IS NULL OR unpublish_at > published_at]]),
	FK_INDEXED(brand_id, brands, [[SET NULL]])
END_TABLE
MAKE_INDEX(products, status_published, [[status, published_at, id]])

CREATE_TABLE(product_translations, [[Name, texts and address of a product by language.]])
	product_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(255) NOT NULL CHECK (name <> ''),
	slug varchar(255) NOT NULL CHECK (slug <> ''),
	short_description varchar(1000) NOT NULL DEFAULT '',
	description TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (product_id, language_code),
	UNIQUE_KEY(slug, [[language_code, slug]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE
MAKE_INDEX(product_translations, name, [[language_code, name]])

CREATE_TABLE(product_options, [[What a customer chooses between, such as size or colour.]])
	UUID_ID,
	product_id UUID_T NOT NULL,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	display varchar(12) NOT NULL DEFAULT 'select' CHECK (display IN ('select', 'swatch', 'buttons', 'images')),
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, [[product_id, code]]),
	UNIQUE_KEY(product, [[product_id, id]]),
	FK_KEYED(product_id, products, CASCADE)
END_TABLE

CREATE_TABLE(product_option_translations, [[Name of an option by language.]])
	option_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(120) NOT NULL,
	PRIMARY KEY (option_id, language_code),
	FK_KEYED(option_id, product_options, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(product_option_values, [[The choices of an option.]])
	UUID_ID,
	option_id UUID_T NOT NULL,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	swatch varchar(40),
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, [[option_id, code]]),
	UNIQUE_KEY(choice, [[option_id, id]]),
	FK_KEYED(option_id, product_options, CASCADE)
END_TABLE

CREATE_TABLE(product_option_value_translations, [[Name of a choice by language.]])
	option_value_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(120) NOT NULL,
	PRIMARY KEY (option_value_id, language_code),
	FK_KEYED(option_value_id, product_option_values, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(product_variants, [[What is sold: its own stock-keeping unit, price, weight and stock. option_key spells its choices, so that no two are alike.]])
	UUID_ID,
	product_id UUID_T NOT NULL,
	sku varchar(100) NOT NULL CHECK (sku <> ''),
	option_key varchar(255) NOT NULL DEFAULT '',
	name varchar(255) NOT NULL DEFAULT '',
	barcode varchar(64),
	currency CURRENCY_T NOT NULL,
	price_minor MONEY_T NOT NULL CHECK (price_minor >= 0),
	compare_at_minor MONEY_T,
	cost_minor MONEY_T CHECK (cost_minor >= 0),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	tracks_inventory BOOL_T NOT NULL DEFAULT TRUE,
	weight_grams int CHECK (weight_grams >= 0),
	length_mm int CHECK (length_mm >= 0),
	width_mm int CHECK (width_mm >= 0),
	height_mm int CHECK (height_mm >= 0),
	customs_code varchar(12),
	origin_country COUNTRY_T,
	position int NOT NULL DEFAULT 0,
	metadata JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(option_key, [[product_id, option_key]]),
	UNIQUE_KEY(product, [[product_id, id]]),
	CHECK_THAT(compare_at, [[compare_at_minor IS NULL OR compare_at_minor >= price_minor]]),
	FK_KEYED(product_id, products, RESTRICT),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
UNIQUE_LOWER(product_variants, sku, sku)
ONE_EACH_WHERE(product_variants, one_default, product_id, is_default)
MAKE_INDEX(product_variants, barcode, barcode)

CREATE_TABLE(variant_option_values, [[The choices that make a variant: one for each option, and only options of its own product.]])
	product_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	option_id UUID_T NOT NULL,
	option_value_id UUID_T NOT NULL,
	PRIMARY KEY (variant_id, option_id),
	FK_TOGETHER(variant, [[product_id, variant_id]], product_variants, [[product_id, id]], CASCADE),
	FK_TOGETHER(option, [[product_id, option_id]], product_options, [[product_id, id]], RESTRICT),
	FK_TOGETHER(choice, [[option_id, option_value_id]], product_option_values, [[option_id, id]], RESTRICT)
END_TABLE
MAKE_INDEX(variant_option_values, variant, [[product_id, variant_id]])
MAKE_INDEX(variant_option_values, option, [[product_id, option_id]])
MAKE_INDEX(variant_option_values, choice, [[option_id, option_value_id]])

CREATE_TABLE(product_categories, [[Which categories a product stands in; at most one is its main one.]])
	product_id UUID_T NOT NULL,
	category_id UUID_T NOT NULL,
	is_main BOOL_T NOT NULL DEFAULT FALSE,
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (product_id, category_id),
	FK_KEYED(product_id, products, CASCADE),
	FK_KEYED(category_id, categories, RESTRICT)
END_TABLE
ONE_EACH_WHERE(product_categories, one_main, product_id, is_main)
MAKE_INDEX(product_categories, category, [[category_id, position]])

CREATE_TABLE(product_images, [[Pictures and films of a product in order; at most one is the main one.]])
	UUID_ID,
	product_id UUID_T NOT NULL,
	media_id UUID_T NOT NULL,
	is_main BOOL_T NOT NULL DEFAULT FALSE,
	position int NOT NULL DEFAULT 0,
	CREATED_AT,
	UNIQUE_KEY(media, [[product_id, media_id]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(media_id, media, RESTRICT)
END_TABLE
ONE_EACH_WHERE(product_images, one_main, product_id, is_main)

CREATE_TABLE(variant_images, [[Which of the pictures show a variant.]])
	variant_id UUID_T NOT NULL,
	product_image_id UUID_T NOT NULL,
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (variant_id, product_image_id),
	FK_KEYED(variant_id, product_variants, CASCADE),
	FK_INDEXED(product_image_id, product_images, CASCADE)
END_TABLE
