-- SPDX-License-Identifier: Apache-2.0
-- Pages, blocks, menus, redirects and forms.

CREATE_TABLE(pages, [[Pages of the shop. System pages (not found, privacy, terms) can be rewritten but are always there.]])
	UUID_ID,
	parent_id UUID_T,
	code varchar(80) NOT NULL,
	kind varchar(10) NOT NULL DEFAULT 'page' CHECK (kind IN ('page', 'post', 'landing', 'system')),
	status varchar(10) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
	layout varchar(60) NOT NULL DEFAULT 'default',
	image_id UUID_T,
	author_id UUID_T,
	published_at TIMESTAMP_T,
	unpublish_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(parent, [[parent_id <> id]]),
	CHECK_THAT(published, [[status <> 'published' OR published_at IS NOT NULL]]),
	FK_INDEXED(parent_id, pages, RESTRICT),
	FK_INDEXED(image_id, media, [[SET NULL]]),
	FK_INDEXED(author_id, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(pages, kind_published, [[kind, status, published_at]])

CREATE_TABLE(page_translations, [[Title, text and address of a page by language.]])
	page_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	title varchar(255) NOT NULL CHECK (title <> ''),
	slug varchar(255) NOT NULL CHECK (slug <> ''),
	summary varchar(1000) NOT NULL DEFAULT '',
	content TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (page_id, language_code),
	UNIQUE_KEY(slug, [[language_code, slug]]),
	FK_KEYED(page_id, pages, CASCADE),
	FK_KEYED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(page_seo, [[What search engines and social networks are told of a page, by language.]])
	page_id UUID_T NOT NULL,
	SEO_COLUMNS,
	PRIMARY KEY (page_id, language_code),
	FK_KEYED(page_id, pages, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code),
	FK_INDEXED(social_image_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(page_revisions, [[Earlier texts of a page, numbered.]])
	UUID_ID,
	page_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	revision int NOT NULL CHECK (revision > 0),
	title varchar(255) NOT NULL,
	content TEXT_T NOT NULL,
	author_id UUID_T,
	CREATED_AT,
	UNIQUE_KEY(revision, [[page_id, language_code, revision]]),
	FK_KEYED(page_id, pages, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code),
	FK_INDEXED(author_id, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(blocks, [[Pieces of content that can stand in many places.]])
	UUID_ID,
	code varchar(80) NOT NULL,
	kind varchar(40) NOT NULL DEFAULT 'text',
	settings JSON_T EMPTY_OBJECT,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	starts_at TIMESTAMP_T,
	ends_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(code, code),
	CHECK_THAT(period, [[ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at]])
END_TABLE

CREATE_TABLE(block_translations, [[Content of a block by language.]])
	block_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	title varchar(255) NOT NULL DEFAULT '',
	content TEXT_T EMPTY_TEXT,
	PRIMARY KEY (block_id, language_code),
	FK_KEYED(block_id, blocks, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(page_blocks, [[Which blocks stand where on a page.]])
	UUID_ID,
	page_id UUID_T NOT NULL,
	block_id UUID_T NOT NULL,
	area varchar(40) NOT NULL DEFAULT 'main',
	position int NOT NULL DEFAULT 0,
	settings JSON_T EMPTY_OBJECT,
	UNIQUE_KEY(place, [[page_id, area, position]]),
	FK_KEYED(page_id, pages, CASCADE),
	FK_INDEXED(block_id, blocks, CASCADE)
END_TABLE

CREATE_TABLE(menus, [[Menus by the place they stand in.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(menu_items, [[Entries of a menu: each leads to exactly one thing. Below another entry only of the same menu.]])
	UUID_ID,
	menu_id UUID_T NOT NULL,
	parent_id UUID_T,
	page_id UUID_T,
	category_id UUID_T,
	collection_id UUID_T,
	url varchar(2000),
	opens_new_window BOOL_T NOT NULL DEFAULT FALSE,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(menu, [[menu_id, id]]),
	CHECK_THAT(one_target, [[CASE WHEN page_id IS NULL THEN 0 ELSE 1 END + CASE WHEN category_id IS NULL THEN 0 ELSE 1 END
		+ CASE WHEN collection_id IS NULL THEN 0 ELSE 1 END + CASE WHEN url IS NULL THEN 0 ELSE 1 END = 1]]),
	FK_KEYED(menu_id, menus, CASCADE),
	FK_TOGETHER(parent, [[menu_id, parent_id]], menu_items, [[menu_id, id]], CASCADE),
	FK_INDEXED(page_id, pages, CASCADE),
	FK_INDEXED(category_id, categories, CASCADE),
	FK_INDEXED(collection_id, collections, CASCADE)
END_TABLE
MAKE_INDEX(menu_items, parent, [[menu_id, parent_id, position]])

CREATE_TABLE(menu_item_translations, [[Words of a menu entry by language.]])
	menu_item_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	title varchar(160) NOT NULL,
	PRIMARY KEY (menu_item_id, language_code),
	FK_KEYED(menu_item_id, menu_items, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(redirects, [[Old addresses and where they lead now. Only paths of this shop, or whole https addresses.]])
	UUID_ID,
	from_path varchar(700) NOT NULL CHECK (from_path LIKE '/%'),
	to_path varchar(2000) NOT NULL CHECK ((to_path LIKE '/%' AND to_path NOT LIKE '//%') OR to_path LIKE 'https://_%'),
	http_status smallint NOT NULL DEFAULT 301 CHECK (http_status IN (301, 302, 307, 308)),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	hits bigint NOT NULL DEFAULT 0 CHECK (hits >= 0),
	last_hit_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(from_path, from_path),
	CHECK_THAT(other, [[from_path <> to_path]])
END_TABLE

CREATE_TABLE(forms, [[Forms on pages, such as contact: their fields and who gets what is sent.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	fields JSON_T EMPTY_LIST,
	notify_email varchar(254),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(form_submissions, [[What was sent by a form.]])
	UUID_ID,
	form_id UUID_T NOT NULL,
	user_id UUID_T,
	content JSON_T NOT NULL,
	ip_address varchar(45),
	status varchar(8) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'read', 'answered', 'spam')),
	CREATED_AT,
	FK_KEYED(form_id, forms, CASCADE),
	FK_INDEXED(user_id, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(form_submissions, form, [[form_id, status, created_at]])
