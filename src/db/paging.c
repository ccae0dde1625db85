/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that are read in pages: one row more than shown is read, which tells whether there is
 * another page. */
#include "db/paging.h"

enum err paging_run(struct db *db, const struct stmt *stmt, const char *owner, struct paging *p,
		    struct arena *a, struct result *out)
{
	const char *id;
	enum err e = db_run(db, stmt, ARGS(a_text(owner), a_int(p->limit + 1), a_text(p->cursor)),
			    out);

	p->next = NULL;
	if (e || out->rows <= p->limit)
		return e;
	out->rows = p->limit;
	id = row_text(out, p->limit - 1, "id");
	if (!id)
		return ERR_DB_UNAVAILABLE; /* a tenant's table that its owner has changed */
	p->next = arena_strdup(a, id);
	return OK;
}
