/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL driver's inside, shared by pg*.c and master.c only. */
#ifndef SOUK_DB_PG_H
#define SOUK_DB_PG_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "db/conninfo.h"
#include "db/db.h"
#include "db/driver.h"

enum {
	PG_OPTIONS = 48,
	PG_TARGETS = 16,
	PG_CHANNEL = 64,
	PG_ARGS = 128,   /* parameters of one statement */
	PG_ROWS = 50000, /* of one result */
	PG_PIECE = 16384, /* as much as libpq may read before we look again */
	PG_BYTES_MASTER =
		16 * 1024 * 1024, /* received for one statement, up to a socket's buffer more */
	PG_BYTES_TENANT = 8 * 1024 * 1024, /* libpq needs up to four times that in memory */
	PG_BYTES_BRIEF = 64 * 1024,        /* while connecting, and wherever answers are brief */
};

/* One server of several; any of the three may be NULL. */
struct pg_target {
	char *host, *hostaddr, *port;
};

/* How to get in, kept so that a lost connection can be made again. Owns all texts, wipes them. */
struct pg_login {
	char *name[PG_OPTIONS + 1], *value[PG_OPTIONS + 1];
	int options;
	struct pg_target target[PG_TARGETS];
	int targets;
	bool guarded;    /* a stranger's server: see pg_guard() */
	bool verified;   /* its certificate is checked */
};

/* A statement that this connection knows by name. */
struct pg_name {
	const char *name;
	int generation;   /* raised when the plan under the old name cannot be used any more */
	bool ready;
};

struct pg {
	PGconn *conn;
	struct pg_login login;
	int connect_s;
	enum conn_reason failure;   /* of the last connect, CONN_OK when it was made */
	struct pg_name *names;       /* open addressing; a power of two, or NULL */
	size_t names_cap, names_used;
	PGresult **results;          /* all since the last forget */
	size_t results_used, results_cap;
	unsigned char **decoded;     /* bytea values */
	size_t decoded_used, decoded_cap;
	const struct db *db;
	uint64_t received_before;    /* bytes when the statement began */
	size_t mapped_before;        /* by malloc, in large pieces */
	int64_t waited_ms;           /* for a stranger's server, since the last forget */
	bool bloated;                /* libpq never gives the room of a large answer back */
	int notices;                 /* since the last forget */
	bool begin_pending;          /* BEGIN goes out with the next statement */
	int line, tap;               /* the server's socket, our end of the pipe; or -1 */
	uint64_t passed;             /* bytes through the pipe */
	bool tcp;
	bool notified;
	void (*hear)(void *arg, const char *text);   /* of notifications, or NULL */
	void *hear_arg;
	char channel[PG_CHANNEL];    /* LISTENed to, "" for none */
};

/* --- pg_login.c */
/* Replaces; NULL or "" leaves libpq's default. */
void pg_login_set(struct pg_login *, const char *name, const char *value);
const char *pg_login_get(const struct pg_login *, const char *name);   /* NULL: not set */
void pg_login_target(struct pg_login *, const char *host, const char *hostaddr, const char *port);
/* Everything that libpq would else look up by itself: files, Kerberos, keepalives. */
void pg_login_close_gaps(struct pg_login *);
void pg_login_conninfo(struct pg_login *, const struct conninfo *, enum db_role);
void pg_login_done(struct pg_login *);

/* --- pg_connect.c */
/* Connects as db->own's login says, target after target, and sets the session up. */
enum err pg_connect(struct db *, int timeout_s, struct conn_failure *why) MUST_CHECK;
/* Makes db->own; the login is still empty. */
struct pg *pg_new(struct db *);

/* --- pg_guard.c */
enum pg_guard {
	PG_GUARD_PASS,
	PG_GUARD_WAIT,
	PG_GUARD_CLEARTEXT,
	PG_GUARD_COSTLY,
	PG_GUARD_METHOD,
	PG_GUARD_SPLIT
};
/* Looks, before libpq does, at what the server asks for: libpq 15 cannot be told to refuse a
 * request for the password in the clear, or a SCRAM iteration count that burns CPU for half an
 * hour. */
enum pg_guard pg_guard(PGconn *, bool verified);

/* --- pg_failure.c */
enum err conn_fail(struct conn_failure *, enum conn_reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What the text of a failed connect means. Its SQLSTATE, or "". */
enum conn_reason pg_failure(const PGconn *, char sqlstate[6]);

/* --- pg_io.c; deadlines are values of clock_mono_ms(), 0 for none */
enum pg_io {
	PG_IO_OK,
	PG_IO_LATE,
	PG_IO_LOST,
	PG_IO_FLOOD,
	PG_IO_ODD /* not an answer that belongs here */
};
enum pg_io pg_poll(struct pg *, short events, int64_t deadline);
/* For the statement that begins now. A stranger's server shares the time of one among all up to the
 * next forget: a hundred answers that are almost late are worse than one that is. */
int64_t pg_deadline(const struct db *);
/* Until libpq has a whole result. */
enum pg_io pg_await(struct pg *, int64_t deadline);
void pg_io_begin(struct pg *);              /* a statement begins */
uint64_t pg_received_most(const struct db *);   /* bytes of one statement */
bool pg_flooded(struct pg *);                /* more has come, or is announced, than may be */
uint64_t pg_received(
	const struct pg *); /* bytes since the connection was made; 0 on a unix socket */
/* Reads what came unasked; false when the connection is gone. */
bool pg_alive(struct pg *);
void pg_drain_notifies(struct pg *);
/* Asks the server to stop, from a process of its own: PQcancel() has no time-out. */
void pg_cancel(struct db *);

/* --- pg_tls.c */
/* After the handshake: gives back what the connection holds of memory for it. */
void pg_tls_slim(PGconn *);

/* --- pg_pipe.c: libpq reads all that has come and takes it apart before it returns, and some
 * messages cost the more the more there have been. So a stranger's bytes reach it through a pipe,
 * by PG_PIECE, and between two pieces there is time to look at them, at the clock, at the sums. */
/* After each step of a connect: makes the pipe once there is a connection, anew for each. */
bool pg_pipe_keep(struct pg *);
/* As poll() on what libpq believes to be its socket, while bytes go both ways. */
int pg_pipe_look(struct pg *, short events, int wait_ms);
void pg_pipe_pull(struct pg *);   /* brings what has come, without waiting */
bool pg_pipe_push(struct pg *);   /* sends what libpq has written; false when some has to wait */
void pg_pipe_done(struct pg *);

/* --- pg_names.c */
struct pg_name *pg_names_find(struct pg *, const char *name);
void pg_names_done(struct pg *);

/* --- pg_run.c */
enum err pg_run(struct db *, const struct stmt *, struct args, struct result *out) MUST_CHECK;
/* Without a name on the server. */
enum err pg_run_once(struct db *, const struct stmt *, struct args, struct result *out) MUST_CHECK;
/* Simple protocol; `tag` (may be NULL) is the last command's. */
enum err pg_simple(struct db *, const char *sql, char *tag, size_t size) MUST_CHECK;

/* --- pg_result.c */
enum err pg_down(const struct db *);
/* The connection must not be used again. */
enum err pg_broken(struct db *, enum pg_io, const char *what);
enum err pg_error(struct db *, const char *what, const PGresult *);
bool pg_is_stale(const PGresult *);
/* Checks sizes, keeps it until forget; takes over `res`. */
enum err pg_keep(struct db *, const char *what, PGresult *res, struct result *out) MUST_CHECK;
int pg_column(const struct result *, const char *name, enum column_kind);
const char *pg_value(const struct result *, int row, int column, size_t *len);
const unsigned char *pg_bytes(const struct result *, int row, int column, size_t *len);
void pg_forget(struct db *);

#endif
