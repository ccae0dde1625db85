-- SPDX-License-Identifier: Apache-2.0
-- Master database: a session keeps the store it stands on, so that a refreshed token names it again.

ALTER TABLE sessions ADD COLUMN store_id uuid;
COMMENT ON COLUMN sessions.store_id IS
	'The store chosen at login or by switching; NULL for none yet. Not a foreign key: of a store that '
	'is gone, or of another owner by now, the newest takes the place. Tenant databases have no such column.';
