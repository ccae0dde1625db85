/* SPDX-License-Identifier: Apache-2.0 */
/* A few seats in shared memory: at most so many processes do a thing at once. */
#ifndef SOUK_BASE_SEATS_H
#define SOUK_BASE_SEATS_H

#include <stdatomic.h>
#include <stdbool.h>

enum { SEATS_MOST = 256 };

/* A seat holds the pid of who sits on it, so that the seat of a dead process is known and free. */
struct seats {
	_Atomic int count;
	_Atomic int owner[SEATS_MOST];   /* 0: free */
	_Atomic unsigned int freed;      /* grows when one becomes free: what waiters sleep on */
	_Atomic int waiters;             /* more than there are, when some of them died */
};

/* How many there are: before the fork, and again when it changes. Brought into 1..SEATS_MOST. */
void seats_init(struct seats *, int count);
/* Never waits; false when all are taken. A process sits on one seat of a set at a time. NULL is a
 * set without end. */
bool seats_take(struct seats *);
/* The same, but waits for one; whoever waits longest has no right before others. */
bool seats_wait(struct seats *, int most_ms);
void seats_give(struct seats *);   /* takes NULL, and a process that has none */
int seats_taken(struct seats *);
/* The process is dead: what it sat on is free, also when another process gets its pid. */
void seats_ended(struct seats *, int pid);

#endif
