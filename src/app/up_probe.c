/* SPDX-License-Identifier: Apache-2.0 */
/* The listening address: read, tried, asked; and the last words of a log. */
#include "app/up.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "app/files.h"
#include "base/text.h"

enum { ANSWER_SIZE = 16384, GET_TIMEOUT_S = 5, TAIL_BYTES = 400 };

static struct addrinfo *resolve(const struct up_listen *l)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *out;

	return getaddrinfo(l->host, l->port, &hints, &out) ? NULL : out;
}

/* "127.0.0.1:8080", "[::1]:8080", "8080". */
bool up_listen_parse(struct up *up, const char *text)
{
	const char *colon = strrchr(text, ':');
	struct addrinfo *a;
	int64_t port;
	size_t n;

	if (!colon)
		text = arena_printf(&up->arena, "127.0.0.1:%s", text);
	colon = strrchr(text, ':');
	n = (size_t)(colon - text);
	up->listen.text = text;
	up->listen.port = colon + 1;
	up->listen.host = arena_strndup(&up->arena, text, n);
	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		up->listen.host = arena_strndup(&up->arena, text + 1, n - 2);
	if (!text_int(up->listen.port, 1, 65535, &port) || !(a = resolve(&up->listen)))
		return up_problem(
			up, "SOUK_LISTEN=%s is not an address such as 127.0.0.1:8080", text);
	freeaddrinfo(a);
	return true;
}

bool up_listen_free(struct up *up)
{
	struct addrinfo *a = resolve(&up->listen);
	int on = 1, fd, failed;

	if (!a)
		return up_problem(up, "cannot use the address %s", up->listen.text);
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		freeaddrinfo(a);
		return up_problem(up, "cannot make a socket: %s", strerror(errno));
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	failed = bind(fd, a->ai_addr, a->ai_addrlen) ? errno : 0;
	close(fd);
	freeaddrinfo(a);
	if (failed == EADDRINUSE)
		return up_problem(up,
			"%s is in use by another program; stop that one, or choose another "
			"address: SOUK_LISTEN=127.0.0.1:8081",
			up->listen.text);
	if (failed)
		return up_problem(up,
			"cannot listen on %s: %s; choose another address with SOUK_LISTEN",
			up->listen.text, strerror(failed));
	return true;
}

static int connect_to(const struct up_listen *l)
{
	struct timeval limit = { GET_TIMEOUT_S, 0 };
	struct addrinfo *a = resolve(l);
	int fd;

	if (!a)
		return -1;
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		if (connect(fd, a->ai_addr, a->ai_addrlen)) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(a);
	return fd;
}

static size_t exchange(int fd, const char *request, char *answer, size_t size)
{
	size_t got = 0;
	ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL);

	while (n > 0 && got < size - 1 && (n = read(fd, answer + got, size - 1 - got)) > 0)
		got += (size_t)n;
	answer[got] = '\0';
	return got;
}

int up_get(struct up *up, const char *path, char *body, size_t size)
{
	const char *request = arena_printf(&up->arena, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path,
					   up->listen.text);
	char answer[ANSWER_SIZE];
	const char *begin;
	int fd = connect_to(&up->listen);
	long status = 0;

	*body = '\0';
	if (fd < 0)
		return 0;
	if (exchange(fd, request, answer, sizeof(answer)) &&
	    text_starts(answer, "HTTP/") && (begin = strstr(answer, "\r\n\r\n"))) {
		status = strtol(answer + strcspn(answer, " "), NULL, 10);
		text_copy(body, size, begin + 4);
	}
	close(fd);
	return (int)status;
}

const char *up_last_line(struct up *up, const char *path)
{
	struct buf b = BUF_INIT;
	const char *line, *out;

	if (!file_read(path, &b))
		buf_clear(&b);
	while (b.len && (b.data[b.len - 1] == '\n' || b.data[b.len - 1] == ' '))
		b.data[--b.len] = '\0';
	line = strrchr(buf_str(&b), '\n');
	line = line ? line + 1 : buf_str(&b);
	out = arena_strndup(&up->arena, line, strnlen(line, TAIL_BYTES));
	buf_done(&b);
	return out;
}
