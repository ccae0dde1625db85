/* SPDX-License-Identifier: Apache-2.0 */
/* A short pipe between a stranger's server and libpq, which else takes all that there is. */
#include "db/pg.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOVE_NOTHING = 0, MOVE_ENDED = -1, MOVE_BLOCKED = -2 };

static int close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
	return -1;
}

void pg_pipe_done(struct pg *pg)
{
	pg->line = close_fd(pg->line);
	pg->tap = close_fd(pg->tap);
}

/* libpq keeps its number of the socket, and finds the pipe behind it. */
static bool lay(struct pg *pg, int fd)
{
	int ends[2];
	bool ok;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends))
		return false;
	pg->line = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	pg->tap = ends[0];
	pg->passed = 0;
	ok = pg->line >= 0 && dup3(ends[1], fd, O_CLOEXEC) == fd;
	close(ends[1]);
	if (!ok)
		pg_pipe_done(pg);
	return ok;
}

/* libpq closes its socket and makes another when TLS was refused, or fails. */
bool pg_pipe_keep(struct pg *pg)
{
	int fd = PQsocket(pg->conn), domain = AF_UNSPEC;
	socklen_t len = sizeof(domain);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len))
		return true;
	if (domain == AF_UNIX && pg->line >= 0)
		return true;
	pg_pipe_done(pg);
	/* Before, libpq asks the socket whether it has been connected. */
	return PQstatus(pg->conn) == CONNECTION_STARTED || lay(pg, fd);
}

static long failed_or(long again)
{
	return errno == EAGAIN || errno == EINTR ? again : MOVE_ENDED;
}

/* Moves up to `size` bytes, as many as the other side takes now. */
static long move(int from, int to, size_t size)
{
	char piece[PG_PIECE];
	ssize_t n = recv(from, piece, size, MSG_PEEK | MSG_DONTWAIT);

	if (n <= 0)
		return n ? failed_or(MOVE_NOTHING) : MOVE_ENDED;
	n = send(to, piece, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n < 0 ? failed_or(MOVE_BLOCKED) : recv(from, piece, (size_t)n, MSG_DONTWAIT);
}

void pg_pipe_pull(struct pg *pg)
{
	int waiting = 0;
	long n;

	if (ioctl(PQsocket(pg->conn), FIONREAD, &waiting) || waiting >= PG_PIECE)
		return;
	n = move(pg->line, pg->tap, (size_t)(PG_PIECE - waiting));
	if (n == MOVE_ENDED)
		shutdown(pg->tap, SHUT_WR);
	else if (n > 0)
		pg->passed += (uint64_t)n;
}

bool pg_pipe_push(struct pg *pg)
{
	long n;

	do
		n = move(pg->tap, pg->line, PG_PIECE);
	while (n > 0);
	if (n == MOVE_ENDED)
		shutdown(pg->tap, SHUT_RD);
	return n != MOVE_BLOCKED;
}

int pg_pipe_look(struct pg *pg, short events, int wait_ms)
{
	struct pollfd fds[2] = { { .fd = PQsocket(pg->conn), .events = events },
		{ .fd = pg->line, .events = (short)(events & POLLIN) } };

	if (!pg_pipe_push(pg))
		fds[1].events |= POLLOUT;
	if (poll(fds, 2, wait_ms) < 0)
		return -1;
	if (!fds[0].revents && (fds[1].revents & ~POLLOUT))
		pg_pipe_pull(pg);
	return fds[0].revents != 0;
}
