/* SPDX-License-Identifier: Apache-2.0 */
/* Probes, metrics, the diagnostics of the master database, and the API's own description. */
#ifndef SOUK_HANDLERS_HEALTH_H
#define SOUK_HANDLERS_HEALTH_H

#include "base/err.h"
#include "web/request.h"

enum err get_healthz(struct request *);
enum err get_readyz(struct request *);
enum err get_metrics(struct request *);
enum err get_test_master_db(struct request *);
enum err get_openapi(struct request *);

#endif
