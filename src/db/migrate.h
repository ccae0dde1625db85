/* SPDX-License-Identifier: Apache-2.0 */
/* Numbered, checksummed, forward-only migrations, embedded in the binary. */
#ifndef SOUK_DB_MIGRATE_H
#define SOUK_DB_MIGRATE_H

#include "base/err.h"
#include "db/db.h"

struct migration {
	int number;             /* 1, 2, … without gaps */
	const char *name;       /* "0001_accounts" */
	const char *sql;
	int tables;             /* CREATE TABLE statements in it, for progress */
};

/* Made at build time by tools/embed_sql.sh; each list ends with a NULL name. */
extern const struct migration migrations_master[];
extern const struct migration migrations_tenant_postgresql[];
extern const struct migration seeds_tenant_postgresql[];
extern const struct migration demo_tenant_postgresql[];

struct migrate_report {
	int before, after;      /* highest number applied */
	char problem[160];      /* words for the operator when it failed */
};

/* Applies what is missing to the master, each file in one transaction, under an advisory lock that
 * waits for another migrator, in table `schema_migrations(number, name, checksum, applied_at,
 * duration_ms)`. A file whose checksum differs from the one applied, or a database newer than the
 * binary, stops it: ERR_VALIDATION and report->problem. Statement time-out is off while it runs. */
enum err migrate_master(struct db *, const struct migration *list,
			struct migrate_report *) MUST_CHECK;

/* One file in the running transaction of `db` (tenant provisioning marks its step beside it), or
 * nothing when it is already recorded in `souk_migrations`; *done tells which. A changed checksum
 * is ERR_VALIDATION. */
enum err migrate_one(struct db *, const char *kind, const struct migration *,
		     bool *done) MUST_CHECK;

/* The number of the last one; 0 for an empty list. */
int migrate_latest(const struct migration *list);

/* A stable fingerprint of the whole list: hex SHA-256, first 32 digits. */
void migrate_fingerprint(const struct migration *list, char out[33]);

#endif
