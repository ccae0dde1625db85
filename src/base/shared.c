/* SPDX-License-Identifier: Apache-2.0 */
/* Shared mappings: without a name, so that no other process can open them, or of a file. */
#include "base/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MODE = 0640 };

static void *map(int fd, size_t size, int protection)
{
	int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0);
	void *p = mmap(NULL, size, protection, flags, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *shared_new(size_t size)
{
	return map(-1, size, PROT_READ | PROT_WRITE);
}

static void *fill(int fd, size_t size)
{
	int failed = posix_fallocate(fd, 0, (off_t)size);

	if (failed) {
		errno = failed;
		return NULL;
	}
	return fchmod(fd, LOOK_MODE) ? NULL : map(fd, size, PROT_READ | PROT_WRITE);
}

/* Whoever looks at the old one goes on seeing it whole. */
void *shared_create(const char *path, size_t size)
{
	char fresh[PATH_MAX];
	void *p = NULL;
	int fd, saved;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", path) >= sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	unlink(fresh);
	fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	if ((p = fill(fd, size)) && rename(fresh, path)) {
		saved = errno;
		shared_close(p, size);
		errno = saved;
		p = NULL;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return p;
}

const void *shared_look(const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	struct stat st;
	const void *p = NULL;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st)) {
		if (S_ISREG(st.st_mode) && st.st_size == (off_t)size)
			p = map(fd, size, PROT_READ);
		else
			errno = EPROTO;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return p;
}

void shared_close(const void *p, size_t size)
{
	if (p)
		munmap((void *)p, size);
}

bool shared_owner_gone(int pid)
{
	return pid > 0 && kill(pid, 0) && errno == ESRCH;
}
