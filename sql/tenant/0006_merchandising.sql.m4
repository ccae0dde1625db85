-- SPDX-License-Identifier: Apache-2.0
-- How products are shown together, found and spoken of.

CREATE_TABLE(collections, [[Groups of products by hand, or by a rule that fills collection_products.]])
	UUID_ID,
	code varchar(80) NOT NULL,
	kind varchar(10) NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'rule')),
	rule JSON_T,
	image_id UUID_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(rule, [[(kind = 'rule') = (rule IS NOT NULL)]]),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]]),
	FK_INDEXED(image_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(collection_translations, [[Name, text and address of a collection by language.]])
	collection_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(200) NOT NULL,
	slug varchar(200) NOT NULL,
	description TEXT_T EMPTY_TEXT,
	PRIMARY KEY (collection_id, language_code),
	UNIQUE_KEY(slug, [[language_code, slug]]),
	FK_KEYED(collection_id, collections, CASCADE),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(collection_products, [[Products of a collection, in order.]])
	collection_id UUID_T NOT NULL,
	product_id UUID_T NOT NULL,
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (collection_id, product_id),
	FK_KEYED(collection_id, collections, CASCADE),
	FK_INDEXED(product_id, products, CASCADE)
END_TABLE

CREATE_TABLE(related_products, [[Products shown with a product: related, dearer, added to, or instead of it.]])
	product_id UUID_T NOT NULL,
	related_product_id UUID_T NOT NULL,
	kind varchar(12) NOT NULL DEFAULT 'related' CHECK (kind IN ('related', 'up_sell', 'cross_sell', 'accessory', 'substitute')),
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (product_id, kind, related_product_id),
	CHECK_THAT(other, [[product_id <> related_product_id]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(related_product_id, products, CASCADE)
END_TABLE

CREATE_TABLE(product_bundle_items, [[What a bundle consists of: so many of each variant.]])
	bundle_variant_id UUID_T NOT NULL,
	item_variant_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (bundle_variant_id, item_variant_id),
	CHECK_THAT(other, [[bundle_variant_id <> item_variant_id]]),
	FK_KEYED(bundle_variant_id, product_variants, CASCADE),
	FK_INDEXED(item_variant_id, product_variants, RESTRICT)
END_TABLE

CREATE_TABLE(product_downloads, [[Files that a buyer of a digital variant may fetch.]])
	UUID_ID,
	variant_id UUID_T NOT NULL,
	media_id UUID_T NOT NULL,
	name varchar(200) NOT NULL,
	max_downloads int CHECK (max_downloads > 0),
	valid_days int CHECK (valid_days > 0),
	TIMESTAMPS,
	UNIQUE_KEY(media, [[variant_id, media_id]]),
	FK_KEYED(variant_id, product_variants, CASCADE),
	FK_INDEXED(media_id, media, RESTRICT)
END_TABLE

CREATE_TABLE(product_reviews, [[Ratings and words of customers, shown once approved; one for each customer and product.]])
	UUID_ID,
	product_id UUID_T NOT NULL,
	user_id UUID_T,
	author_name varchar(120) NOT NULL,
	rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
	title varchar(200) NOT NULL DEFAULT '',
	body TEXT_T EMPTY_TEXT,
	language_code LANG_T,
	status varchar(10) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
	is_verified_purchase BOOL_T NOT NULL DEFAULT FALSE,
	reply TEXT_T,
	replied_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(author, [[product_id, user_id]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(user_id, users, [[SET NULL]]),
	FK_INDEXED(language_code, languages, [[SET NULL]], code)
END_TABLE
MAKE_INDEX(product_reviews, shown, [[product_id, status, created_at]])

CREATE_TABLE(product_seo, [[What search engines and social networks are told of a product, by language.]])
	product_id UUID_T NOT NULL,
	SEO_COLUMNS,
	PRIMARY KEY (product_id, language_code),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code),
	FK_INDEXED(social_image_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(category_seo, [[The same of a category.]])
	category_id UUID_T NOT NULL,
	SEO_COLUMNS,
	PRIMARY KEY (category_id, language_code),
	FK_KEYED(category_id, categories, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code),
	FK_INDEXED(social_image_id, media, [[SET NULL]])
END_TABLE
