m4_changequote([[, ]])m4_dnl
m4_changecom()m4_dnl
m4_divert(-1)
-- SPDX-License-Identifier: Apache-2.0
-- The words of the tenant schema in PostgreSQL (13 or newer, no extension).
-- Read with m4 -P before a source file. dialect_mysql.m4 has the same words; a source file uses nothing else that differs.
-- None of our words is an SQL keyword, because m4 would expand its own output for ever.

-- 1. Types. Text that is indexed or bounded is varchar(n) in both dialects; TEXT_T is never indexed.
m4_define([[DIALECT]], [[postgresql]])
m4_define([[UUID_T]], [[uuid]])
m4_define([[TEXT_T]], [[text]])
m4_define([[BOOL_T]], [[boolean]])
m4_define([[JSON_T]], [[jsonb]])
m4_define([[BYTES_T]], [[bytea]])
m4_define([[TIMESTAMP_T]], [[timestamptz]])
m4_define([[MONEY_T]], [[bigint]])
m4_define([[RATE_T]], [[numeric(9,4)]])
m4_define([[CURRENCY_T]], [[char(3)]])
m4_define([[COUNTRY_T]], [[char(2)]])
m4_define([[LANG_T]], [[varchar(12)]])

-- 2. Columns and defaults.
m4_define([[UUID_ID]], [[id uuid PRIMARY KEY]])
m4_define([[LOG_ID]], [[id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY]])
m4_define([[NOW_DEFAULT]], [[DEFAULT now()]])
m4_define([[NOW_VALUE]], [[now()]])
m4_define([[EMPTY_TEXT]], [[NOT NULL DEFAULT '']])
m4_define([[EMPTY_OBJECT]], [[NOT NULL DEFAULT '{}']])
m4_define([[EMPTY_LIST]], [[NOT NULL DEFAULT '[]']])
m4_define([[CREATED_AT]], [[created_at timestamptz NOT NULL DEFAULT now()]])
m4_define([[TIMESTAMPS]], [[created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()AFTER_TABLE([[CREATE TRIGGER THIS_TABLE[[]]_updated_at BEFORE UPDATE ON THIS_TABLE
	FOR EACH ROW EXECUTE FUNCTION souk_set_updated_at();]])]])
m4_define([[SEO_COLUMNS]], [[language_code LANG_T NOT NULL,
	meta_title varchar(255) NOT NULL DEFAULT '',
	meta_description varchar(500) NOT NULL DEFAULT '',
	canonical_url varchar(2000),
	robots varchar(60) NOT NULL DEFAULT 'index, follow',
	social_title varchar(255),
	social_description varchar(500),
	social_image_id UUID_T,
	structured_data JSON_T EMPTY_OBJECT,
	TIMESTAMPS]])
m4_define([[ADDRESS_COLUMNS]], [[first_name varchar(100) NOT NULL DEFAULT '',
	last_name varchar(100) NOT NULL DEFAULT '',
	company varchar(200) NOT NULL DEFAULT '',
	line1 varchar(200) NOT NULL,
	line2 varchar(200) NOT NULL DEFAULT '',
	city varchar(120) NOT NULL,
	region varchar(120) NOT NULL DEFAULT '',
	postal_code varchar(32) NOT NULL DEFAULT '',
	country COUNTRY_T NOT NULL CHECK (MATCHES(country, '^[A-Z]{2}$')),
	phone varchar(40) NOT NULL DEFAULT '']])
m4_define([[MATCHES]], [[$1 ~ $2]])
m4_define([[AFTER_DAYS]], [[(now() + interval '$1 days')]])

-- 3. Tables. CREATE_TABLE(name, comment) … END_TABLE; between them plain column lists and the words below.
--    FK_INDEXED makes the index that PostgreSQL, unlike MySQL, does not; FK_KEYED is for a column that a key already leads with.
m4_define([[CREATE_TABLE]], [[m4_define([[THIS_TABLE]], [[$1]])m4_define([[THIS_COMMENT]], [[$2]])m4_define([[THIS_AFTER]])m4_dnl
CREATE TABLE $1 (]])
m4_define([[AFTER_TABLE]], [[m4_define([[THIS_AFTER]], m4_dquote(THIS_AFTER[[]]$1
))]])
m4_define([[m4_dquote]], [[[[$*]]]])
m4_define([[END_TABLE]], [[);
COMMENT ON TABLE THIS_TABLE IS 'm4_patsubst(m4_dquote(THIS_COMMENT), [[']], [['']])';
THIS_AFTER]])
m4_define([[FK_KEYED]], [[CONSTRAINT THIS_TABLE[[]]_$1_fkey FOREIGN KEY ($1) REFERENCES $2 (m4_ifelse([[$4]], [[]], [[id]], [[$4]])) ON DELETE $3]])
m4_define([[FK_INDEXED]], [[FK_KEYED([[$1]], [[$2]], [[$3]], [[$4]])[[]]AFTER_TABLE([[CREATE INDEX THIS_TABLE[[]]_$1_idx ON THIS_TABLE ($1);]])]])
m4_define([[FK_TOGETHER]], [[CONSTRAINT THIS_TABLE[[]]_$1_fkey FOREIGN KEY ($2) REFERENCES $3 ($4) ON DELETE $5]])
m4_define([[UNIQUE_KEY]], [[CONSTRAINT THIS_TABLE[[]]_$1_key UNIQUE ($2)]])
m4_define([[CHECK_THAT]], [[CONSTRAINT THIS_TABLE[[]]_$1_check CHECK ($2)]])

-- 4. What stands after a table.
m4_define([[ADD_COLUMN]], [[ALTER TABLE $1 ADD COLUMN $2 $3;]])
m4_define([[ADD_FK]], [[ALTER TABLE $1 ADD CONSTRAINT $1_$2_fkey FOREIGN KEY ($2) REFERENCES $3 (id) ON DELETE $4;
CREATE INDEX $1_$2_idx ON $1 ($2);]])
m4_define([[MAKE_INDEX]], [[CREATE INDEX $1_$2_idx ON $1 ($3);]])
m4_define([[INDEX_WHERE]], [[CREATE INDEX $1_$2_idx ON $1 ($3) WHERE $4;]])
m4_define([[UNIQUE_WHERE]], [[CREATE UNIQUE INDEX $1_$2_key ON $1 ($3) WHERE $4;]])
m4_define([[ONE_WHERE]], [[CREATE UNIQUE INDEX $1_$2_key ON $1 ((true)) WHERE $3;]])
m4_define([[ONE_EACH_WHERE]], [[UNIQUE_WHERE([[$1]], [[$2]], [[$3]], [[$4]])]])
m4_define([[UNIQUE_LOWER]], [[CREATE UNIQUE INDEX $1_$2_key ON $1 (lower($2));]])

-- 5. Rules that a constraint alone cannot express.
-- APPEND_ONLY(table): rows are never changed or deleted, but by a transaction that says it erases.
m4_define([[APPEND_ONLY]], [[CREATE TRIGGER $1_append_only BEFORE UPDATE OR DELETE ON $1
	FOR EACH ROW EXECUTE FUNCTION souk_append_only();]])
-- STATE_GUARD(table): status_from always holds the status a row came from; its foreign key to the table of transitions does the rest.
m4_define([[STATE_GUARD]], [[CREATE TRIGGER $1_status_guard BEFORE INSERT OR UPDATE ON $1
	FOR EACH ROW EXECUTE FUNCTION souk_guard_status();]])
-- ROLLUP(child, parent, foreign key column, parent column, expression over THIS.column): the parent's column is the sum over its
-- children, kept under the parent's row lock, so that the parent's CHECKs bound the sum however many write at once.
m4_define([[ROLLUP_ROW]], [[m4_patsubst([[$1]], [[\bTHIS\b]], [[$2]])]])
m4_define([[ROLLUP]], [[CREATE FUNCTION souk_$1_to_$4() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $souk$
BEGIN
	IF TG_OP = 'INSERT' THEN
		UPDATE $2 SET $4 = $4 + (ROLLUP_ROW([[$5]], [[NEW]])) WHERE id = NEW.$3;
	ELSIF TG_OP = 'DELETE' THEN
		UPDATE $2 SET $4 = $4 - (ROLLUP_ROW([[$5]], [[OLD]])) WHERE id = OLD.$3;
	ELSIF NEW.$3 IS DISTINCT FROM OLD.$3 OR (ROLLUP_ROW([[$5]], [[NEW]])) <> (ROLLUP_ROW([[$5]], [[OLD]])) THEN
		UPDATE $2 SET $4 = $4
			+ CASE WHEN id = NEW.$3 THEN (ROLLUP_ROW([[$5]], [[NEW]])) ELSE 0 END
			- CASE WHEN id = OLD.$3 THEN (ROLLUP_ROW([[$5]], [[OLD]])) ELSE 0 END
		WHERE id IN (NEW.$3, OLD.$3);
	END IF;
	RETURN NULL;
END
$souk$;
CREATE TRIGGER $1_to_$4 AFTER INSERT OR UPDATE OR DELETE ON $1
	FOR EACH ROW EXECUTE FUNCTION souk_$1_to_$4();]])
-- CLOSURE_TREE(table, closure): keeps (ancestor_id, descendant_id, depth) equal to the tree of parent_id, and refuses a circle.
m4_define([[CLOSURE_TREE]], [[CREATE FUNCTION souk_$1_tree() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $souk$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $2 WHERE descendant_id = NEW.parent_id) THEN
			RAISE EXCEPTION '$1: a parent must be inserted before its children' USING ERRCODE = 'foreign_key_violation';
		END IF;
		INSERT INTO $2 (ancestor_id, descendant_id, depth)
		SELECT ancestor_id, NEW.id, depth + 1 FROM $2 WHERE descendant_id = NEW.parent_id
		UNION ALL SELECT NEW.id, NEW.id, 0;
	ELSIF NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
		IF EXISTS (SELECT 1 FROM $2 WHERE ancestor_id = NEW.id AND descendant_id = NEW.parent_id) THEN
			RAISE EXCEPTION '$1: a row cannot be moved below itself' USING ERRCODE = 'check_violation';
		END IF;
		DELETE FROM $2 WHERE descendant_id IN (SELECT descendant_id FROM $2 WHERE ancestor_id = NEW.id)
			AND ancestor_id IN (SELECT ancestor_id FROM $2 WHERE descendant_id = NEW.id AND ancestor_id <> NEW.id);
		INSERT INTO $2 (ancestor_id, descendant_id, depth)
		SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1
		FROM $2 above, $2 below
		WHERE above.descendant_id = NEW.parent_id AND below.ancestor_id = NEW.id;
	END IF;
	RETURN NULL;
END
$souk$;
CREATE TRIGGER $1_tree AFTER INSERT OR UPDATE ON $1
	FOR EACH ROW EXECUTE FUNCTION souk_$1_tree();]])
m4_define([[DIALECT_PRELUDE]], [[CREATE FUNCTION souk_set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $souk$
BEGIN
	NEW.updated_at := clock_timestamp();
	RETURN NEW;
END
$souk$;

CREATE FUNCTION souk_append_only() RETURNS trigger LANGUAGE plpgsql AS $souk$
BEGIN
	-- Retention and erasure required by law: SET LOCAL souk.erasure = 'on'.
	IF current_setting('souk.erasure', true) = 'on' THEN
		RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
	END IF;
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$souk$;

CREATE FUNCTION souk_guard_status() RETURNS trigger LANGUAGE plpgsql AS $souk$
BEGIN
	IF TG_OP = 'INSERT' THEN
		NEW.status_from := 'new';
	ELSIF NEW.status <> OLD.status THEN
		NEW.status_from := OLD.status;
	ELSE
		NEW.status_from := OLD.status_from;
	END IF;
	RETURN NEW;
END
$souk$;]])

-- 6. Seeds. SEED(table, columns, rows) inserts what is not there and leaves what is there as the shop has made it.
m4_define([[SEED]], [[INSERT INTO $1 ($2) VALUES
$3
ON CONFLICT DO NOTHING;]])
m4_define([[SEED_SELECT]], [[INSERT INTO $1 ($2)
$3
ON CONFLICT DO NOTHING;]])
-- SEED_LOG is SEED for append-only tables, whose rows must not even be set to themselves.
m4_define([[SEED_LOG]], [[SEED([[$1]], [[$2]], [[$3]])]])
m4_define([[SEED_UUID]], [['00000000-0000-7000-8000-m4_format([[%04x%08x]], [[$1]], [[$2]])']])
m4_define([[DAYS_AGO]], [[(now() - interval '$1 days')]])
m4_divert(0)m4_dnl
