/* SPDX-License-Identifier: Apache-2.0 */
/* How a worker process learns that it shall end: one flag, set by SIGTERM. */
#ifndef SOUK_APP_STOP_H
#define SOUK_APP_STOP_H

#include <stdbool.h>

/* Installs the handlers in a worker whose signals are still blocked from the fork. SIGINT,
 * SIGHUP and SIGPIPE are ignored: what a terminal sends to all is for the supervisor, which says
 * SIGTERM. SIGTERM
 * stays blocked until stop_unblock() or, for one wait at a time, stop_wait(). */
const volatile int *stop_install(void);
void stop_unblock(void);
/* For a process without a supervisor: SIGINT, and the SIGUSR1 of FastCGI, are SIGTERM. */
void stop_also(void);

/* Sleeps until `fd` (-1: none) can be read, `ms` passed or SIGTERM came; SIGTERM cannot slip by. */
void stop_wait(int fd, int ms);

#endif
