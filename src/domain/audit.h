/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: who did what to which store, written in the transaction that does it. */
#ifndef SOUK_DOMAIN_AUDIT_H
#define SOUK_DOMAIN_AUDIT_H

#include "base/err.h"
#include "db/db.h"

/* `action` is a fixed word ("store.create"); ids may be NULL. The request id comes from db->log. */
enum err audit_write(struct db *, const char *action, const char *user_id,
		     const char *store_id) MUST_CHECK;

#endif
