-- SPDX-License-Identifier: Apache-2.0
-- What happens in the shop, as events and as sums by day. Rows of events name others without foreign keys where they must
-- outlive them, and are removed by age.

CREATE_TABLE(analytics_sessions, [[Visits. visitor_hash changes daily and leads back to no one.]])
	UUID_ID,
	visitor_hash BYTES_T NOT NULL,
	user_id UUID_T,
	sales_channel_id UUID_T,
	landing_path varchar(700) NOT NULL DEFAULT '/',
	referrer varchar(700),
	utm_source varchar(120),
	utm_medium varchar(120),
	utm_campaign varchar(120),
	device varchar(10) CHECK (device IN ('desktop', 'mobile', 'tablet', 'bot', 'other')),
	country COUNTRY_T,
	started_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	last_seen_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	FK_INDEXED(user_id, users, [[SET NULL]]),
	FK_INDEXED(sales_channel_id, sales_channels, [[SET NULL]])
END_TABLE
MAKE_INDEX(analytics_sessions, started_at, started_at)

CREATE_TABLE(analytics_events, [[What visitors did: views, searches, carts, checkouts.]])
	LOG_ID,
	session_id UUID_T,
	kind varchar(40) NOT NULL,
	path varchar(700),
	product_id UUID_T,
	variant_id UUID_T,
	order_id UUID_T,
	amount_minor MONEY_T,
	properties JSON_T EMPTY_OBJECT,
	occurred_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	FK_INDEXED(session_id, analytics_sessions, CASCADE)
END_TABLE
MAKE_INDEX(analytics_events, kind, [[kind, occurred_at]])
MAKE_INDEX(analytics_events, occurred_at, occurred_at)
MAKE_INDEX(analytics_events, product, [[product_id, occurred_at]])

CREATE_TABLE(analytics_daily, [[Sums by day, channel and currency.]])
	UUID_ID,
	day date NOT NULL,
	sales_channel_id UUID_T,
	currency CURRENCY_T NOT NULL,
	visits int NOT NULL DEFAULT 0 CHECK (visits >= 0),
	page_views int NOT NULL DEFAULT 0 CHECK (page_views >= 0),
	carts int NOT NULL DEFAULT 0 CHECK (carts >= 0),
	order_count int NOT NULL DEFAULT 0 CHECK (order_count >= 0),
	revenue_minor MONEY_T NOT NULL DEFAULT 0,
	refunded_minor MONEY_T NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
	new_customers int NOT NULL DEFAULT 0 CHECK (new_customers >= 0),
	computed_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	UNIQUE_KEY(day, [[day, currency, sales_channel_id]]),
	FK_INDEXED(sales_channel_id, sales_channels, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
UNIQUE_WHERE(analytics_daily, all_channels, [[day, currency]], [[sales_channel_id IS NULL]])

CREATE_TABLE(analytics_product_daily, [[Views and sales of a product by day.]])
	product_id UUID_T NOT NULL,
	day date NOT NULL,
	currency CURRENCY_T NOT NULL,
	views int NOT NULL DEFAULT 0 CHECK (views >= 0),
	added_to_cart int NOT NULL DEFAULT 0 CHECK (added_to_cart >= 0),
	units_sold int NOT NULL DEFAULT 0 CHECK (units_sold >= 0),
	revenue_minor MONEY_T NOT NULL DEFAULT 0,
	PRIMARY KEY (product_id, day, currency),
	FK_KEYED(product_id, products, CASCADE),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
MAKE_INDEX(analytics_product_daily, day, [[day, units_sold]])

CREATE_TABLE(analytics_searches, [[What was searched for by day, and how often nothing was found.]])
	day date NOT NULL,
	language_code LANG_T NOT NULL,
	term varchar(160) NOT NULL,
	searches int NOT NULL DEFAULT 0 CHECK (searches >= 0),
	empty_results int NOT NULL DEFAULT 0 CHECK (empty_results >= 0),
	clicks int NOT NULL DEFAULT 0 CHECK (clicks >= 0),
	PRIMARY KEY (day, language_code, term),
	CHECK_THAT(found, [[empty_results <= searches]]),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(cart_recovery, [[Reminders sent for abandoned carts, and whether they brought an order.]])
	UUID_ID,
	cart_id UUID_T NOT NULL,
	step smallint NOT NULL CHECK (step > 0),
	mail_id UUID_T,
	sent_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	clicked_at TIMESTAMP_T,
	order_id UUID_T,
	UNIQUE_KEY(step, [[cart_id, step]]),
	FK_KEYED(cart_id, carts, CASCADE),
	FK_INDEXED(mail_id, mail_log, [[SET NULL]]),
	FK_INDEXED(order_id, orders, [[SET NULL]])
END_TABLE

CREATE_TABLE(reports, [[Saved reports of staff and when they are sent.]])
	UUID_ID,
	name varchar(160) NOT NULL,
	kind varchar(40) NOT NULL,
	definition JSON_T EMPTY_OBJECT,
	schedule varchar(120),
	recipients JSON_T EMPTY_LIST,
	created_by UUID_T,
	last_run_at TIMESTAMP_T,
	TIMESTAMPS,
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE
