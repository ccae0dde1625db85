-- SPDX-License-Identifier: Apache-2.0
-- The shop itself, and everyone who signs in to it.

DIALECT_PRELUDE

CREATE_TABLE(currencies, [[ISO 4217 currencies. Every amount of money in this database is an integer of minor units: 10^minor_digits of them make one.]])
	code CURRENCY_T PRIMARY KEY CHECK (MATCHES(code, '^[A-Z]{3}$')),
	name varchar(80) NOT NULL,
	minor_digits smallint NOT NULL DEFAULT 2 CHECK (minor_digits BETWEEN 0 AND 4)
END_TABLE

INSERT INTO currencies (code, minor_digits, name) VALUES
	('AED', 2, 'UAE dirham'), ('AFN', 2, 'Afghani'), ('ALL', 2, 'Lek'), ('AMD', 2, 'Armenian dram'), ('AOA', 2, 'Kwanza'),
	('ARS', 2, 'Argentine peso'), ('AUD', 2, 'Australian dollar'), ('AWG', 2, 'Aruban florin'), ('AZN', 2, 'Azerbaijan manat'),
	('BAM', 2, 'Convertible mark'), ('BBD', 2, 'Barbados dollar'), ('BDT', 2, 'Taka'), ('BGN', 2, 'Bulgarian lev'),
	('BHD', 3, 'Bahraini dinar'), ('BIF', 0, 'Burundi franc'), ('BMD', 2, 'Bermudian dollar'), ('BND', 2, 'Brunei dollar'),
	('BOB', 2, 'Boliviano'), ('BRL', 2, 'Brazilian real'), ('BSD', 2, 'Bahamian dollar'), ('BTN', 2, 'Ngultrum'), ('BWP', 2, 'Pula'),
	('BYN', 2, 'Belarusian ruble'), ('BZD', 2, 'Belize dollar'), ('CAD', 2, 'Canadian dollar'), ('CDF', 2, 'Congolese franc'),
	('CHF', 2, 'Swiss franc'), ('CLP', 0, 'Chilean peso'), ('CNY', 2, 'Yuan renminbi'), ('COP', 2, 'Colombian peso'),
	('CRC', 2, 'Costa Rican colon'), ('CUP', 2, 'Cuban peso'), ('CVE', 2, 'Cabo Verde escudo'), ('CZK', 2, 'Czech koruna'),
	('DJF', 0, 'Djibouti franc'), ('DKK', 2, 'Danish krone'), ('DOP', 2, 'Dominican peso'), ('DZD', 2, 'Algerian dinar'),
	('EGP', 2, 'Egyptian pound'), ('ERN', 2, 'Nakfa'), ('ETB', 2, 'Ethiopian birr'), ('EUR', 2, 'Euro'), ('FJD', 2, 'Fiji dollar'),
	('FKP', 2, 'Falkland Islands pound'), ('GBP', 2, 'Pound sterling'), ('GEL', 2, 'Lari'), ('GHS', 2, 'Ghana cedi'),
	('GIP', 2, 'Gibraltar pound'), ('GMD', 2, 'Dalasi'), ('GNF', 0, 'Guinean franc'), ('GTQ', 2, 'Quetzal'), ('GYD', 2, 'Guyana dollar'),
	('HKD', 2, 'Hong Kong dollar'), ('HNL', 2, 'Lempira'), ('HTG', 2, 'Gourde'), ('HUF', 2, 'Forint'), ('IDR', 2, 'Rupiah'),
	('ILS', 2, 'New Israeli sheqel'), ('INR', 2, 'Indian rupee'), ('IQD', 3, 'Iraqi dinar'), ('IRR', 2, 'Iranian rial'),
	('ISK', 0, 'Iceland krona'), ('JMD', 2, 'Jamaican dollar'), ('JOD', 3, 'Jordanian dinar'), ('JPY', 0, 'Yen'),
	('KES', 2, 'Kenyan shilling'), ('KGS', 2, 'Som'), ('KHR', 2, 'Riel'), ('KMF', 0, 'Comorian franc'), ('KPW', 2, 'North Korean won'),
	('KRW', 0, 'Won'), ('KWD', 3, 'Kuwaiti dinar'), ('KYD', 2, 'Cayman Islands dollar'), ('KZT', 2, 'Tenge'), ('LAK', 2, 'Lao kip'),
	('LBP', 2, 'Lebanese pound'), ('LKR', 2, 'Sri Lanka rupee'), ('LRD', 2, 'Liberian dollar'), ('LSL', 2, 'Loti'),
	('LYD', 3, 'Libyan dinar'), ('MAD', 2, 'Moroccan dirham'), ('MDL', 2, 'Moldovan leu'), ('MGA', 2, 'Malagasy ariary'),
	('MKD', 2, 'Denar'), ('MMK', 2, 'Kyat'), ('MNT', 2, 'Tugrik'), ('MOP', 2, 'Pataca'), ('MRU', 2, 'Ouguiya'),
	('MUR', 2, 'Mauritius rupee'), ('MVR', 2, 'Rufiyaa'), ('MWK', 2, 'Malawi kwacha'), ('MXN', 2, 'Mexican peso'),
	('MYR', 2, 'Malaysian ringgit'), ('MZN', 2, 'Mozambique metical'), ('NAD', 2, 'Namibia dollar'), ('NGN', 2, 'Naira'),
	('NIO', 2, 'Cordoba oro'), ('NOK', 2, 'Norwegian krone'), ('NPR', 2, 'Nepalese rupee'), ('NZD', 2, 'New Zealand dollar'),
	('OMR', 3, 'Rial Omani'), ('PAB', 2, 'Balboa'), ('PEN', 2, 'Sol'), ('PGK', 2, 'Kina'), ('PHP', 2, 'Philippine peso'),
	('PKR', 2, 'Pakistan rupee'), ('PLN', 2, 'Zloty'), ('PYG', 0, 'Guarani'), ('QAR', 2, 'Qatari rial'), ('RON', 2, 'Romanian leu'),
	('RSD', 2, 'Serbian dinar'), ('RUB', 2, 'Russian ruble'), ('RWF', 0, 'Rwanda franc'), ('SAR', 2, 'Saudi riyal'),
	('SBD', 2, 'Solomon Islands dollar'), ('SCR', 2, 'Seychelles rupee'), ('SDG', 2, 'Sudanese pound'), ('SEK', 2, 'Swedish krona'),
	('SGD', 2, 'Singapore dollar'), ('SHP', 2, 'Saint Helena pound'), ('SLE', 2, 'Leone'), ('SOS', 2, 'Somali shilling'),
	('SRD', 2, 'Surinam dollar'), ('SSP', 2, 'South Sudanese pound'), ('STN', 2, 'Dobra'), ('SVC', 2, 'El Salvador colon'),
	('SYP', 2, 'Syrian pound'), ('SZL', 2, 'Lilangeni'), ('THB', 2, 'Baht'), ('TJS', 2, 'Somoni'), ('TMT', 2, 'Turkmenistan manat'),
	('TND', 3, 'Tunisian dinar'), ('TOP', 2, 'Paanga'), ('TRY', 2, 'Turkish lira'), ('TTD', 2, 'Trinidad and Tobago dollar'),
	('TWD', 2, 'New Taiwan dollar'), ('TZS', 2, 'Tanzanian shilling'), ('UAH', 2, 'Hryvnia'), ('UGX', 0, 'Uganda shilling'),
	('USD', 2, 'US dollar'), ('UYU', 2, 'Peso uruguayo'), ('UZS', 2, 'Uzbekistan sum'), ('VED', 2, 'Bolivar digital'),
	('VES', 2, 'Bolivar soberano'), ('VND', 0, 'Dong'), ('VUV', 0, 'Vatu'), ('WST', 2, 'Tala'), ('XAF', 0, 'CFA franc BEAC'),
	('XCD', 2, 'East Caribbean dollar'), ('XCG', 2, 'Caribbean guilder'), ('XOF', 0, 'CFA franc BCEAO'), ('XPF', 0, 'CFP franc'),
	('YER', 2, 'Yemeni rial'), ('ZAR', 2, 'Rand'), ('ZMW', 2, 'Zambian kwacha'), ('ZWG', 2, 'Zimbabwe gold');

CREATE_TABLE(stores, [[The shop: exactly one row.]])
	UUID_ID,
	name varchar(200) NOT NULL CHECK (name <> ''),
	slug varchar(100) NOT NULL,
	description TEXT_T EMPTY_TEXT,
	logo_url varchar(2000),
	currency CURRENCY_T NOT NULL DEFAULT 'USD',
	timezone varchar(64) NOT NULL DEFAULT 'UTC',
	settings JSON_T EMPTY_OBJECT,
	contact_email varchar(254),
	contact_phone varchar(40),
	legal_name varchar(200),
	tax_number varchar(64),
	address_line1 varchar(200),
	address_line2 varchar(200),
	city varchar(120),
	region varchar(120),
	postal_code varchar(32),
	country COUNTRY_T,
	is_published BOOL_T NOT NULL DEFAULT FALSE,
	published_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(slug, slug),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
ONE_WHERE(stores, single_row, [[id IS NOT NULL]])

CREATE_TABLE(users, [[Everyone who has an account in this shop: agency, admin, staff and customers. The address is stored in lower case.]])
	UUID_ID,
	email varchar(254) NOT NULL CHECK (email = lower(email) AND email LIKE '%_@_%'),
	password_hash TEXT_T,
	first_name varchar(100) NOT NULL DEFAULT '',
	last_name varchar(100) NOT NULL DEFAULT '',
	phone varchar(40),
	avatar_url varchar(2000),
	company_name varchar(200),
	role varchar(16) NOT NULL DEFAULT 'customer' CHECK (role IN ('store_owner', 'admin', 'staff', 'customer')),
	account_type varchar(16) NOT NULL DEFAULT 'customer' CHECK (account_type IN ('agency', 'admin', 'staff', 'customer')),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	email_verified BOOL_T NOT NULL DEFAULT FALSE,
	last_login TIMESTAMP_T,
	token_generation int NOT NULL DEFAULT 0 CHECK (token_generation >= 0),
	TIMESTAMPS,
	CHECK_THAT(customer, [[(role = 'customer') = (account_type = 'customer')]])
END_TABLE
UNIQUE_LOWER(users, email, email)
MAKE_INDEX(users, email, email)
MAKE_INDEX(users, role_created, [[role, created_at]])

CREATE_TABLE(sessions, [[A sign-in on one device. Access tokens name it; a revoked session ends them all.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	user_agent TEXT_T,
	ip_address TEXT_T,
	CREATED_AT,
	last_used_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	expires_at TIMESTAMP_T NOT NULL,
	revoked_at TIMESTAMP_T,
	revoked_reason TEXT_T,
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE
MAKE_INDEX(sessions, expires_at, expires_at)

CREATE_TABLE(refresh_tokens, [[Single-use refresh tokens, stored hashed. child_id is the token a used one was exchanged for; it may be written before its row.]])
	UUID_ID,
	session_id UUID_T NOT NULL,
	token_hash BYTES_T NOT NULL,
	CREATED_AT,
	expires_at TIMESTAMP_T NOT NULL,
	used_at TIMESTAMP_T,
	child_id UUID_T,
	UNIQUE_KEY(token_hash, token_hash),
	UNIQUE_KEY(child_id, child_id),
	CHECK_THAT(token_hash, octet_length(token_hash) = 32),
	FK_INDEXED(session_id, sessions, CASCADE)
END_TABLE
MAKE_INDEX(refresh_tokens, expires_at, expires_at)

CREATE_TABLE(user_tokens, [[Single-use secrets sent by mail (verification, password reset, change of address, invitation), stored hashed.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	purpose varchar(24) NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'change_email', 'invitation', 'guest_order')),
	token_hash BYTES_T NOT NULL,
	new_email varchar(254),
	attempts smallint NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
	CREATED_AT,
	expires_at TIMESTAMP_T NOT NULL,
	used_at TIMESTAMP_T,
	UNIQUE_KEY(token_hash, token_hash),
	CHECK_THAT(new_email, [[(purpose = 'change_email') = (new_email IS NOT NULL)]]),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE

CREATE_TABLE(user_identities, [[Sign-in by another service (OpenID Connect): one subject there is one user here.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	provider varchar(40) NOT NULL,
	subject varchar(255) NOT NULL,
	profile JSON_T EMPTY_OBJECT,
	last_used_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(subject, [[provider, subject]]),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE

CREATE_TABLE(permissions, [[What can be allowed, as resource.action; the program and plugins define them.]])
	code varchar(80) PRIMARY KEY CHECK (MATCHES(code, '^[a-z_]+[.][a-z_]+$')),
	description varchar(255) NOT NULL DEFAULT ''
END_TABLE

CREATE_TABLE(roles, [[Named bundles of permissions for staff; system roles cannot be removed by the shop.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	description varchar(500) NOT NULL DEFAULT '',
	is_system BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(role_permissions, [[Which permissions a role holds.]])
	role_id UUID_T NOT NULL,
	permission_code varchar(80) NOT NULL,
	PRIMARY KEY (role_id, permission_code),
	FK_KEYED(role_id, roles, CASCADE),
	FK_INDEXED(permission_code, permissions, CASCADE, code)
END_TABLE

CREATE_TABLE(user_roles, [[Which roles a member of staff holds.]])
	user_id UUID_T NOT NULL,
	role_id UUID_T NOT NULL,
	granted_by UUID_T,
	granted_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	PRIMARY KEY (user_id, role_id),
	FK_KEYED(user_id, users, CASCADE),
	FK_INDEXED(role_id, roles, CASCADE),
	FK_INDEXED(granted_by, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(audit_log, [[Who changed what in the admin. Append-only; actor and entity are written out, so that the row outlives them.]])
	LOG_ID,
	actor_id UUID_T,
	actor_name varchar(254) NOT NULL DEFAULT '',
	action varchar(80) NOT NULL,
	entity_type varchar(60) NOT NULL,
	entity_id varchar(64),
	changes JSON_T EMPTY_OBJECT,
	ip_address varchar(45),
	request_id varchar(64),
	CREATED_AT
END_TABLE
MAKE_INDEX(audit_log, entity, [[entity_type, entity_id, id]])
MAKE_INDEX(audit_log, actor, [[actor_id, id]])
MAKE_INDEX(audit_log, created_at, created_at)
APPEND_ONLY(audit_log)

CREATE_TABLE(idempotency_keys, [[Answers already given to a key, so that a repeated request has no second effect. Scoped to caller and route; kept for a day.]])
	UUID_ID,
	caller varchar(100) NOT NULL,
	route varchar(120) NOT NULL,
	idempotency_key varchar(255) NOT NULL,
	request_hash BYTES_T NOT NULL,
	response_status smallint,
	response_body JSON_T,
	locked_until TIMESTAMP_T,
	CREATED_AT,
	expires_at TIMESTAMP_T NOT NULL,
	UNIQUE_KEY(scope, [[caller, route, idempotency_key]])
END_TABLE
MAKE_INDEX(idempotency_keys, expires_at, expires_at)
