/* SPDX-License-Identifier: Apache-2.0 */
/* Writing lines of the audit log. */
#include "domain/audit.h"

#include "base/log.h"

static const struct stmt insert_line = {
	.name = "audit_insert",
	.sql = "INSERT INTO audit_log (action, user_id, store_id, request_id)"
	       " VALUES ($1, $2::uuid, $3::uuid, $4)",
};

enum err audit_write(struct db *db, const char *action, const char *user_id, const char *store_id)
{
	return db_run(db, &insert_line,
		      ARGS(a_text(action), a_text(user_id), a_text(store_id),
			   a_text(db->log ? db->log->request_id : NULL)),
		      NULL);
}
