/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting a store's database and filling it with everything a shop needs: an ordered list of
 * steps, each marked in the tenant in the transaction that does it, then recorded in the master. */
#ifndef SOUK_DOMAIN_PROVISIONING_H
#define SOUK_DOMAIN_PROVISIONING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/connect.h"
#include "db/db.h"
#include "db/runtime.h"
#include "domain/jobs.h"
#include "domain/stores.h"

enum database_kind { DATABASE_POSTGRESQL, DATABASE_MANAGED, DATABASE_MYSQL, DATABASE_SUPABASE };

struct database_request {
	enum database_kind kind;
	const char *connection_string;   /* NULL for managed */
	bool demo;                       /* demo data too */
	const char *job_id; /* NULL, or of a request that may come again: its work is asked for
			       once */
};

/* What went wrong, for the answer's details. */
struct database_problem {
	enum conn_reason reason;         /* CONN_OK unless ERR_CONNECTION_FAILED */
	char words[200]; /* for INVALID_CONNECTION_STRING, HOST_NOT_ALLOWED: what exactly; else ""
			  */
};

/* Changes nothing. ERR_STORE_NOT_FOUND, ERR_INVALID_CONNECTION_STRING, ERR_HOST_NOT_ALLOWED,
 * ERR_CONNECTION_FAILED, ERR_DATABASE_TYPE_UNSUPPORTED, ERR_MANAGED_UNAVAILABLE,
 * ERR_DATABASE_ALREADY_IN_USE. */
enum err provisioning_test(struct runtime *, struct db *master, const char *user_id,
			   const char *store_id, const struct database_request *,
			   struct server_facts *out, struct database_problem *) MUST_CHECK;

/* Tests, seals and stores the credentials, and writes the job in the same transaction; the store is
 * then `provisioning`. OK, and nothing is done, when the request's job is there already. After a
 * failure it may be called again (with the same or other credentials) and resumes. The errors of
 * provisioning_test() and ERR_ALREADY_CONNECTED, ERR_DATABASE_NOT_EMPTY. */
enum err provisioning_connect(struct runtime *, struct db *master, const char *user_id,
			      const char *store_id, const struct database_request *,
			      struct database_problem *) MUST_CHECK;

struct provisioning_state {
	const char *status;        /* pending, running, completed, failed */
	const char *step;          /* word of the current or last step, or NULL */
	const char *message;       /* for people: "Making table 42 of 131" */
	int current, total;        /* tables made and tables in all */
	const char *error_code, *error, *hint;   /* of a failure, or NULL */
	int attempts;
	int64_t started_at, finished_at;   /* 0 when not */
};
enum err provisioning_state(struct db *master, const char *user_id, const char *store_id,
			    struct arena *, struct provisioning_state *out) MUST_CHECK;

/* The job `provision_store`. May be run any number of times, killed at any point. */
enum err provisioning_run(struct runtime *, const struct job *) MUST_CHECK;

/* Tables that a provisioned store has, for progress. */
int provisioning_tables(void);

struct store_health {
	bool reachable;
	int schema_version, schema_latest;
	long latency_ms;
	const char *server;        /* "PostgreSQL 15.18", or NULL */
	const char *error;         /* public code, or NULL */
};
/* Looks; changes nothing but store_databases.last_checked_at and connection_status.
 * ERR_STORE_NOT_FOUND, ERR_STORE_NOT_READY before it is provisioned. */
enum err provisioning_health(struct runtime *, struct db *master, const char *user_id,
			     const char *store_id, struct arena *,
			     struct store_health *out) MUST_CHECK;

#endif
