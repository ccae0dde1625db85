/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table: what a row says, and how a request finds its row. */
#ifndef SOUK_WEB_ROUTER_H
#define SOUK_WEB_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct request;

/* Who may. A row that leaves it unset stops the start. */
enum route_who {
	WHO_UNSET,
	PUBLIC,       /* anybody; a token that is shown is not looked at */
	AGENCY,       /* access token (or page session) of a master user */
	TENANT,       /* access token of a tenant user, on that store's host or none */
	EITHER,       /* either of the two */
};

enum route_pool { POOL_WEB, POOL_SLOW };

enum route_rate {
	RATE_NONE,
	RATE_LOGIN,
	RATE_REGISTER,
	RATE_REFRESH,
	RATE_MAIL,
	RATE_TEST_DATABASE
};

enum route_flag {
	ROUTE_PAGE = 1, /* answers HTML: errors are pages, no token means a redirect to /login */
	ROUTE_FORM = 2, /* takes a form; CSRF token needed in every case */
	ROUTE_IDEMPOTENT = 4, /* honours Idempotency-Key */
	ROUTE_ONBOARDED =
		8, /* page for those whose required steps are done; else to the first open one */
	ROUTE_ONBOARDING = 16, /* page of onboarding; those who are through go to /dashboard */
	ROUTE_TENANT = 32,     /* needs the connection of the host's or token's store: rq->tenant */
	ROUTE_NO_MASTER = 64,  /* never touches the master */
	ROUTE_HIDDEN = 128,    /* not part of the API reference (pages, probes) */
	ROUTE_HASH = 256,      /* hashes a password: refused at the door while too many do */
	ROUTE_STRANGER = 512,  /* may wait for a store's database for as long as that pleases:
				  refused at the door while half of the slow workers do */
};

struct route {
	const char *method;     /* "GET"; HEAD is answered by GET rows */
	const char *pattern;	/* "/api/stores/mt?/:id": `x?` is an optional segment, `:name` takes
				   one segment */
	enum route_who who;
	enum route_pool pool;
	unsigned int flags;     /* enum route_flag */
	enum route_rate rate;
	size_t body_limit;      /* bytes; 0 means the general limit of 1 MiB */
	enum err (*handle)(struct request *);
	const char *summary;    /* one line for `souk routes` and the API reference */
	int deadline_s;         /* may take this long; 0: as its pool's setting says */
};

/* Ended by a row whose method is NULL; src/app/routes.c. */
extern const struct route routes[];

enum { ROUTER_SEGMENTS = 12, ROUTER_PARAMS = 4, ROUTER_METHODS = 8 };

struct router;

/* Checks the table (who set, patterns well formed, no two rows for one path and method, fewer
 * than SCORE_ROUTES rows, the last of which counts what no row matched) and builds the tree.
 * Rows are for GET, POST, PUT, PATCH and DELETE: HEAD and OPTIONS are made from them.
 * ERR_VALIDATION, and `why` names the bad row. The table is borrowed. */
enum err router_new(const struct route *table, struct router **out, char *why,
		    size_t size) MUST_CHECK;
void router_free(struct router *);

struct route_match {
	const struct route *route;
	int index;                                  /* of the row, -1 when none matched */
	struct { const char *name, *value; } params[ROUTER_PARAMS];
	int param_count;
	char allow[96]; /* for METHOD_NOT_ALLOWED: "GET, HEAD, OPTIONS" */
};

/* Decoded segments of the path -> row. A literal segment wins over a parameter, whatever the
 * method. An empty segment ("//", a slash at the end) matches nothing. HEAD finds the row of
 * GET. ERR_NOT_FOUND; ERR_METHOD_NOT_ALLOWED with `allow` (also for OPTIONS, see web/cors.h).
 * Parameters' values are borrowed from `segments`. */
enum err router_find(const struct router *, const char *method, const char *const *segments,
		     int count, struct route_match *out) MUST_CHECK;

#endif
