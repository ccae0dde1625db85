/* SPDX-License-Identifier: Apache-2.0 */
/* What a running `souk serve` or `souk work` keeps in RUN_DIR: a lock, and its scoreboard. */
#ifndef SOUK_APP_RUN_FILES_H
#define SOUK_APP_RUN_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/scoreboard.h"

struct run_files {
	int lock;                    /* held by us and by every process forked later */
	char board[PATH_MAX];        /* path of the scoreboard; "" before it is made */
	struct scoreboard *scores;
};

/* Makes RUN_DIR when it is missing, takes its lock for `name` ("serve", "work"), makes the
 * scoreboard. ERR_IO, and `why` holds one line: another one runs, or what cannot be made. */
enum err run_files_open(struct run_files *, const char *run_dir, const char *name, char *why,
			size_t size) MUST_CHECK;
/* Removes the scoreboard and gives the lock back; also after a failed open. */
void run_files_close(struct run_files *);

/* Looks from outside: *out is NULL when there is no scoreboard, or none that this program can read
 * (`why` tells then); *alive says whether its processes still run. */
void run_files_look(const char *run_dir, const char *name, const struct scoreboard **out,
		    bool *alive, char *why, size_t size);

#endif
