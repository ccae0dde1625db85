/* SPDX-License-Identifier: Apache-2.0 */
/* The front page. */
#ifndef SOUK_HANDLERS_HOME_PAGES_H
#define SOUK_HANDLERS_HOME_PAGES_H

#include "base/err.h"

struct request;

enum err get_home(struct request *) MUST_CHECK; /* GET / */

#endif
