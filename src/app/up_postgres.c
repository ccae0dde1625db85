/* SPDX-License-Identifier: Apache-2.0 */
/* A private PostgreSQL cluster: one directory, one unix socket, no superuser that can log in. */
#include "app/up.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/files.h"
#include "base/text.h"

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
	if (!run_initdb(up, bin, dir) || !run_setup(up, bin, dir, p) || !write_start(up, dir))
		return false;
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

static bool start(struct up *up, const char *bin, const char *conf)
{
	const char *const argv[] = { arena_printf(&up->arena, "%s/pg_ctl", bin), "-D",
		up_path(up, "pg"), "-s", "-w", "-t", "60", "start", NULL };
	const char *log = up_part_log(up, UP_POSTGRES);
	struct up_command c = { argv, &up->database, NULL, log };
	struct buf b = BUF_INIT;
	pid_t pid = 0;

	if (up_run(up, &c))
		return up_problem(
			up, "PostgreSQL does not start: %s (see %s)", up_last_line(up, log), log);
	if (file_read(up_path(up, "pg/postmaster.pid"), &b))
		pid = (pid_t)strtol(buf_str(&b), NULL, 10);
	buf_done(&b);
	if (pid <= 0)
		return up_problem(
			up, "PostgreSQL has ended: %s (see %s)", up_last_line(up, log), log);
	return up_adopt(up, UP_POSTGRES, pid, conf);
}

bool up_postgres_start(struct up *up)
{
	const char *conf = start_conf(up), *version = cluster_version(up), *bin;

	if (up_fresh(up, UP_POSTGRES, conf))
		return true;
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
	return start(up, bin, conf);
}
