-- SPDX-License-Identifier: Apache-2.0
-- Plugins: which exist, which are installed here, what they hook into and what they keep.
-- Their code is not here: a tenant database holds names, settings and data.

CREATE_TABLE(plugin_marketplace, [[Plugins offered to this shop, as last told by the platform; a list to choose from.]])
	UUID_ID,
	code varchar(80) NOT NULL,
	name varchar(160) NOT NULL,
	summary varchar(500) NOT NULL DEFAULT '',
	author varchar(160) NOT NULL DEFAULT '',
	category varchar(60) NOT NULL DEFAULT 'other',
	icon_url varchar(2000),
	latest_version varchar(40) NOT NULL,
	price_e4 bigint NOT NULL DEFAULT 0 CHECK (price_e4 >= 0),
	price_period varchar(8) NOT NULL DEFAULT 'free' CHECK (price_period IN ('free', 'once', 'month', 'year')),
	rating RATE_T CHECK (rating BETWEEN 0 AND 5),
	install_count int NOT NULL DEFAULT 0 CHECK (install_count >= 0),
	synced_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	UNIQUE_KEY(code, code),
	CHECK_THAT(price, [[(price_period = 'free') = (price_e4 = 0)]])
END_TABLE
MAKE_INDEX(plugin_marketplace, category, [[category, rating]])

CREATE_TABLE(plugin_registry, [[Every plugin this shop knows of by its code, whether installed or not.]])
	UUID_ID,
	code varchar(80) NOT NULL CHECK (MATCHES(code, '^[a-z][a-z0-9_-]*$')),
	name varchar(160) NOT NULL,
	author varchar(160) NOT NULL DEFAULT '',
	source varchar(12) NOT NULL DEFAULT 'marketplace' CHECK (source IN ('builtin', 'marketplace', 'private')),
	homepage_url varchar(2000),
	is_blocked BOOL_T NOT NULL DEFAULT FALSE,
	blocked_reason varchar(500),
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(plugin_versions, [[Versions of a plugin with their manifest and the hash of their code.]])
	UUID_ID,
	registry_id UUID_T NOT NULL,
	version varchar(40) NOT NULL CHECK (MATCHES(version, '^[0-9]+[.][0-9]+[.][0-9]+')),
	manifest JSON_T EMPTY_OBJECT,
	code_hash BYTES_T,
	min_platform_version varchar(40),
	changelog TEXT_T EMPTY_TEXT,
	status varchar(10) NOT NULL DEFAULT 'released' CHECK (status IN ('draft', 'released', 'withdrawn')),
	released_at TIMESTAMP_T,
	CREATED_AT,
	UNIQUE_KEY(version, [[registry_id, version]]),
	UNIQUE_KEY(registry, [[registry_id, id]]),
	FK_KEYED(registry_id, plugin_registry, CASCADE)
END_TABLE

CREATE_TABLE(plugins, [[Plugins installed in this shop, each once and in one version.]])
	UUID_ID,
	registry_id UUID_T NOT NULL,
	version_id UUID_T NOT NULL,
	status varchar(12) NOT NULL DEFAULT 'installed' CHECK (status IN ('installing', 'installed', 'active', 'disabled', 'failed', 'removing')),
	priority int NOT NULL DEFAULT 100,
	installed_by UUID_T,
	installed_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	activated_at TIMESTAMP_T,
	last_error varchar(1000),
	TIMESTAMPS,
	UNIQUE_KEY(registry_id, registry_id),
	FK_KEYED(registry_id, plugin_registry, RESTRICT),
	FK_TOGETHER(version, [[registry_id, version_id]], plugin_versions, [[registry_id, id]], RESTRICT),
	FK_INDEXED(installed_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(plugins, version, [[registry_id, version_id]])
MAKE_INDEX(plugins, status, [[status, priority]])

CREATE_TABLE(plugin_configurations, [[Settings of a plugin by name. Secrets are sealed outside this database; here is only that there is one.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	setting_name varchar(100) NOT NULL,
	value JSON_T,
	is_secret BOOL_T NOT NULL DEFAULT FALSE,
	updated_by UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(name, [[plugin_id, setting_name]]),
	CHECK_THAT(secret, [[value IS NULL OR NOT is_secret]]),
	FK_INDEXED(updated_by, users, [[SET NULL]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_entities, [[Kinds of records that a plugin keeps in plugin_data, with the shape they must have.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	name varchar(80) NOT NULL CHECK (MATCHES(name, '^[a-z][a-z0-9_]*$')),
	label varchar(120) NOT NULL DEFAULT '',
	json_schema JSON_T EMPTY_OBJECT,
	indexed_fields JSON_T EMPTY_LIST,
	TIMESTAMPS,
	UNIQUE_KEY(name, [[plugin_id, name]]),
	UNIQUE_KEY(plugin, [[plugin_id, id]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_data, [[Records of plugins. version is raised by each write, for optimistic locking.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	entity_id UUID_T NOT NULL,
	record_key varchar(160) NOT NULL,
	record JSON_T NOT NULL,
	version int NOT NULL DEFAULT 1 CHECK (version > 0),
	expires_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(record, [[plugin_id, entity_id, record_key]]),
	FK_TOGETHER(entity, [[plugin_id, entity_id]], plugin_entities, [[plugin_id, id]], CASCADE),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE
INDEX_WHERE(plugin_data, expires_at, expires_at, [[expires_at IS NOT NULL]])

CREATE_TABLE(plugin_hooks, [[Points of the program at which a plugin is called, in order of priority.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	hook varchar(100) NOT NULL,
	handler varchar(160) NOT NULL,
	kind varchar(8) NOT NULL DEFAULT 'action' CHECK (kind IN ('action', 'filter')),
	priority int NOT NULL DEFAULT 100,
	timeout_ms int NOT NULL DEFAULT 500 CHECK (timeout_ms BETWEEN 1 AND 30000),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	UNIQUE_KEY(handler, [[plugin_id, hook, handler]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE
MAKE_INDEX(plugin_hooks, hook, [[hook, priority]])

CREATE_TABLE(plugin_events, [[Events a plugin waits for or was given, and how that ended.]])
	LOG_ID,
	plugin_id UUID_T NOT NULL,
	event_id UUID_T NOT NULL,
	kind varchar(80) NOT NULL,
	payload JSON_T EMPTY_OBJECT,
	status varchar(10) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed', 'dead')),
	attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
	error varchar(1000),
	CREATED_AT,
	processed_at TIMESTAMP_T,
	UNIQUE_KEY(event, [[plugin_id, event_id]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE
INDEX_WHERE(plugin_events, waiting, id, [[status = 'pending']])

CREATE_TABLE(plugin_widgets, [[Pieces of page that a plugin offers, and where they are shown.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	code varchar(80) NOT NULL,
	name varchar(120) NOT NULL,
	area varchar(60) NOT NULL,
	settings JSON_T EMPTY_OBJECT,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	UNIQUE_KEY(code, [[plugin_id, code]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE
MAKE_INDEX(plugin_widgets, area, [[area, position]])

CREATE_TABLE(plugin_scripts, [[Scripts a plugin puts on pages: by address with an integrity hash, never inline.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	code varchar(80) NOT NULL,
	url varchar(2000) NOT NULL CHECK (url LIKE 'https://_%' OR url LIKE '/_%'),
	integrity varchar(120),
	placement varchar(8) NOT NULL DEFAULT 'body' CHECK (placement IN ('head', 'body')),
	load_mode varchar(8) NOT NULL DEFAULT 'defer' CHECK (load_mode IN ('defer', 'async', 'module')),
	scope varchar(12) NOT NULL DEFAULT 'storefront' CHECK (scope IN ('storefront', 'checkout', 'admin')),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	UNIQUE_KEY(code, [[plugin_id, code]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_admin_pages, [[Pages a plugin adds to the admin, and the permission they need.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	path varchar(160) NOT NULL,
	title varchar(160) NOT NULL,
	icon varchar(60),
	menu_section varchar(60) NOT NULL DEFAULT 'plugins',
	permission_code varchar(80),
	position int NOT NULL DEFAULT 0,
	UNIQUE_KEY(path, [[plugin_id, path]]),
	FK_INDEXED(permission_code, permissions, RESTRICT, code),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_controllers, [[Routes of the API that a plugin answers, below its own prefix.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	method varchar(8) NOT NULL CHECK (method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
	path varchar(255) NOT NULL CHECK (path LIKE '/%'),
	handler varchar(160) NOT NULL,
	access_level varchar(10) NOT NULL DEFAULT 'staff' CHECK (access_level IN ('public', 'customer', 'staff', 'admin')),
	rate_per_minute int NOT NULL DEFAULT 60 CHECK (rate_per_minute > 0),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	UNIQUE_KEY(route, [[plugin_id, method, path]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_dependencies, [[What a version of a plugin needs: other plugins, in which versions.]])
	version_id UUID_T NOT NULL,
	required_code varchar(80) NOT NULL,
	version_range varchar(80) NOT NULL DEFAULT '*',
	is_optional BOOL_T NOT NULL DEFAULT FALSE,
	PRIMARY KEY (version_id, required_code),
	FK_KEYED(version_id, plugin_versions, CASCADE)
END_TABLE
MAKE_INDEX(plugin_dependencies, required_code, required_code)

CREATE_TABLE(plugin_docs, [[Help texts of a version of a plugin by language.]])
	UUID_ID,
	version_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	slug varchar(120) NOT NULL,
	title varchar(200) NOT NULL,
	content TEXT_T NOT NULL,
	position int NOT NULL DEFAULT 0,
	UNIQUE_KEY(slug, [[version_id, language_code, slug]]),
	FK_KEYED(version_id, plugin_versions, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(plugin_migrations, [[Changes that a plugin made to its own entities, each once.]])
	UUID_ID,
	plugin_id UUID_T NOT NULL,
	name varchar(160) NOT NULL,
	checksum BYTES_T NOT NULL,
	started_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	finished_at TIMESTAMP_T,
	error varchar(1000),
	UNIQUE_KEY(name, [[plugin_id, name]]),
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_permissions, [[What a plugin asked to be allowed, and what was granted.]])
	plugin_id UUID_T NOT NULL,
	permission_code varchar(80) NOT NULL,
	is_granted BOOL_T NOT NULL DEFAULT FALSE,
	granted_by UUID_T,
	granted_at TIMESTAMP_T,
	PRIMARY KEY (plugin_id, permission_code),
	FK_KEYED(plugin_id, plugins, CASCADE),
	FK_INDEXED(permission_code, permissions, CASCADE, code),
	FK_INDEXED(granted_by, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(plugin_licenses, [[Licence of an installed plugin, as last checked with the platform.]])
	plugin_id UUID_T PRIMARY KEY,
	license_reference varchar(120) NOT NULL,
	status varchar(10) NOT NULL DEFAULT 'valid' CHECK (status IN ('trial', 'valid', 'expired', 'revoked')),
	valid_until TIMESTAMP_T,
	checked_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE

CREATE_TABLE(plugin_logs, [[What plugins report, and calls that failed or took too long.]])
	LOG_ID,
	plugin_id UUID_T NOT NULL,
	level varchar(8) NOT NULL CHECK (level IN ('debug', 'info', 'warning', 'error')),
	message varchar(2000) NOT NULL,
	context JSON_T EMPTY_OBJECT,
	duration_ms int CHECK (duration_ms >= 0),
	CREATED_AT,
	FK_KEYED(plugin_id, plugins, CASCADE)
END_TABLE
MAKE_INDEX(plugin_logs, plugin, [[plugin_id, id]])
MAKE_INDEX(plugin_logs, created_at, created_at)
