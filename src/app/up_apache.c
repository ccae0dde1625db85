/* SPDX-License-Identifier: Apache-2.0 */
/* Apache in front of all, from etc/apache.conf.in: with a configuration, modules and a process of
 * its own, beside whatever else Apache does on this machine. */
#include "app/up.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/files.h"

/* Of the processes in apache.conf.in, with 256 threads each. */
enum { PROCESSES = 4, MOST_WEB = 160, MOST_SLOW = 64 };

static const char *find_apache(void)
{
	static const char *const places[] = { "/usr/sbin/apache2", "/usr/sbin/httpd",
					      "/usr/local/sbin/httpd", NULL };

	return up_first(places, X_OK);
}

static const char *find_modules(void)
{
	static const char *const places[] = { "/usr/lib/apache2/modules",
					      "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules",
					      "/usr/local/libexec/apache24", NULL };

	return up_first(places, R_OK | X_OK);
}

static const char *user_lines(struct up *up)
{
	if (!up->root)
		return "";
	return arena_printf(&up->arena, "User %s\nGroup #%u", up->web.name,
			    (unsigned int)up->web.gid);
}

static const char *make_site(struct up *up)
{
	int backlog = up->settings.backlog;
	struct front_fill site[] = {
		{ "@VHOST@", up->listen.text },
		{ "@ACCESS_LOG@", up_path(up, "log/access.log") },
		{ "@MOST_WEB@", front_waiting(&up->arena, backlog, PROCESSES, MOST_WEB) },
		{ "@MOST_SLOW@", front_waiting(&up->arena, backlog, PROCESSES, MOST_SLOW) },
		{ NULL, NULL },
		{ NULL, NULL },
	};
	const char *common = up_front(up, site, "apache-common.conf");

	if (!common)
		return NULL;
	site[4] = (struct front_fill){ "@COMMON@", common };
	return up_front(up, site, "apache-proxy-fcgi.conf");
}

static const char *make_conf(struct up *up)
{
	const char *modules = find_modules(), *text = make_site(up);
	const struct front_fill own[] = {
		{ "@USER@", user_lines(up) },
		{ "@MODULES@", modules ? modules : "" },
		{ "@RUN@", up->run },
		{ "@LOG@", up_path(up, "log") },
		{ "@TEMP@", up_path(up, "apache") },
		{ "@LISTEN@", up->listen.text },
		{ "@SITE@", text },
		{ NULL, NULL },
	};

	return text ? up_front(up, own, "apache.conf") : NULL;
}

static bool conf_is_good(struct up *up, const char *apache, const char *path)
{
	const char *const argv[] = { apache, "-t", "-f", path, NULL };
	const char *log = up_path(up, "log/apache-test.log");

	unlink(log);
	if (up_run(up, &(struct up_command){ argv, NULL, NULL, log }))
		return up_problem(up, "Apache refuses its configuration: %s (see %s)",
				  up_last_line(up, log), log);
	return true;
}

bool up_apache_start(struct up *up)
{
	const char *apache = find_apache(), *path = up_path(up, "apache/apache.conf");
	const char *conf = make_conf(up);
	const char *log = up_part_log(up, UP_APACHE);
	const char *const argv[] = { apache, "-D", "FOREGROUND", "-f", path, NULL };

	if (!conf)
		return false;
	if (up_fresh(up, UP_APACHE, conf))
		return true;
	if (!apache || !find_modules())
		return up_problem(up, "Apache is not installed; install the package apache2");
	if (!up_stop(up, UP_APACHE))
		return false;
	if (!file_write(path, conf, strlen(conf), 0644, (uid_t)-1, (gid_t)-1))
		return up_problem(up, "cannot write %s: %s", path, strerror(errno));
	if (!conf_is_good(up, apache, path))
		return false;
	return up_spawn(up, UP_APACHE, &(struct up_command){ argv, NULL, NULL, log }, conf);
}
