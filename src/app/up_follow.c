/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts write to their logs, as it comes, until somebody presses Ctrl-C. */
#include "app/up.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 200, CHUNK = 8192 };

struct tail {
	int fd;   /* -1: not there */
};

static void tail_copy(const struct tail *t)
{
	char bytes[CHUNK];
	ssize_t n;

	while (t->fd >= 0 && (n = read(t->fd, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, (size_t)n, stdout);
	fflush(stdout);
}

static void tails_open(struct up *up, struct tail *tails)
{
	int p;

	for (p = 0; p < UP_PARTS; p++) {
		tails[p].fd = open(up_part_log(up, (enum up_part)p), O_RDONLY | O_CLOEXEC);
		if (tails[p].fd >= 0)
			lseek(tails[p].fd, 0, SEEK_END);
	}
}

/* A part that somebody else stopped in good order (--down) has no pid file any more. */
static bool all_alive(struct up *up)
{
	int p;

	for (p = 0; p < UP_PARTS; p++)
		if (up_wanted(up, (enum up_part)p) && !up_alive(up, (enum up_part)p))
			return up_problem(up, "%s has ended; its log is %s",
					  up_part_name((enum up_part)p),
					  up_part_log(up, (enum up_part)p));
	return true;
}

bool up_follow(struct up *up)
{
	const struct timespec look = { 0, LOOK_MS * 1000000L };
	struct tail tails[UP_PARTS];
	bool interrupted = false, alive = true;
	sigset_t set;
	int p;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	tails_open(up, tails);
	while (!interrupted && alive) {
		interrupted = sigtimedwait(&set, NULL, &look) > 0;
		for (p = 0; p < UP_PARTS; p++)
			tail_copy(&tails[p]);
		alive = interrupted || all_alive(up);
	}
	for (p = 0; p < UP_PARTS; p++)
		if (tails[p].fd >= 0)
			close(tails[p].fd);
	return interrupted;
}
