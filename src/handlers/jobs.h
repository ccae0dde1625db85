/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of the current store: the API's handlers. */
#ifndef SOUK_HANDLERS_JOBS_H
#define SOUK_HANDLERS_JOBS_H

#include "base/err.h"
#include "web/request.h"

enum err get_jobs(struct request *);
enum err get_job(struct request *);

#endif
