-- SPDX-License-Identifier: Apache-2.0
-- How goods travel and how they can be paid for.

CREATE_TABLE(carriers, [[Who carries parcels. In tracking_url_template {{number}} stands for the parcel.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	tracking_url_template varchar(1000),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	settings JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(shipping_zones, [[Where a set of shipping rates holds. The default zone is for addresses that no region matches.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(shipping_zones, one_default, is_default)

CREATE_TABLE(shipping_zone_regions, [[Countries, or parts of them, of a shipping zone; a place is in one zone only.]])
	UUID_ID,
	shipping_zone_id UUID_T NOT NULL,
	country COUNTRY_T NOT NULL CHECK (MATCHES(country, '^[A-Z]{2}$')),
	region varchar(60) NOT NULL DEFAULT '',
	postal_prefix varchar(16) NOT NULL DEFAULT '',
	UNIQUE_KEY(place, [[country, region, postal_prefix]]),
	FK_INDEXED(shipping_zone_id, shipping_zones, CASCADE)
END_TABLE

CREATE_TABLE(shipping_methods, [[Ways of shipping that a customer chooses between.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	kind varchar(14) NOT NULL DEFAULT 'flat_rate' CHECK (kind IN ('flat_rate', 'by_weight', 'by_subtotal', 'free', 'pickup', 'carrier')),
	carrier_id UUID_T,
	tax_class_id UUID_T,
	min_days smallint CHECK (min_days >= 0),
	max_days smallint,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(days, [[max_days IS NULL OR min_days IS NULL OR max_days >= min_days]]),
	FK_INDEXED(carrier_id, carriers, RESTRICT),
	FK_INDEXED(tax_class_id, tax_classes, RESTRICT)
END_TABLE

CREATE_TABLE(shipping_method_translations, [[Name and words of a shipping method by language.]])
	shipping_method_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(120) NOT NULL,
	description varchar(500) NOT NULL DEFAULT '',
	PRIMARY KEY (shipping_method_id, language_code),
	FK_KEYED(shipping_method_id, shipping_methods, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(shipping_rates, [[Price of a method in a zone, from a weight or subtotal on. A rate without a currency is in the shop's own.]])
	UUID_ID,
	shipping_method_id UUID_T NOT NULL,
	shipping_zone_id UUID_T NOT NULL,
	currency CURRENCY_T,
	from_value bigint NOT NULL DEFAULT 0 CHECK (from_value >= 0),
	amount_minor MONEY_T NOT NULL CHECK (amount_minor >= 0),
	free_from_minor MONEY_T CHECK (free_from_minor >= 0),
	TIMESTAMPS,
	UNIQUE_KEY(step, [[shipping_method_id, shipping_zone_id, currency, from_value]]),
	FK_KEYED(shipping_method_id, shipping_methods, CASCADE),
	FK_INDEXED(shipping_zone_id, shipping_zones, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
UNIQUE_WHERE(shipping_rates, own_currency, [[shipping_method_id, shipping_zone_id, from_value]], [[currency IS NULL]])

CREATE_TABLE(payment_methods, [[Ways of paying. provider names the code that does it; its keys are sealed outside this database.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	provider varchar(40) NOT NULL CHECK (provider <> ''),
	kind varchar(12) NOT NULL CHECK (kind IN ('offline', 'online')),
	capture_mode varchar(10) NOT NULL DEFAULT 'manual' CHECK (capture_mode IN ('automatic', 'manual')),
	fee_minor MONEY_T NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
	min_total_minor MONEY_T CHECK (min_total_minor >= 0),
	max_total_minor MONEY_T,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	settings JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(total, [[max_total_minor IS NULL OR min_total_minor IS NULL OR max_total_minor >= min_total_minor]])
END_TABLE

CREATE_TABLE(payment_method_translations, [[Name and instructions of a payment method by language.]])
	payment_method_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(120) NOT NULL,
	instructions TEXT_T EMPTY_TEXT,
	PRIMARY KEY (payment_method_id, language_code),
	FK_KEYED(payment_method_id, payment_methods, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE
