/* SPDX-License-Identifier: Apache-2.0 */
/* libfcgi behind four calls: wait, read all, write once, close. Under load a request takes five
 * system calls: accept, poll, read, write, close. The library's own accept drops a peer that says
 * nothing for a while, or while a signal comes, and with it a request: so it is given connections
 * on which there is something to read, and no socket to accept from. */
#include "web/fcgi.h"

#include <fcgiapp.h>
#include <stdlib.h>

#include "base/scoreboard.h"
#include "web/arrivals.h"
#include "web/reply.h"

enum { KEEP_OUT = 256 << 10, NO_LISTENER = -1 };

struct fcgi_front {
	struct arrivals *arrivals;
	FCGX_Request fcgi;
	bool drained;        /* the request's body was read to its end */
	struct buf out;
};

enum err fcgi_init(void)
{
	/* A peer that stays after a body that we did not read would hold a worker for two
	 * seconds. */
	return setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 1) || FCGX_Init() ? ERR_IO : OK;
}

enum err fcgi_open(int listener, struct fcgi_front **out)
{
	struct fcgi_front *f = calloc(1, sizeof(*f));
	enum err e;

	*out = NULL;
	if (!f)
		return ERR_NO_MEMORY;
	if ((e = arrivals_open(listener, &f->arrivals))) {
		free(f);
		return e;
	}
	FCGX_InitRequest(&f->fcgi, NO_LISTENER, FCGI_FAIL_ACCEPT_ON_INTR);
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

enum fcgi_event fcgi_next(struct fcgi_front *f, struct request *rq, int tick_ms,
			  const volatile int *stop, enum err *e)
{
	*e = OK;
	if (*stop)
		return FCGI_STOPPED;
	f->fcgi.ipcFd = arrivals_next(f->arrivals, tick_ms);
	if (f->fcgi.ipcFd < 0)
		return FCGI_TICK;
	/* Else the library would begin by closing it. */
	f->fcgi.keepConnection = 1;
	/* From here on the peer says how long it takes: so the scoreboard shows it first. */
	score_reading(rq->rt->slot);
	if (!FCGX_Accept_r(&f->fcgi)) {
		*e = take(f, rq);
		return FCGI_REQUEST;
	}
	/* It was no request; the library has closed it, and found no other. */
	score_idle(rq->rt->slot);
	return FCGI_TICK;
}

bool fcgi_waiting(const struct fcgi_front *f)
{
	return arrivals_waiting(f->arrivals);
}

void fcgi_no_more(struct fcgi_front *f)
{
	arrivals_no_more(f->arrivals);
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
	arrivals_closed_one(f->arrivals);
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
	arrivals_close(f->arrivals);
	buf_done(&f->out);
	free(f);
}
