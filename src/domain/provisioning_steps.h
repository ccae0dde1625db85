/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the parts of provisioning: the database a request names, and making one ourselves. */
#ifndef SOUK_DOMAIN_PROVISIONING_STEPS_H
#define SOUK_DOMAIN_PROVISIONING_STEPS_H

#include "base/err.h"
#include "db/connect.h"
#include "db/db.h"
#include "db/runtime.h"
#include "domain/provisioning.h"
#include "domain/tenants.h"

/* A step waits for the tenant's lock and runs one script, so the lease outlasts two statements. */
enum { PROVISION_LEASE_S = 30, PROVISION_STATEMENT_MS = 12000 };

/* Names and a new password for a database of our own on the managed server; no connection is made.
 * ERR_MANAGED_UNAVAILABLE when none is set up. */
enum err managed_plan(struct runtime *, const char *store_id, struct conninfo *out) MUST_CHECK;
/* Makes role and database as `info` says, or finds them made; sets the password. May be run again.
 */
enum err managed_make(struct runtime *, const struct conninfo *info,
		      struct conn_failure *why) MUST_CHECK;
/* The managed server itself, for a test. */
enum err managed_facts(struct runtime *, struct server_facts *out,
		       struct conn_failure *why) MUST_CHECK;

/* Writes our marker into an empty database, or finds it there: ERR_DATABASE_ALREADY_IN_USE,
 * ERR_DATABASE_NOT_EMPTY. */
enum err marker_write(struct db *tenant, const char *store_id) MUST_CHECK;

#endif
