/* SPDX-License-Identifier: Apache-2.0 */
/* souk site: a web server's configuration for a server of one's own, on standard output. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/front.h"
#include "base/text.h"

/* Apache has 6 processes of 25 threads unless it is told otherwise. */
enum { ARENA_LIMIT = 4 << 20, PROCESSES = 6, MOST_WEB = 16, MOST_SLOW = 6 };

struct server {
	const char *word, *template, *log;
};

static const struct server servers[] = {
	{ "nginx", "nginx-site.conf", "/var/log/nginx/souk.log" },
	{ "apache", "apache-proxy-fcgi.conf", "${APACHE_LOG_DIR}/souk.log" },
	{ "apache-fcgid", "apache-fcgid.conf", "${APACHE_LOG_DIR}/souk.log" },
	{ NULL, NULL, NULL },
};

static const struct server *find(const char *word)
{
	const struct server *s;

	for (s = servers; s->word; s++)
		if (text_eq(s->word, word))
			return s;
	return NULL;
}

static const char *own_path(struct arena *arena)
{
	char real[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", real, sizeof(real));

	return n > 0 && n < PATH_MAX ? arena_strndup(arena, real, (size_t)n) : "souk";
}

static int print(const struct front *site, const struct server *server)
{
	int backlog = site->settings->backlog;
	struct front_fill more[] = {
		{ "@LISTEN_NGINX@", "listen 80 default_server backlog=4096;\n"
		  "\tlisten [::]:80 default_server backlog=4096;" },
		{ "@VHOST@", "*:80" },
		{ "@ACCESS_LOG@", server->log },
		{ "@MOST_WEB@", front_waiting(site->arena, backlog, PROCESSES, MOST_WEB) },
		{ "@MOST_SLOW@", front_waiting(site->arena, backlog, PROCESSES, MOST_SLOW) },
		{ NULL, NULL },
		{ NULL, NULL },
	};
	struct front f = *site;
	const char *common, *text;

	f.more = more;
	if (!(common = front_make(&f, "apache-common.conf")))
		return app_fail("%s", f.why);
	more[5] = (struct front_fill){ "@COMMON@", common };
	if (!(text = front_make(&f, server->template)))
		return app_fail("%s", f.why);
	fputs(text, stdout);
	return EXIT_DONE;
}

int cmd_site(const struct app *app, int argc, char **argv)
{
	const struct server *server = argc == 1 ? find(argv[0]) : NULL;
	struct settings s;
	char why[APP_WHY];
	struct arena arena;
	int code;

	if (!server)
		return app_usage("say which web server: nginx, apache or apache-fcgid");
	if ((code = app_settings(app, &s)))
		return code;
	arena_init(&arena, ARENA_LIMIT);
	code = print(&(struct front){ .arena = &arena,
				      .settings = &s,
				      .source = s.data_dir,
				      .www = arena_printf(&arena, "%s/www", s.data_dir),
				      .config = app->config,
				      .program = own_path(&arena),
				      .why = why,
				      .size = sizeof(why) }, server);
	arena_done(&arena);
	return code;
}
