/* SPDX-License-Identifier: Apache-2.0 */
/* How things of the domain look as JSON, once for all handlers. */
#ifndef SOUK_HANDLERS_SHAPES_H
#define SOUK_HANDLERS_SHAPES_H

#include "domain/accounts.h"
#include "domain/stores.h"
#include "json/json_writer.h"
#include "web/request.h"

/* Microseconds as a time; 0, which is never, as null. */
void shape_time(struct json_writer *, const char *name, int64_t us);
/* `name` as for the writer: NULL inside an array. */
void shape_user(struct json_writer *, const char *name, const struct user *);
void shape_store(struct json_writer *, const char *name, const struct store *);
/* {id,name,slug,status,isActive,hostname} */
void shape_store_short(struct json_writer *, const char *name, const struct store *);
/* The user that the identity gate loaded. */
void shape_who(const struct request *, struct user *out);

#endif
