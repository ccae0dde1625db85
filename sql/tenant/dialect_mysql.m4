m4_changequote([[, ]])m4_dnl
m4_changecom()m4_dnl
m4_divert(-1)
-- SPDX-License-Identifier: Apache-2.0
-- The words of the tenant schema in MySQL 8.0.16+ and MariaDB 10.6+: the same words as dialect_postgresql.m4.
-- A statement ends with a semicolon at the end of a line; a semicolon inside a trigger never stands there. The session is
-- in UTC, strict mode and utf8mb4. Where PostgreSQL has a partial unique index, a generated column that is NULL where the
-- condition does not hold does the same.

-- 1. Types. Not char(n): what it reads as depends on the SQL mode, so MariaDB refuses it in an indexed generated column.
m4_define([[DIALECT]], [[mysql]])
m4_define([[UUID_T]], [[varchar(36) CHARACTER SET ascii COLLATE ascii_bin]])
m4_define([[TEXT_T]], [[mediumtext]])
m4_define([[BOOL_T]], [[boolean]])
m4_define([[JSON_T]], [[json]])
m4_define([[BYTES_T]], [[varbinary(64)]])
m4_define([[TIMESTAMP_T]], [[datetime(6)]])
m4_define([[MONEY_T]], [[bigint]])
m4_define([[RATE_T]], [[numeric(9,4)]])
m4_define([[CURRENCY_T]], [[varchar(3) CHARACTER SET ascii COLLATE ascii_bin]])
m4_define([[COUNTRY_T]], [[varchar(2) CHARACTER SET ascii COLLATE ascii_bin]])
m4_define([[LANG_T]], [[varchar(12) CHARACTER SET ascii COLLATE ascii_bin]])

-- 2. Columns and defaults.
m4_define([[UUID_ID]], [[id UUID_T PRIMARY KEY]])
m4_define([[LOG_ID]], [[id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY]])
m4_define([[NOW_DEFAULT]], [[DEFAULT CURRENT_TIMESTAMP(6)]])
m4_define([[NOW_VALUE]], [[CURRENT_TIMESTAMP(6)]])
m4_define([[EMPTY_TEXT]], [[NOT NULL DEFAULT ('')]])
m4_define([[EMPTY_OBJECT]], [[NOT NULL DEFAULT (JSON_OBJECT())]])
m4_define([[EMPTY_LIST]], [[NOT NULL DEFAULT (JSON_ARRAY())]])
m4_define([[CREATED_AT]], [[created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)]])
m4_define([[TIMESTAMPS]], [[created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)]])
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
m4_define([[MATCHES]], [[$1 REGEXP $2]])
m4_define([[AFTER_DAYS]], [[(CURRENT_TIMESTAMP(6) + INTERVAL $1 DAY)]])
m4_define([[DAYS_AGO]], [[(CURRENT_TIMESTAMP(6) - INTERVAL $1 DAY)]])

-- 3. Tables. Inline REFERENCES is ignored by MySQL 8, so every foreign key stands at the foot of its table.
m4_define([[m4_dquote]], [[[[$*]]]])
m4_define([[CREATE_TABLE]], [[m4_define([[THIS_TABLE]], [[$1]])m4_define([[THIS_COMMENT]], [[$2]])m4_dnl
CREATE TABLE $1 (]])
m4_define([[END_TABLE]], [[) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
	COMMENT='m4_patsubst(m4_dquote(THIS_COMMENT), [[']], [['']])';]])
m4_define([[FK_KEYED]], [[CONSTRAINT THIS_TABLE[[]]_$1_fkey FOREIGN KEY ($1) REFERENCES $2 (m4_ifelse([[$4]], [[]], [[id]], [[$4]])) ON DELETE $3]])
m4_define([[FK_INDEXED]], [[KEY THIS_TABLE[[]]_$1_idx ($1),
	FK_KEYED([[$1]], [[$2]], [[$3]], [[$4]])]])
m4_define([[FK_TOGETHER]], [[CONSTRAINT THIS_TABLE[[]]_$1_fkey FOREIGN KEY ($2) REFERENCES $3 ($4) ON DELETE $5]])
m4_define([[UNIQUE_KEY]], [[CONSTRAINT THIS_TABLE[[]]_$1_key UNIQUE ($2)]])
m4_define([[CHECK_THAT]], [[CONSTRAINT THIS_TABLE[[]]_$1_check CHECK ($2)]])

-- 4. What stands after a table.
m4_define([[ADD_COLUMN]], [[ALTER TABLE $1 ADD COLUMN $2 $3;]])
m4_define([[ADD_FK]], [[CREATE INDEX $1_$2_idx ON $1 ($2);
ALTER TABLE $1 ADD CONSTRAINT $1_$2_fkey FOREIGN KEY ($2) REFERENCES $3 (id) ON DELETE $4;]])
m4_define([[MAKE_INDEX]], [[CREATE INDEX $1_$2_idx ON $1 ($3);]])
m4_define([[INDEX_WHERE]], [[CREATE INDEX $1_$2_idx ON $1 ($3);]])
m4_define([[ONE_WHERE]], [[ALTER TABLE $1 ADD COLUMN $2_mark tinyint GENERATED ALWAYS AS (CASE WHEN $3 THEN 1 END) VIRTUAL;
CREATE UNIQUE INDEX $1_$2_key ON $1 ($2_mark);]])
m4_define([[UNIQUE_WHERE]], [[ALTER TABLE $1 ADD COLUMN $2_mark tinyint GENERATED ALWAYS AS (CASE WHEN $4 THEN 1 END) VIRTUAL;
CREATE UNIQUE INDEX $1_$2_key ON $1 ($3, $2_mark);]])
m4_define([[ONE_EACH_WHERE]], [[UNIQUE_WHERE([[$1]], [[$2]], [[$3]], [[$4]])]])
m4_define([[UNIQUE_LOWER]], [[ALTER TABLE $1 ADD COLUMN $2_lower varchar(254) GENERATED ALWAYS AS (lower($3)) VIRTUAL;
CREATE UNIQUE INDEX $1_$2_key ON $1 ($2_lower);]])

-- 5. Rules that a constraint alone cannot express. Erasure: SET @souk_erasure = 'on'.
m4_define([[APPEND_ONLY]], [[CREATE TRIGGER $1_append_only_update BEFORE UPDATE ON $1 FOR EACH ROW IF COALESCE(@souk_erasure, '') <> 'on' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '$1 is append-only'; END IF;
CREATE TRIGGER $1_append_only_delete BEFORE DELETE ON $1 FOR EACH ROW IF COALESCE(@souk_erasure, '') <> 'on' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '$1 is append-only'; END IF;]])
m4_define([[STATE_GUARD]], [[CREATE TRIGGER $1_status_guard_insert BEFORE INSERT ON $1 FOR EACH ROW SET NEW.status_from = 'new';
CREATE TRIGGER $1_status_guard_update BEFORE UPDATE ON $1 FOR EACH ROW SET NEW.status_from = CASE WHEN NEW.status <> OLD.status THEN OLD.status ELSE OLD.status_from END;]])
m4_define([[ROLLUP_ROW]], [[m4_patsubst([[$1]], [[\bTHIS\b]], [[$2]])]])
m4_define([[ROLLUP]], [[CREATE TRIGGER $1_to_$4_insert AFTER INSERT ON $1 FOR EACH ROW
	UPDATE $2 SET $4 = $4 + (ROLLUP_ROW([[$5]], [[NEW]])) WHERE id = NEW.$3;
CREATE TRIGGER $1_to_$4_delete AFTER DELETE ON $1 FOR EACH ROW
	UPDATE $2 SET $4 = $4 - (ROLLUP_ROW([[$5]], [[OLD]])) WHERE id = OLD.$3;
CREATE TRIGGER $1_to_$4_update AFTER UPDATE ON $1 FOR EACH ROW
	UPDATE $2 SET $4 = $4
		+ CASE WHEN id = NEW.$3 THEN (ROLLUP_ROW([[$5]], [[NEW]])) ELSE 0 END
		- CASE WHEN id = OLD.$3 THEN (ROLLUP_ROW([[$5]], [[OLD]])) ELSE 0 END
	WHERE id IN (NEW.$3, OLD.$3) AND (NEW.$3 <> OLD.$3 OR (ROLLUP_ROW([[$5]], [[NEW]])) <> (ROLLUP_ROW([[$5]], [[OLD]])));]])
m4_define([[CLOSURE_TREE]], [[CREATE TRIGGER $1_tree_insert_check BEFORE INSERT ON $1 FOR EACH ROW IF NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $2 WHERE descendant_id = NEW.parent_id) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '$1: a parent must be inserted before its children'; END IF;
CREATE TRIGGER $1_tree_insert AFTER INSERT ON $1 FOR EACH ROW
	INSERT INTO $2 (ancestor_id, descendant_id, depth)
	SELECT ancestor_id, NEW.id, depth + 1 FROM $2 WHERE descendant_id = NEW.parent_id
	UNION ALL SELECT NEW.id, NEW.id, 0;
CREATE TRIGGER $1_tree_update_check BEFORE UPDATE ON $1 FOR EACH ROW IF NOT (NEW.parent_id <=> OLD.parent_id) AND EXISTS (SELECT 1 FROM $2 WHERE ancestor_id = NEW.id AND descendant_id = NEW.parent_id) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '$1: a row cannot be moved below itself'; END IF;
CREATE TRIGGER $1_tree_update_cut AFTER UPDATE ON $1 FOR EACH ROW
	DELETE link FROM $2 link
	JOIN $2 below ON below.ancestor_id = NEW.id AND below.descendant_id = link.descendant_id
	JOIN $2 above ON above.descendant_id = NEW.id AND above.ancestor_id = link.ancestor_id AND above.ancestor_id <> NEW.id
	WHERE NOT (NEW.parent_id <=> OLD.parent_id);
CREATE TRIGGER $1_tree_update_join AFTER UPDATE ON $1 FOR EACH ROW FOLLOWS $1_tree_update_cut
	INSERT INTO $2 (ancestor_id, descendant_id, depth)
	SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1
	FROM $2 above JOIN $2 below
	WHERE NOT (NEW.parent_id <=> OLD.parent_id) AND above.descendant_id = NEW.parent_id AND below.ancestor_id = NEW.id;]])
m4_define([[DIALECT_PRELUDE]])

-- 6. Seeds. The first column is set to itself where the row is there already.
m4_define([[FIRST_COLUMN]], [[m4_patsubst([[$1]], [[,.*]])]])
m4_define([[SEED]], [[INSERT INTO $1 ($2) VALUES
$3
ON DUPLICATE KEY UPDATE $1.FIRST_COLUMN([[$2]]) = $1.FIRST_COLUMN([[$2]]);]])
m4_define([[SEED_SELECT]], [[INSERT INTO $1 ($2)
$3
ON DUPLICATE KEY UPDATE $1.FIRST_COLUMN([[$2]]) = $1.FIRST_COLUMN([[$2]]);]])
-- SEED_LOG is SEED for append-only tables, whose rows must not even be set to themselves.
m4_define([[SEED_LOG]], [[INSERT IGNORE INTO $1 ($2) VALUES
$3;]])
m4_define([[SEED_UUID]], [['00000000-0000-7000-8000-m4_format([[%04x%08x]], [[$1]], [[$2]])']])
m4_divert(0)m4_dnl
