/* SPDX-License-Identifier: Apache-2.0 */
/* A listening unix socket, checked before the fork: one of our own, or one that was handed over. */
#ifndef SOUK_APP_LISTENER_H
#define SOUK_APP_LISTENER_H

#include <stddef.h>

#include "base/err.h"

struct listener {
	int fd;         /* non-blocking, close-on-exec; -1: none */
	int lock;       /* holds the lock of PATH.lock; -1: none */
	const char *path;   /* of a socket of our own; NULL: it was handed over */
};

#define LISTENER_NONE { -1, -1, NULL }

/* All of them fill `why` with one line when they refuse; the error is ERR_IO. */

/* Takes the lock beside `path` (another live server is refused), removes a stale socket, binds, and
 * sets mode 0660 and, unless `group` is "", the group. `path` is borrowed as long as the listener
 * lives. */
enum err listener_open(const char *path, const char *group, struct listener *out, char *why,
		       size_t size) MUST_CHECK;
/* Refuses what is not a listening unix socket with a path, what others than its owner and group may
 * connect to, and, unless `group` is "", one of another group. */
enum err listener_check(int fd, const char *group, char *why, size_t size) MUST_CHECK;
/* Takes the name of a socket of our own away: nobody new comes, and who is in the queue stays
 * there. */
void listener_hide(const struct listener *);
/* How many connections may wait to be taken; also of a socket that listens already. */
enum err listener_backlog(const struct listener *, int backlog, char *why, size_t size) MUST_CHECK;
/* Closes a socket; removes one of our own, then gives its lock back. The lock file stays: removing
 * it would let two servers hold locks on different files of one name. */
void listener_close(struct listener *);

#endif
