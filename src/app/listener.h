/* SPDX-License-Identifier: Apache-2.0 */
/* A listening unix socket of our own, made and checked before the fork. */
#ifndef SOUK_APP_LISTENER_H
#define SOUK_APP_LISTENER_H

#include <stddef.h>

#include "base/err.h"

struct listener {
	int fd;         /* non-blocking, close-on-exec; -1: none */
	int lock;       /* holds the lock of PATH.lock */
	const char *path;
};

/* Takes the lock beside `path` (another live server is refused), removes a stale socket, binds, and
 * sets mode 0660 and, unless `group` is "", the group. ERR_IO or ERR_VALIDATION; `why` holds one
 * line. `path` is borrowed as long as the listener lives. */
enum err listener_open(const char *path, const char *group, struct listener *out, char *why,
		       size_t size) MUST_CHECK;
/* Takes the socket's name away: nobody new comes, and who is in the queue stays there. */
void listener_hide(const struct listener *);
/* How many connections may wait to be taken; also of a socket that listens already. */
enum err listener_backlog(const struct listener *, int backlog, char *why, size_t size) MUST_CHECK;
/* Closes and removes the socket, then gives the lock back. The lock file stays: removing it would
 * let two servers hold locks on different files of one name. */
void listener_close(struct listener *);

#endif
