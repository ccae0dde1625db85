-- SPDX-License-Identifier: Apache-2.0
-- Master database, news: what workers on all hosts remember is dropped when it changes here,
-- whoever changes it. The channel's text is the id of the user or store, or the host name.

CREATE FUNCTION news_of_user() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('souk_news', OLD.id::text);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION news_of_user() IS 'What is remembered of this user''s sessions is old.';

-- A login is no news: it would make all logins wait for one another, since a commit that
-- notifies holds a lock until it is on disk.
CREATE TRIGGER users_news AFTER UPDATE OF email, first_name, last_name, phone, avatar_url,
		company_name, role, account_type, is_active, email_verified, profile_completed_at,
		token_generation ON users
	FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION news_of_user();
CREATE TRIGGER users_news_delete AFTER DELETE ON users
	FOR EACH ROW EXECUTE FUNCTION news_of_user();

CREATE FUNCTION news_of_session() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('souk_news', OLD.user_id::text);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION news_of_session() IS 'A session that was live is so no more.';

-- The hourly removal of what has expired long since is no news.
CREATE TRIGGER sessions_news AFTER UPDATE OF user_id, expires_at, revoked_at ON sessions
	FOR EACH ROW WHEN (OLD.user_id <> NEW.user_id OR NEW.expires_at < OLD.expires_at
		OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
	EXECUTE FUNCTION news_of_session();
CREATE TRIGGER sessions_news_delete AFTER DELETE ON sessions
	FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now())
	EXECUTE FUNCTION news_of_session();

CREATE FUNCTION news_of_store() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM pg_notify('souk_news', OLD.id::text);
		PERFORM pg_notify('souk_news', OLD.user_id::text);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM pg_notify('souk_news', NEW.user_id::text);
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION news_of_store() IS 'Both the store and its owner''s list of stores.';

CREATE TRIGGER stores_news AFTER INSERT OR DELETE OR
		UPDATE OF user_id, name, slug, status, is_active, country, deleted_at ON stores
	FOR EACH ROW EXECUTE FUNCTION news_of_store();

CREATE FUNCTION news_of_database() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('souk_news', OLD.store_id::text);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION news_of_database() IS 'A store''s credentials have changed.';

CREATE TRIGGER store_databases_news AFTER DELETE OR
		UPDATE OF credentials_sealed, credential_revision, is_managed ON store_databases
	FOR EACH ROW EXECUTE FUNCTION news_of_database();

CREATE FUNCTION news_of_hostname() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM pg_notify('souk_news', OLD.hostname);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM pg_notify('souk_news', NEW.hostname);
		PERFORM pg_notify('souk_news', user_id::text) FROM stores WHERE id = NEW.store_id;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION news_of_hostname() IS
	'Where the name leads, and the address in its owner''s list of stores.';

CREATE TRIGGER store_hostnames_news AFTER INSERT OR UPDATE OR DELETE ON store_hostnames
	FOR EACH ROW EXECUTE FUNCTION news_of_hostname();
