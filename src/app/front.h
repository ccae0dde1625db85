/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations of the web servers in front of us: the templates etc/NAME.in, filled in from the
 * settings, the routes table (which are slow) and the errors table (what to say when we cannot). */
#ifndef SOUK_APP_FRONT_H
#define SOUK_APP_FRONT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "config/settings.h"

/* One name of a template and what stands for it. */
struct front_fill {
	const char *name;   /* "@RUN@" */
	const char *text;
};

struct front {
	struct arena *arena;                /* of the result */
	const struct settings *settings;    /* for the sockets */
	const char *source;                 /* directory that has etc/ */
	const char *www;                    /* static files, as the web server reaches them */
	const char *config;                 /* our settings file, where the web server starts us */
	const char *program;                /* and the program */
	const struct front_fill *more;      /* the caller's own, ended by a NULL name */
	char *why;                          /* one line when front_make() gives NULL */
	size_t size;
};

/* etc/NAME.in with every name in it filled in; NULL when it cannot be read or has a name that
 * nobody knows. */
const char *front_make(const struct front *, const char *name);

/* For Apache, of which a request that waits holds a thread: how many of one process may wait for a
 * pool, at most `most`. Those of all `processes` are no more than a socket queues. */
const char *front_waiting(struct arena *, int backlog, int processes, int most);

#endif
