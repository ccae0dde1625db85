/* SPDX-License-Identifier: Apache-2.0 */
/* LD_PRELOAD: makes the N-th allocation, read, write or connect of one request fail. A request is
 * what a process does between accept() and the close() of what came, so only workers are hurt. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <dlfcn.h>

enum kind { ALLOC, READ, WRITE, CONNECT, KINDS };

/* The file that SOUK_TORTURE names: torture.test.mjs says which call is to fail, and reads how many
 * there were. Mapped before the fork, so all workers share it. */
struct control {
	_Atomic int kind, nth;
	_Atomic int fired;
	_Atomic int seen[KINDS];
};

static struct control *control;
static int accepted = -1;   /* of the request that is being served */

/* glibc's own, which dlsym() itself may need. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SOUK_TORTURE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p;

	if (fd < 0)
		return;
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p != MAP_FAILED)
		control = p;
	(close)(fd);
}

/* Counts one call, and tells whether it is the one. */
static bool due(enum kind kind)
{
	int n;

	if (!control || accepted < 0)
		return false;
	n = atomic_fetch_add(&control->seen[kind], 1) + 1;
	if ((int)kind != control->kind || n != control->nth)
		return false;
	control->fired = 1;
	return true;
}

static bool fails(enum kind kind, int with)
{
	if (!due(kind))
		return false;
	errno = with;
	return true;
}

/* A connection that fails once is dead for good: who waits on it is told so. */
static bool breaks(int fd, enum kind kind, int with)
{
	if (!due(kind))
		return false;
	shutdown(fd, SHUT_RDWR);
	errno = with;
	return true;
}

int accept(int fd, struct sockaddr *address, socklen_t *len)
{
	static int (*real)(int, struct sockaddr *, socklen_t *);

	if (!real)
		real = next("accept");
	return accepted = real(fd, address, len);
}

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	static int (*real)(int, struct sockaddr *, socklen_t *, int);

	if (!real)
		real = next("accept4");
	return accepted = real(fd, address, len, flags);
}

int close(int fd)
{
	static int (*real)(int);

	if (!real)
		real = next("close");
	if (fd >= 0 && fd == accepted)
		accepted = -1;
	return real(fd);
}

void *malloc(size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_realloc(p, size);
}

ssize_t read(int fd, void *to, size_t size)
{
	static ssize_t (*real)(int, void *, size_t);

	if (!real)
		real = next("read");
	return breaks(fd, READ, ECONNRESET) ? -1 : real(fd, to, size);
}

ssize_t recv(int fd, void *to, size_t size, int flags)
{
	static ssize_t (*real)(int, void *, size_t, int);

	if (!real)
		real = next("recv");
	return breaks(fd, READ, ECONNRESET) ? -1 : real(fd, to, size, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	static ssize_t (*real)(int, struct msghdr *, int);

	if (!real)
		real = next("recvmsg");
	return breaks(fd, READ, ECONNRESET) ? -1 : real(fd, message, flags);
}

ssize_t write(int fd, const void *from, size_t size)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (!real)
		real = next("write");
	return breaks(fd, WRITE, EPIPE) ? -1 : real(fd, from, size);
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
	static ssize_t (*real)(int, const struct iovec *, int);

	if (!real)
		real = next("writev");
	return breaks(fd, WRITE, EPIPE) ? -1 : real(fd, parts, n);
}

ssize_t send(int fd, const void *from, size_t size, int flags)
{
	static ssize_t (*real)(int, const void *, size_t, int);

	if (!real)
		real = next("send");
	return breaks(fd, WRITE, EPIPE) ? -1 : real(fd, from, size, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	static ssize_t (*real)(int, const struct msghdr *, int);

	if (!real)
		real = next("sendmsg");
	return breaks(fd, WRITE, EPIPE) ? -1 : real(fd, message, flags);
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	static int (*real)(int, const struct sockaddr *, socklen_t);

	if (!real)
		real = next("connect");
	return fails(CONNECT, ENETUNREACH) ? -1 : real(fd, address, len);
}
