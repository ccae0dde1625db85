/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages share: forms shown again with their complaints, and numbers and times for people.
 */
#ifndef SOUK_HANDLERS_PAGE_H
#define SOUK_HANDLERS_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/accounts.h"
#include "domain/stores.h"
#include "web/input.h"
#include "web/request.h"

struct json_object;

/* What was sent in a field, as it was sent; `otherwise` when the form was not sent. `in` may be
 * NULL. */
const char *page_value(const struct input *in, const char *name, const char *otherwise);
/* One field of a form: {value, problem}, for templates/partials/field.html. A secret's value is
 * never given. */
void page_field(struct json_object *fields, const struct input *in, const char *name,
		const char *value);

/* A failure that belongs into the form, and not on an error page. */
bool page_form_error(enum err);
/* The summary above a form: what failed, `hint` (or NULL) on what to do, and the fields complained
 * of. */
void page_failed(struct json_object *view, const struct input *, enum err, const char *hint);

/* The profile's fields: shown from the identity or as sent, and read. */
void page_profile_fields(struct json_object *fields, const struct request *, const struct input *);
void page_profile_input(struct input *, struct profile_change *);

/* "23 Nov 2026, 14:05 UTC" as `name` and RFC 3339 as `name`At; both empty for 0. */
void page_time(struct request *, struct json_object *view, const char *name, int64_t us);
/* e4 credits as "1,234.5"; cents as "$12.50". In the arena. */
const char *page_credits(struct arena *, int64_t e4);
const char *page_money(struct arena *, int64_t cents);

/* "active" and the like in words, and the tone of their badge: good, info, warn, bad. */
const char *page_store_words(const struct store *);
const char *page_store_tone(const struct store *);
/* id, name, initial, hostname, status of a store into an object of a view. */
void page_store(struct request *, struct json_object *view, const struct store *);

/* Makes the store the session's current one: a new cookie. The caller has checked whose it is. */
enum err page_enter_store(struct request *, const char *store_id) MUST_CHECK;
/* The cookie of a page session. */
void page_session(struct request *, const char *access_token);

#endif
