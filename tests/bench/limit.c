/* SPDX-License-Identifier: Apache-2.0 */
/* The limit of FastCGI by libfcgi: prefork workers that answer every request with the bytes of a
 * file, in one write, without a lingering close. Arguments: socket, workers, file. */
#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 << 10, WORKERS_MAX = 64, BACKLOG = 4096 };

static char answer[ANSWER_MAX];
static int answer_len;

static int fail(const char *what)
{
	fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
	return 1;
}

static int load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		return 0;
	answer_len = (int)fread(answer, 1, sizeof(answer), f);
	fclose(f);
	return answer_len > 0;
}

static int listen_on(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, path, strlen(path) + 1);
	unlink(path);
	/* The web server runs under another account. */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || chmod(path, 0666) ||
	    listen(fd, BACKLOG))
		return -1;
	return fd;
}

static void serve(int listener)
{
	FCGX_Request rq;

	if (FCGX_Init() || FCGX_InitRequest(&rq, listener, 0))
		_exit(1);
	while (!FCGX_Accept_r(&rq)) {
		/* Read to its end, so that it may be closed at once. */
		while (FCGX_GetChar(rq.in) != -1)
			;
		FCGX_PutStr(answer, answer_len, rq.out);
		FCGX_Detach(&rq);
		FCGX_Finish_r(&rq);
		FCGX_Attach(&rq);
	}
	_exit(1);
}

int main(int argc, char **argv)
{
	long workers = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
	int listener;

	if (workers < 1 || workers > WORKERS_MAX) {
		fprintf(stderr, "usage: limit SOCKET WORKERS FILE\n");
		return 2;
	}
	if (!load(argv[3]))
		return fail(argv[3]);
	if ((listener = listen_on(argv[1])) < 0)
		return fail(argv[1]);
	for (; workers; workers--)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(listener);
		}
	while (wait(NULL) > 0)
		;
	return 1;
}
