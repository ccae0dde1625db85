/* SPDX-License-Identifier: Apache-2.0 */
/* Listening sockets that whoever started us handed over: systemd from descriptor 3 on, spawn-fcgi
 * and Apache's mod_fcgid on descriptor 0. */
#ifndef SOUK_APP_LISTENER_INHERITED_H
#define SOUK_APP_LISTENER_INHERITED_H

#include <stdbool.h>

#include "app/listener.h"

enum { INHERITED_MOST = 64, INHERITED_NAME = 32 };

struct inherited {
	int count;                            /* 0: nothing was handed over */
	struct inherited_socket {
		int fd;
		char name[INHERITED_NAME];    /* FileDescriptorName=, "" when it has none */
		bool taken;
	} sockets[INHERITED_MOST];
};

/* Finds and checks (listener_check()) what was handed over, and takes the variables that tell of it
 * out of the environment. A descriptor 0 that does not listen is an ordinary standard input. */
enum err inherited_find(const char *group, struct inherited *out, char *why,
			size_t size) MUST_CHECK;
/* The socket of a pool, by its name; with one socket only, that one. The descriptor is `out`'s. */
enum err inherited_take(struct inherited *, const char *name, struct listener *out, char *why,
			size_t size) MUST_CHECK;
/* Every socket was taken: one that nobody serves would let its clients wait for ever. */
enum err inherited_all_taken(const struct inherited *, char *why, size_t size) MUST_CHECK;

#endif
