/* SPDX-License-Identifier: Apache-2.0 */
/* What all commands share: their table's row, exit codes, and how they complain. */
#ifndef SOUK_APP_APP_H
#define SOUK_APP_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log.h"
#include "config/settings.h"

struct generation;
struct supervision;

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, APP_WHY = 320 };

struct app {
	const char *config;   /* settings file */
	bool config_given;    /* by --config: then it must be there */
};

/* A row of the command table in main.c. `argv` begins behind the command's name. */
struct command {
	const char *name;
	const char *arguments;   /* as shown behind the name in the usage line */
	const char *summary;     /* one line */
	const char *help;        /* paragraphs behind it */
	int (*run)(const struct app *, int argc, char **argv);
};

/* "souk: …" on stderr; return EXIT_FAILED and EXIT_USAGE. */
int app_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int app_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* settings_load(), once in a process: the texts belong to the process and stay reachable. From here
 * on neither it nor its children leave a core behind. */
enum err app_load(const char *file, bool must, struct settings *out, char *why,
	size_t size) MUST_CHECK;
/* Reads the settings; EXIT_DONE, or EXIT_FAILED with the complaint printed. */
int app_settings(const struct app *, struct settings *out) MUST_CHECK;
enum log_level app_log_level(const struct settings *);

/* ERR_VALIDATION when one of these settings (names, ended by NULL) differs: a reload cannot change
 * it. */
enum err app_same(const struct settings *running, const struct settings *next,
		  const char *const *names, char *why, size_t size) MUST_CHECK;
/* How long a worker may take to connect to a store's database before it is killed. */
int64_t app_connect_deadline_ms(const struct settings *);
/* supervise(), as an exit code; the first settings' texts are unloaded in any case. */
int app_supervise(const struct supervision *, struct generation *first) MUST_CHECK;

/* For commands that take no arguments: EXIT_DONE, or EXIT_USAGE with the complaint printed. */
int app_no_arguments(int argc, char **argv) MUST_CHECK;
/* The same for those that take one optional word, such as --json; *given tells. */
int app_one_option(int argc, char **argv, const char *option, bool *given) MUST_CHECK;

#endif
