/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a running Souk as processes: started in sessions of their own, found again by pid
 * and start time (a pid alone may be somebody else's by now), ended in good order. */
#include "app/up.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/files.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypto/token.h"

enum { POLL_US = 10000, ASK_AGAIN_MS = 1000, KILL_WAIT_MS = 5000, NO_EXEC = 127 };

static const struct part {
	const char *name, *file, *log;
	int signal;      /* asks it to end in good order */
	int grace_ms;    /* and may take this long for it */
} parts[UP_PARTS] = {
	[UP_POSTGRES] = { "PostgreSQL", "postgres", "log/postgres.log", SIGINT, 60000 },
	[UP_SERVE] = { "souk serve", "serve", "log/serve.log", SIGTERM, 35000 },
	[UP_WORK] = { "souk work", "work", "log/work.log", SIGTERM, 35000 },
	[UP_NGINX] = { "nginx", "nginx", "log/nginx.log", SIGQUIT, 8000 },
	[UP_APACHE] = { "Apache", "apache", "log/apache.log", SIGWINCH, 8000 },
};

const char *up_part_name(enum up_part part)
{
	return parts[part].name;
}

const char *up_part_log(struct up *up, enum up_part part)
{
	return up_path(up, parts[part].log);
}

/* On the stack: following the logs asks for it many times a second, for days. */
struct pid_path {
	char text[PATH_MAX];
};

static struct pid_path pid_file(const struct up *up, enum up_part part)
{
	struct pid_path path;

	snprintf(path.text, sizeof(path.text), "%s/%s.pid", up->run, parts[part].file);
	return path;
}

/* Field 22 of /proc/PID/stat, "" for a process that is gone or only waits to be buried. */
static void start_time(pid_t pid, char *out, size_t size)
{
	struct buf b = BUF_INIT;
	char path[64], *p;
	int field;

	*out = '\0';
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read(path, &b) && (p = strrchr(buf_str(&b), ')')) && p[1] == ' ' && p[2] != 'Z') {
		for (field = 2; p && field < 22; field++)
			p = strchr(p + 1, ' ');
		if (p) {
			p[1 + strcspn(p + 1, " ")] = '\0';
			text_copy(out, size, p + 1);
		}
	}
	buf_done(&b);
}

/* A stamp may be long and hold secrets: its digest is kept. */
static const char *digest(struct up *up, const char *stamp)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	token_sha256(stamp, strlen(stamp), hash);
	text_hex(hash, sizeof(hash), hex);
	return arena_strdup(&up->arena, hex);
}

static pid_t recorded_pid(const struct up *up, enum up_part part)
{
	struct buf b = BUF_INIT;
	pid_t pid = 0;

	if (file_read(pid_file(up, part).text, &b))
		pid = (pid_t)strtol(buf_str(&b), NULL, 10);
	buf_done(&b);
	return pid;
}

/* The file holds "pid start-time digest". */
static pid_t read_pid(struct up *up, enum up_part part, char *stamp, size_t size)
{
	struct buf b = BUF_INIT;
	char number[16] = "", begun[32] = "", now[32], hex[2 * HASH_BYTES + 1] = "";
	bool whole = file_read(pid_file(up, part).text, &b) &&
		     sscanf(buf_str(&b), "%15s %31s %64s", number, begun, hex) >= 2;
	int64_t pid;

	buf_done(&b);
	if (!whole || !text_int(number, 2, INT_MAX, &pid))
		return 0;
	waitpid((pid_t)pid, NULL, WNOHANG);
	start_time((pid_t)pid, now, sizeof(now));
	if (!text_eq(begun, now))
		return 0;
	if (stamp)
		text_copy(stamp, size, hex);
	return (pid_t)pid;
}

pid_t up_alive(struct up *up, enum up_part part)
{
	return read_pid(up, part, NULL, 0);
}

bool up_fresh(struct up *up, enum up_part part, const char *stamp)
{
	char hex[2 * HASH_BYTES + 1];

	return read_pid(up, part, hex, sizeof(hex)) && text_eq(hex, digest(up, stamp));
}

static bool write_down(struct up *up, enum up_part part, pid_t pid, const char *stamp)
{
	char begun[32];
	const char *text;

	up->started[part] = true;
	start_time(pid, begun, sizeof(begun));
	text = arena_printf(&up->arena, "%d %s %s\n", (int)pid, *begun ? begun : "0",
			    digest(up, stamp));
	if (!file_write(pid_file(up, part).text, text, strlen(text), 0644, (uid_t)-1, (gid_t)-1))
		return up_problem(
			up, "cannot write %s: %s", pid_file(up, part).text, strerror(errno));
	return true;
}

/* In the child: nothing of ours goes along but the three standard descriptors, and the lock. */
static void become_program(struct up *up, const struct up_command *c, int input)
{
	sigset_t none;
	int log = open(c->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(027);
	if (log < 0 || dup2(input, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
	    chdir(up->stead) || (c->as && !up_become(c->as))) {
		dprintf(2, "souk: cannot begin %s: %s\n", c->argv[0], strerror(errno));
		_exit(NO_EXEC);
	}
	execv(c->argv[0], (char *const *)c->argv);
	dprintf(2, "souk: cannot run %s: %s\n", c->argv[0], strerror(errno));
	_exit(NO_EXEC);
}

/* A file that has no name: text of any length can wait in it, and nobody else can read it. */
static int input_of(const char *text)
{
	int fd;

	if (!text)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("souk-input", MFD_CLOEXEC);
	if (fd >= 0 && (write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
			lseek(fd, 0, SEEK_SET))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Behind a gate the child begins once somebody has written down that it is there: without that, a
 * start that is killed would leave what nobody finds again. Without a gate it holds our lock. */
static pid_t fork_program(struct up *up, const struct up_command *c, const int *gate)
{
	int input = input_of(c->input);
	char go;
	pid_t pid;

	if (input < 0)
		return -1;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setsid();
		if (!gate)
			fcntl(up->lock, F_SETFD, 0);
		else if (close(gate[1]) || read(gate[0], &go, 1) != 1)
			_exit(NO_EXEC);
		become_program(up, c, input);
	}
	close(input);
	return pid;
}

int up_run(struct up *up, const struct up_command *c)
{
	pid_t pid = fork_program(up, c, NULL);
	int status;

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool up_spawn(struct up *up, enum up_part part, const struct up_command *c, const char *stamp)
{
	int gate[2];
	pid_t pid;
	bool ok;

	if (pipe2(gate, O_CLOEXEC))
		return up_problem(up, "cannot start %s: %s", parts[part].name, strerror(errno));
	pid = fork_program(up, c, gate);
	ok = pid < 0 ? up_problem(up, "cannot start %s: %s", parts[part].name, strerror(errno))
		     : write_down(up, part, pid, stamp);
	if (ok && write(gate[1], "", 1) != 1)
		ok = up_problem(up, "cannot start %s: %s", parts[part].name, strerror(errno));
	close(gate[0]);
	close(gate[1]);
	return ok;
}

/* Asks again each second: nginx forgets a signal that comes while it starts. */
static bool gone_within(struct up *up, enum up_part part, int signo, int ms)
{
	int64_t now = clock_mono_ms(), until = now + ms, again = now;
	pid_t pid;

	while ((pid = up_alive(up, part))) {
		now = clock_mono_ms();
		if (now > until)
			return false;
		if (now >= again) {
			kill(pid, signo);
			again = now + ASK_AGAIN_MS;
		}
		usleep(POLL_US);
	}
	return true;
}

/* What a dead leader left behind in its session. While it is there the leader's number is not given
 * to another process; a process that bears it now shows that nothing is left. */
static void end_orphans(pid_t leader)
{
	char begun[32];

	start_time(leader, begun, sizeof(begun));
	if (!*begun)
		kill(-leader, SIGKILL);
}

bool up_stop(struct up *up, enum up_part part)
{
	const struct part *p = &parts[part];
	pid_t last = recorded_pid(up, part), pid = up_alive(up, part);

	if (pid && kill(pid, 0) && errno == EPERM)
		return up_problem(up, "%s (pid %d) runs as another user; stop it as that user",
			p->name, (int)pid);
	/* PostgreSQL killed would leave its shared memory; its "immediate" is as sure. */
	if (!gone_within(up, part, p->signal, p->grace_ms) &&
	    !gone_within(up, part, part == UP_POSTGRES ? SIGQUIT : SIGKILL, KILL_WAIT_MS))
		return up_problem(up, "%s (pid %d) does not end", p->name, (int)pid);
	if (last > 1 && part != UP_POSTGRES)
		end_orphans(last);
	unlink(pid_file(up, part).text);
	return true;
}

bool up_interrupted(const struct up *up)
{
	sigset_t pending;

	return up->foreground && !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
		sigismember(&pending, SIGHUP) == 1);
}
