/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that are read in pages, newest first, by the id a page ended with. */
#ifndef SOUK_DB_PAGING_H
#define SOUK_DB_PAGING_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

struct paging {
	int limit;            /* rows on a page, at least 1 */
	const char *cursor;   /* the id that the page before ended with; NULL for the first page */
	const char *next;     /* out: the cursor of the page behind this one, NULL at the end */
};

/* One page of what belongs to `owner`: the statement's parameters are $1 the owner, $2 how many
 * rows, $3 the cursor or NULL; its column "id" is what a cursor is made of. out->rows is at most
 * the limit; next lives in the arena. Errors as of db_run(),
 * and ERR_DB_UNAVAILABLE where a tenant's rows have no ids. */
enum err paging_run(struct db *, const struct stmt *, const char *owner, struct paging *,
		    struct arena *, struct result *out) MUST_CHECK;

#endif
