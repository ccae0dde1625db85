/* SPDX-License-Identifier: Apache-2.0 */
/* A web server connects and writes at once, but on a busy machine it may lose the processor between
 * the two. So who says nothing for a moment is not dropped: it is set aside until it speaks, and
 * nobody else waits for it. */
#include "web/arrivals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* For GREETING_MS a worker waits: what it sets aside will wait for whatever it does next. */
enum { GUESTS = 32, GREETING_MS = 50, SILENT_MS = 10000, FAULT_PAUSE_MS = 50 };

struct guest {
	int fd;
	int64_t until_ms;
};

struct arrivals {
	int listener;
	int waiter;                     /* epoll on the listener and on the guests */
	bool eager;                     /* one was just taken: there may be more */
	bool closing;                   /* no more are taken */
	int spare;                      /* to be given up when no descriptor is left; -1: it was */
	int count;
	struct guest guests[GUESTS];    /* set aside; the oldest first */
};

static int watch(const struct arrivals *a, int fd, uint32_t events)
{
	struct epoll_event wanted = { .events = events, .data.fd = fd };

	return epoll_ctl(a->waiter, EPOLL_CTL_ADD, fd, &wanted);
}

enum err arrivals_open(int listener, struct arrivals **out)
{
	struct arrivals *a = calloc(1, sizeof(*a));

	*out = NULL;
	if (!a)
		return ERR_NO_MEMORY;
	a->listener = listener;
	a->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	a->waiter = epoll_create1(EPOLL_CLOEXEC);
	/* One new connection wakes one idle worker, not all of them. */
	if (a->spare < 0 || a->waiter < 0 || watch(a, listener, EPOLLIN | EPOLLEXCLUSIVE)) {
		arrivals_close(a);
		return ERR_IO;
	}
	*out = a;
	return OK;
}

/* ---- those set aside */

static int forget(struct arrivals *a, int i)
{
	int fd = a->guests[i].fd;

	epoll_ctl(a->waiter, EPOLL_CTL_DEL, fd, NULL);
	a->count--;
	memmove(a->guests + i, a->guests + i + 1, (size_t)(a->count - i) * sizeof(*a->guests));
	return fd;
}

static bool spoke(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) > 0;
}

/* The oldest makes room: -1, or it is handed out, since it has spoken and was not heard. */
static int let_go(struct arrivals *a)
{
	int fd = forget(a, 0);

	if (spoke(fd, 0))
		return fd;
	log_warn(NULL, "accept", "a connection on which nothing is said is closed");
	close(fd);
	arrivals_closed_one(a);
	return -1;
}

static int let_go_late(struct arrivals *a)
{
	int64_t now = clock_mono_ms();
	int fd = -1;

	while (fd < 0 && a->count && a->guests[0].until_ms <= now)
		fd = let_go(a);
	return fd;
}

/* -1, or a connection that has to be served at once: the oldest, or this one. */
static int set_aside(struct arrivals *a, int fd)
{
	int oldest = a->count == GUESTS ? let_go(a) : -1;

	if (watch(a, fd, EPOLLIN)) {
		log_warn(NULL, "accept", "a connection cannot be watched: %s", strerror(errno));
		if (oldest < 0)
			return fd;
		close(fd);
		return oldest;
	}
	a->guests[a->count++] = (struct guest){ fd, clock_mono_ms() + SILENT_MS };
	return oldest;
}

/* One of the guests, when it was that one who woke us. */
static int take_guest(struct arrivals *a, int fd)
{
	int i;

	for (i = 0; i < a->count; i++)
		if (a->guests[i].fd == fd)
			return forget(a, i);
	return -1;
}

/* ---- taking */

/* Without a descriptor a worker could answer nobody, not even to say so. */
static int accept_any(struct arrivals *a)
{
	int fd = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || a->spare < 0)
		return fd;
	log_warn(NULL, "accept", "no descriptor is left: the spare one is used");
	close(a->spare);
	a->spare = -1;
	return accept4(a->listener, NULL, NULL, SOCK_CLOEXEC);
}

/* There was no more, another worker was faster, or a signal came; anything else would come again at
 * once. */
static void note_failure(int error)
{
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED)
		return;
	log_warn(NULL, "accept", "taking a connection failed: %s", strerror(error));
	poll(NULL, 0, FAULT_PAUSE_MS);
}

static int take_new(struct arrivals *a)
{
	int fd = accept_any(a);

	a->eager = fd >= 0;
	if (fd < 0)
		note_failure(errno);
	else if (!spoke(fd, GREETING_MS))
		return set_aside(a, fd);
	return fd;
}

int arrivals_next(struct arrivals *a, int tick_ms)
{
	struct epoll_event got = { .data.fd = -1 };
	int guest = -1;

	if ((!a->eager || a->count) &&
	    epoll_wait(a->waiter, &got, 1, a->eager ? 0 : tick_ms) > 0)
		guest = take_guest(a, got.data.fd);
	if (guest < 0)
		guest = let_go_late(a);
	if (guest >= 0 || a->closing)
		return guest;
	/* The kernel tells one waiting worker of a new connection, and that one may be told to end,
	 * or be killed, before it takes it; nobody else hears of it. So after each wait, also a
	 * vain one, we look for ourselves. */
	return take_new(a);
}

void arrivals_no_more(struct arrivals *a)
{
	a->closing = true;
	a->eager = false;
	epoll_ctl(a->waiter, EPOLL_CTL_DEL, a->listener, NULL);
}

bool arrivals_waiting(const struct arrivals *a)
{
	return a->count > 0;
}

void arrivals_closed_one(struct arrivals *a)
{
	if (a->spare < 0)
		a->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void arrivals_close(struct arrivals *a)
{
	if (!a)
		return;
	while (a->count)
		close(forget(a, 0));
	if (a->waiter >= 0)
		close(a->waiter);
	if (a->spare >= 0)
		close(a->spare);
	free(a);
}
