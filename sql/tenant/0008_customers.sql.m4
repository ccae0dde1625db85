-- SPDX-License-Identifier: Apache-2.0
-- Customers are rows of users; this is what the shop knows of them besides.

CREATE_TABLE(customer_groups, [[Groups that get other prices or discounts, such as wholesale.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	is_tax_exempt BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE
ONE_WHERE(customer_groups, one_default, is_default)

CREATE_TABLE(customer_profiles, [[What a customer's account has besides its user row. The two totals are kept by a job and are for lists only.]])
	user_id UUID_T PRIMARY KEY,
	customer_number varchar(40),
	language_code LANG_T,
	currency CURRENCY_T,
	birth_date date,
	tax_number varchar(64),
	accepts_marketing BOOL_T NOT NULL DEFAULT FALSE,
	internal_note TEXT_T EMPTY_TEXT,
	order_count int NOT NULL DEFAULT 0 CHECK (order_count >= 0),
	spent_minor MONEY_T NOT NULL DEFAULT 0,
	last_order_at TIMESTAMP_T,
	anonymised_at TIMESTAMP_T,
	metadata JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(customer_number, customer_number),
	FK_KEYED(user_id, users, CASCADE),
	FK_INDEXED(language_code, languages, [[SET NULL]], code),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE

CREATE_TABLE(customer_group_members, [[Who is in a group.]])
	customer_group_id UUID_T NOT NULL,
	user_id UUID_T NOT NULL,
	CREATED_AT,
	PRIMARY KEY (customer_group_id, user_id),
	FK_KEYED(customer_group_id, customer_groups, CASCADE),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE

CREATE_TABLE(addresses, [[Address book of a customer: at most one default for shipping and one for billing. Orders keep copies of their own.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	label varchar(60) NOT NULL DEFAULT '',
	ADDRESS_COLUMNS,
	is_default_shipping BOOL_T NOT NULL DEFAULT FALSE,
	is_default_billing BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE
ONE_EACH_WHERE(addresses, default_shipping, user_id, is_default_shipping)
ONE_EACH_WHERE(addresses, default_billing, user_id, is_default_billing)

CREATE_TABLE(customer_activity, [[What a customer did, in the order it happened.]])
	LOG_ID,
	user_id UUID_T NOT NULL,
	kind varchar(40) NOT NULL,
	entity_type varchar(40),
	entity_id UUID_T,
	details JSON_T EMPTY_OBJECT,
	ip_address varchar(45),
	CREATED_AT,
	FK_KEYED(user_id, users, CASCADE)
END_TABLE
MAKE_INDEX(customer_activity, user, [[user_id, id]])
MAKE_INDEX(customer_activity, created_at, created_at)

CREATE_TABLE(customer_notes, [[Notes of staff about a customer.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	author_id UUID_T,
	body TEXT_T NOT NULL,
	is_pinned BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	FK_INDEXED(user_id, users, CASCADE),
	FK_INDEXED(author_id, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(wishlists, [[Lists of wished-for products; one with a share_token can be seen by whoever has the link.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	name varchar(120) NOT NULL DEFAULT '',
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	share_token varchar(64),
	TIMESTAMPS,
	UNIQUE_KEY(share_token, share_token),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE
ONE_EACH_WHERE(wishlists, one_default, user_id, is_default)

CREATE_TABLE(wishlist_items, [[Variants on a wish list.]])
	wishlist_id UUID_T NOT NULL,
	variant_id UUID_T NOT NULL,
	quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),
	note varchar(500) NOT NULL DEFAULT '',
	CREATED_AT,
	PRIMARY KEY (wishlist_id, variant_id),
	FK_KEYED(wishlist_id, wishlists, CASCADE),
	FK_INDEXED(variant_id, product_variants, CASCADE)
END_TABLE

CREATE_TABLE(consents, [[What a person agreed to or withdrew, when, and to which text. Append-only: the latest row of a purpose holds.]])
	LOG_ID,
	user_id UUID_T,
	email varchar(254) CHECK (email = lower(email)),
	purpose varchar(40) NOT NULL CHECK (purpose IN ('terms', 'privacy', 'marketing_email', 'marketing_sms', 'analytics', 'personalisation')),
	is_granted BOOL_T NOT NULL,
	document_version varchar(40) NOT NULL DEFAULT '',
	source varchar(40) NOT NULL DEFAULT 'storefront',
	ip_address varchar(45),
	CREATED_AT,
	CHECK_THAT(person, [[user_id IS NOT NULL OR email IS NOT NULL]]),
	FK_KEYED(user_id, users, RESTRICT)
END_TABLE
MAKE_INDEX(consents, user, [[user_id, purpose, id]])
MAKE_INDEX(consents, email, [[email, purpose, id]])
APPEND_ONLY(consents)

CREATE_TABLE(newsletter_subscribers, [[Addresses that get the newsletter, after they confirmed.]])
	UUID_ID,
	email varchar(254) NOT NULL CHECK (email = lower(email)),
	user_id UUID_T,
	language_code LANG_T,
	status varchar(14) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'subscribed', 'unsubscribed', 'bounced')),
	confirm_hash BYTES_T,
	confirmed_at TIMESTAMP_T,
	unsubscribed_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(email, email),
	FK_INDEXED(user_id, users, [[SET NULL]]),
	FK_INDEXED(language_code, languages, [[SET NULL]], code)
END_TABLE

CREATE_TABLE(data_requests, [[Requests of people for their data or its erasure, and what came of them.]])
	UUID_ID,
	user_id UUID_T,
	email varchar(254) NOT NULL CHECK (email = lower(email)),
	kind varchar(10) NOT NULL CHECK (kind IN ('export', 'erasure', 'rectify')),
	status varchar(12) NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'verified', 'completed', 'rejected')),
	due_at TIMESTAMP_T NOT NULL,
	completed_at TIMESTAMP_T,
	handled_by UUID_T,
	note TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	FK_INDEXED(user_id, users, [[SET NULL]]),
	FK_INDEXED(handled_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(data_requests, open, [[status, due_at]])
