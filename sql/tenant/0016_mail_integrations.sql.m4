-- SPDX-License-Identifier: Apache-2.0
-- Mail, other systems, webhooks, and data in and out.

CREATE_TABLE(mail_templates, [[Mails the shop sends, by code; their words are in mail_template_translations.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	fields JSON_T EMPTY_LIST,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_system BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(mail_template_translations, [[Subject and body of a mail by language, with fields in {{double braces}}.]])
	mail_template_id UUID_T NOT NULL,
	language_code LANG_T NOT NULL,
	subject varchar(255) NOT NULL CHECK (subject <> ''),
	body_text TEXT_T NOT NULL,
	body_html TEXT_T EMPTY_TEXT,
	TIMESTAMPS,
	PRIMARY KEY (mail_template_id, language_code),
	FK_KEYED(mail_template_id, mail_templates, CASCADE),
	FK_INDEXED(language_code, languages, RESTRICT, code)
END_TABLE

CREATE_TABLE(mail_log, [[Mails sent or waiting, without their bodies.]])
	UUID_ID,
	template_code varchar(60),
	language_code LANG_T,
	recipient varchar(254) NOT NULL,
	subject varchar(255) NOT NULL,
	user_id UUID_T,
	order_id UUID_T,
	status varchar(10) NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'failed', 'bounced')),
	attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
	provider_message_id varchar(255),
	error varchar(1000),
	idempotency_key varchar(160),
	sent_at TIMESTAMP_T,
	CREATED_AT,
	UNIQUE_KEY(idempotency, idempotency_key),
	CHECK_THAT(sent, [[status <> 'sent' OR sent_at IS NOT NULL]]),
	FK_INDEXED(user_id, users, [[SET NULL]]),
	FK_INDEXED(order_id, orders, [[SET NULL]])
END_TABLE
MAKE_INDEX(mail_log, status, [[status, created_at]])
MAKE_INDEX(mail_log, recipient, [[recipient, created_at]])

CREATE_TABLE(notifications, [[Messages to staff and customers inside the shop.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	kind varchar(60) NOT NULL,
	title varchar(255) NOT NULL,
	body varchar(2000) NOT NULL DEFAULT '',
	link varchar(2000),
	read_at TIMESTAMP_T,
	CREATED_AT,
	FK_KEYED(user_id, users, CASCADE)
END_TABLE
MAKE_INDEX(notifications, user, [[user_id, created_at]])
INDEX_WHERE(notifications, unread, user_id, [[read_at IS NULL]])

CREATE_TABLE(integrations, [[Other systems the shop is joined to. Their secrets are sealed outside this database.]])
	UUID_ID,
	code varchar(60) NOT NULL,
	name varchar(120) NOT NULL,
	kind varchar(20) NOT NULL CHECK (kind IN ('erp', 'crm', 'accounting', 'marketplace', 'shipping', 'marketing', 'search', 'payment', 'other')),
	settings JSON_T EMPTY_OBJECT,
	status varchar(10) NOT NULL DEFAULT 'inactive' CHECK (status IN ('inactive', 'active', 'error')),
	last_sync_at TIMESTAMP_T,
	last_error varchar(1000),
	TIMESTAMPS,
	UNIQUE_KEY(code, code)
END_TABLE

CREATE_TABLE(integration_mappings, [[Which record there is which row here.]])
	UUID_ID,
	integration_id UUID_T NOT NULL,
	entity_type varchar(40) NOT NULL,
	entity_id UUID_T NOT NULL,
	external_id varchar(255) NOT NULL,
	external_version varchar(100),
	synced_at TIMESTAMP_T,
	UNIQUE_KEY(entity, [[integration_id, entity_type, entity_id]]),
	UNIQUE_KEY(external, [[integration_id, entity_type, external_id]]),
	FK_KEYED(integration_id, integrations, CASCADE)
END_TABLE

CREATE_TABLE(integration_logs, [[What was exchanged with another system, and how it went.]])
	LOG_ID,
	integration_id UUID_T NOT NULL,
	direction varchar(3) NOT NULL CHECK (direction IN ('in', 'out')),
	operation varchar(80) NOT NULL,
	is_success BOOL_T NOT NULL,
	duration_ms int CHECK (duration_ms >= 0),
	message varchar(2000) NOT NULL DEFAULT '',
	CREATED_AT,
	FK_KEYED(integration_id, integrations, CASCADE)
END_TABLE
MAKE_INDEX(integration_logs, integration, [[integration_id, id]])
MAKE_INDEX(integration_logs, created_at, created_at)

CREATE_TABLE(webhooks, [[Addresses told of events; the signing secret is sealed outside this database.]])
	UUID_ID,
	name varchar(120) NOT NULL,
	url varchar(2000) NOT NULL CHECK (url LIKE 'https://_%'),
	events JSON_T EMPTY_LIST,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	consecutive_failures int NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
	disabled_at TIMESTAMP_T,
	created_by UUID_T,
	TIMESTAMPS,
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE

CREATE_TABLE(outbox_events, [[Events written in the transaction that made them true; a job sends them on to webhooks, plugins and mail.]])
	LOG_ID,
	event_id UUID_T NOT NULL,
	kind varchar(80) NOT NULL,
	entity_type varchar(40) NOT NULL,
	entity_id UUID_T NOT NULL,
	payload JSON_T EMPTY_OBJECT,
	dispatched_at TIMESTAMP_T,
	CREATED_AT,
	UNIQUE_KEY(event_id, event_id)
END_TABLE
INDEX_WHERE(outbox_events, waiting, id, [[dispatched_at IS NULL]])
MAKE_INDEX(outbox_events, entity, [[entity_type, entity_id, id]])

CREATE_TABLE(webhook_deliveries, [[Each attempt to deliver an event to a webhook; one row for a webhook and event.]])
	UUID_ID,
	webhook_id UUID_T NOT NULL,
	event_id UUID_T NOT NULL,
	event_kind varchar(80) NOT NULL,
	payload JSON_T NOT NULL,
	status varchar(10) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed', 'dead')),
	attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
	response_status smallint,
	response_excerpt varchar(2000),
	duration_ms int CHECK (duration_ms >= 0),
	next_attempt_at TIMESTAMP_T,
	delivered_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(event, [[webhook_id, event_id]]),
	FK_KEYED(webhook_id, webhooks, CASCADE)
END_TABLE
INDEX_WHERE(webhook_deliveries, due, next_attempt_at, [[status = 'pending']])

CREATE_TABLE(data_jobs, [[Imports and exports of products, customers or orders with their progress.]])
	UUID_ID,
	direction varchar(6) NOT NULL CHECK (direction IN ('import', 'export')),
	entity_type varchar(40) NOT NULL,
	file_format varchar(8) NOT NULL DEFAULT 'csv' CHECK (file_format IN ('csv', 'json', 'xml', 'xlsx')),
	media_id UUID_T,
	status varchar(10) NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
	total_rows int CHECK (total_rows >= 0),
	done_rows int NOT NULL DEFAULT 0 CHECK (done_rows >= 0),
	failed_rows int NOT NULL DEFAULT 0 CHECK (failed_rows >= 0),
	options JSON_T EMPTY_OBJECT,
	created_by UUID_T,
	started_at TIMESTAMP_T,
	finished_at TIMESTAMP_T,
	TIMESTAMPS,
	CHECK_THAT(failed, [[failed_rows <= done_rows]]),
	FK_INDEXED(media_id, media, [[SET NULL]]),
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(data_jobs, status, [[status, created_at]])

CREATE_TABLE(data_job_errors, [[Rows of an import that could not be taken, and why.]])
	data_job_id UUID_T NOT NULL,
	row_no int NOT NULL CHECK (row_no > 0),
	field varchar(100) NOT NULL DEFAULT '',
	message varchar(1000) NOT NULL,
	PRIMARY KEY (data_job_id, row_no, field),
	FK_KEYED(data_job_id, data_jobs, CASCADE)
END_TABLE
