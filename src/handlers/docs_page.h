/* SPDX-License-Identifier: Apache-2.0 */
/* The API reference for people, made from openapi.json and the errors table. */
#ifndef SOUK_HANDLERS_DOCS_PAGE_H
#define SOUK_HANDLERS_DOCS_PAGE_H

#include "base/err.h"

struct request;

enum err get_docs(struct request *) MUST_CHECK; /* GET /docs */

#endif
