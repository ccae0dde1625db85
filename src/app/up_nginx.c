/* SPDX-License-Identifier: Apache-2.0 */
/* nginx in front of all, from etc/nginx.conf.in. */
#include "app/up.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/files.h"

static const char *user_line(struct up *up)
{
	if (!up->root)
		return "";
	return arena_printf(&up->arena, "user %s;", up->web.name);
}

/* The master is one process and cores are few: one worker for four of them, at least one. */
static const char *worker_count(struct up *up)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return arena_printf(&up->arena, "%ld", cores > 4 ? cores / 4 : 1);
}

static const char *make_conf(struct up *up)
{
	const struct front_fill site[] = {
		{ "@LISTEN_NGINX@", arena_printf(&up->arena,
			"listen %s default_server backlog=4096;", up->listen.text) },
		{ "@ACCESS_LOG@", up_path(up, "log/access.log") },
		{ NULL, NULL },
	};
	const char *text = up_front(up, site, "nginx-site.conf");
	const struct front_fill own[] = {
		{ "@USER@", user_line(up) },
		{ "@WORKERS@", worker_count(up) },
		{ "@RUN@", up->run },
		{ "@LOG@", up_path(up, "log") },
		{ "@TEMP@", up_path(up, "nginx") },
		{ "@SITE@", text },
		{ NULL, NULL },
	};

	return text ? up_front(up, own, "nginx.conf") : NULL;
}

static const char *find_nginx(void)
{
	static const char *const places[] = { "/usr/sbin/nginx", "/usr/local/sbin/nginx",
					      "/usr/bin/nginx", "/usr/local/bin/nginx", NULL };

	return up_first(places, X_OK);
}

static bool conf_is_good(struct up *up, const char *nginx, const char *path)
{
	const char *const argv[] = { nginx, "-q", "-t", "-p", up->stead, "-e", "stderr", "-c", path,
				     NULL };
	const char *log = up_path(up, "log/nginx-test.log");

	unlink(log);
	if (up_run(up, &(struct up_command){ argv, NULL, NULL, log }))
		return up_problem(up, "nginx refuses its configuration: %s (see %s)",
				  up_last_line(up, log), log);
	return true;
}

bool up_nginx_start(struct up *up)
{
	const char *nginx = find_nginx(), *path = up_path(up, "nginx/nginx.conf");
	const char *conf = make_conf(up);
	const char *log = up_part_log(up, UP_NGINX);
	const char *const argv[] = { nginx, "-p", up->stead, "-e", log, "-c", path, "-g",
				     "daemon off;", NULL };

	if (!conf)
		return false;
	if (up_fresh(up, UP_NGINX, conf))
		return true;
	if (!nginx)
		return up_problem(up, "nginx is not installed; install the package nginx-light");
	if (!up_stop(up, UP_NGINX))
		return false;
	if (!file_write(path, conf, strlen(conf), 0644, (uid_t)-1, (gid_t)-1))
		return up_problem(up, "cannot write %s: %s", path, strerror(errno));
	if (!conf_is_good(up, nginx, path))
		return false;
	return up_spawn(up, UP_NGINX, &(struct up_command){ argv, NULL, NULL, log }, conf);
}
