/* SPDX-License-Identifier: Apache-2.0 */
/* The program's front door: the command table, and the options that stand before any command. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/commands.h"
#include "base/text.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

static const char default_config[] = "/etc/souk/souk.conf";

static const struct command commands[] = {
	{ "serve", "[--single]", "answer FastCGI requests with pools of worker processes",
	  "Listens on SOCKET_WEB and SOCKET_SLOW, or on what is handed over: by systemd the\n"
	  "sockets named web and slow, by spawn-fcgi or mod_fcgid the one on descriptor 0; one\n"
	  "socket serves all routes. Starts WORKERS and SLOW_WORKERS processes and replaces\n"
	  "those that die. A request past its deadline is ended with its worker.\n"
	  "SIGHUP reads settings and templates anew, without a request failing; when they are\n"
	  "bad, one line in the log says why and the old ones stay. SIGTERM and SIGINT end it\n"
	  "after what is in flight, within 30 s.\n"
	  "  --single   be one worker and no supervisor, on the socket handed over; for what\n"
	  "             manages processes itself: Apache's mod_fcgid, spawn-fcgi -F\n",
	  cmd_serve },
	{ "work", "", "do the jobs of the queue: provisioning, mail, upkeep",
	  "Starts JOB_WORKERS processes that take jobs from the master database. SIGHUP reads the\n"
	  "settings anew. SIGTERM and SIGINT end it after the jobs in hand, within 30 s; what is\n"
	  "cut off is taken up again later.\n",
	  cmd_work },
	{ "migrate", "[master]", "bring the master database's schema up to date",
	  "Applies the missing numbered migrations, each in a transaction of its own. Safe to\n"
	  "run again, and from several hosts at once.\n",
	  cmd_migrate },
	{ "keys", "new", "make new secrets for the settings file",
	  "new   prints fresh ENCRYPTION_KEY= and JWT_SECRET= lines. Whoever holds them can\n"
	  "      open every sealed value and sign in as anybody: keep them out of version\n"
	  "      control.\n",
	  cmd_keys },
	{ "settings", "[--json]", "print the settings table with the values in effect",
	  "Secrets are shown as (secret).\n", cmd_settings },
	{ "routes", "[--json]", "print the routes table: what is answered, and to whom", "",
	  cmd_routes },
	{ "errors", "[--json]", "print the errors table: codes, statuses and words", "",
	  cmd_errors },
	{ "jobs", "[--json]", "print the jobs table: kinds, leases, tries", "", cmd_jobs },
	{ "status", "[--json]", "show what the workers of this host are doing",
	  "Reads the scoreboards that serve and work keep in RUN_DIR: each worker with its pool,\n"
	  "state, route or job, how long, answers given and memory; for each pool how many died\n"
	  "on their own, were ended past a deadline or in a connect, or were recycled. Exit code\n"
	  "1 when neither runs.\n",
	  cmd_status },
	{ "site", "nginx | apache | apache-fcgid", "print a web server's configuration",
	  "Made from the settings, the routes table (slow routes go to the slow pool's socket)\n"
	  "and the errors table. It serves the static files of DATA_DIR, and answers as Souk\n"
	  "would when Souk cannot.\n"
	  "  nginx          a server block and what it needs\n"
	  "  apache         a virtual host: mod_proxy_fcgi onto the sockets of `souk serve`\n"
	  "  apache-fcgid   a virtual host: mod_fcgid, which starts the processes itself\n",
	  cmd_site },
	{ "doctor", "", "check settings, databases, TLS, disk, clock and sockets",
	  "Prints one line a check: ok, warn or FAIL, and what to do about it. Exit code 1 when\n"
	  "anything is FAIL.\n",
	  cmd_doctor },
	{ "up", "[--detach | --down | --status | --reset]",
	  "run everything on this machine: PostgreSQL, a web server, serve and work",
	  "Makes a private PostgreSQL cluster and all settings in $SOUK_HOME (.souk), and\n"
	  "listens on $SOUK_LISTEN (127.0.0.1:8080). The web server is nginx, or Apache with\n"
	  "SOUK_SERVER=apache. Follows the log until Ctrl-C, which stops what it started.\n"
	  "  --detach   leave it running in the background\n"
	  "  --down     stop it\n"
	  "  --status   say what runs; exit code 1 unless everything does\n"
	  "  --reset    stop it and forget its data\n",
	  cmd_up },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (text_eq(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int print_help(void)
{
	size_t i;

	puts("usage: souk [--config FILE] COMMAND [ARGUMENTS]\n       souk --version | --help\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	printf("\n`souk COMMAND --help` says more. Settings are read from %s and the\nenvironment, "
	       "which wins.\n", default_config);
	return EXIT_DONE;
}

static int print_command_help(const struct command *c)
{
	printf("usage: souk [--config FILE] %s%s%s\n\n", c->name, *c->arguments ? " " : "",
		c->arguments);
	printf("%c%s.\n%s%s", *c->summary - 'a' + 'A', c->summary + 1, *c->help ? "\n" : "",
		c->help);
	return EXIT_DONE;
}

/* Takes --config out of the arguments, wherever it stands; -1 when its value is missing. */
static int take_config(struct app *app, int argc, char **argv)
{
	int from, to = 0;

	for (from = 0; from < argc; from++) {
		if (text_eq(argv[from], "--config")) {
			if (++from == argc)
				return -1;
			app->config = argv[from];
			app->config_given = true;
		} else if (text_starts(argv[from], "--config=")) {
			app->config = argv[from] + strlen("--config=");
			app->config_given = true;
		} else {
			argv[to++] = argv[from];
		}
	}
	argv[to] = NULL;
	return app->config_given && !*app->config ? -1 : to;
}

static bool asks_help(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (text_eq(argv[i], "--help") || text_eq(argv[i], "-h"))
			return true;
	return false;
}

static int run(struct app *app, int argc, char **argv)
{
	const struct command *c;

	if (argc == 0)
		return app_usage("no command given; `souk --help` lists them");
	if (text_eq(argv[0], "--version"))
		return puts("souk " PACKAGE_VERSION) < 0 ? EXIT_FAILED : EXIT_DONE;
	if (text_eq(argv[0], "--help") || text_eq(argv[0], "-h"))
		return print_help();
	if (!(c = find(argv[0])))
		return app_usage("there is no command '%s'; `souk --help` lists them", argv[0]);
	if (asks_help(argc - 1, argv + 1))
		return print_command_help(c);
	return c->run(app, argc - 1, argv + 1);
}

/* What does not arrive, on a full disk say, was not done. */
static int delivered(int code)
{
	if (code == EXIT_DONE && (fflush(stdout) || ferror(stdout)))
		return app_fail("cannot write to standard output");
	return code;
}

int main(int argc, char **argv)
{
	struct app app = { .config = default_config };

	setlocale(LC_ALL, "C");
	argc = take_config(&app, argc - 1, argv + 1);
	if (argc < 0)
		return app_usage("--config needs a file behind it");
	return delivered(run(&app, argc, argv + 1));
}
