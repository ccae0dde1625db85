/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are well-formed text and still nothing one can work with. */
#ifndef SOUK_APP_CHECK_H
#define SOUK_APP_CHECK_H

#include <stddef.h>

#include "base/err.h"
#include "config/settings.h"

/* What every process that serves or works needs is there and good: keys, the URLs of databases and
 * of mail, names, origins and network ranges. Nothing is connected to. The keys are read, judged
 * and wiped: a supervisor holds none. ERR_VALIDATION; `why` then holds one line that names the
 * setting, and of a secret never the value. */
enum err check_settings(const struct settings *, char *why, size_t size) MUST_CHECK;

#endif
