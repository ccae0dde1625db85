/* SPDX-License-Identifier: Apache-2.0 */
/* The job that writes a mail from its templates and sends it. */
#ifndef SOUK_APP_SEND_MAIL_H
#define SOUK_APP_SEND_MAIL_H

#include "base/err.h"
#include "db/runtime.h"
#include "domain/jobs.h"

/* ERR_IO when it did not go this time. */
enum err send_mail_run(struct runtime *, const struct job *) MUST_CHECK;

#endif
