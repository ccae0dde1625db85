-- SPDX-License-Identifier: Apache-2.0
-- Master database, stores: the registry, each store's database, host names, secrets and people.

CREATE TABLE stores (
	id uuid PRIMARY KEY,
	user_id uuid NOT NULL REFERENCES users (id),
	name text NOT NULL,
	slug text COLLATE "C" NOT NULL,
	status text NOT NULL DEFAULT 'pending_database',
	is_active boolean NOT NULL DEFAULT true,
	country char(2),
	provisioning_status text NOT NULL DEFAULT 'pending',
	provisioning_step text,
	provisioning_current integer NOT NULL DEFAULT 0,
	provisioning_total integer NOT NULL DEFAULT 0,
	provisioning_message text,
	provisioning_error_code text,
	provisioning_error text,
	provisioning_attempts integer NOT NULL DEFAULT 0,
	provisioning_started_at timestamptz,
	provisioning_finished_at timestamptz,
	onboarding_payments text NOT NULL DEFAULT 'open',
	onboarding_credits text NOT NULL DEFAULT 'open',
	deleted_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT stores_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
	CONSTRAINT stores_slug_key UNIQUE (slug),
	CONSTRAINT stores_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$'),
	CONSTRAINT stores_status_check CHECK (
		status IN ('pending_database', 'provisioning', 'active', 'suspended', 'inactive')),
	CONSTRAINT stores_country_check CHECK (country ~ '^[A-Z]{2}$'),
	CONSTRAINT stores_provisioning_status_check CHECK (
		provisioning_status IN ('pending', 'running', 'completed', 'failed')),
	CONSTRAINT stores_provisioning_progress_check CHECK (
		provisioning_current >= 0 AND provisioning_total >= 0
		AND provisioning_attempts >= 0),
	CONSTRAINT stores_onboarding_payments_check CHECK (
		onboarding_payments IN ('open', 'done', 'skipped')),
	CONSTRAINT stores_onboarding_credits_check CHECK (
		onboarding_credits IN ('open', 'done', 'skipped'))
);
CREATE INDEX stores_user_id_idx ON stores (user_id, created_at DESC, id DESC);
CREATE INDEX stores_deleted_at_idx ON stores (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TRIGGER stores_updated_at BEFORE UPDATE ON stores
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE stores ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE stores IS
	'M2. The registry: which stores there are and whose. Everything else of a store is in its '
	'own '
	'database.';
COMMENT ON COLUMN stores.slug IS
	'Its label under the platform''s domain, so a DNS label. A deleted store keeps it.';
COMMENT ON COLUMN stores.status IS
	'pending_database, then provisioning, then active; suspended by the platform, inactive by '
	'its '
	'owner.';
COMMENT ON COLUMN stores.is_active IS 'A switch beside the status: off, the store answers nobody.';
COMMENT ON COLUMN stores.country IS 'ISO 3166-1 alpha-2, upper-case.';
COMMENT ON COLUMN stores.provisioning_status IS
	'What the owner watches: where the provisioning job stands.';
COMMENT ON COLUMN stores.provisioning_step IS
	'Name of the step now running, or the one that failed.';
COMMENT ON COLUMN stores.provisioning_current IS
	'Steps done, of provisioning_total; 0 before a start.';
COMMENT ON COLUMN stores.provisioning_error_code IS 'A stable code of the error table.';
COMMENT ON COLUMN stores.provisioning_error IS
	'For people: what went wrong and what to do. No secret.';
COMMENT ON COLUMN stores.provisioning_attempts IS 'Times the work was begun, resumptions included.';
COMMENT ON COLUMN stores.onboarding_payments IS 'The optional Stripe step of the onboarding.';
COMMENT ON COLUMN stores.onboarding_credits IS 'The optional credits step of the onboarding.';
COMMENT ON COLUMN stores.deleted_at IS 'Soft deletion; can be taken back for 30 days.';

CREATE TABLE provisioning_steps (
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	step_no integer NOT NULL,
	name text NOT NULL,
	started_at timestamptz NOT NULL DEFAULT now(),
	finished_at timestamptz,
	fence bigint NOT NULL,
	PRIMARY KEY (store_id, step_no),
	CONSTRAINT provisioning_steps_step_no_check CHECK (step_no >= 0)
);
ALTER TABLE provisioning_steps ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE provisioning_steps IS
	'What provisioning has begun and finished for a store, so that a killed run is resumed.';
COMMENT ON COLUMN provisioning_steps.step_no IS 'Place in the ordered list of steps.';
COMMENT ON COLUMN provisioning_steps.finished_at IS
	'NULL: begun and not known to be done; run again.';
COMMENT ON COLUMN provisioning_steps.fence IS
	'Fencing token of the job that wrote the row; a runner with a lower one has lost its '
	'lease.';

CREATE TABLE store_databases (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	database_type text NOT NULL,
	is_managed boolean NOT NULL DEFAULT false,
	credentials_sealed bytea,
	credential_revision integer NOT NULL DEFAULT 1,
	host text,
	port integer,
	database_name text,
	username text,
	connection_status text NOT NULL DEFAULT 'pending',
	server_version text,
	server_identity text,
	schema_version integer NOT NULL DEFAULT 0,
	schema_fingerprint text,
	last_checked_at timestamptz,
	last_error text,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT store_databases_store_id_key UNIQUE (store_id),
	CONSTRAINT store_databases_database_type_check CHECK (
		database_type IN ('supabase', 'postgresql', 'mysql')),
	CONSTRAINT store_databases_credential_revision_check CHECK (credential_revision >= 1),
	CONSTRAINT store_databases_port_check CHECK (port BETWEEN 1 AND 65535),
	CONSTRAINT store_databases_connection_status_check CHECK (
		connection_status IN ('pending', 'connected', 'failed', 'timeout')),
	CONSTRAINT store_databases_schema_version_check CHECK (schema_version >= 0)
);
CREATE UNIQUE INDEX store_databases_identity_key
	ON store_databases (server_identity, database_name) WHERE server_identity IS NOT NULL;
CREATE TRIGGER store_databases_updated_at BEFORE UPDATE ON store_databases
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE store_databases ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE store_databases IS
	'M3. How to reach a store''s database; one for each store, and no database serves two.';
COMMENT ON COLUMN store_databases.is_managed IS 'Made by the platform on a server of its own.';
COMMENT ON COLUMN store_databases.credentials_sealed IS
	'AES-256-GCM box, bound to table, column, id and credential_revision. NULL until they are '
	'known.';
COMMENT ON COLUMN store_databases.credential_revision IS
	'Raised with every change of credentials; part of the box''s seal and of the key under '
	'which '
	'workers keep connections.';
COMMENT ON COLUMN store_databases.host IS 'As given, for people to see; never used unchecked.';
COMMENT ON COLUMN store_databases.server_identity IS
	'What the server says of itself (PostgreSQL: its system identifier), so that the same '
	'database '
	'is known under another name or address.';
COMMENT ON COLUMN store_databases.schema_version IS 'Last tenant migration applied; 0: none yet.';
COMMENT ON COLUMN store_databases.schema_fingerprint IS
	'Digest of the tenant''s catalogue after the last migration; a different one is drift.';
COMMENT ON COLUMN store_databases.last_error IS 'A code and its reason; never a secret.';

CREATE TABLE store_hostnames (
	id uuid PRIMARY KEY,
	hostname text COLLATE "C" NOT NULL,
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	is_primary boolean NOT NULL DEFAULT false,
	is_custom_domain boolean NOT NULL DEFAULT false,
	verification_token text,
	verified_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT store_hostnames_hostname_key UNIQUE (hostname),
	CONSTRAINT store_hostnames_hostname_check CHECK (
		hostname = lower(hostname) AND octet_length(hostname) BETWEEN 1 AND 253)
);
CREATE UNIQUE INDEX store_hostnames_primary_key ON store_hostnames (store_id) WHERE is_primary;
CREATE INDEX store_hostnames_store_id_idx ON store_hostnames (store_id);
ALTER TABLE store_hostnames ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE store_hostnames IS 'M4. Which store answers under which host name.';
COMMENT ON COLUMN store_hostnames.hostname IS 'Lower-case, no port, no trailing dot.';
COMMENT ON COLUMN store_hostnames.is_primary IS 'The one that links are built with.';
COMMENT ON COLUMN store_hostnames.is_custom_domain IS
	'Not under the platform''s domain: serves only once verified_at is set.';
COMMENT ON COLUMN store_hostnames.verification_token IS 'What the DNS TXT record has to say.';

CREATE TABLE store_secrets (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	name text NOT NULL,
	sealed bytea NOT NULL,
	last4 text,
	revision integer NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT store_secrets_store_id_name_key UNIQUE (store_id, name),
	CONSTRAINT store_secrets_name_check CHECK (name ~ '^[a-z][a-z0-9_]{0,62}$'),
	CONSTRAINT store_secrets_last4_check CHECK (char_length(last4) <= 4),
	CONSTRAINT store_secrets_revision_check CHECK (revision >= 1)
);
CREATE TRIGGER store_secrets_updated_at BEFORE UPDATE ON store_secrets
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE store_secrets ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE store_secrets IS
	'A store''s keys for services of others, such as stripe_publishable_key, '
	'stripe_secret_key.';
COMMENT ON COLUMN store_secrets.sealed IS
	'AES-256-GCM box, bound to table, column, id and revision: it opens in no other row.';
COMMENT ON COLUMN store_secrets.last4 IS 'The last characters, all that is ever shown of it.';
COMMENT ON COLUMN store_secrets.revision IS 'Raised each time the value is sealed anew.';

CREATE TABLE store_members (
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	role text NOT NULL,
	invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (store_id, user_id),
	CONSTRAINT store_members_role_check CHECK (role IN ('admin', 'staff', 'viewer'))
);
CREATE INDEX store_members_user_id_idx ON store_members (user_id);
CREATE TRIGGER store_members_updated_at BEFORE UPDATE ON store_members
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE store_members ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE store_members IS
	'Platform users who may work on a store that is not theirs; its owner is stores.user_id, '
	'not here.';
COMMENT ON COLUMN store_members.role IS 'admin: all but owning it. staff: works. viewer: looks.';

CREATE TABLE api_keys (
	id uuid PRIMARY KEY,
	store_id uuid NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
	created_by uuid REFERENCES users (id) ON DELETE SET NULL,
	name text NOT NULL,
	prefix text NOT NULL,
	key_hash bytea NOT NULL,
	scopes text[] NOT NULL DEFAULT '{}',
	last_used_at timestamptz,
	expires_at timestamptz,
	revoked_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT api_keys_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
	CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
	CONSTRAINT api_keys_key_hash_check CHECK (octet_length(key_hash) = 32)
);
CREATE INDEX api_keys_store_id_idx ON api_keys (store_id, created_at DESC);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE api_keys IS 'Keys that let programs act for one store.';
COMMENT ON COLUMN api_keys.prefix IS
	'First characters of the key, by which people tell keys apart.';
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the key, which was shown once and is not kept.';
COMMENT ON COLUMN api_keys.scopes IS 'What it may do; empty: nothing.';
COMMENT ON COLUMN api_keys.last_used_at IS 'Kept to a coarse grain.';
