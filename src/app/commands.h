/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind the rows of the command table; each file cmd_*.c holds those of its name. */
#ifndef SOUK_APP_COMMANDS_H
#define SOUK_APP_COMMANDS_H

#include "app/app.h"

int cmd_serve(const struct app *, int argc, char **argv);
int cmd_work(const struct app *, int argc, char **argv);
int cmd_migrate(const struct app *, int argc, char **argv);
int cmd_keys(const struct app *, int argc, char **argv);
int cmd_settings(const struct app *, int argc, char **argv);
int cmd_routes(const struct app *, int argc, char **argv);
int cmd_errors(const struct app *, int argc, char **argv);
int cmd_jobs(const struct app *, int argc, char **argv);
int cmd_status(const struct app *, int argc, char **argv);
int cmd_site(const struct app *, int argc, char **argv);
int cmd_doctor(const struct app *, int argc, char **argv);
int cmd_up(const struct app *, int argc, char **argv);

#endif
