/* SPDX-License-Identifier: Apache-2.0 */
/* Seals credentials as the program does, for stores made by the thousand: reads lines "store-id
 * revision host port user password database", writes each box in hex. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "domain/tenants.h"

enum { POOLER_PORT = 6543, LINE = 2048 };

static struct runtime rt;

static bool take(char *line, char *id, int *revision, struct conninfo *c)
{
	char form[96];

	memset(c, 0, sizeof(*c));
	snprintf(form, sizeof(form), "%%%ds %%d %%%zus %%d %%%zus %%%zus %%%zus", ID_TEXT - 1,
		 sizeof(c->host) - 1, sizeof(c->user) - 1, sizeof(c->password) - 1,
		 sizeof(c->database) - 1);
	if (sscanf(line, form, id, revision, c->host, &c->port, c->user, c->password,
		   c->database) != 7)
		return false;
	c->pooled = c->port == POOLER_PORT;
	return true;
}

static bool seal(const char *id, int revision, const struct conninfo *c)
{
	const unsigned char *box;
	struct arena a;
	size_t len, i;
	bool ok;

	arena_init(&a, 1 << 20);
	ok = !tenants_seal(&rt, id, c, revision, &a, &box, &len);
	for (i = 0; ok && i < len; i++)
		printf("%02x", box[i]);
	putchar('\n');
	arena_done(&a);
	return ok;
}

int main(void)
{
	char line[LINE], id[ID_TEXT], why[160];
	struct conninfo c;
	int revision;

	if (keyring_load(&rt.keys, getenv("ENCRYPTION_KEY"), NULL, getenv("JWT_SECRET"), NULL, why,
			 sizeof(why))) {
		fprintf(stderr, "seal: %s\n", why);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin))
		if (!take(line, id, &revision, &c) || !seal(id, revision, &c)) {
			fprintf(stderr, "seal: a line cannot be sealed\n");
			return 1;
		}
	return 0;
}
