/* SPDX-License-Identifier: Apache-2.0 */
/* A worker that is aborted says in the log where it was. */
#ifndef SOUK_APP_STACK_H
#define SOUK_APP_STACK_H

#include "base/scoreboard.h"

/* Loads what taking a stack needs, so that the handler has nothing to load or allocate. Once,
 * before the fork. */
void stack_prime(void);

/* On SIGABRT the stack is logged as one line, as module+offset (for addr2line), and the process
 * dies. An abort by the supervisor that comes when the condemned request is over is let pass.
 * `doing` gives the words for a route in the line, or is NULL. */
void stack_on_abort(struct score_slot *, const char *(*doing)(enum score_pool, int route));

#endif
