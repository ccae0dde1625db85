/* SPDX-License-Identifier: Apache-2.0 */
/* A password as a server may keep it, so that the password itself never travels in a statement. */
#include <string.h>

#include "base/text.h"
#include "db/connect.h"
#include "db/pg.h"

enum err connect_password_verifier(struct db *db, const char *user, const char *password, char *out,
				   size_t size)
{
	struct pg *pg = db->own;
	char *made = PQencryptPasswordConn(pg->conn, password, user, "scram-sha-256");
	bool fits = made && text_copy(out, size, made);

	if (made) {
		explicit_bzero(made, strlen(made));
		PQfreemem(made);
	}
	return fits ? OK : ERR_INTERNAL;
}
