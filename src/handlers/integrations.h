/* SPDX-License-Identifier: Apache-2.0 */
/* The current store's own keys for services of others: the API's handlers. */
#ifndef SOUK_HANDLERS_INTEGRATIONS_H
#define SOUK_HANDLERS_INTEGRATIONS_H

#include "base/err.h"
#include "web/request.h"

enum err post_integrations_stripe(struct request *);
enum err get_integrations_stripe(struct request *);
enum err delete_integrations_stripe(struct request *);

#endif
