-- SPDX-License-Identifier: Apache-2.0
-- What can be said of a product: attributes in sets, labels, and tabs of text.

CREATE_TABLE(attribute_sets, [[Which attributes a kind of product has.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(attribute_sets, one_default, is_default)

CREATE_TABLE(attributes, [[A property with a type. Its values are rows of product_attribute_values.]])
	UUID_ID,
	code varchar(60) NOT NULL CHECK (MATCHES(code, '^[a-z][a-z0-9_]*$')),
	name varchar(120) NOT NULL,
	value_type varchar(12) NOT NULL CHECK (value_type IN ('text', 'number', 'boolean', 'date', 'select', 'multiselect')),
	unit varchar(20),
	is_required BOOL_T NOT NULL DEFAULT FALSE,
	is_filterable BOOL_T NOT NULL DEFAULT FALSE,
	is_searchable BOOL_T NOT NULL DEFAULT FALSE,
	is_visible BOOL_T NOT NULL DEFAULT TRUE,
	is_translatable BOOL_T NOT NULL DEFAULT FALSE,
	is_system BOOL_T NOT NULL DEFAULT FALSE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(translatable, [[value_type = 'text' OR NOT is_translatable]])
END_TABLE

CREATE_TABLE(attribute_translations, [[Name of an attribute by language.]])
	attribute_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(120) NOT NULL,
	help varchar(500) NOT NULL DEFAULT '',
	PRIMARY KEY (attribute_id, language_code),
	FK_KEYED(attribute_id, attributes, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(attribute_set_attributes, [[Attributes of a set, in groups and in order.]])
	attribute_set_id UUID_T NOT NULL,
	attribute_id UUID_T NOT NULL,
	group_name varchar(60) NOT NULL DEFAULT 'general',
	position int NOT NULL DEFAULT 0,
	PRIMARY KEY (attribute_set_id, attribute_id),
	FK_KEYED(attribute_set_id, attribute_sets, CASCADE),
	FK_INDEXED(attribute_id, attributes, RESTRICT)
END_TABLE

CREATE_TABLE(attribute_options, [[Choices of a select or multiselect attribute.]])
	UUID_ID,
	attribute_id UUID_T NOT NULL,
	code varchar(60) NOT NULL,
	name varchar(160) NOT NULL,
	swatch varchar(40),
	position int NOT NULL DEFAULT 0,
	UNIQUE_KEY(code, [[attribute_id, code]]),
	UNIQUE_KEY(choice, [[attribute_id, id]]),
	FK_KEYED(attribute_id, attributes, CASCADE)
END_TABLE

CREATE_TABLE(attribute_option_translations, [[Name of a choice by language.]])
	attribute_option_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(160) NOT NULL,
	PRIMARY KEY (attribute_option_id, language_code),
	FK_KEYED(attribute_option_id, attribute_options, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(product_attribute_sets, [[The attribute set a product follows.]])
	product_id UUID_T PRIMARY KEY,
	attribute_set_id UUID_T NOT NULL,
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(attribute_set_id, attribute_sets, RESTRICT)
END_TABLE

CREATE_TABLE(product_attribute_values, [[One value of one attribute of a product, in the column of its type. A multiselect has several rows, told apart by position.]])
	UUID_ID,
	product_id UUID_T NOT NULL,
	attribute_id UUID_T NOT NULL,
	position int NOT NULL DEFAULT 0 CHECK (position >= 0),
	text_value varchar(2000),
	number_value numeric(20,6),
	boolean_value BOOL_T,
	date_value date,
	option_id UUID_T,
	UNIQUE_KEY(value, [[product_id, attribute_id, position]]),
	UNIQUE_KEY(option, [[product_id, attribute_id, option_id]]),
	CHECK_THAT(one_value, [[CASE WHEN text_value IS NULL THEN 0 ELSE 1 END + CASE WHEN number_value IS NULL THEN 0 ELSE 1 END
		+ CASE WHEN boolean_value IS NULL THEN 0 ELSE 1 END + CASE WHEN date_value IS NULL THEN 0 ELSE 1 END
		+ CASE WHEN option_id IS NULL THEN 0 ELSE 1 END = 1]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_KEYED(attribute_id, attributes, RESTRICT),
	FK_TOGETHER(option, [[attribute_id, option_id]], attribute_options, [[attribute_id, id]], RESTRICT)
END_TABLE
MAKE_INDEX(product_attribute_values, option, [[attribute_id, option_id]])
MAKE_INDEX(product_attribute_values, number_value, [[attribute_id, number_value]])

CREATE_TABLE(product_attribute_value_translations, [[Text values by language.]])
	product_attribute_value_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	text_value varchar(2000) NOT NULL,
	PRIMARY KEY (product_attribute_value_id, language_code),
	CONSTRAINT product_attribute_value_translations_value_fkey FOREIGN KEY (product_attribute_value_id)
		REFERENCES product_attribute_values (id) ON DELETE CASCADE,
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(labels, [[Badges shown on products, such as new or last pieces, by hand or by a rule.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(80) NOT NULL,
	text_color char(7) NOT NULL DEFAULT '#ffffff' CHECK (MATCHES(text_color, '^#[0-9a-f]{6}$')),
	background_color char(7) NOT NULL DEFAULT '#111111' CHECK (MATCHES(background_color, '^#[0-9a-f]{6}$')),
	rule JSON_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	priority int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(label_translations, [[Words of a label by language.]])
	label_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(80) NOT NULL,
	PRIMARY KEY (label_id, language_code),
	FK_KEYED(label_id, labels, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(product_labels, [[Labels of a product, for a time where one is given.]])
	product_id UUID_T NOT NULL,
	label_id UUID_T NOT NULL,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	PRIMARY KEY (product_id, label_id),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]]),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(label_id, labels, CASCADE)
END_TABLE

CREATE_TABLE(product_tabs, [[Tabs of text on product pages. Without a product a tab is on all of them.]])
	UUID_ID,
	product_id UUID_T,
	code varchar(60) NOT NULL,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, [[product_id, code]]),
	FK_KEYED(product_id, products, CASCADE)
END_TABLE
UNIQUE_WHERE(product_tabs, shared_code, code, [[product_id IS NULL]])

CREATE_TABLE(product_tab_translations, [[Title and text of a tab by language.]])
	product_tab_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	title varchar(160) NOT NULL,
	content TEXT_T NOT NULL,
	PRIMARY KEY (product_tab_id, language_code),
	FK_KEYED(product_tab_id, product_tabs, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE
