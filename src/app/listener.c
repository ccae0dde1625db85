/* SPDX-License-Identifier: Apache-2.0 */
/* Making and judging sockets by hand: the FastCGI library would remove a live one and follow the
 * umask. */
#include "app/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* Whoever handed a socket over to a server, such as systemd, holds none of our locks. */
static bool answers(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && text_copy(at.sun_path, sizeof(at.sun_path), path) &&
		   (!connect(fd, (struct sockaddr *)&at, sizeof(at)) || errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return yes;
}

/* Only under the lock: then no server of ours listens on what lies there. */
static enum err remove_stale(const struct listener *l, const struct why *why)
{
	struct stat st;

	if (lstat(l->path, &st))
		return errno == ENOENT ? OK : refuse(why, "cannot look at %s: %s", l->path,
						     strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return refuse(why, "%s is there and is no socket; remove it or choose another path",
			      l->path);
	if (answers(l->path))
		return refuse(why, "another program listens on %s; stop it, or choose another path",
			      l->path);
	if (unlink(l->path))
		return refuse(why, "cannot remove the old socket %s: %s", l->path, strerror(errno));
	return OK;
}

/* What a process of a user namespace sees in place of groups from outside it. */
enum { HIDDEN_GROUP = 65534 };

static enum err check_rights(
	const char *path, const char *group, const struct stat *st, const struct why *why)
{
	const struct group *g;

	if (st->st_mode & S_IWOTH)
		return refuse(why, "anybody may connect to %s (mode %04o); give it mode 0660", path,
			      (unsigned int)(st->st_mode & 07777));
	if (text_empty(group) || st->st_gid == HIDDEN_GROUP)
		return OK;
	if (!(g = getgrnam(group)))
		return refuse(why, "setting SOCKET_GROUP: there is no group %s", group);
	if (st->st_gid != g->gr_gid)
		return refuse(why, "the socket %s does not belong to group %s (SOCKET_GROUP)", path,
			      group);
	return OK;
}

static int socket_option(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	return getsockopt(fd, SOL_SOCKET, name, &value, &size) ? -1 : value;
}

/* libfcgi's parser is not made for hostile peers: the file's rights are what keeps them away. */
static enum err check_socket(int fd, const char *group, const struct why *why)
{
	struct sockaddr_un at = { 0 };
	socklen_t size = sizeof(at) - 1;
	struct stat st;
	int domain = socket_option(fd, SO_DOMAIN);

	if (domain < 0)
		return refuse(why, "descriptor %d is no socket; hand over a listening unix socket",
			      fd);
	if (domain != AF_UNIX)
		return refuse(why, "descriptor %d is a network socket; only unix sockets are "
			      "served", fd);
	if (socket_option(fd, SO_TYPE) != SOCK_STREAM || socket_option(fd, SO_ACCEPTCONN) != 1)
		return refuse(why, "descriptor %d is no listening stream socket", fd);
	if (getsockname(fd, (struct sockaddr *)&at, &size) || !at.sun_path[0])
		return refuse(why, "the socket on descriptor %d has no path whose rights could be "
			      "checked", fd);
	if (lstat(at.sun_path, &st))
		return refuse(why, "cannot look at the socket %s: %s", at.sun_path,
			      strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return refuse(why, "%s is not the socket any more", at.sun_path);
	return check_rights(at.sun_path, group, &st, why);
}

enum err listener_check(int fd, const char *group, char *text, size_t size)
{
	return check_socket(fd, group, &(struct why){ text, size });
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
	return check_socket(l->fd, group, why);
}

enum err listener_open(const char *path, const char *group, struct listener *out, char *text,
		       size_t size)
{
	struct why why = { text, size };
	enum err e;

	*out = (struct listener){ -1, -1, path };
	make_directory(path);
	if (!(e = lock_take(out, &why)) && !(e = remove_stale(out, &why)))
		e = bind_and_listen(out, group, &why);
	if (e)
		listener_close(out);
	return e;
}

void listener_hide(const struct listener *l)
{
	if (l->fd >= 0 && l->path)
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
		if (l->path)
			unlink(l->path);
		close(l->fd);
	}
	if (l->lock >= 0)
		close(l->lock);
	l->fd = l->lock = -1;
}
