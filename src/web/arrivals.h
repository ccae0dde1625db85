/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of the web server: taken off a listening socket that workers share, and handed out
 * one at a time, when their peer has begun to speak. */
#ifndef SOUK_WEB_ARRIVALS_H
#define SOUK_WEB_ARRIVALS_H

#include <stdbool.h>

#include "base/err.h"

struct arrivals;
/* `listener` is non-blocking, and outlives what is opened here. */
enum err arrivals_open(int listener, struct arrivals **out) MUST_CHECK;
/* A connection on which there is something to read, now the caller's. -1: there was none for
 * `tick_ms`, or it went to another worker, is silent, or a signal came. */
int arrivals_next(struct arrivals *, int tick_ms);
/* From now on only those are handed out that were taken already. */
void arrivals_no_more(struct arrivals *);
/* There are connections that were taken and have not been handed out. */
bool arrivals_waiting(const struct arrivals *);
/* A connection was closed: perhaps there is a descriptor to spare again. */
void arrivals_closed_one(struct arrivals *);
void arrivals_close(struct arrivals *);

#endif
