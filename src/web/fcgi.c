/* SPDX-License-Identifier: Apache-2.0 */
/* libfcgi behind four calls: wait, read all, write once, close. Under load a request takes five
 * system calls: accept, a poll of libfcgi's, read, write, close. */
#include "web/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/scoreboard.h"
#include "web/reply.h"

enum { KEEP_OUT = 256 << 10, FAULT_PAUSE_MS = 50 };

struct fcgi_front {
	int waiter;          /* epoll on the listener */
	bool eager;          /* a request was just taken: there may be more */
	int spare;           /* a descriptor to give up when there is none left; -1: given */
	FCGX_Request fcgi;
	bool drained;        /* the request's body was read to its end */
	struct buf out;
};

enum err fcgi_init(void)
{
	/* A peer that connects and is silent, or stays after a body that we did not read,
	 * would hold a worker for two seconds. */
	if (setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "50", 1) ||
	    setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 1) || FCGX_Init())
		return ERR_IO;
	return OK;
}

enum err fcgi_open(int listener, struct fcgi_front **out)
{
	/* One new connection wakes one idle worker, not all of them. */
	struct epoll_event wanted = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	struct fcgi_front *f = calloc(1, sizeof(*f));

	*out = NULL;
	if (!f)
		return ERR_NO_MEMORY;
	f->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	f->waiter = epoll_create1(EPOLL_CLOEXEC);
	if (f->spare < 0 || f->waiter < 0 ||
	    epoll_ctl(f->waiter, EPOLL_CTL_ADD, listener, &wanted) ||
	    FCGX_InitRequest(&f->fcgi, listener, FCGI_FAIL_ACCEPT_ON_INTR)) {
		if (f->spare >= 0)
			close(f->spare);
		if (f->waiter >= 0)
			close(f->waiter);
		free(f);
		return ERR_IO;
	}
	*out = f;
	return OK;
}

/* Exactly `length` bytes and then the end; also reads that end, so that nothing is left unread. */
static enum err read_body(struct fcgi_front *f, struct request *rq, size_t length)
{
	char *body = arena_alloc(&rq->arena, length + 1);
	int got = length ? FCGX_GetStr(body, (int)length, f->fcgi.in) : 0;
	bool ended = FCGX_GetChar(f->fcgi.in) == -1;

	f->drained = ended && !FCGX_GetError(f->fcgi.in);
	if (got < 0 || (size_t)got != length || !f->drained)
		return ERR_BAD_REQUEST;
	body[length] = '\0';
	rq->body = length ? body : NULL;
	rq->body_len = length;
	return OK;
}

static enum err take(struct fcgi_front *f, struct request *rq)
{
	size_t length;
	enum err bad, e;

	request_reset(rq);
	f->drained = false;
	bad = request_parse(rq, f->fcgi.envp, &length);
	if (bad == ERR_BODY_TOO_LARGE)
		return bad;
	/* Also a bad request is read to its end, so that it can be closed without lingering. */
	e = read_body(f, rq, length);
	return bad ? bad : e;
}

/* The kernel tells one waiting worker of a new connection, and that one may be told to end, or be
 * killed, before it takes it; nobody else hears of it. So after each wait, also a vain one, we look
 * for ourselves. */
static bool wait_for_one(struct fcgi_front *f, int tick_ms)
{
	struct epoll_event got;

	return epoll_wait(f->waiter, &got, 1, tick_ms) > 0;
}

/* Without a descriptor a worker could answer nobody, not even to say so. */
static int accept_any(struct fcgi_front *f)
{
	int n = FCGX_Accept_r(&f->fcgi);

	if ((n != -EMFILE && n != -ENFILE) || f->spare < 0)
		return n;
	log_warn(NULL, "accept", "no descriptor is left: the spare one is used");
	close(f->spare);
	f->spare = -1;
	return FCGX_Accept_r(&f->fcgi);
}

/* From here on the peer says how long it takes: so the scoreboard shows it first. */
static int accept_one(struct fcgi_front *f, struct score_slot *slot, bool promised)
{
	int n;

	if (promised)
		score_reading(slot);
	n = accept_any(f);
	if (promised && n)
		score_idle(slot);
	return n;
}

enum fcgi_event fcgi_next(struct fcgi_front *f, struct request *rq, int tick_ms,
			  const volatile int *stop, enum err *e)
{
	bool promised;
	int n;

	*e = OK;
	if (*stop)
		return FCGI_STOPPED;
	promised = f->eager || wait_for_one(f, tick_ms);
	if (*stop)
		return FCGI_STOPPED;
	n = accept_one(f, rq->rt->slot, promised);
	f->eager = n == 0;
	if (n == 0) {
		*e = take(f, rq);
		return FCGI_REQUEST;
	}
	if (*stop)
		return FCGI_STOPPED;
	/* There was no more, another worker was faster, or a signal came; anything else would come
	 * again at once. */
	if (n != -EAGAIN && n != -EINTR) {
		log_warn(NULL, "accept", "taking a connection failed (%d)", n);
		poll(NULL, 0, FAULT_PAUSE_MS);
	}
	return FCGI_TICK;
}

/* A keep-alive that the web server asks for would park this worker on one connection: so it is
 * freed, with its socket, in any case. */
static void end(struct fcgi_front *f)
{
	if (f->drained)
		FCGX_Detach(&f->fcgi);
	FCGX_Finish_r(&f->fcgi);
	FCGX_Free(&f->fcgi, 1);
	FCGX_Attach(&f->fcgi);
	if (f->spare < 0)
		f->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void fcgi_finish(struct fcgi_front *f, struct request *rq)
{
	reply_write(rq, &f->out);
	FCGX_PutStr(f->out.data, (int)f->out.len, f->fcgi.out);
	end(f);
	if (f->out.cap > KEEP_OUT)
		buf_done(&f->out);
	buf_clear(&f->out);
}

void fcgi_close(struct fcgi_front *f)
{
	if (!f)
		return;
	FCGX_Free(&f->fcgi, 1);
	close(f->waiter);
	if (f->spare >= 0)
		close(f->spare);
	buf_done(&f->out);
	free(f);
}
