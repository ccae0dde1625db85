/* SPDX-License-Identifier: Apache-2.0 */
/* Plain system calls with their loops. */
#include "app/files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"

enum { CHUNK = 64 * 1024, TREE_FDS = 16 };

static bool read_all(int fd, struct buf *out)
{
	ssize_t n;

	for (;;) {
		n = read(fd, buf_reserve(out, CHUNK), CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len > FILE_MOST) {
			errno = EFBIG;
			return false;
		}
	}
}

bool file_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	bool ok;

	if (fd < 0)
		return false;
	ok = read_all(fd, out);
	saved = errno;
	close(fd);
	errno = saved;
	return ok;
}

static bool write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

bool file_write(const char *path, const char *text, size_t len, mode_t mode, uid_t uid, gid_t gid)
{
	char fresh[PATH_MAX];
	bool ok;
	int fd;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", path) >= sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return false;
	}
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, text, len) && !fchown(fd, uid, gid) && !fchmod(fd, mode);
	ok = !close(fd) && ok;
	return ok && !rename(fresh, path);
}

bool file_directory(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	struct stat st;
	int fd;
	bool ok;

	if (mkdir(path, 0700) && errno != EEXIST)
		return false;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = !fstat(fd, &st);
	if (ok &&
		((uid != (uid_t)-1 && st.st_uid != uid) || (gid != (gid_t)-1 && st.st_gid != gid)))
		ok = !fchown(fd, uid, gid);
	ok = ok && !fchmod(fd, mode);
	close(fd);
	return ok;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT ? -1 : 0;
}

bool file_remove_tree(const char *path)
{
	if (!nftw(path, remove_one, TREE_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT))
		return true;
	return errno == ENOENT;
}

bool file_space(const char *path, unsigned long long *left, unsigned long long *all)
{
	struct statvfs v;

	if (statvfs(path, &v))
		return false;
	*left = (unsigned long long)v.f_bavail * v.f_frsize;
	*all = (unsigned long long)v.f_blocks * v.f_frsize;
	return true;
}
