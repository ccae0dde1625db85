-- SPDX-License-Identifier: Apache-2.0
-- Master database, M13: the platform's own ledger accounts, prices, packs and plans.

-- What an operator has changed stays as it is: a row that is there is left alone.

INSERT INTO ledger_accounts (id, kind, store_id) VALUES
	('00000000-0000-7000-8000-000000000001', 'platform_sales', NULL),
	('00000000-0000-7000-8000-000000000002', 'platform_bonus', NULL),
	('00000000-0000-7000-8000-000000000003', 'platform_revenue', NULL),
	('00000000-0000-7000-8000-000000000004', 'platform_adjustment', NULL)
ON CONFLICT DO NOTHING;

-- One credit is 10000; it sells for 0.10 USD.
INSERT INTO service_credit_costs (service_key, name, description, cost_e4, unit, sort) VALUES
	('store_creation', 'Store creation', 'A new store with its own database',
		0, 'flat_rate', 10),
	('product_import', 'Product import', 'Each product that is brought in',
		1000, 'per_item', 20),
	('product_export', 'Product export', 'Each product that is written out',
		500, 'per_item', 30),
	('ai_translation', 'AI translation', 'Each text that is translated',
		10000, 'per_use', 40),
	('ai_content', 'AI content', 'Each text that is written',
		20000, 'per_use', 50),
	('storage', 'Storage', 'Each megabyte of files',
		1000, 'per_mb', 60),
	('catalog_sync', 'Catalogue sync', 'Each day the catalogue follows another one',
		50000, 'per_day', 70),
	('publishing', 'Publishing', 'Each day the store is open to the public',
		30000, 'per_day', 80),
	('custom_domain', 'Custom domain', 'Each day a domain of your own leads to the store',
		3000, 'per_day', 90)
ON CONFLICT DO NOTHING;

INSERT INTO credit_packs (id, credits_e4, price_cents, currency, sort) VALUES
	('pack_100', 1000000, 1000, 'USD', 10),
	('pack_500', 5000000, 4500, 'USD', 20),
	('pack_1000', 10000000, 8000, 'USD', 30)
ON CONFLICT DO NOTHING;

INSERT INTO subscription_plans
	(key, name, price_monthly,
	 products, orders_per_month, storage_mb, api_calls_per_month, sort)
VALUES
	('free', 'Free', 0.00, 10, 100, 1024, 1000, 10),
	('starter', 'Starter', 29.99, 100, 1000, 10240, 10000, 20),
	('professional', 'Professional', 99.99, 1000, 10000, 51200, 100000, 30),
	('enterprise', 'Enterprise', 299.99, NULL, NULL, 204800, NULL, 40)
ON CONFLICT DO NOTHING;
