/* SPDX-License-Identifier: Apache-2.0 */
/* A private PostgreSQL cluster: one directory, one unix socket, no superuser that can log in. */
#include "app/up.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/files.h"
#include "base/clock.h"
#include "base/text.h"

enum { STATUS_LINE = 8, READY_MS = 60000, READY_POLL_US = 10000 };

static const char hba[] =
	"# Made by `souk up`: passwords only, over the unix socket only.\n"
	"local all all scram-sha-256\n";

/* Directory of the newest server, or of the one that made the cluster. */
static const char *find_bin(struct up *up, const char *version)
{
	const char *pattern = arena_printf(&up->arena, "/usr/lib/postgresql/%s/bin",
					   version ? version : "*");
	const char *best = NULL;
	long best_number = 0, number;
	glob_t g;
	size_t i;

	if (glob(pattern, 0, NULL, &g))
		return NULL;
	for (i = 0; i < g.gl_pathc; i++) {
		number = strtol(g.gl_pathv[i] + strlen("/usr/lib/postgresql/"), NULL, 10);
		if (number > best_number && !access(arena_printf(&up->arena, "%s/initdb",
								  g.gl_pathv[i]), X_OK)) {
			best_number = number;
			best = arena_strdup(&up->arena, g.gl_pathv[i]);
		}
	}
	globfree(&g);
	return best;
}

static bool run_initdb(struct up *up, const char *bin, const char *dir)
{
	const char *const argv[] = { arena_printf(&up->arena, "%s/initdb", bin), "-D", dir, "-U",
				     "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
				     "--no-sync", "--no-instructions", NULL };
	const char *log = up_part_log(up, UP_POSTGRES);
	struct up_command c = { argv, &up->database, NULL, log };

	if (up_run(up, &c))
		return up_problem(up, "initdb failed: %s (see %s)", up_last_line(up, log), log);
	return true;
}

/* In single-user mode, so that not even for a moment somebody could come in without a password. One
 * statement a line. */
static bool run_setup(struct up *up, const char *bin, const char *dir, const struct up_passwords *p)
{
	const char *const argv[] = { arena_printf(&up->arena, "%s/postgres", bin), "--single", "-D",
		dir, "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-c",
		"password_encryption=scram-sha-256", "postgres", NULL };
	const char *sql = arena_printf(&up->arena,
		"CREATE ROLE souk LOGIN PASSWORD '%s'\n"
		"CREATE ROLE souk_managed LOGIN CREATEDB CREATEROLE PASSWORD '%s'\n"
		"CREATE DATABASE souk OWNER souk\n"
		"REVOKE ALL ON DATABASE souk FROM PUBLIC\n"
		"REVOKE ALL ON DATABASE postgres FROM PUBLIC\n"
		"REVOKE ALL ON DATABASE template1 FROM PUBLIC\n"
		"GRANT CONNECT ON DATABASE postgres TO souk_managed\n", p->souk, p->managed);
	const char *log = up_part_log(up, UP_POSTGRES);
	struct up_command c = { argv, &up->database, sql, "/dev/null" };

	if (up_run(up, &c))
		return up_problem(up, "the new database cluster could not be set up (see %s)", log);
	return true;
}

static bool write_own(struct up *up, const char *path, const char *text)
{
	uid_t uid = up->root ? up->database.uid : (uid_t)-1;
	gid_t gid = up->root ? up->database.gid : (gid_t)-1;

	if (!file_write(path, text, strlen(text), 0600, uid, gid))
		return up_problem(up, "cannot write %s: %s", path, strerror(errno));
	return true;
}

static bool write_start(struct up *up, const char *dir)
{
	struct buf b = BUF_INIT;
	bool ok;

	if (!file_read(arena_printf(&up->arena, "%s/postgresql.conf", dir), &b))
		return up_problem(up, "cannot read %s/postgresql.conf: %s", dir, strerror(errno));
	buf_puts(&b, "\ninclude 'souk.conf'\n");
	ok = write_own(up, arena_printf(&up->arena, "%s/postgresql.conf", dir), b.data) &&
	     write_own(up, arena_printf(&up->arena, "%s/pg_hba.conf", dir), hba);
	buf_done(&b);
	return ok;
}

bool up_postgres_make(struct up *up, const struct up_passwords *p)
{
	const char *bin = find_bin(up, NULL), *dir = up_path(up, "pg.new");
	uid_t uid = up->root ? up->database.uid : (uid_t)-1;
	gid_t gid = up->root ? up->database.gid : (gid_t)-1;

	if (!bin)
		return up_problem(up,
			"no PostgreSQL server in /usr/lib/postgresql; install the package "
			"postgresql");
	if (!file_remove_tree(dir) || !file_directory(dir, 0700, uid, gid))
		return up_problem(up, "cannot make %s: %s", dir, strerror(errno));
	return run_initdb(up, bin, dir) && run_setup(up, bin, dir, p) && write_start(up, dir);
}

bool up_postgres_keep(struct up *up)
{
	const char *dir = up_path(up, "pg.new");

	if (rename(dir, up_path(up, "pg")))
		return up_problem(up, "cannot rename %s: %s", dir, strerror(errno));
	return true;
}

/* Statements and rows stay out of the server's log: they may hold what no log should. */
static const char *start_conf(struct up *up)
{
	return arena_printf(&up->arena,
		"# Made anew by each `souk up`.\n"
		"listen_addresses = ''\n"
		"unix_socket_directories = '%s/pg'\n"
		"max_connections = 500\n"
		"max_locks_per_transaction = 256\n"
		"password_encryption = scram-sha-256\n"
		"wal_level = minimal\n"
		"max_wal_senders = 0\n"
		"timezone = 'UTC'\n"
		"log_timezone = 'UTC'\n"
		"log_min_error_statement = panic\n"
		"log_error_verbosity = terse\n"
		"log_line_prefix = '%%m [%%p] %%u@%%d '\n", up->run);
}

static const char *cluster_version(struct up *up)
{
	const char *line = up_last_line(up, up_path(up, "pg/PG_VERSION"));

	return text_empty(line) ? NULL : line;
}

static const char *lock_file(struct up *up)
{
	return up_path(up, "pg/postmaster.pid");
}

/* pid in a lock file of the server, 0 when there is none. */
static pid_t locked_by(const char *path)
{
	struct buf b = BUF_INIT;
	pid_t pid = 0;

	if (file_read(path, &b))
		pid = (pid_t)strtol(buf_str(&b), NULL, 10);
	buf_done(&b);
	return pid;
}

/* What stands behind -D in the command line of a process, "" if that is no PostgreSQL server: one
 * of its children, say, or something else that was given the number. */
static const char *server_directory(struct up *up, pid_t pid)
{
	struct buf b = BUF_INIT;
	const char *words[3] = { "", "", "" }, *name, *p;
	int i;

	if (file_read(arena_printf(&up->arena, "/proc/%d/cmdline", (int)pid), &b))
		for (i = 0, p = b.data; i < 3 && p < b.data + b.len; i++, p += strlen(p) + 1)
			words[i] = arena_strdup(&up->arena, p);
	buf_done(&b);
	name = strrchr(words[0], '/');
	if (!text_eq(name ? name + 1 : words[0], "postgres"))
		return "";
	return text_eq(words[1], "-D") ? words[2] : "?";
}

/* A number that is another process's by now would keep the server from starting. One that was
 * started by hand, with its directory in some other spelling, is left to the server to judge. */
static void unlock(struct up *up, const char *path)
{
	pid_t pid = locked_by(path);
	const char *directory = server_directory(up, pid);

	if (pid > 0 && (!*directory || (*directory == '/' &&
					!text_eq(directory, up_path(up, "pg")))))
		unlink(path);
}

/* What the server said before it gave up: it may have more to say after that. */
static const char *last_words(struct up *up, const char *log, off_t from)
{
	struct buf b = BUF_INIT;
	const char *at = NULL, *found = NULL;

	if (file_read(log, &b) && from >= 0 && (size_t)from <= b.len)
		at = buf_str(&b) + from;
	for (; at && (at = strstr(at, "FATAL:")); at++)
		found = at;
	if (found)
		found = arena_strndup(&up->arena, found, strcspn(found, "\n"));
	buf_done(&b);
	return found ? found : up_last_line(up, log);
}

/* The server keeps in the eighth line of its lock file how far it is. */
static bool ready(struct up *up)
{
	struct buf b = BUF_INIT;
	const char *line = file_read(lock_file(up), &b) ? buf_str(&b) : "";
	bool is;
	int i;

	for (i = 1; i < STATUS_LINE; i++) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	is = text_starts(line, "ready");
	buf_done(&b);
	return is;
}

static bool wait_ready(struct up *up, off_t from)
{
	const char *log = up_part_log(up, UP_POSTGRES);
	int64_t until = clock_mono_ms() + READY_MS;

	while (!ready(up)) {
		if (!up_alive(up, UP_POSTGRES))
			return up_problem(up, "PostgreSQL does not start: %s (see %s)",
					  last_words(up, log, from), log);
		if (up_interrupted(up))
			return up_problem(up, "stopped before it was ready");
		if (clock_mono_ms() > until)
			return up_problem(up, "PostgreSQL is not ready after %d s (see %s)",
					  READY_MS / 1000, log);
		usleep(READY_POLL_US);
	}
	return true;
}

static bool start(struct up *up, const char *bin, const char *conf)
{
	const char *const argv[] = { arena_printf(&up->arena, "%s/postgres", bin), "-D",
		up_path(up, "pg"), NULL };
	const char *log = up_part_log(up, UP_POSTGRES);
	struct up_command c = { argv, &up->database, NULL, log };
	struct stat st = { 0 };

	stat(log, &st);
	return up_spawn(up, UP_POSTGRES, &c, conf) && wait_ready(up, st.st_size);
}

bool up_postgres_start(struct up *up)
{
	const char *conf = start_conf(up), *version = cluster_version(up), *bin;

	if (up_fresh(up, UP_POSTGRES, conf))
		return wait_ready(up, 0);
	if (!version)
		return up_problem(up,
			"the database cluster in %s is gone; forget the rest with --reset",
			up_path(up, "pg"));
	if (!(bin = find_bin(up, version)))
		return up_problem(up,
			"PostgreSQL %s, which made %s, is not installed; install package "
			"postgresql-%s",
			version, up_path(up, "pg"), version);
	if (!up_stop(up, UP_POSTGRES) || !write_own(up, up_path(up, "pg/souk.conf"), conf))
		return false;
	unlock(up, lock_file(up));
	unlock(up, arena_printf(&up->arena, "%s/pg/.s.PGSQL.5432.lock", up->run));
	return start(up, bin, conf);
}
