/* SPDX-License-Identifier: Apache-2.0 */
/* The flag is the process's own; nothing but the handler writes it. */
#include "app/stop.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile int stop;

static void on_term(int signo)
{
	(void)signo;
	stop = 1;
}

const volatile int *stop_install(void)
{
	/* An idle wait ends: epoll and poll are never restarted. A read must not: libfcgi would
	 * take its end for the peer's, and lose the request. */
	struct sigaction term = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t only_term;

	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&only_term);
	sigaddset(&only_term, SIGTERM);
	sigprocmask(SIG_SETMASK, &only_term, NULL);
	return &stop;
}

void stop_also(void)
{
	const struct sigaction term = { .sa_handler = on_term, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &term, NULL);
	sigaction(SIGUSR1, &term, NULL);
}

void stop_unblock(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void stop_wait(int fd, int ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	if (!stop)
		ppoll(&p, 1, &ts, &none);
}
