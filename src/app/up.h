/* SPDX-License-Identifier: Apache-2.0 */
/* souk up, inside: everything on one machine, kept in one directory. */
#ifndef SOUK_APP_UP_H
#define SOUK_APP_UP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/front.h"
#include "base/arena.h"
#include "base/buf.h"
#include "config/settings.h"

/* Whose rights a process has. */
struct up_account {
	const char *name;
	uid_t uid;
	gid_t gid;
};

enum up_part { UP_POSTGRES, UP_SERVE, UP_WORK, UP_NGINX, UP_APACHE, UP_PARTS };

struct up_listen {
	const char *text;   /* "127.0.0.1:8080", as it is printed */
	const char *host;   /* numeric, without brackets */
	const char *port;
};

struct up {
	struct arena arena;            /* of all texts below */
	bool root;
	struct up_account web;         /* serve, work, the web server's workers; ourselves when
					  not root */
	struct up_account database;    /* PostgreSQL */
	const char *home;              /* $SOUK_HOME, absolute */
	const char *stead;             /* where all of it lies: home, or, when those accounts
					  cannot reach it, a directory under /var/lib/souk to
					  which home links */
	const char *run;               /* sockets and pid files; short enough for a unix socket */
	const char *conf;              /* souk.conf */
	const char *data;              /* DATA_DIR for our processes */
	const char *source;            /* DATA_DIR as given; data is a copy when it differs */
	const char *program;           /* this program, where `web` can run it */
	struct up_listen listen;
	enum up_part server;           /* UP_NGINX or UP_APACHE; after up_server_choose() */
	struct settings settings;      /* in effect for our processes; after up_conf() */
	bool started[UP_PARTS];        /* by this process */
	int lock;                      /* of home; after up_lock() */
	bool foreground;
	char problem[512];             /* one line, after a function below returned false */
};

/* Sets up->problem; returns false, so that it can stand behind `return`. */
bool up_problem(struct up *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* stead/name, in the arena. */
const char *up_path(struct up *, const char *name);

/* ---- up_home.c: accounts and directories. */
/* Finds out who and where; makes nothing. */
bool up_find(struct up *);
/* Makes what is missing of the directories, and copies of what our accounts cannot reach. */
bool up_settle(struct up *);
/* Takes the lock that keeps two starts and stops apart. What up_run() runs holds it too, until it
 * ends: so a start waits for what one that was killed left behind. */
bool up_lock(struct up *);
void up_unlock(struct up *);
/* Removes everything that the functions of this file and others made. */
bool up_forget(struct up *);

/* ---- up_conf.c */
/* Writes souk.conf once, together with the cluster it names; then loads the settings. */
bool up_conf(struct up *);

/* ---- up_postgres.c */
struct up_passwords {
	const char *souk, *managed;   /* of the two roles; plain hex */
};
/* Makes the private cluster with roles `souk` and `souk_managed` and database `souk`, in pg.new. */
bool up_postgres_make(struct up *, const struct up_passwords *);
/* Makes pg of pg.new: from now on it counts. */
bool up_postgres_keep(struct up *);
bool up_postgres_start(struct up *);

/* ---- up_server.c */
/* Takes $SOUK_SERVER; left out, it is nginx for a start, else the one that runs. */
bool up_server_choose(struct up *, bool starting);
/* Of the two web servers one belongs to a whole Souk; all other parts do. */
bool up_wanted(const struct up *, enum up_part);
bool up_server_start(struct up *);
/* front_make() of this home, with more names than it knows; NULL sets up->problem. */
const char *up_front(struct up *, const struct front_fill *more, const char *name);
/* The first of these paths that can be had with `mode` (as in access(2)), or NULL. */
const char *up_first(const char *const *paths, int mode);

/* ---- up_nginx.c, up_apache.c */
bool up_nginx_start(struct up *);
bool up_apache_start(struct up *);

/* ---- up_process.c */
struct up_command {
	const char *const *argv;       /* argv[0] is the program's path; ended by NULL */
	const struct up_account *as;   /* NULL: our own rights */
	const char *input;             /* text for its standard input, or NULL: none */
	const char *log;               /* file to which its output is appended */
};
/* Runs and waits; the exit status, or -1. */
int up_run(struct up *, const struct up_command *);
/* Starts a part in a session of its own and keeps its pid; `stamp` is a text that changes when it
 * must be started anew. */
bool up_spawn(struct up *, enum up_part, const struct up_command *, const char *stamp);
pid_t up_alive(struct up *, enum up_part);               /* 0: it does not run */
bool up_fresh(struct up *, enum up_part, const char *stamp);   /* it runs, with this stamp */
/* Asks it to end, waits, kills it when it is late. False when even that failed. */
bool up_stop(struct up *, enum up_part);
const char *up_part_name(enum up_part);                  /* "souk serve" */
const char *up_part_log(struct up *, enum up_part);      /* path of its log */
/* SIGINT, SIGTERM or SIGHUP came while a foreground start holds them back. */
bool up_interrupted(const struct up *);

/* ---- up_rights.c */
/* Becomes that account for good; in a child. */
bool up_become(const struct up_account *);
/* That account could do `mode` (as in access(2)) with the file or directory. */
bool up_reachable(const struct up_account *, const char *path, int mode);

/* ---- up_probe.c */
bool up_listen_parse(struct up *, const char *text);
/* The address can be bound. */
bool up_listen_free(struct up *);
/* Status of GET `path` at the address, with the body's beginning in `body`; 0 when none came. */
int up_get(struct up *, const char *path, char *body, size_t size);
/* Last line of a file, in the arena, to tell why a process ended. */
const char *up_last_line(struct up *, const char *path);

/* ---- up_follow.c */
/* Copies what is appended to the logs to standard output, until a signal comes (true) or a part
 * ends by itself (false, up->problem). */
bool up_follow(struct up *);

#endif
