-- SPDX-License-Identifier: Apache-2.0
-- Taxes, and prices other than a variant's own.

CREATE_TABLE(tax_classes, [[Kinds of goods that are taxed alike.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(tax_classes, one_default, is_default)

ADD_COLUMN(products, tax_class_id, UUID_T)
ADD_FK(products, tax_class_id, tax_classes, RESTRICT)

CREATE_TABLE(tax_zones, [[Where a set of rates holds. The default zone is for addresses that no region matches.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	prices_include_tax BOOL_T NOT NULL DEFAULT FALSE,
	priority int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(tax_zones, one_default, is_default)

CREATE_TABLE(tax_zone_regions, [[Countries, or parts of them, of a zone. A place is in one zone only; an empty region or prefix means all.]])
	UUID_ID,
	tax_zone_id UUID_T NOT NULL,
	country COUNTRY_T NOT NULL CHECK (MATCHES(country, '^[A-Z]{2}$')),
	region varchar(60) NOT NULL DEFAULT '',
	postal_prefix varchar(16) NOT NULL DEFAULT '',
	UNIQUE_KEY(place, [[country, region, postal_prefix]]),
	FK_INDEXED(tax_zone_id, tax_zones, CASCADE)
END_TABLE

CREATE_TABLE(tax_rates, [[Percentage of a class in a zone from a day on. Several with different priority add up, or compound.]])
	UUID_ID,
	tax_zone_id UUID_T NOT NULL,
	tax_class_id UUID_T NOT NULL,
	name varchar(80) NOT NULL,
	rate_percent RATE_T NOT NULL CHECK (rate_percent BETWEEN 0 AND 100),
	is_compound BOOL_T NOT NULL DEFAULT FALSE,
	applies_to_shipping BOOL_T NOT NULL DEFAULT TRUE,
	priority smallint NOT NULL DEFAULT 1,
	valid_from date NOT NULL DEFAULT '2000-01-01',
	valid_until date,
	TIMESTAMPS,
	UNIQUE_KEY(rate, [[tax_zone_id, tax_class_id, priority, valid_from]]),
	CHECK_THAT(period, [[valid_until IS NULL OR valid_until >= valid_from]]),
	FK_KEYED(tax_zone_id, tax_zones, CASCADE),
	FK_INDEXED(tax_class_id, tax_classes, RESTRICT)
END_TABLE

CREATE_TABLE(tax_exemptions, [[Certificates of customers who pay no tax in a zone.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	tax_zone_id UUID_T NOT NULL,
	certificate_number varchar(80) NOT NULL,
	valid_from date NOT NULL,
	valid_until date,
	TIMESTAMPS,
	UNIQUE_KEY(certificate, [[user_id, tax_zone_id, certificate_number]]),
	CHECK_THAT(period, [[valid_until IS NULL OR valid_until >= valid_from]]),
	FK_KEYED(user_id, users, CASCADE),
	FK_INDEXED(tax_zone_id, tax_zones, CASCADE)
END_TABLE

CREATE_TABLE(price_lists, [[Lists of prices in one currency, for a time, for groups or a channel where they are named. The highest priority wins.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	kind varchar(10) NOT NULL DEFAULT 'override' CHECK (kind IN ('base', 'sale', 'override')),
	currency CURRENCY_T NOT NULL,
	sales_channel_id UUID_T,
	prices_include_tax BOOL_T NOT NULL DEFAULT FALSE,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	priority int NOT NULL DEFAULT 0,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]]),
	FK_INDEXED(currency, currencies, RESTRICT, code),
	FK_INDEXED(sales_channel_id, sales_channels, CASCADE)
END_TABLE
ONE_EACH_WHERE(price_lists, one_base, currency, [[kind = 'base' AND is_active]])

CREATE_TABLE(price_list_customer_groups, [[Groups that a price list is for; none means everyone.]])
	price_list_id UUID_T NOT NULL,
	customer_group_id UUID_T NOT NULL,
	PRIMARY KEY (price_list_id, customer_group_id),
	FK_KEYED(price_list_id, price_lists, CASCADE),
	FK_INDEXED(customer_group_id, customer_groups, CASCADE)
END_TABLE

CREATE_TABLE(prices, [[Price of a variant in a list from a quantity on.]])
	UUID_ID,
	price_list_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	min_quantity int NOT NULL DEFAULT 1 CHECK (min_quantity >= 1),
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	compare_at_minor MONEY_T,
	TIMESTAMPS,
	UNIQUE_KEY(step, [[variant_id, price_list_id, min_quantity]]),
	CHECK_THAT(compare_at, [[compare_at_minor IS NULL OR compare_at_minor >= amount_minor]]),
	FK_INDEXED(price_list_id, price_lists, CASCADE),
	FK_KEYED(variant_id, product_variants, CASCADE)
END_TABLE

CREATE_TABLE(price_history, [[What a variant cost and when: the lowest price of the last thirty days must be shown beside a reduced one.]])
	LOG_ID,
	variant_id UUID_T NOT NULL,
	price_list_id UUID_T,
	currency CURRENCY_T NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	CREATED_AT,
	FK_KEYED(variant_id, product_variants, CASCADE),
	FK_INDEXED(price_list_id, price_lists, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
MAKE_INDEX(price_history, variant, [[variant_id, created_at]])
