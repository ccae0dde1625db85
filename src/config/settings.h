/* SPDX-License-Identifier: Apache-2.0 */
/* The settings table: what an operator can set, read from a file and the environment. */
#ifndef SOUK_CONFIG_SETTINGS_H
#define SOUK_CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum setting_kind {
	SETTING_TEXT,       /* const char *, "" when unset */
	SETTING_INT,        /* int, with bounds */
	SETTING_DURATION,   /* int, seconds; written as 90, 90s, 15m, 12h or 7d */
	SETTING_BOOL,       /* bool; on/off, true/false, yes/no, 1/0 */
	SETTING_RATE,       /* struct rate; N/seconds */
};

struct rate {
	int hits;
	int seconds;
};

struct settings {
	const char *master_db_url;
	const char *encryption_key, *encryption_keys_old;
	const char *jwt_secret, *jwt_secrets_old;
	int jwt_expires_in, refresh_expires_in;      /* seconds */
	const char *public_url, *platform_domain;
	const char *payments;                        /* "test" or "" */
	const char *smtp_url, *mail_from;
	const char *managed_db_url;
	const char *tenant_net_allow;
	const char *tenant_ca_file;
	int free_credits, max_stores_per_user;
	const char *email_verification;              /* "required" or "optional" */
	const char *cors_origins;
	bool diagnostics;
	struct rate rate_login, rate_login_network, rate_register, rate_refresh, rate_mail,
		rate_mail_network, rate_test_database;
	int workers, web_shards, slow_workers, job_workers;
	int request_deadline, slow_deadline, connect_deadline;   /* seconds */
	int max_requests, max_memory;                /* of one worker; MiB; 0: no limit */
	int backlog;                                 /* of each socket */
	int tenant_conns;                            /* cached connections in one worker */
	int tenant_idle, tenant_lifetime;            /* seconds */
	int managed_conns, server_conns;             /* connections to one server */
	int statement_timeout, connect_timeout;      /* milliseconds; seconds */
	const char *socket_web, *socket_slow, *socket_group;
	const char *run_dir;
	const char *data_dir; /* where templates/, www/ and sql/ are installed */
	const char *log_level;
};

struct setting_row {
	const char *name;      /* "MASTER_DB_URL" */
	enum setting_kind kind;
	size_t place;          /* offset in struct settings */
	const char *value;     /* default as text */
	long min, max;         /* of SETTING_INT and SETTING_DURATION */
	unsigned int flags;    /* SETTING_SECRET, … */
	const char *help;
};

enum { SETTING_SECRET = 1 };

/* Reads FILE (NULL: none; a missing file is an error only when `must` is set), then the
 * environment, which wins, and clears PG* and proxy variables from it. On failure `why` holds one
 * line that names the setting. Texts live until settings_done(). */
enum err settings_load(struct settings *, const char *file, bool must, char *why,
		       size_t size) MUST_CHECK;
/* Wipes and frees the texts, also after settings_load() failed. */
void settings_done(struct settings *);

/* How many processors this process may use. */
int settings_cores(void);

/* All rows, ended by one whose name is NULL. */
const struct setting_row *settings_table(void);
/* The value in effect as text, "(secret)" for secrets that are set; `out` is written and returned.
 */
const char *settings_value(const struct settings *, const struct setting_row *, char *out,
			   size_t size);

#endif
