/* SPDX-License-Identifier: Apache-2.0 */
/* A process on loopback that speaks just enough of PostgreSQL's protocol to lie in it, for
 * test_connect.c. */
#ifndef SOUK_TEST_FAKE_SERVER_H
#define SOUK_TEST_FAKE_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct fake {
	pid_t pid;
	int port;
	int told;   /* the server writes here what a test wants to know */
};

/* One connection's part in the play; `tell` goes to fake->told. */
typedef void fake_fn(int fd, int tell, const void *arg);

static inline void fake_write(int fd, const void *p, size_t len)
{
	const char *at = p;
	ssize_t n;

	for (; len; at += n, len -= (size_t)n) {
		n = send(fd, at, len, MSG_NOSIGNAL);
		if (n <= 0)
			_exit(0);
	}
}

/* A message: kind, length, body. */
static inline void fake_send(int fd, char kind, const void *body, size_t len)
{
	uint32_t n = htonl((uint32_t)len + 4);
	char head[5] = { kind };

	memcpy(head + 1, &n, 4);
	fake_write(fd, head, sizeof(head));
	fake_write(fd, body, len);
}

static inline void fake_auth(int fd, uint32_t code, const void *more, size_t len)
{
	char body[600];

	code = htonl(code);
	memcpy(body, &code, 4);
	if (len)
		memcpy(body + 4, more, len);
	fake_send(fd, 'R', body, len + 4);
}

static inline size_t fake_read(int fd, void *to, size_t size)
{
	ssize_t n = recv(fd, to, size, 0);

	return n > 0 ? (size_t)n : 0;
}

/* Answers SSLRequest with N and takes the startup packet. */
static inline void fake_startup(int fd)
{
	char in[2048];

	if (fake_read(fd, in, sizeof(in)) == 8) {
		fake_write(fd, "N", 1);
		fake_read(fd, in, sizeof(in));
	}
}

static inline void fake_ready(int fd, const char *version)
{
	char body[100] = "server_version";
	size_t n = strlen(body) + 1;

	fake_auth(fd, 0, NULL, 0);
	memcpy(body + n, version, strlen(version) + 1);
	fake_send(fd, 'S', body, n + strlen(version) + 1);
	fake_send(fd, 'K', "\0\0\0\1\0\0\0\1", 8);
	fake_send(fd, 'Z', "I", 1);
}

static inline void fake_serve(int listener, int tell, fake_fn *play, const void *arg)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(0);
		if (!fork()) {
			alarm(20);
			play(fd, tell, arg);
			_exit(0);
		}
		close(fd);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

static inline void fake_start(struct fake *f, fake_fn *play, const void *arg)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), ends[2];
	socklen_t len = sizeof(at);

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) || listen(listener, 8) ||
	    getsockname(listener, (struct sockaddr *)&at, &len) || pipe(ends))
		abort();
	f->port = ntohs(at.sin_port);
	f->told = ends[0];
	f->pid = fork();
	if (!f->pid) {
		setpgid(0, 0);
		alarm(60);
		fake_serve(listener, ends[1], play, arg);
	}
	setpgid(f->pid, f->pid);
	close(listener);
	close(ends[1]);
}

static inline void fake_stop(struct fake *f)
{
	kill(-f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	close(f->told);
}

#endif
