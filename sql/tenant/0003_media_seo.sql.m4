-- SPDX-License-Identifier: Apache-2.0
-- Files, and what search engines are told.

CREATE_TABLE(media_folders, [[Folders of the media library.]])
	UUID_ID,
	parent_id UUID_T,
	name varchar(120) NOT NULL CHECK (name <> ''),
	TIMESTAMPS,
	UNIQUE_KEY(name, [[parent_id, name]]),
	FK_KEYED(parent_id, media_folders, RESTRICT)
END_TABLE
UNIQUE_WHERE(media_folders, root_name, name, [[parent_id IS NULL]])

CREATE_TABLE(media, [[Files: where the bytes are, what they are, and a hash that finds duplicates. The bytes are kept in object storage.]])
	UUID_ID,
	folder_id UUID_T,
	kind varchar(12) NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'document', 'model', 'other')),
	file_name varchar(255) NOT NULL,
	mime_type varchar(120) NOT NULL,
	storage_path varchar(700) NOT NULL,
	public_url varchar(2000),
	size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
	width int CHECK (width > 0),
	height int CHECK (height > 0),
	duration_ms int CHECK (duration_ms >= 0),
	content_hash BYTES_T,
	uploaded_by UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(storage_path, storage_path),
	FK_INDEXED(folder_id, media_folders, [[SET NULL]]),
	FK_INDEXED(uploaded_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(media, content_hash, content_hash)

CREATE_TABLE(media_renditions, [[Sizes and formats made from an original.]])
	UUID_ID,
	media_id UUID_T NOT NULL,
	name varchar(40) NOT NULL,
	mime_type varchar(120) NOT NULL,
	storage_path varchar(700) NOT NULL,
	width int CHECK (width > 0),
	height int CHECK (height > 0),
	size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
	CREATED_AT,
	UNIQUE_KEY(name, [[media_id, name, mime_type]]),
	FK_KEYED(media_id, media, CASCADE)
END_TABLE

CREATE_TABLE(media_translations, [[Alternative text and caption by language.]])
	media_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	alt_text varchar(500) NOT NULL DEFAULT '',
	caption varchar(1000) NOT NULL DEFAULT '',
	TIMESTAMPS,
	PRIMARY KEY (media_id, language_code),
	FK_KEYED(media_id, media, CASCADE),
	FK_INDEXED(language_code, languages, CASCADE, code)
END_TABLE

CREATE_TABLE(media_tags, [[Tags of files, for finding them again.]])
	media_id UUID_T NOT NULL,
	tag varchar(60) NOT NULL CHECK (tag = lower(tag)),
	PRIMARY KEY (media_id, tag),
	FK_KEYED(media_id, media, CASCADE)
END_TABLE
MAKE_INDEX(media_tags, tag, tag)

CREATE_TABLE(seo_defaults, [[Templates of title and description for pages that have none of their own, by kind and language.]])
	UUID_ID,
	entity_type varchar(20) NOT NULL CHECK (entity_type IN ('site', 'home', 'product', 'category', 'collection', 'brand', 'page')),
	language_code LANG_T NOT NULL,
	title_template varchar(255) NOT NULL,
	description_template varchar(500) NOT NULL DEFAULT '',
	robots varchar(60) NOT NULL DEFAULT 'index, follow',
	social_image_id UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(entity, [[entity_type, language_code]]),
	FK_INDEXED(language_code, languages, CASCADE, code),
	FK_INDEXED(social_image_id, media, [[SET NULL]])
END_TABLE

CREATE_TABLE(robots_rules, [[Lines of robots.txt, in order.]])
	UUID_ID,
	user_agent varchar(120) NOT NULL DEFAULT '*',
	directive varchar(12) NOT NULL CHECK (directive IN ('allow', 'disallow', 'crawl-delay', 'sitemap')),
	value varchar(700) NOT NULL,
	position int NOT NULL DEFAULT 0,
	TIMESTAMPS,
	UNIQUE_KEY(rule, [[user_agent, directive, value]])
END_TABLE
