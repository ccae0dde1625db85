-- SPDX-License-Identifier: Apache-2.0
-- Master database, credits: prices, balances, the double-entry ledger, the history people see.

-- A column named *_e4 counts ten-thousandths of a credit; one named *_cents, cents of a currency.
-- Both are integers: no amount is ever a binary float.

CREATE TABLE service_credit_costs (
	service_key text PRIMARY KEY,
	name text NOT NULL,
	description text NOT NULL DEFAULT '',
	cost_e4 bigint NOT NULL,
	unit text NOT NULL,
	is_active boolean NOT NULL DEFAULT true,
	sort integer NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT service_credit_costs_cost_check CHECK (cost_e4 >= 0),
	CONSTRAINT service_credit_costs_unit_check CHECK (
		unit IN ('per_use', 'per_item', 'per_mb', 'per_hour', 'per_day', 'per_month',
			'flat_rate'))
);
CREATE TRIGGER service_credit_costs_updated_at BEFORE UPDATE ON service_credit_costs
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE service_credit_costs ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE service_credit_costs IS 'M8. What each service costs, in credits.';
COMMENT ON COLUMN service_credit_costs.cost_e4 IS 'For one unit.';
COMMENT ON COLUMN service_credit_costs.unit IS
	'What is counted; flat_rate: once, whatever the size.';
COMMENT ON COLUMN service_credit_costs.is_active IS
	'Off: not sold any more. The row stays, since history names it.';
COMMENT ON COLUMN service_credit_costs.sort IS 'Order in lists.';

CREATE TABLE credit_packs (
	id text PRIMARY KEY,
	credits_e4 bigint NOT NULL,
	price_cents bigint NOT NULL,
	currency char(3) NOT NULL DEFAULT 'USD',
	sort integer NOT NULL DEFAULT 0,
	is_active boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT credit_packs_credits_check CHECK (credits_e4 > 0),
	CONSTRAINT credit_packs_price_check CHECK (price_cents > 0),
	CONSTRAINT credit_packs_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE TRIGGER credit_packs_updated_at BEFORE UPDATE ON credit_packs
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE credit_packs ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE credit_packs IS 'Credits sold by the pack, cheaper than one by one.';
COMMENT ON COLUMN credit_packs.id IS 'The packId of the API, such as pack_100.';
COMMENT ON COLUMN credit_packs.is_active IS
	'Off: not sold any more. The row stays, since history names it.';

CREATE TABLE credit_balances (
	store_id uuid PRIMARY KEY REFERENCES stores (id),
	balance_e4 bigint NOT NULL DEFAULT 0,
	reserved_e4 bigint NOT NULL DEFAULT 0,
	lifetime_purchased_e4 bigint NOT NULL DEFAULT 0,
	lifetime_spent_e4 bigint NOT NULL DEFAULT 0,
	version bigint NOT NULL DEFAULT 0,
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT credit_balances_balance_check CHECK (balance_e4 >= 0),
	CONSTRAINT credit_balances_reserved_check CHECK (
		reserved_e4 >= 0 AND reserved_e4 <= balance_e4),
	CONSTRAINT credit_balances_lifetime_check CHECK (
		lifetime_purchased_e4 >= 0 AND lifetime_spent_e4 >= 0)
) WITH (fillfactor = 50);
CREATE TRIGGER credit_balances_updated_at BEFORE UPDATE ON credit_balances
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE credit_balances ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE credit_balances IS
	'M6. What a store has: the row that every movement locks first. Filled to half so that an '
	'update '
	'stays within its page.';
COMMENT ON COLUMN credit_balances.balance_e4 IS
	'All the store owns, reserved credits included: store_credits + store_reserved in the '
	'ledger.';
COMMENT ON COLUMN credit_balances.reserved_e4 IS
	'Of that, what holds keep back; available is the difference.';
COMMENT ON COLUMN credit_balances.version IS
	'Raised with every movement, so that a copy in the store''s database never goes back in '
	'time.';

CREATE TABLE ledger_accounts (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	store_id uuid REFERENCES stores (id),
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT ledger_accounts_kind_check CHECK (
		kind IN ('platform_sales', 'platform_bonus', 'platform_revenue',
			'platform_adjustment', 'store_credits', 'store_reserved')),
	CONSTRAINT ledger_accounts_store_id_check CHECK (
		(kind IN ('store_credits', 'store_reserved')) = (store_id IS NOT NULL)),
	CONSTRAINT ledger_accounts_store_id_kind_key UNIQUE (store_id, kind)
);
CREATE UNIQUE INDEX ledger_accounts_platform_key ON ledger_accounts (kind) WHERE store_id IS NULL;
CREATE TRIGGER ledger_accounts_immutable BEFORE UPDATE OR DELETE ON ledger_accounts
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_no_truncate BEFORE TRUNCATE ON ledger_accounts
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_accounts ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE ledger_accounts IS
	'Where credits can be: two accounts for each store, four of the platform.';
COMMENT ON COLUMN ledger_accounts.kind IS
	'platform_sales, _bonus and _adjustment are where credits come from (they run negative), '
	'platform_revenue where spent ones go. store_credits: free to spend. store_reserved: held.';
COMMENT ON COLUMN ledger_accounts.store_id IS 'NULL for the platform''s own, which the seeds make.';

CREATE TABLE ledger_transactions (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	store_id uuid REFERENCES stores (id),
	idempotency_key text NOT NULL,
	description text,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT ledger_transactions_idempotency_key_key UNIQUE (idempotency_key),
	CONSTRAINT ledger_transactions_kind_check CHECK (
		kind IN ('purchase', 'adjustment', 'refund', 'bonus', 'migration', 'spend',
			'reserve', 'release', 'capture', 'expire'))
);
CREATE INDEX ledger_transactions_store_id_idx ON ledger_transactions (store_id, created_at DESC);
ALTER TABLE ledger_transactions ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE ledger_transactions IS
	'One movement of credits; its entries sum to zero, which is proved at commit. Never '
	'changed.';
COMMENT ON COLUMN ledger_transactions.store_id IS
	'The store it concerns; NULL: the platform alone.';
COMMENT ON COLUMN ledger_transactions.idempotency_key IS
	'Names the operation for ever, such as purchase:<id>: a second one with it cannot happen.';

CREATE TABLE ledger_entries (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	transaction_id uuid NOT NULL REFERENCES ledger_transactions (id),
	account_id uuid NOT NULL REFERENCES ledger_accounts (id),
	amount_e4 bigint NOT NULL,
	CONSTRAINT ledger_entries_amount_check CHECK (amount_e4 <> 0)
);
CREATE INDEX ledger_entries_transaction_id_idx
	ON ledger_entries (transaction_id) INCLUDE (amount_e4);
CREATE INDEX ledger_entries_account_id_idx ON ledger_entries (account_id) INCLUDE (amount_e4);
ALTER TABLE ledger_entries ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE ledger_entries IS
	'The lines of a ledger transaction, one for each account that it touches. Never changed.';
COMMENT ON COLUMN ledger_entries.amount_e4 IS 'Added to the account: positive in, negative out.';

CREATE FUNCTION ledger_prove_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
	tx uuid;
	lines bigint;
	total numeric;
BEGIN
	IF TG_TABLE_NAME = 'ledger_entries' THEN
		tx := NEW.transaction_id;
	ELSE
		tx := NEW.id;
	END IF;
	SELECT count(*), COALESCE(sum(amount_e4), 0) INTO lines, total
		FROM ledger_entries WHERE transaction_id = tx;
	IF lines < 2 OR total <> 0 THEN
		RAISE EXCEPTION 'ledger transaction % has % entries that sum to %', tx, lines, total
			USING ERRCODE = 'check_violation',
			      TABLE = 'ledger_entries',
			      CONSTRAINT = 'ledger_entries_balanced';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION ledger_prove_balanced() IS
	'Refuses, at commit, a ledger transaction with fewer than two entries or a sum other than '
	'zero. '
	'Fails with SQLSTATE 23514, constraint ledger_entries_balanced.';

CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION ledger_prove_balanced();
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION ledger_prove_balanced();
CREATE TRIGGER ledger_transactions_immutable BEFORE UPDATE OR DELETE ON ledger_transactions
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON ledger_transactions
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE OR DELETE ON ledger_entries
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE credit_transactions (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id),
	user_id uuid REFERENCES users (id),
	type text NOT NULL,
	status text NOT NULL DEFAULT 'pending',
	amount_e4 bigint NOT NULL,
	balance_after_e4 bigint,
	service_key text REFERENCES service_credit_costs (service_key),
	quantity_e4 bigint,
	description text,
	pack_id text REFERENCES credit_packs (id),
	price_cents bigint,
	currency char(3),
	payment_provider text,
	payment_reference text,
	ledger_transaction_id uuid REFERENCES ledger_transactions (id),
	created_at timestamptz NOT NULL DEFAULT now(),
	completed_at timestamptz,
	CONSTRAINT credit_transactions_type_check CHECK (
		type IN ('purchase', 'adjustment', 'refund', 'bonus', 'migration', 'spend',
			'reserve', 'release')),
	CONSTRAINT credit_transactions_status_check CHECK (
		status IN ('pending', 'completed', 'failed', 'expired', 'refunded')),
	CONSTRAINT credit_transactions_amount_check CHECK (
		CASE type
			WHEN 'purchase' THEN amount_e4 > 0
			WHEN 'bonus' THEN amount_e4 > 0
			WHEN 'spend' THEN amount_e4 <= 0
			ELSE amount_e4 <> 0
		END),
	CONSTRAINT credit_transactions_balance_after_check CHECK (balance_after_e4 >= 0),
	CONSTRAINT credit_transactions_quantity_check CHECK (quantity_e4 >= 0),
	CONSTRAINT credit_transactions_price_check CHECK (price_cents >= 0),
	CONSTRAINT credit_transactions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT credit_transactions_payment_provider_check CHECK (
		payment_provider IN ('test', 'stripe')),
	CONSTRAINT credit_transactions_pending_check CHECK (
		status <> 'pending' OR (balance_after_e4 IS NULL AND completed_at IS NULL
			AND ledger_transaction_id IS NULL)),
	CONSTRAINT credit_transactions_completed_check CHECK (
		status <> 'completed' OR (balance_after_e4 IS NOT NULL AND completed_at IS NOT NULL
			AND (ledger_transaction_id IS NOT NULL OR amount_e4 = 0)))
);
CREATE INDEX credit_transactions_store_id_idx
	ON credit_transactions (store_id, created_at DESC, id DESC);
CREATE INDEX credit_transactions_pending_idx ON credit_transactions (created_at)
	WHERE status = 'pending';
CREATE INDEX credit_transactions_ledger_transaction_id_idx
	ON credit_transactions (ledger_transaction_id) WHERE ledger_transaction_id IS NOT NULL;
CREATE UNIQUE INDEX credit_transactions_payment_key ON credit_transactions (payment_reference)
	WHERE payment_provider = 'stripe' AND type = 'purchase';
ALTER TABLE credit_transactions ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE credit_transactions IS
	'M7. The history that people see. A row leaves pending once and is never changed after.';
COMMENT ON COLUMN credit_transactions.user_id IS 'Who asked for it; NULL: the platform itself.';
COMMENT ON COLUMN credit_transactions.amount_e4 IS
	'Signed: what the store gains. A spend is negative, or zero for a service that costs '
	'nothing.';
COMMENT ON COLUMN credit_transactions.balance_after_e4 IS
	'The balance this left behind; NULL while pending, and for what never happened.';
COMMENT ON COLUMN credit_transactions.service_key IS 'What was spent on, where it was a service.';
COMMENT ON COLUMN credit_transactions.quantity_e4 IS 'Ten-thousandths of the service''s unit.';
COMMENT ON COLUMN credit_transactions.price_cents IS 'What a purchase cost, in its currency.';
COMMENT ON COLUMN credit_transactions.payment_reference IS
	'The provider''s own id of the payment; may be set while pending.';
COMMENT ON COLUMN credit_transactions.ledger_transaction_id IS
	'The movement it tells of; NULL until completed, and for a spend of nothing.';

CREATE FUNCTION credit_transactions_guard() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
	rest credit_transactions := NEW;
BEGIN
	rest.status := OLD.status;
	rest.balance_after_e4 := OLD.balance_after_e4;
	rest.payment_reference := OLD.payment_reference;
	rest.ledger_transaction_id := OLD.ledger_transaction_id;
	rest.completed_at := OLD.completed_at;
	IF OLD.status <> 'pending' OR rest IS DISTINCT FROM OLD THEN
		RAISE EXCEPTION 'credit transaction % may only leave pending, once', OLD.id
			USING ERRCODE = 'integrity_constraint_violation',
			      TABLE = TG_TABLE_NAME,
			      CONSTRAINT = 'credit_transactions_immutable';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION credit_transactions_guard() IS
	'Lets a pending row take its outcome and the payment''s reference; refuses any other '
	'change '
	'with SQLSTATE 23000, constraint credit_transactions_immutable.';

CREATE TRIGGER credit_transactions_guard BEFORE UPDATE ON credit_transactions
	FOR EACH ROW EXECUTE FUNCTION credit_transactions_guard();
CREATE TRIGGER credit_transactions_immutable BEFORE DELETE ON credit_transactions
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_transactions_no_truncate BEFORE TRUNCATE ON credit_transactions
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE credit_holds (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id),
	user_id uuid REFERENCES users (id),
	amount_e4 bigint NOT NULL,
	captured_e4 bigint NOT NULL DEFAULT 0,
	status text NOT NULL DEFAULT 'held',
	service_key text REFERENCES service_credit_costs (service_key),
	description text,
	expires_at timestamptz NOT NULL,
	finished_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT credit_holds_amount_check CHECK (amount_e4 > 0),
	CONSTRAINT credit_holds_captured_check CHECK (
		captured_e4 >= 0 AND captured_e4 <= amount_e4
		AND (captured_e4 = 0 OR status = 'captured')),
	CONSTRAINT credit_holds_status_check CHECK (
		status IN ('held', 'captured', 'released', 'expired')),
	CONSTRAINT credit_holds_finished_check CHECK ((status = 'held') = (finished_at IS NULL))
);
CREATE INDEX credit_holds_store_id_idx ON credit_holds (store_id, created_at DESC);
CREATE INDEX credit_holds_expires_at_idx ON credit_holds (expires_at) WHERE status = 'held';
CREATE TRIGGER credit_holds_updated_at BEFORE UPDATE ON credit_holds
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE credit_holds ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE credit_holds IS
	'Credits kept back for long work: captured when it is done, else released, or expired by a '
	'job.';
COMMENT ON COLUMN credit_holds.captured_e4 IS
	'How much of it was spent in the end; the rest went back to the store.';
COMMENT ON COLUMN credit_holds.finished_at IS 'When it stopped being held.';
