/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting, step by step under a deadline, and the session's settings. */
#include "db/pg.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/env.h"
#include "base/log.h"
#include "base/text.h"
#include "db/connect.h"

enum { NOTICES_LOGGED = 20, IDLE_IN_TRANSACTION_MS = 60000, SPLIT_NAP_MS = 5 };

/* The text of a tenant's notice is the tenant's. */
static void take_notice(void *arg, const PGresult *res)
{
	struct pg *pg = arg;
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	if (pg->notices++ >= NOTICES_LOGGED)
		return;
	log_debug(pg->db->log, "db_notice", "%.5s %.200s", state ? state : "-",
		  pg->db->role == DB_MASTER && text ? text : "");
}

struct pg *pg_new(struct db *db)
{
	struct pg *pg = calloc(1, sizeof(*pg));

	if (!pg)
		abort();
	pg->db = db;
	pg->line = pg->tap = -1;
	db->own = pg;
	return pg;
}

static PGconn *start(struct pg *pg, const struct pg_target *target)
{
	const char *names[PG_OPTIONS + 4], *values[PG_OPTIONS + 4];
	const struct pg_login *l = &pg->login;
	int n;

	for (n = 0; n < l->options; n++) {
		names[n] = l->name[n];
		values[n] = l->value[n];
	}
	names[n] = "host", values[n++] = target->host;
	names[n] = "hostaddr", values[n++] = target->hostaddr;
	names[n] = "port", values[n++] = target->port;
	names[n] = NULL, values[n] = NULL;
	env_forget("PG");   /* libpq fills every gap from there, the password among them */
	return PQconnectStartParams(names, values, 0);
}

static enum err guard_fail(struct conn_failure *why, enum pg_guard verdict)
{
	static const char *const words[] = {
		[PG_GUARD_CLEARTEXT] = "the server asks for the password in the clear",
		[PG_GUARD_COSTLY] = "the server asks for too many SCRAM iterations",
		[PG_GUARD_METHOD] = "the server asks for another way of signing in",
		[PG_GUARD_SPLIT] = "the server cuts its requests in pieces",
	};

	return conn_fail(why, CONN_AUTH, "%s", words[verdict]);
}

static void nap(void)
{
	const struct timespec t = { 0, SPLIT_NAP_MS * 1000000L };

	nanosleep(&t, NULL);
}

/* PG_IO_OK: libpq may go on. *refused is set when it may not. */
static enum pg_io next_step(struct pg *pg, PostgresPollingStatusType want, int64_t deadline,
			    enum pg_guard *refused)
{
	bool look = pg->login.guarded && want == PGRES_POLLING_READING;
	enum pg_guard verdict;
	enum pg_io io;

	for (;;) {
		io = pg_poll(pg, want == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
		if (io || !look || PQstatus(pg->conn) != CONNECTION_AWAITING_RESPONSE)
			return io;
		verdict = pg_guard(pg->conn, pg->login.verified);
		if (verdict == PG_GUARD_PASS)
			return PG_IO_OK;
		if (verdict != PG_GUARD_WAIT) {
			*refused = verdict;
			return PG_IO_OK;
		}
		/* Half a message lies in the socket, so poll() would return at once. */
		nap();
		if (pg->line >= 0)
			pg_pipe_pull(pg);
	}
}

static enum err explain(struct pg *pg, struct conn_failure *why)
{
	char state[6];
	enum conn_reason reason = pg_failure(pg->conn, state);

	return conn_fail(why, reason, "%s%s",
		state[0] ? "the server answered SQLSTATE " : "no connection", state);
}

static enum err handshake(struct pg *pg, int64_t deadline, struct conn_failure *why)
{
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;
	enum pg_guard refused = PG_GUARD_PASS;
	enum pg_io io;

	if (PQstatus(pg->conn) == CONNECTION_BAD)
		return explain(pg, why);
	while (want != PGRES_POLLING_OK) {
		io = next_step(pg, want, deadline, &refused);
		if (refused)
			return guard_fail(why, refused);
		if (io)
			return conn_fail(why, io == PG_IO_LATE ? CONN_TIMEOUT : CONN_REFUSED, "%s",
				io == PG_IO_LATE ? "no answer in time" : "the connection is gone");
		want = PQconnectPoll(pg->conn);
		if (want == PGRES_POLLING_FAILED)
			return explain(pg, why);
		if (pg->login.guarded && !pg_pipe_keep(pg))
			return conn_fail(why, CONN_REFUSED, "no file descriptors are left");
		if (pg_flooded(pg))
			return conn_fail(
				why, CONN_REFUSED, "the server sends too much while connecting");
	}
	return OK;
}

static enum err check_server(const struct pg *pg, struct conn_failure *why)
{
	int version = PQserverVersion(pg->conn);

	if (version < CONNECT_OLDEST)
		return conn_fail(why, CONN_SERVER_VERSION, "server version %d", version);
	if (PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
		return conn_fail(why, CONN_SERVER_VERSION, "a new session is not idle");
	return OK;
}

static enum err try_target(struct pg *pg, const struct pg_target *target, int64_t deadline,
			   struct conn_failure *why)
{
	enum err e;

	PQfinish(pg->conn);
	pg_pipe_done(pg);
	pg->conn = start(pg, target);
	if (!pg->conn)
		abort();
	/* Verbose, since a failed connect tells its SQLSTATE in no other way. */
	PQsetErrorVerbosity(pg->conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(pg->conn, take_notice, pg);
	pg->tcp = target->hostaddr || (target->host && target->host[0] != '/');
	pg_io_begin(pg);
	e = handshake(pg, deadline, why);
	if (!e)
		e = check_server(pg, why);
	if (e)
		return e;
	pg_tls_slim(pg->conn);
	PQsetnonblocking(pg->conn, 1);
	return OK;
}

static const struct stmt session_13 = {
	"db_session_13",
	"SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
	" set_config('idle_in_transaction_session_timeout', $3, false),"
	" set_config('DateStyle', 'ISO, YMD', false), set_config('TimeZone', 'UTC', false),"
	" set_config('bytea_output', 'hex', false), set_config('standard_conforming_strings', "
	"'on', false)",
	NULL,
};

/* From 14 a server can notice by itself that the client has gone. */
static const struct stmt session_14 = {
	"db_session_14",
	"SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
	" set_config('idle_in_transaction_session_timeout', $3, false),"
	" set_config('DateStyle', 'ISO, YMD', false), set_config('TimeZone', 'UTC', false),"
	" set_config('bytea_output', 'hex', false), set_config('standard_conforming_strings', "
	"'on', false),"
	" set_config('client_connection_check_interval', '2000', false)",
	NULL,
};

/* The server gives up a little earlier than we do: then the connection outlives the statement. */
static int server_patience(int timeout_ms)
{
	int less = timeout_ms / 5 < 500 ? timeout_ms / 5 : 500;

	return timeout_ms > 0 ? timeout_ms - less : 0;
}

/* Behind a transaction pooler a setting would stick to a connection that is not ours. */
static enum err set_session(struct db *db, int64_t deadline, struct conn_failure *why)
{
	struct pg *pg = db->own;
	int statement_ms = db->timeout_ms;
	int patience = server_patience(statement_ms);
	char text[3][16];
	int64_t left = deadline - clock_mono_ms();
	enum err e;

	if (!db->prepare)
		return OK;
	snprintf(text[0], sizeof(text[0]), "%d", patience);
	snprintf(text[1], sizeof(text[1]), "%d", patience / 2);
	snprintf(text[2], sizeof(text[2]), "%d", IDLE_IN_TRANSACTION_MS);
	db->timeout_ms = left > 1 ? (int)left : 1;
	e = pg_run_once(db, PQserverVersion(pg->conn) >= 140000 ? &session_14 : &session_13,
			ARGS(a_text(text[0]), a_text(text[1]), a_text(text[2])), NULL);
	db->timeout_ms = statement_ms;
	if (e == ERR_DB_TIMEOUT)
		return conn_fail(why, CONN_TIMEOUT, "no answer to the session's settings");
	if (e)
		return conn_fail(why, db->broken ? CONN_REFUSED : CONN_SERVER_VERSION,
				 "the session's settings were refused, SQLSTATE %s", db->sqlstate);
	return OK;
}

static void listen_again(struct db *db)
{
	struct pg *pg = db->own;
	char sql[PG_CHANNEL + 16];

	if (!pg->channel[0])
		return;
	/* What was said while nobody listened is lost, so look once. */
	pg->notified = true;
	snprintf(sql, sizeof(sql), "LISTEN %s", pg->channel);
	if (pg_simple(db, sql, NULL, 0))
		log_warn(db->log, "db_listen", "cannot listen again");
}

static void reset_state(struct db *db)
{
	struct pg *pg = db->own;

	pg_names_done(pg);
	pg->waited_ms = 0;
	pg->begin_pending = pg->bloated = false;
	db->broken = db->in_transaction = false;
	db->sqlstate[0] = db->constraint[0] = '\0';
}

/* With the statements that follow, a stranger's server shall not cost the sum of both limits. */
static int64_t connect_end(const struct pg *pg, int timeout_s)
{
	return clock_mono_ms() + (int64_t)timeout_s * (pg->login.guarded ? 900 : 1000);
}

enum err pg_connect(struct db *db, int timeout_s, struct conn_failure *why)
{
	struct pg *pg = db->own;
	int64_t end = connect_end(pg, timeout_s), now;
	enum err e = ERR_CONNECTION_FAILED;
	bool brief = db->brief;
	int i;

	db->brief = true;
	pg->connect_s = timeout_s;
	conn_fail(why, CONN_REFUSED, "no server given");
	for (i = 0; i < pg->login.targets; i++) {
		now = clock_mono_ms();
		reset_state(db);
		/* One silent server of several must not eat the time of all. */
		e = try_target(
			pg, &pg->login.target[i], now + (end - now) / (pg->login.targets - i), why);
		if (!e)
			e = set_session(db, end, why);
		if (!e)
			break;
	}
	db->brief = brief;
	db->broken = e != OK;
	if (e)
		return e;
	memset(why, 0, sizeof(*why));
	pg->waited_ms = 0;
	listen_again(db);
	return OK;
}
