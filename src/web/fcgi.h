/* SPDX-License-Identifier: Apache-2.0 */
/* The FastCGI front: takes requests off a listening socket one at a time and writes answers. */
#ifndef SOUK_WEB_FCGI_H
#define SOUK_WEB_FCGI_H

#include <stdbool.h>

#include "base/err.h"
#include "web/request.h"

/* Called once per process after the fork, before any signal handler of ours is installed. */
enum err fcgi_init(void) MUST_CHECK;

enum fcgi_event { FCGI_REQUEST, FCGI_TICK, FCGI_STOPPED };

struct fcgi_front;
/* `listener` is a non-blocking listening socket that workers share. */
enum err fcgi_open(int listener, struct fcgi_front **out) MUST_CHECK;
/* Waits for a request at most `tick_ms`; *stop (set by a signal handler) ends the wait. On
 * FCGI_REQUEST `rq` is parsed and its body read; *e tells when it was bad. The answer is given
 * by fcgi_finish(). */
enum fcgi_event fcgi_next(struct fcgi_front *, struct request *rq, int tick_ms,
			  const volatile int *stop, enum err *e);
/* Connections were taken whose peers have not spoken yet: whoever ends now breaks them off. */
bool fcgi_waiting(const struct fcgi_front *);
/* From now on only those are served. */
void fcgi_no_more(struct fcgi_front *);
/* Writes the answer in one go and closes without lingering. */
void fcgi_finish(struct fcgi_front *, struct request *rq);
void fcgi_close(struct fcgi_front *);

#endif
