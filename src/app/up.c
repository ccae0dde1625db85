/* SPDX-License-Identifier: Apache-2.0 */
/* souk up: starts what does not run yet, in order, waits until it answers, and stops it again. */
#include "app/up.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/files.h"
#include "base/clock.h"
#include "base/text.h"

enum { ARENA_LIMIT = 64 << 20, READY_MS = 30000, READY_POLL_US = 20000, BODY_SIZE = 300,
       TREE_FDS = 8 };

static const char default_listen[] = "127.0.0.1:8080";

bool up_problem(struct up *up, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(up->problem, sizeof(up->problem), fmt, ap);
	va_end(ap);
	return false;
}

/* ---- what makes serve and work start anew ---- */

/* nftw() hands its callback nothing of ours. */
static int64_t newest_us;

static int look_newest(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	int64_t us = (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;

	(void)path;
	(void)type;
	(void)ftw;
	if (us > newest_us)
		newest_us = us;
	return 0;
}

static int64_t newest_under(struct up *up, const char *name)
{
	newest_us = 0;
	nftw(arena_printf(&up->arena, "%s/%s", up->source, name), look_newest, TREE_FDS, FTW_PHYS);
	return newest_us;
}

/* The program, its texts, its settings. */
static const char *stamp_of(struct up *up)
{
	struct buf b = BUF_INIT;
	const struct setting_row *r;
	struct stat st = { 0 };
	const char *value, *out;

	stat("/proc/self/exe", &st);
	buf_printf(&b, "%lld %lld %lld\n", (long long)st.st_mtim.tv_sec,
		(long long)st.st_mtim.tv_nsec, (long long)st.st_size);
	buf_printf(&b, "%lld %lld\n", (long long)newest_under(up, "templates"),
		   (long long)newest_under(up, "www/openapi.json"));
	file_read(up->conf, &b);
	for (r = settings_table(); r->name; r++)
		if ((value = getenv(r->name)))
			buf_printf(&b, "%s=%s\n", r->name, value);
	out = arena_strdup(&up->arena, buf_str(&b));
	buf_wipe(&b);
	return out;
}

/* ---- start ---- */

static bool migrate(struct up *up)
{
	const char *const argv[] = { up->program, "--config", up->conf, "migrate", NULL };
	const char *log = up_path(up, "log/migrate.log");

	if (up_run(up, &(struct up_command){ argv, &up->web, NULL, log }))
		return up_problem(up, "the master database cannot be migrated: %s (see %s)",
				  up_last_line(up, log), log);
	return true;
}

static bool start_ours(struct up *up, enum up_part part, const char *command, const char *stamp)
{
	const char *const argv[] = { up->program, "--config", up->conf, command, NULL };
	const char *log = up_part_log(up, part);

	if (up_fresh(up, part, stamp))
		return true;
	if (!up_stop(up, part))
		return false;
	return up_spawn(up, part, &(struct up_command){ argv, &up->web, NULL, log }, stamp);
}

/* Before anything is started: a port that is taken is the commonest mishap. */
static bool check_port(struct up *up)
{
	const char *path = arena_printf(&up->arena, "%s/listen", up->run);
	const char *before = up_last_line(up, path);

	enum up_part other = up->server == UP_NGINX ? UP_APACHE : UP_NGINX;

	/* What is left of one that ended is ended too; the other one gives way. */
	if (!up_stop(up, other) || (!up_alive(up, up->server) && !up_stop(up, up->server)))
		return false;
	if (!(up_alive(up, up->server) && text_eq(before, up->listen.text)) && !up_listen_free(up))
		return false;
	if (!file_write(path, up->listen.text, strlen(up->listen.text), 0644, (uid_t)-1, (gid_t)-1))
		return up_problem(up, "cannot write %s: %s", path, strerror(errno));
	return true;
}

static bool all_live(struct up *up)
{
	int p;

	for (p = 0; p < UP_PARTS; p++)
		if (up_wanted(up, (enum up_part)p) && !up_alive(up, (enum up_part)p)) {
			const char *log = up_part_log(up, (enum up_part)p);

			return up_problem(up, "%s has ended: %s (see %s)",
				up_part_name((enum up_part)p), up_last_line(up, log), log);
		}
	return true;
}

static bool wait_ready(struct up *up)
{
	int64_t until = clock_mono_ms() + READY_MS;
	char body[BODY_SIZE];
	int status;

	while ((status = up_get(up, "/readyz", body, sizeof(body))) != 200) {
		if (!all_live(up))
			return false;
		if (up_interrupted(up))
			return up_problem(up, "stopped before it was ready");
		if (clock_mono_ms() > until)
			return up_problem(up,
				"not ready after %d s: /readyz answers %d %s (logs are in %s)",
				READY_MS / 1000, status, body, up_path(up, "log"));
		usleep(READY_POLL_US);
	}
	return true;
}

static bool start_all(struct up *up)
{
	const char *stamp;

	if (!up_settle(up) || !check_port(up) || !up_conf(up))
		return false;
	stamp = stamp_of(up);
	return up_postgres_start(up) && migrate(up) && start_ours(up, UP_SERVE, "serve", stamp) &&
	       start_ours(up, UP_WORK, "work", stamp) && up_server_start(up) && wait_ready(up);
}

/* The web server first, so that nothing new comes in; the database last. */
static bool stop_parts(struct up *up, bool only_started)
{
	bool ok = true;
	int p;

	for (p = UP_PARTS - 1; p >= 0; p--)
		if (!only_started || up->started[p])
			ok = up_stop(up, (enum up_part)p) && ok;
	return ok;
}

static int stop_locked(struct up *up, bool only_started)
{
	bool ok;

	if (!up_lock(up))
		return EXIT_FAILED;
	ok = stop_parts(up, only_started);
	up_unlock(up);
	return ok ? EXIT_DONE : EXIT_FAILED;
}

/* From here Ctrl-C is asked for, not suffered: what was started gets stopped. */
static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int follow_to_end(struct up *up)
{
	bool asked = up_follow(up);
	char problem[sizeof(up->problem)];
	int code;

	text_copy(problem, sizeof(problem), up->problem);
	code = stop_locked(up, true);
	if (!asked)
		return app_fail("%s", problem);
	return code ? app_fail("%s", up->problem) : EXIT_DONE;
}

static int run_up(struct up *up)
{
	char problem[sizeof(up->problem)];
	bool ok;

	if (!up_lock(up))
		return app_fail("%s", up->problem);
	if (up->foreground)
		hold_signals();
	ok = start_all(up);
	if (!ok) {
		text_copy(problem, sizeof(problem), up->problem);
		stop_parts(up, true);
	}
	up_unlock(up);
	if (!ok)
		return app_fail("%s", problem);
	printf("Souk is ready at http://%s\n", up->listen.text);
	if (fflush(stdout) || !up->foreground)
		return EXIT_DONE;
	return follow_to_end(up);
}

/* ---- the other ways ---- */

static int run_down(struct up *up)
{
	if (stop_locked(up, false))
		return app_fail("%s", up->problem);
	puts("Souk has stopped.");
	return EXIT_DONE;
}

static int run_reset(struct up *up)
{
	if (stop_locked(up, false) || !up_forget(up))
		return app_fail("%s", up->problem);
	puts("Souk has stopped and its data is forgotten.");
	return EXIT_DONE;
}

static int run_status(struct up *up)
{
	const char *listen = up_last_line(up, arena_printf(&up->arena, "%s/listen", up->run));
	int p, stopped = 0;
	pid_t pid;

	for (p = 0; p < UP_PARTS; p++) {
		pid = up_alive(up, (enum up_part)p);
		if (!pid && !up_wanted(up, (enum up_part)p))
			continue;
		stopped += !pid;
		if (pid)
			printf("%-12s runs, pid %d\n", up_part_name((enum up_part)p), (int)pid);
		else
			printf("%-12s does not run\n", up_part_name((enum up_part)p));
	}
	if (!stopped)
		printf("Souk is at http://%s\n", listen);
	return stopped ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct up *up, const char *word)
{
	const char *listen = getenv("SOUK_LISTEN");

	if (!up_listen_parse(up, text_empty(listen) ? default_listen : listen) || !up_find(up) ||
	    !up_server_choose(up, !word || text_eq(word, "--detach")))
		return app_fail("%s", up->problem);
	if (text_eq(word, "--down"))
		return run_down(up);
	if (text_eq(word, "--reset"))
		return run_reset(up);
	if (text_eq(word, "--status"))
		return run_status(up);
	return run_up(up);
}

int cmd_up(const struct app *app, int argc, char **argv)
{
	static const char *const words[] = { "--detach", "--down", "--status", "--reset", NULL };
	struct up *up;
	int code;

	if (app->config_given)
		return app_usage("`souk up` keeps its own settings file; set SOUK_HOME to move it");
	if (argc > 1 || (argc == 1 && !text_in(argv[0], words)))
		return app_usage("'%s' is not understood here; `souk up --help` says what is",
				 argv[argc - 1]);
	if (!(up = calloc(1, sizeof(*up))))
		return app_fail("out of memory");
	arena_init(&up->arena, ARENA_LIMIT);
	up->foreground = argc == 0;
	code = run(up, argc ? argv[0] : NULL);
	arena_done(&up->arena);
	free(up);
	return code;
}
