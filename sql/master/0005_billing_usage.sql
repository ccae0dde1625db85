-- SPDX-License-Identifier: Apache-2.0
-- Master database, plans and payments, and what stores use.

CREATE TABLE subscription_plans (
	key text PRIMARY KEY,
	name text NOT NULL,
	price_monthly numeric(12,2) NOT NULL,
	currency char(3) NOT NULL DEFAULT 'USD',
	products integer,
	orders_per_month integer,
	storage_mb integer,
	api_calls_per_month integer,
	sort integer NOT NULL DEFAULT 0,
	is_active boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT subscription_plans_price_monthly_check CHECK (price_monthly >= 0),
	CONSTRAINT subscription_plans_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT subscription_plans_limits_check CHECK (
		products >= 0 AND orders_per_month >= 0 AND storage_mb >= 0
		AND api_calls_per_month >= 0)
);
CREATE TRIGGER subscription_plans_updated_at BEFORE UPDATE ON subscription_plans
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE subscription_plans ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE subscription_plans IS 'What a store can subscribe to, and its limits.';
COMMENT ON COLUMN subscription_plans.price_monthly IS 'In units of the currency, not cents.';
COMMENT ON COLUMN subscription_plans.products IS 'Most products a store may have. NULL: no limit.';
COMMENT ON COLUMN subscription_plans.orders_per_month IS 'NULL: no limit.';
COMMENT ON COLUMN subscription_plans.storage_mb IS
	'Megabytes of 1024 x 1024 bytes. NULL: no limit.';
COMMENT ON COLUMN subscription_plans.api_calls_per_month IS 'NULL: no limit.';
COMMENT ON COLUMN subscription_plans.is_active IS
	'Off: no new subscriptions; those that have it keep it.';

CREATE TABLE subscriptions (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id),
	plan_key text NOT NULL REFERENCES subscription_plans (key),
	status text NOT NULL DEFAULT 'active',
	cycle text NOT NULL DEFAULT 'monthly',
	limits jsonb,
	current_period_start timestamptz NOT NULL DEFAULT now(),
	current_period_end timestamptz,
	trial_ends_at timestamptz,
	cancel_at_period_end boolean NOT NULL DEFAULT false,
	cancelled_at timestamptz,
	payment_provider text,
	provider_customer_id text,
	provider_subscription_id text,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT subscriptions_status_check CHECK (
		status IN ('trial', 'active', 'cancelled', 'expired', 'suspended')),
	CONSTRAINT subscriptions_cycle_check CHECK (cycle IN ('monthly', 'yearly')),
	CONSTRAINT subscriptions_limits_check CHECK (jsonb_typeof(limits) = 'object'),
	CONSTRAINT subscriptions_period_check CHECK (current_period_end > current_period_start),
	CONSTRAINT subscriptions_payment_provider_check CHECK (
		payment_provider IN ('test', 'stripe'))
);
CREATE UNIQUE INDEX subscriptions_live_key ON subscriptions (store_id)
	WHERE status IN ('trial', 'active', 'suspended');
CREATE UNIQUE INDEX subscriptions_provider_key
	ON subscriptions (payment_provider, provider_subscription_id)
	WHERE provider_subscription_id IS NOT NULL;
CREATE INDEX subscriptions_store_id_idx ON subscriptions (store_id, created_at DESC);
CREATE INDEX subscriptions_period_end_idx ON subscriptions (current_period_end)
	WHERE status IN ('trial', 'active');
CREATE TRIGGER subscriptions_updated_at BEFORE UPDATE ON subscriptions
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE subscriptions IS
	'M5. A store''s plan: one that lives (trial, active, suspended), and those that were '
	'before.';
COMMENT ON COLUMN subscriptions.cycle IS 'How often it is paid.';
COMMENT ON COLUMN subscriptions.limits IS
	'Limits agreed with this store alone, by the names of the plan''s columns; they go before '
	'the '
	'plan''s. NULL: the plan''s own.';
COMMENT ON COLUMN subscriptions.current_period_end IS 'NULL: does not end by itself, as Free.';
COMMENT ON COLUMN subscriptions.cancel_at_period_end IS 'Cancelled by its owner, paid until then.';
COMMENT ON COLUMN subscriptions.provider_subscription_id IS 'The payment provider''s id of it.';

CREATE TABLE billing_transactions (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id),
	user_id uuid REFERENCES users (id),
	kind text NOT NULL,
	status text NOT NULL DEFAULT 'pending',
	amount_cents bigint NOT NULL,
	currency char(3) NOT NULL DEFAULT 'USD',
	payment_provider text NOT NULL,
	payment_reference text,
	credit_transaction_id uuid REFERENCES credit_transactions (id),
	subscription_id uuid REFERENCES subscriptions (id),
	description text,
	created_at timestamptz NOT NULL DEFAULT now(),
	paid_at timestamptz,
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT billing_transactions_kind_check CHECK (
		kind IN ('credit_purchase', 'subscription', 'refund')),
	CONSTRAINT billing_transactions_status_check CHECK (
		status IN ('pending', 'paid', 'failed', 'refunded')),
	CONSTRAINT billing_transactions_amount_check CHECK (
		CASE kind WHEN 'refund' THEN amount_cents < 0 ELSE amount_cents >= 0 END),
	CONSTRAINT billing_transactions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT billing_transactions_payment_provider_check CHECK (
		payment_provider IN ('test', 'stripe')),
	CONSTRAINT billing_transactions_paid_check CHECK (status <> 'paid' OR paid_at IS NOT NULL)
);
CREATE INDEX billing_transactions_store_id_idx
	ON billing_transactions (store_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX billing_transactions_payment_key
	ON billing_transactions (kind, payment_reference) WHERE payment_provider = 'stripe';
CREATE UNIQUE INDEX billing_transactions_credit_transaction_id_key
	ON billing_transactions (credit_transaction_id) WHERE kind = 'credit_purchase';
CREATE INDEX billing_transactions_subscription_id_idx ON billing_transactions (subscription_id)
	WHERE subscription_id IS NOT NULL;
CREATE TRIGGER billing_transactions_updated_at BEFORE UPDATE ON billing_transactions
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE billing_transactions ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE billing_transactions IS 'M12. Money that was paid to the platform, or given back.';
COMMENT ON COLUMN billing_transactions.amount_cents IS 'What we received; a refund is negative.';
COMMENT ON COLUMN billing_transactions.payment_reference IS
	'The provider''s id: of a payment, an invoice or a refund, by kind.';
COMMENT ON COLUMN billing_transactions.credit_transaction_id IS 'The credits it bought.';

CREATE TABLE usage_metrics (
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	day date NOT NULL,
	metric text NOT NULL,
	value bigint NOT NULL DEFAULT 0,
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (store_id, day, metric),
	CONSTRAINT usage_metrics_metric_check CHECK (metric ~ '^[a-z][a-z0-9_.]{0,62}$')
) WITH (fillfactor = 70);
CREATE TRIGGER usage_metrics_updated_at BEFORE UPDATE ON usage_metrics
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE usage_metrics ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE usage_metrics IS 'M10. What a store used, a number for each day and metric.';
COMMENT ON COLUMN usage_metrics.day IS 'In UTC.';
COMMENT ON COLUMN usage_metrics.metric IS 'Such as requests, errors, bytes_out, storage_bytes.';
COMMENT ON COLUMN usage_metrics.value IS 'The day''s sum of a counter, or a gauge''s last value.';

CREATE TABLE api_usage_logs (
	at timestamptz NOT NULL DEFAULT now(),
	store_id uuid,
	user_id uuid,
	api_key_id uuid,
	request_id text NOT NULL,
	method text NOT NULL,
	route text NOT NULL,
	status smallint NOT NULL,
	duration_us integer NOT NULL,
	bytes_in bigint NOT NULL DEFAULT 0,
	bytes_out bigint NOT NULL DEFAULT 0,
	ip text
) PARTITION BY RANGE (at);
CREATE INDEX api_usage_logs_store_id_idx ON api_usage_logs (store_id, at DESC);
CREATE TABLE api_usage_logs_default PARTITION OF api_usage_logs DEFAULT;
ALTER TABLE api_usage_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage_logs_default ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE api_usage_logs IS
	'M11. One row for each API request, in a partition for each day (UTC); kept 30 days. '
	'No keys to other tables: it is written in bulk and outlives what it names.';
COMMENT ON COLUMN api_usage_logs.store_id IS 'NULL: a request to the platform itself.';
COMMENT ON COLUMN api_usage_logs.api_key_id IS 'The key it came with, if with one.';
COMMENT ON COLUMN api_usage_logs.request_id IS 'The X-Request-Id of the answer.';
COMMENT ON COLUMN api_usage_logs.route IS 'The pattern, not the path: paths can hold anything.';
COMMENT ON COLUMN api_usage_logs.duration_us IS
	'Microseconds from the request''s arrival to its answer.';
COMMENT ON TABLE api_usage_logs_default IS
	'Catches rows of a day that has no partition, so that a missed run of '
	'api_usage_logs_maintain() '
	'loses nothing.';

CREATE FUNCTION api_usage_logs_maintain(keep_days integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	today date := (now() AT TIME ZONE 'UTC')::date;
	home text;
	part text;
	dropped integer := 0;
	day date;
	low timestamptz;
	high timestamptz;
BEGIN
	IF keep_days IS NULL OR keep_days < 1 THEN
		RAISE EXCEPTION 'keep_days must be at least 1'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM pg_advisory_xact_lock(hashtext('api_usage_logs_maintain'));
	SELECT quote_ident(n.nspname) || '.' INTO home
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = 'api_usage_logs'::regclass;

	-- Drop before making: the parent's lock is taken first, as writers take it, so no deadlock.
	FOR part IN
		SELECT quote_ident(c.relname)
			FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
			WHERE i.inhparent = 'api_usage_logs'::regclass
				AND c.relname ~ '^api_usage_logs_[0-9]{8}$'
				AND right(c.relname, 8) < to_char(today - keep_days, 'YYYYMMDD')
	LOOP
		EXECUTE 'DROP TABLE ' || home || part;
		dropped := dropped + 1;
	END LOOP;
	DELETE FROM api_usage_logs_default
		WHERE at < (today - keep_days)::timestamp AT TIME ZONE 'UTC';

	FOR day IN SELECT today + n FROM generate_series(0, 1) AS n LOOP
		part := home || 'api_usage_logs_' || to_char(day, 'YYYYMMDD');
		CONTINUE WHEN to_regclass(part) IS NOT NULL;
		low := day::timestamp AT TIME ZONE 'UTC';
		high := (day + 1)::timestamp AT TIME ZONE 'UTC';
		-- Attached when full: a partition made in place would lock out every writer, and
		-- rows of that day which the default partition has caught must have moved before.
		LOCK TABLE api_usage_logs_default IN ACCESS EXCLUSIVE MODE;
		EXECUTE 'CREATE TABLE ' || part || ' (LIKE api_usage_logs INCLUDING ALL)';
		EXECUTE 'WITH moved AS (DELETE FROM api_usage_logs_default'
			' WHERE at >= $1 AND at < $2 RETURNING *)'
			' INSERT INTO ' || part || ' SELECT * FROM moved' USING low, high;
		EXECUTE 'ALTER TABLE ' || part || ' ENABLE ROW LEVEL SECURITY';
		EXECUTE format('COMMENT ON TABLE %s IS %L', part,
			'API requests of ' || day || ', UTC.');
		EXECUTE format('ALTER TABLE api_usage_logs ATTACH PARTITION %s'
			' FOR VALUES FROM (%L) TO (%L)', part, low, high);
	END LOOP;
	RETURN dropped;
END
$$;
COMMENT ON FUNCTION api_usage_logs_maintain(integer) IS
	'Makes the partitions of today and tomorrow, drops those more than keep_days days old, and '
	'returns how many it dropped. To be run at least daily; may be run at any time, by many at '
	'once.';

DO $$ BEGIN PERFORM api_usage_logs_maintain(30); END $$;
