/* SPDX-License-Identifier: Apache-2.0 */
/* The lock is one that a fork inherits and that others can ask about without taking it: it is held
 * until the last worker has ended, and who looks never stands in the way of who starts. */
#include "app/run_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIRECTORY_MODE = 0755, LOCK_MODE = 0640 };

static bool path_of(char out[PATH_MAX], const char *run_dir, const char *name, const char *end)
{
	return (size_t)snprintf(out, PATH_MAX, "%s/%s.%s", run_dir, name, end) < PATH_MAX;
}

static enum err take_lock(struct run_files *f, const char *run_dir, const char *name, char *why,
			  size_t size)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_MAX];

	mkdir(run_dir, DIRECTORY_MODE);
	if (!path_of(path, run_dir, name, "lock"))
		errno = ENAMETOOLONG;
	else
		f->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
	if (f->lock < 0) {
		snprintf(why, size, "cannot make a lock in %.200s: %s; setting RUN_DIR must name a "
			 "directory that this user can write", run_dir, strerror(errno));
		return ERR_IO;
	}
	if (!fcntl(f->lock, F_OFD_SETLK, &whole))
		return OK;
	snprintf(why, size, "another `souk %s` runs with RUN_DIR=%.200s; stop it first, or give "
		 "each its own", name, run_dir);
	return ERR_IO;
}

enum err run_files_open(struct run_files *f, const char *run_dir, const char *name, char *why,
			size_t size)
{
	enum err e;

	*f = (struct run_files){ .lock = -1 };
	if ((e = take_lock(f, run_dir, name, why, size)))
		return e;
	if (!path_of(f->board, run_dir, name, "scoreboard") ||
	    scoreboard_create(f->board, &f->scores)) {
		f->board[0] = '\0';
		snprintf(why, size, "cannot make the scoreboard in RUN_DIR=%.200s: %s", run_dir,
			 strerror(errno));
		return ERR_IO;
	}
	return OK;
}

void run_files_close(struct run_files *f)
{
	if (*f->board)
		unlink(f->board);
	scoreboard_close(f->scores);
	if (f->lock >= 0)
		close(f->lock);
	*f = (struct run_files){ .lock = -1 };
}

static bool locked(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool held;

	if (fd < 0)
		return false;
	held = !fcntl(fd, F_OFD_GETLK, &whole) && whole.l_type != F_UNLCK;
	close(fd);
	return held;
}

void run_files_look(const char *run_dir, const char *name, const struct scoreboard **out,
		    bool *alive, char *why, size_t size)
{
	char path[PATH_MAX];

	*out = NULL;
	*alive = path_of(path, run_dir, name, "lock") && locked(path);
	*why = '\0';
	if (!path_of(path, run_dir, name, "scoreboard") || !scoreboard_open(path, out))
		return;
	if (errno == EPROTO)
		snprintf(why, size, "%.200s was made by another version of souk", path);
	else if (errno != ENOENT)
		snprintf(why, size, "cannot read %.200s: %s", path, strerror(errno));
}
