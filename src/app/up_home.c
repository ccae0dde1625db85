/* SPDX-License-Identifier: Apache-2.0 */
/* Where everything of `souk up` lies, and who may reach it. */
#include "app/up.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/files.h"
#include "base/text.h"
#include "crypto/token.h"

enum { HASH_DIGITS = 12, LONGEST_SOCKET = sizeof("/pg/.s.PGSQL.5432.lock"),
       SOCKET_ROOM = sizeof(((struct sockaddr_un *)0)->sun_path) };

static const char var_lib[] = "/var/lib/souk";

/* All that we make in a home; nothing else is ever removed from it. */
static const char *const entries[] = { "souk.conf", "pg", "pg.new", "log", "mail", "run", "nginx",
				       "apache", "data", "bin", NULL };

const char *up_path(struct up *up, const char *name)
{
	return arena_printf(&up->arena, "%s/%s", up->stead, name);
}

static bool find_account(struct up *up, const char *name, struct up_account *out)
{
	const struct passwd *p = up->root ? getpwnam(name) : getpwuid(geteuid());

	if (!p)
		return up_problem(up, "there is no user %s on this machine; add one",
			up->root ? name : "for this process");
	out->name = arena_strdup(&up->arena, p->pw_name);
	out->uid = p->pw_uid;
	out->gid = p->pw_gid;
	return true;
}

/* mkdir -p */
static bool make_path(const char *path)
{
	char copy[PATH_MAX], *p;

	if (!text_copy(copy, sizeof(copy), path))
		return false;
	for (p = copy + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(copy, 0755);
		*p = '/';
	}
	return !mkdir(copy, 0755) || errno == EEXIST;
}

static const char *absolute(struct up *up, const char *path)
{
	char cwd[PATH_MAX];

	if (*path == '/' || !getcwd(cwd, sizeof(cwd)))
		return arena_strdup(&up->arena, path);
	return arena_printf(&up->arena, "%s/%s", cwd, path);
}

/* They go into configuration files of other programs. */
static bool plain_path(struct up *up, const char *path)
{
	if (strpbrk(path, "\"'\\${};,#\n\t"))
		return up_problem(up,
			"the path %s has characters that a configuration file cannot hold; "
			"set SOUK_HOME to a plainer one",
			path);
	return true;
}

/* The numbers in it are of processes that we signal. */
static bool is_ours(struct up *up)
{
	struct stat st;

	if (stat(up->home, &st) || !S_ISDIR(st.st_mode))
		return up_problem(up, "%s is no directory; set SOUK_HOME to one of yours",
				  up->home);
	if (st.st_uid != geteuid())
		return up_problem(up,
			"%s belongs to another user; run this as that user, or set SOUK_HOME "
			"to a directory of yours",
			up->home);
	return true;
}

static const char *hash_of(struct up *up)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	token_sha256(up->home, strlen(up->home), hash);
	text_hex(hash, sizeof(hash), hex);
	return arena_strndup(&up->arena, hex, HASH_DIGITS);
}

static const char *short_run(struct up *up)
{
	if (up->root)
		return arena_printf(&up->arena, "/run/souk-%s", hash_of(up));
	return arena_printf(&up->arena, "/tmp/souk-%u-%s", (unsigned int)geteuid(), hash_of(up));
}

/* Home is ours to open for passing through; its parents are not. */
static void find_stead(struct up *up)
{
	const char *parent = dirname(arena_strdup(&up->arena, up->home));

	up->stead = up->home;
	if (up->root && (!up_reachable(&up->web, parent, X_OK) ||
			 !up_reachable(&up->database, parent, X_OK)))
		up->stead = arena_printf(&up->arena, "%s/%s", var_lib, hash_of(up));
	up->run = up_path(up, "run");
	if (strlen(up->run) + LONGEST_SOCKET > SOCKET_ROOM)
		up->run = short_run(up);
	up->conf = up_path(up, "souk.conf");
}

bool up_find(struct up *up)
{
	const char *home = getenv("SOUK_HOME");
	char real[PATH_MAX];

	up->root = geteuid() == 0;
	if (!find_account(up, "www-data", &up->web) || !find_account(up, "postgres", &up->database))
		return false;
	up->home = absolute(up, text_empty(home) ? ".souk" : home);
	if (!make_path(up->home) || !realpath(up->home, real))
		return up_problem(up, "cannot make %s: %s; set SOUK_HOME to a directory of yours",
				  up->home, strerror(errno));
	up->home = arena_strdup(&up->arena, real);
	if (!plain_path(up, up->home) || !is_ours(up))
		return false;
	find_stead(up);
	return true;
}

static bool directory(struct up *up, const char *path, mode_t mode, const struct up_account *owner)
{
	uid_t uid = up->root && owner ? owner->uid : (uid_t)-1;
	gid_t gid = up->root && owner ? owner->gid : (gid_t)-1;

	if (!file_directory(path, mode, uid, gid))
		return up_problem(up, "cannot make the directory %s: %s", path, strerror(errno));
	return true;
}

/* Only ever wider, and only by the right to pass: it may be a directory that somebody made. */
static bool open_home(struct up *up)
{
	struct stat st;

	if (!up->root || up->stead != up->home)
		return true;
	if (stat(up->home, &st) ||
		((st.st_mode & 0011) != 0011 && chmod(up->home, st.st_mode | 0011)))
		return up_problem(up, "cannot open %s for passing through: %s", up->home,
				  strerror(errno));
	return true;
}

static bool make_directories(struct up *up)
{
	mode_t pass = up->root ? 0711 : 0700;
	const char *run = up->run;

	if (up->stead != up->home && (!directory(up, var_lib, 0711, NULL) ||
				      !directory(up, up->stead, 0711, NULL)))
		return false;
	return open_home(up) && directory(up, run, pass, NULL) &&
	       directory(up, arena_printf(&up->arena, "%s/souk", run), 0711, &up->web) &&
	       directory(up, arena_printf(&up->arena, "%s/pg", run), 0711, &up->database) &&
	       directory(up, up_path(up, "log"), 0755, NULL) &&
	       directory(up, up_path(up, "nginx"), pass, NULL) &&
	       directory(up, up_path(up, "apache"), pass, NULL) &&
	       directory(up, up_path(up, "mail"), 0700, &up->web);
}

static void link_to(const char *target, const char *from)
{
	struct stat st;

	if (!lstat(from, &st) && !S_ISLNK(st.st_mode))
		return;
	unlink(from);
	if (symlink(target, from))
		fprintf(stderr, "souk: cannot link %s: %s\n", from, strerror(errno));
}

/* So that what the manual promises to be in home is found there. */
static void make_links(struct up *up)
{
	int i;

	if (!text_eq(up->run, up_path(up, "run")))
		link_to(up->run, up_path(up, "run"));
	for (i = 0; entries[i] && up->stead != up->home; i++)
		if (!text_eq(entries[i], "pg.new"))
			link_to(up_path(up, entries[i]),
				arena_printf(&up->arena, "%s/%s", up->home, entries[i]));
}

/* A clone below /root, say: our accounts get copies of what they must read. */
static bool copy_data(struct up *up)
{
	const char *log = up_path(up, "log/up.log");
	const char *const remove[] = { "/bin/rm", "-rf", "--", up_path(up, "data"), NULL };
	const char *const copy[] = { "/bin/cp", "-RL", "--",
				     arena_printf(&up->arena, "%s/templates", up->source),
				     arena_printf(&up->arena, "%s/www", up->source),
				     up_path(up, "data"), NULL };
	const char *const open[] = { "/bin/chmod", "-R", "a+rX", "--", up_path(up, "data"), NULL };

	if (up_run(up, &(struct up_command){ remove, NULL, NULL, log }) ||
	    !directory(up, up_path(up, "data"), 0755, NULL) ||
	    up_run(up, &(struct up_command){ copy, NULL, NULL, log }) ||
	    up_run(up, &(struct up_command){ open, NULL, NULL, log }))
		return up_problem(up, "cannot copy templates and www from %s: %s", up->source,
				  up_last_line(up, log));
	up->data = up_path(up, "data");
	return true;
}

static bool settle_data(struct up *up)
{
	const char *given = getenv("DATA_DIR");
	const char *templates, *www;

	up->source = absolute(up, text_empty(given) ? PKGDATADIR : given);
	up->data = up->source;
	if (!plain_path(up, up->source))
		return false;
	templates = arena_printf(&up->arena, "%s/templates", up->source);
	www = arena_printf(&up->arena, "%s/www", up->source);
	if (access(templates, R_OK) || access(www, R_OK))
		return up_problem(up, "there are no templates and www in %s; set DATA_DIR to the "
				  "directory that has them", up->source);
	if (up_reachable(&up->web, templates, R_OK | X_OK) &&
		up_reachable(&up->web, www, R_OK | X_OK))
		return true;
	return copy_data(up);
}

static bool settle_program(struct up *up)
{
	struct buf bytes = BUF_INIT;
	char real[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", real, sizeof(real) - 1);
	bool ok;

	if (n <= 0)
		return up_problem(up, "cannot find this program's own file: %s", strerror(errno));
	up->program = arena_strndup(&up->arena, real, (size_t)n);
	if (up_reachable(&up->web, up->program, X_OK))
		return true;
	ok = directory(up, up_path(up, "bin"), 0755, NULL) && file_read(up->program, &bytes) &&
	     file_write(up_path(up, "bin/souk"), bytes.data, bytes.len, 0755, (uid_t)-1, (gid_t)-1);
	buf_done(&bytes);
	if (!ok)
		return up_problem(up, "cannot copy %s to where %s can run it: %s", up->program,
				  up->web.name, strerror(errno));
	up->program = up_path(up, "bin/souk");
	return true;
}

bool up_settle(struct up *up)
{
	if (!make_directories(up))
		return false;
	make_links(up);
	return settle_data(up) && settle_program(up);
}

bool up_lock(struct up *up)
{
	up->lock = open(up->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (up->lock >= 0 && !flock(up->lock, LOCK_EX))
		return true;
	up_problem(up, "cannot lock %s: %s", up->home, strerror(errno));
	if (up->lock >= 0)
		close(up->lock);
	return false;
}

void up_unlock(struct up *up)
{
	close(up->lock);
}

bool up_forget(struct up *up)
{
	const char *path;
	bool ok = true;
	int i;

	for (i = 0; entries[i]; i++) {
		path = arena_printf(&up->arena, "%s/%s", up->home, entries[i]);
		ok = file_remove_tree(path) && ok;
	}
	ok = file_remove_tree(up->run) && ok;
	if (up->stead != up->home)
		ok = file_remove_tree(up->stead) && ok;
	return ok ||
	       up_problem(up, "cannot remove everything in %s: %s", up->stead, strerror(errno));
}
