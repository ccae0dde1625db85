/* SPDX-License-Identifier: Apache-2.0 */
/* Making the socket by hand: the FastCGI library would remove a live one and follow the umask. */
#include "app/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { SOCKET_MODE = 0660, DIRECTORY_MODE = 0755 };

struct why {
	char *text;
	size_t size;
};

static enum err refuse(const struct why *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static enum err refuse(const struct why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, why->size, fmt, ap);
	va_end(ap);
	return ERR_IO;
}

static void make_directory(const char *path)
{
	char copy[PATH_MAX];

	if (text_copy(copy, sizeof(copy), path))
		mkdir(dirname(copy), DIRECTORY_MODE);
}

static enum err lock_take(struct listener *l, const struct why *why)
{
	char file[PATH_MAX];

	snprintf(file, sizeof(file), "%s.lock", l->path);
	l->lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->lock < 0)
		return refuse(why, "cannot make the lock %s: %s; the directory must be there and "
			      "writable for this user", file, strerror(errno));
	if (flock(l->lock, LOCK_EX | LOCK_NB))
		return refuse(why, "another server holds %s; stop it first", l->path);
	return OK;
}

/* Only under the lock: then nobody listens on what lies there. */
static enum err remove_stale(const struct listener *l, const struct why *why)
{
	struct stat st;

	if (lstat(l->path, &st))
		return errno == ENOENT ? OK : refuse(why, "cannot look at %s: %s", l->path,
						     strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return refuse(why, "%s is there and is no socket; remove it or choose another path",
			      l->path);
	if (unlink(l->path))
		return refuse(why, "cannot remove the old socket %s: %s", l->path, strerror(errno));
	return OK;
}

static enum err give_to_group(const struct listener *l, const char *group, const struct why *why)
{
	const struct group *g;

	if (text_empty(group))
		return OK;
	if (!(g = getgrnam(group)))
		return refuse(why, "setting SOCKET_GROUP: there is no group %s", group);
	if (lchown(l->path, (uid_t)-1, g->gr_gid))
		return refuse(why, "setting SOCKET_GROUP: cannot give %s to group %s: %s", l->path,
			      group, strerror(errno));
	return OK;
}

static enum err bind_and_listen(struct listener *l, const char *group, const struct why *why)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	mode_t old;
	int bound;
	enum err e;

	if (!text_copy(at.sun_path, sizeof(at.sun_path), l->path))
		return refuse(why,
			"the socket path %s is longer than %zu bytes; choose a shorter one",
			l->path, sizeof(at.sun_path) - 1);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return refuse(why, "cannot make a socket: %s", strerror(errno));
	old = umask(0177);
	bound = bind(l->fd, (struct sockaddr *)&at, sizeof(at));
	umask(old);
	if (bound)
		return refuse(why, "cannot bind %s: %s", l->path, strerror(errno));
	if ((e = give_to_group(l, group, why)))
		return e;
	if (chmod(l->path, SOCKET_MODE) || listen(l->fd, SOMAXCONN))
		return refuse(why, "cannot listen on %s: %s", l->path, strerror(errno));
	return OK;
}

enum err listener_open(const char *path, const char *group, struct listener *out, char *text,
		       size_t size)
{
	struct why why = { text, size };
	enum err e;

	*out = (struct listener){ .fd = -1, .lock = -1, .path = path };
	make_directory(path);
	if (!(e = lock_take(out, &why)) && !(e = remove_stale(out, &why)))
		e = bind_and_listen(out, group, &why);
	if (e)
		listener_close(out);
	return e;
}

void listener_hide(const struct listener *l)
{
	if (l->fd >= 0)
		unlink(l->path);
}

enum err listener_backlog(const struct listener *l, int backlog, char *text, size_t size)
{
	struct why why = { text, size };

	if (listen(l->fd, backlog))
		return refuse(&why, "cannot set the backlog of a socket: %s", strerror(errno));
	return OK;
}

void listener_close(struct listener *l)
{
	if (l->fd >= 0) {
		unlink(l->path);
		close(l->fd);
	}
	if (l->lock >= 0)
		close(l->lock);
	l->fd = l->lock = -1;
}
