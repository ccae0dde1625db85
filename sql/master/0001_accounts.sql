-- SPDX-License-Identifier: Apache-2.0
-- Master database, people: who may sign in to the platform, their sessions, their mailed tokens.

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION set_updated_at() IS
	'BEFORE UPDATE trigger of every table with updated_at; nobody sets that column by hand.';

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
		USING ERRCODE = 'integrity_constraint_violation',
		      TABLE = TG_TABLE_NAME,
		      CONSTRAINT = TG_TABLE_NAME || '_immutable';
END
$$;
COMMENT ON FUNCTION refuse_change() IS
	'Trigger of append-only tables. Fails with SQLSTATE 23000, constraint <table>_immutable.';

-- Every table enables row level security and has no policy: the owner, who is the only one to
-- work here, is not bound by it, and on a server that grants new tables to other roles by
-- default (a Supabase project does, to its public API) those roles see nothing.

CREATE TABLE users (
	id uuid PRIMARY KEY,
	email text COLLATE "C" NOT NULL,
	password_hash text,
	first_name text NOT NULL DEFAULT '',
	last_name text NOT NULL DEFAULT '',
	phone text,
	avatar_url text,
	company_name text,
	role text NOT NULL DEFAULT 'store_owner',
	account_type text NOT NULL DEFAULT 'agency',
	is_active boolean NOT NULL DEFAULT true,
	email_verified boolean NOT NULL DEFAULT false,
	email_verified_at timestamptz,
	last_login timestamptz,
	profile_completed_at timestamptz,
	token_generation integer NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT users_email_check CHECK (
		email = lower(email) AND octet_length(email) <= 254 AND strpos(email, '@') > 1),
	CONSTRAINT users_role_check CHECK (role IN ('admin', 'store_owner')),
	CONSTRAINT users_account_type_check CHECK (account_type IN ('agency')),
	CONSTRAINT users_token_generation_check CHECK (token_generation >= 0)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE TRIGGER users_updated_at BEFORE UPDATE ON users
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE users IS
	'M1. Agencies and store owners only; a shop''s staff and customers live in its own '
	'database.';
COMMENT ON COLUMN users.email IS
	'Lower-case. Collation C: lower() touches ASCII letters only, whatever the server''s '
	'locale. '
	'Look it up as lower(email) = $1, which is what the index holds.';
COMMENT ON COLUMN users.password_hash IS
	'Argon2id, or the bcrypt of an imported user until the next login. NULL: cannot log in.';
COMMENT ON COLUMN users.role IS 'admin: runs the platform. store_owner: runs stores of their own.';
COMMENT ON COLUMN users.account_type IS 'What kind of account the access token names.';
COMMENT ON COLUMN users.is_active IS 'Switched off by an admin: logins and tokens are refused.';
COMMENT ON COLUMN users.profile_completed_at IS
	'When the onboarding''s profile step was sent. NULL: that step is still open.';
COMMENT ON COLUMN users.token_generation IS
	'Raised to end every access token of this user at once; a token names the one it was made '
	'in.';

CREATE TABLE sessions (
	id uuid PRIMARY KEY,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	user_agent text,
	ip_address text,
	created_at timestamptz NOT NULL DEFAULT now(),
	last_used_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	revoked_at timestamptz,
	revoked_reason text
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE sessions IS
	'One row for each login; its id is the sid of the access tokens. '
	'Tenant databases hold a table with these same columns for their own users.';
COMMENT ON COLUMN sessions.user_agent IS
	'As the client named itself at login, cut to a sane length.';
COMMENT ON COLUMN sessions.last_used_at IS 'Last refresh or request, kept to a coarse grain.';
COMMENT ON COLUMN sessions.revoked_at IS 'Not NULL: over, whatever expires_at says.';
COMMENT ON COLUMN sessions.revoked_reason IS
	'Why, in one word for the log: logout, password change, reuse of a refresh token, and so '
	'on.';

CREATE TABLE refresh_tokens (
	id uuid PRIMARY KEY,
	session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
	token_hash bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	child_id uuid,
	CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
	CONSTRAINT refresh_tokens_token_hash_check CHECK (octet_length(token_hash) = 32),
	CONSTRAINT refresh_tokens_child_id_key UNIQUE (child_id),
	CONSTRAINT refresh_tokens_child_id_fkey FOREIGN KEY (child_id)
		REFERENCES refresh_tokens (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE refresh_tokens IS
	'Refresh tokens of a session, each good once: a used one shown again ends the session.';
COMMENT ON COLUMN refresh_tokens.token_hash IS
	'SHA-256 of the opaque token; the token is not kept.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged for its child.';
COMMENT ON COLUMN refresh_tokens.child_id IS
	'The one token that took its place. Checked at commit, so parent and child go in in any '
	'order.';

CREATE TABLE account_tokens (
	id uuid PRIMARY KEY,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	purpose text NOT NULL,
	token_hash bytea NOT NULL,
	code_hash bytea,
	tries integer NOT NULL DEFAULT 0,
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT account_tokens_purpose_check CHECK (
		purpose IN ('verify_email', 'reset_password')),
	CONSTRAINT account_tokens_token_hash_key UNIQUE (token_hash),
	CONSTRAINT account_tokens_tries_check CHECK (tries >= 0)
);
CREATE INDEX account_tokens_user_id_idx ON account_tokens (user_id, purpose, created_at DESC);
CREATE INDEX account_tokens_expires_at_idx ON account_tokens (expires_at);
ALTER TABLE account_tokens ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE account_tokens IS
	'What was mailed to prove an address or to reset a password: a link, and perhaps a short '
	'code.';
COMMENT ON COLUMN account_tokens.token_hash IS 'Hash of the token in the link.';
COMMENT ON COLUMN account_tokens.code_hash IS 'Hash of the six-digit code, where one was sent.';
COMMENT ON COLUMN account_tokens.tries IS 'Wrong codes so far; the limit is the program''s.';
COMMENT ON COLUMN account_tokens.used_at IS 'Not NULL: spent, or replaced by a newer one.';

CREATE TABLE rate_limits (
	key text PRIMARY KEY,
	window_started_at timestamptz NOT NULL DEFAULT now(),
	hits integer NOT NULL DEFAULT 0,
	CONSTRAINT rate_limits_hits_check CHECK (hits >= 0)
) WITH (fillfactor = 70);
ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE rate_limits IS
	'Fixed-window counters that all workers and hosts share and that outlive a restart. '
	'Filled to 70 % so that a count is updated within its page.';
COMMENT ON COLUMN rate_limits.key IS
	'Limit, then what it counts, such as login:<account>:<network>.';
COMMENT ON COLUMN rate_limits.window_started_at IS
	'Start of the window counted now; an older one is begun again by the next hit.';
