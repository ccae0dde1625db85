/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a server, never longer and for never more than it may send. */
#include "db/pg.h"

#include <errno.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { CANCEL_SECONDS = 3, ALIVE_READS = 16, BLOATED = 1024 * 1024,
       MAPPED_MOST = 2 * PG_BYTES_TENANT };

/* Bytes that OpenSSL has taken off the socket are unseen by poll(). */
static bool tls_pending(PGconn *conn)
{
	SSL *ssl = PQsslInUse(conn) ? PQgetssl(conn) : NULL;

	return ssl && SSL_pending(ssl) > 0;
}

static int look(struct pg *pg, short events, int wait_ms)
{
	struct pollfd fd = { .fd = PQsocket(pg->conn), .events = events };

	return pg->line >= 0 ? pg_pipe_look(pg, events, wait_ms) : poll(&fd, 1, wait_ms);
}

enum pg_io pg_poll(struct pg *pg, short events, int64_t deadline)
{
	int n, wait = -1;

	if (PQsocket(pg->conn) < 0)
		return PG_IO_LOST;
	if ((events & POLLIN) && tls_pending(pg->conn))
		return PG_IO_OK;
	do {
		if (deadline) {
			int64_t left = deadline - clock_mono_ms();

			if (left <= 0)
				return PG_IO_LATE;
			wait = left > 60000 ? 60000 : (int)left;
		}
		n = look(pg, events, wait);
	} while (!n || (n < 0 && errno == EINTR));
	return n > 0 ? PG_IO_OK : PG_IO_LOST;
}

uint64_t pg_received(const struct pg *pg)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (pg->line >= 0)
		return pg->passed;
	if (!pg->tcp || getsockopt(PQsocket(pg->conn), IPPROTO_TCP, TCP_INFO, &info, &len))
		return 0;
	return info.tcpi_bytes_received;
}

uint64_t pg_received_most(const struct db *db)
{
	if (db->brief)
		return PG_BYTES_BRIEF;
	return db->role == DB_MASTER ? PG_BYTES_MASTER : PG_BYTES_TENANT;
}

void pg_io_begin(struct pg *pg)
{
	pg->received_before = pg_received(pg);
	pg->mapped_before = pg->login.guarded ? mallinfo2().hblkhd : 0;
}

/* libpq makes room for a whole message as soon as it knows its length, and then reads for as long
 * as there is anything to read: a length that lies must be seen before that. The room is visible in
 * malloc's books. */
bool pg_flooded(struct pg *pg)
{
	uint64_t received = pg_received(pg) - pg->received_before;

	if (received > BLOATED)
		pg->bloated = true;
	if (pg->login.guarded && mallinfo2().hblkhd > pg->mapped_before + MAPPED_MOST)
		return true;
	return received > pg_received_most(pg->db);
}

int64_t pg_deadline(const struct db *db)
{
	const struct pg *pg = db->own;

	return db->timeout_ms > 0 ? clock_mono_ms() + db->timeout_ms - pg->waited_ms : 0;
}

static enum pg_io await(struct pg *pg, int64_t deadline)
{
	int unsent = PQflush(pg->conn);
	enum pg_io io;

	while (unsent || PQisBusy(pg->conn)) {
		if (unsent < 0 || PQstatus(pg->conn) != CONNECTION_OK)
			return PG_IO_LOST;
		io = pg_poll(pg, unsent ? POLLIN | POLLOUT : POLLIN, deadline);
		if (io)
			return io;
		if (!PQconsumeInput(pg->conn))
			return PG_IO_LOST;
		pg_drain_notifies(pg);
		/* Small answers come whole: the question costs a system call. */
		if (PQisBusy(pg->conn) && pg_flooded(pg))
			return PG_IO_FLOOD;
		unsent = PQflush(pg->conn);
	}
	return PG_IO_OK;
}

enum pg_io pg_await(struct pg *pg, int64_t deadline)
{
	int64_t from = pg->login.guarded ? clock_mono_ms() : 0;
	enum pg_io io = await(pg, deadline);

	if (pg->login.guarded)
		pg->waited_ms += clock_mono_ms() - from;
	return io;
}

void pg_drain_notifies(struct pg *pg)
{
	PGnotify *n;

	while ((n = PQnotifies(pg->conn))) {
		pg->notified = true;
		if (pg->hear)
			pg->hear(pg->hear_arg, n->extra);
		PQfreemem(n);
	}
}

bool pg_alive(struct pg *pg)
{
	struct pollfd fd = { .events = POLLIN };
	int round;

	/* A parting word and the end of the stream come by separate reads. */
	for (round = 0; round < ALIVE_READS; round++) {
		fd.fd = PQsocket(pg->conn);
		if (PQstatus(pg->conn) != CONNECTION_OK || fd.fd < 0)
			return false;
		if (pg->line >= 0)
			pg_pipe_pull(pg);
		if (!tls_pending(pg->conn) && poll(&fd, 1, 0) == 0)
			return true;
		/* libpq takes apart what came unasked only when it is asked whether it is busy. */
		if (!PQconsumeInput(pg->conn) || PQisBusy(pg->conn))
			return false;
		pg_drain_notifies(pg);
	}
	return false;
}

static _Noreturn void cancel_and_exit(PGcancel *cancel)
{
	char words[256];
	sigset_t none;

	/* The caller's sockets must not stay open as long as this takes. */
	close_range(0, ~0u, 0);
	signal(SIGALRM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(CANCEL_SECONDS);
	_exit(!PQcancel(cancel, words, sizeof(words)));
}

void pg_cancel(struct db *db)
{
	struct pg *pg = db->own;
	PGcancel *cancel = pg && pg->conn ? PQgetCancel(pg->conn) : NULL;
	pid_t child;

	if (!cancel)
		return;
	/* Twice, so that nobody has to wait for the one that talks. */
	child = fork();
	if (!child) {
		if (fork())
			_exit(0);
		cancel_and_exit(cancel);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	PQfreeCancel(cancel);
}
