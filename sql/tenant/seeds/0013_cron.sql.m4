-- SPDX-License-Identifier: Apache-2.0
-- What can be scheduled, and what is from the first day.

SEED(cron_job_types, [[code, name, description, default_schedule]], [[
	('release_reservations', 'Release expired reservations', 'Gives stock of abandoned carts back', '*/5 * * * *'),
	('expire_carts', 'Expire carts', 'Marks carts abandoned after their time', '17 * * * *'),
	('abandoned_cart_mail', 'Remind of abandoned carts', 'Mails customers who left a cart', '*/30 * * * *'),
	('deliver_webhooks', 'Deliver webhooks', 'Sends waiting events to webhooks, again where they failed', '* * * * *'),
	('daily_analytics', 'Daily analytics', 'Adds up yesterday', '10 1 * * *'),
	('refresh_currency_rates', 'Refresh exchange rates', 'Fetches the rates of the day', '0 5 * * *'),
	('low_stock_report', 'Low stock report', 'Mails what is below its reorder point', '0 7 * * 1-5'),
	('stock_alerts', 'Back in stock alerts', 'Tells waiting customers', '*/15 * * * *'),
	('purge_logs', 'Purge logs', 'Removes logs and events past their age', '30 3 * * *'),
	('purge_sessions', 'Purge sessions', 'Removes expired sessions, tokens and keys', '45 3 * * *'),
	('build_sitemap', 'Build sitemap', 'Writes the sitemap anew', '0 4 * * *'),
	('update_collections', 'Update collections', 'Fills collections that follow a rule', '0 * * * *'),
	('catalogue_sync', 'Catalogue sync', 'Takes the catalogue of another system over', '0 2 * * *'),
	('send_reports', 'Send reports', 'Sends saved reports that are due', '0 6 * * *')]])

SEED(cron_jobs, [[id, type_code, name, schedule, is_system]], [[
	(SEED_UUID(23, 1), 'release_reservations', 'Release expired reservations', '*/5 * * * *', TRUE),
	(SEED_UUID(23, 2), 'expire_carts', 'Expire carts', '17 * * * *', TRUE),
	(SEED_UUID(23, 4), 'deliver_webhooks', 'Deliver webhooks', '* * * * *', TRUE),
	(SEED_UUID(23, 5), 'daily_analytics', 'Daily analytics', '10 1 * * *', TRUE),
	(SEED_UUID(23, 8), 'stock_alerts', 'Back in stock alerts', '*/15 * * * *', TRUE),
	(SEED_UUID(23, 9), 'purge_logs', 'Purge logs', '30 3 * * *', TRUE),
	(SEED_UUID(23, 10), 'purge_sessions', 'Purge sessions', '45 3 * * *', TRUE),
	(SEED_UUID(23, 11), 'build_sitemap', 'Build sitemap', '0 4 * * *', TRUE),
	(SEED_UUID(23, 12), 'update_collections', 'Update collections', '0 * * * *', TRUE)]])
