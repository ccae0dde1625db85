/* SPDX-License-Identifier: Apache-2.0 */
/* How many connections all workers of this host hold to one database server. */
#ifndef SOUK_DB_BUDGET_H
#define SOUK_DB_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { BUDGET_SEATS = 8192, BUDGET_WISHES = 64, BUDGET_WAIT_MS = 300 };

/* In shared memory. A seat is one connection: one word with the server and the pid of its owner,
 * taken and given back by one compare-and-swap. Nothing else is counted, so nothing can go wrong
 * when a worker is killed: the seats of a dead process are found by its pid. */
struct budget {
	_Atomic uint64_t seats[BUDGET_SEATS];
	_Atomic uint64_t wishes[BUDGET_WISHES];   /* server, and until when somebody waits */
	_Atomic int64_t wishes_until;             /* the latest of them; past: nobody waits */
};

/* How one worker uses it. */
struct budget_user {
	struct budget *budget;   /* NULL: no limits */
	/* Closes one idle connection of this worker to `server`; false when there is none. */
	bool (*spare)(void *arg, uint32_t server);
	void *arg;
};

/* Part of a connection. All zero: it has none. */
struct budget_seat {
	struct budget *budget;
	uint32_t server;
	int place;
};

/* Names a server; `user` is "" but for a pooler that serves many owners at one address. */
uint32_t budget_server(const char *address, int port, const char *user);

/* A seat among the `most` of that server. When they are taken: a spare connection of our own makes
 * room, else other workers are asked for theirs, for BUDGET_WAIT_MS at most and by one worker at a
 * time for each server. ERR_BUSY. */
enum err budget_enter(const struct budget_user *, uint32_t server, int most,
		      struct budget_seat *out) MUST_CHECK;
/* When the connection is closed; takes one that has none. */
void budget_leave(struct budget_seat *);

/* Somebody waits for a connection to any server. */
bool budget_awaited(struct budget *);
/* Somebody waits for a connection to this server: who has one to spare closes it. */
bool budget_wanted(struct budget *, uint32_t server);
/* The process is dead. */
void budget_ended(struct budget *, int pid);
/* Connections to `server`, or with 0 to all. */
int budget_count(struct budget *, uint32_t server);

#endif
