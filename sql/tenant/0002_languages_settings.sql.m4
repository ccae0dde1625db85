-- SPDX-License-Identifier: Apache-2.0
-- Languages, words, settings, currencies in use, and the counters that number documents.

CREATE_TABLE(languages, [[Languages by BCP 47 code. One is the default; texts missing in another fall back to it.]])
	code LANG_T PRIMARY KEY CHECK (MATCHES(code, [['^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$']])),
	name varchar(80) NOT NULL,
	native_name varchar(80) NOT NULL,
	direction char(3) NOT NULL DEFAULT 'ltr' CHECK (direction IN ('ltr', 'rtl')),
	is_active BOOL_T NOT NULL DEFAULT FALSE,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	CHECK_THAT(default_active, [[is_active OR NOT is_default]])
END_TABLE
ONE_WHERE(languages, one_default, is_default)

CREATE_TABLE(translations, [[Words of the storefront and admin by language, where the shop overrides what the program ships.]])
	UUID_ID,
	language_code LANG_T NOT NULL,
	namespace varchar(60) NOT NULL DEFAULT 'storefront',
	message_key varchar(160) NOT NULL,
	message TEXT_T NOT NULL,
	is_machine_made BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(message, [[language_code, namespace, message_key]]),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(store_translations, [[Name and description of the shop by language.]])
	store_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	name varchar(200) NOT NULL,
	tagline varchar(255) NOT NULL DEFAULT '',
	description TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (store_id, language_code),
	FK_KEYED(store_id, stores, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(settings, [[Settings of the shop by group and name. Never secrets: those are sealed outside this database.]])
	UUID_ID,
	setting_group varchar(60) NOT NULL,
	setting_name varchar(100) NOT NULL,
	value JSON_T NOT NULL,
	is_public BOOL_T NOT NULL DEFAULT FALSE,
	updated_by UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(name, [[setting_group, setting_name]]),
	FK_INDEXED(updated_by, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(store_currencies, [[Currencies the shop sells in, and how converted prices are rounded.]])
	currency CURRENCY_T PRIMARY KEY,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	rounding_minor int NOT NULL DEFAULT 1 CHECK (rounding_minor > 0),
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	FK_KEYED(currency, currencies, RESTRICT, code)
END_TABLE

CREATE_TABLE(currency_rates, [[Exchange rates by day: one unit of base_currency is rate units of quote_currency.]])
	base_currency CURRENCY_T NOT NULL,
	quote_currency CURRENCY_T NOT NULL,
	valid_on date NOT NULL,
	rate numeric(20,10) NOT NULL CHECK (rate > 0),
	source varchar(60) NOT NULL DEFAULT 'manual',
	CREATED_AT,
	PRIMARY KEY (base_currency, quote_currency, valid_on),
	CHECK_THAT(pair, [[base_currency <> quote_currency]]),
	FK_KEYED(base_currency, currencies, RESTRICT, code),
	FK_INDEXED(quote_currency, currencies, RESTRICT, code)
END_TABLE

CREATE_TABLE(number_sequences, [[Counters of documents without gaps: the row is locked, read and raised in the transaction that makes the document.]])
	name varchar(40) PRIMARY KEY,
	prefix varchar(20) NOT NULL DEFAULT '',
	suffix varchar(20) NOT NULL DEFAULT '',
	padding smallint NOT NULL DEFAULT 6 CHECK (padding BETWEEN 0 AND 18),
	next_value bigint NOT NULL DEFAULT 1 CHECK (next_value > 0),
	resets_yearly BOOL_T NOT NULL DEFAULT FALSE,
	current_year smallint,
	TIMESTAMPS
END_TABLE

CREATE_TABLE(sales_channels, [[Where orders come from: the web shop, a till, a marketplace.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	kind varchar(20) NOT NULL DEFAULT 'web' CHECK (kind IN ('web', 'pos', 'marketplace', 'social', 'api', 'manual')),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	settings JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(sales_channels, one_default, is_default)
