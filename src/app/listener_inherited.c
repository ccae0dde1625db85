/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of sd_listen_fds(3) and that of FastCGI, which is: descriptor 0 listens. */
#include "app/listener_inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

enum { FIRST_ACTIVATED = 3, LONGEST_PID = 0x7fffffff };

static bool listens(int fd)
{
	socklen_t size = sizeof(int);
	int on = 0;

	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) && on;
}

static bool meant_for_us(void)
{
	const char *pid = getenv("LISTEN_PID");
	int64_t n;

	return pid && text_int(pid, 1, LONGEST_PID, &n) && n == (int64_t)getpid();
}

/* Names stand between colons, in the order of the descriptors. */
static bool take_names(struct inherited *in, const char *names)
{
	char *to;
	size_t n;
	int i;

	for (i = 0; i < in->count && !text_empty(names); i++) {
		to = in->sockets[i].name;
		n = strcspn(names, ":");
		if (n >= INHERITED_NAME)
			return false;
		memcpy(to, names, n);
		to[n] = '\0';
		names += n + (names[n] == ':');
	}
	return true;
}

static enum err find_activated(struct inherited *in, char *why, size_t size)
{
	const char *fds = getenv("LISTEN_FDS");
	int64_t n;
	int i;

	if (!fds || !meant_for_us())
		return OK;
	if (!text_int(fds, 0, INHERITED_MOST, &n)) {
		snprintf(why, size, "LISTEN_FDS must be a number from 0 to %d", INHERITED_MOST);
		return ERR_IO;
	}
	in->count = (int)n;
	for (i = 0; i < in->count; i++)
		in->sockets[i].fd = FIRST_ACTIVATED + i;
	if (!take_names(in, getenv("LISTEN_FDNAMES"))) {
		text_copy(why, size, "a name in LISTEN_FDNAMES is too long; the sockets are named "
				     "web and slow");
		return ERR_IO;
	}
	return OK;
}

/* Descriptor 0 becomes what a standard input is elsewhere: nothing shall read from a listener. */
static enum err find_on_zero(struct inherited *in, char *why, size_t size)
{
	int fd, null;

	if (!listens(STDIN_FILENO))
		return OK;
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, FIRST_ACTIVATED);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0) {
		snprintf(why, size, "cannot take the socket on descriptor 0: %s", strerror(errno));
		return ERR_IO;
	}
	close(null);
	in->sockets[in->count++].fd = fd;
	return OK;
}

/* Workers share the socket: when another one is faster, accept() must not wait. */
static enum err make_ours(int fd, char *why, size_t size)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK) &&
	    !fcntl(fd, F_SETFD, FD_CLOEXEC))
		return OK;
	snprintf(why, size, "cannot use the socket on descriptor %d: %s", fd, strerror(errno));
	return ERR_IO;
}

static void forget_variables(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

enum err inherited_find(const char *group, struct inherited *out, char *why, size_t size)
{
	enum err e;
	int i;

	memset(out, 0, sizeof(*out));
	e = find_activated(out, why, size);
	forget_variables();
	if (!e && !out->count)
		e = find_on_zero(out, why, size);
	for (i = 0; !e && i < out->count; i++)
		if (!(e = listener_check(out->sockets[i].fd, group, why, size)))
			e = make_ours(out->sockets[i].fd, why, size);
	return e;
}

enum err inherited_take(
	struct inherited *in, const char *name, struct listener *out, char *why, size_t size)
{
	struct inherited_socket *s = in->sockets, *end = s + in->count;

	*out = (struct listener)LISTENER_NONE;
	while (s < end && in->count > 1 && (s->taken || !text_eq(s->name, name)))
		s++;
	if (s == end) {
		snprintf(why, size,
			"none of the %d sockets handed over is named %s; name them in their units: "
			"FileDescriptorName=%s",
			in->count, name, name);
		return ERR_IO;
	}
	s->taken = true;
	/* A copy, since one socket may be that of several pools. */
	out->fd = fcntl(s->fd, F_DUPFD_CLOEXEC, FIRST_ACTIVATED);
	if (out->fd < 0) {
		snprintf(why, size, "cannot use the socket handed over for %s: %s", name,
			 strerror(errno));
		return ERR_IO;
	}
	return OK;
}

enum err inherited_all_taken(const struct inherited *in, char *why, size_t size)
{
	int i;

	for (i = 0; i < in->count; i++)
		if (!in->sockets[i].taken) {
			snprintf(why, size,
				"nothing serves the socket \"%s\" that was handed over; the names "
				"are web and slow, each once",
				in->sockets[i].name);
			return ERR_IO;
		}
	return OK;
}
