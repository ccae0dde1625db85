/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a request, the same for a JSON body and a form: read by name, checked, complaints
 *gathered.
 *
 *	struct input in;
 *	if ((e = input_begin(rq, &in)))
 *		return e;
 *	name = input_text(&in, "name", 1, 100, INPUT_REQUIRED);
 *	if ((e = input_end(&in)))
 *		return e;
 */
#ifndef SOUK_WEB_INPUT_H
#define SOUK_WEB_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/paging.h"
#include "web/request.h"

enum {
	INPUT_REQUIRED = 1,
	INPUT_NO_TRIM = 2 /* passwords */,
	INPUT_MULTILINE = 4,
	INPUT_CLEARABLE = 8 /* null, or nothing but blanks, is the empty text */,
	INPUT_MAX_COMPLAINTS = 32
};

struct input {
	struct request *rq;
	struct pair complaints[INPUT_MAX_COMPLAINTS];   /* field -> what is wrong */
	int complaint_count;
};

/* Parses the body once, however often it is called: application/json (an object) or, where the row
 * says ROUTE_FORM, application/x-www-form-urlencoded; an empty body is an empty object.
 * ERR_INVALID_JSON,
 * ERR_UNSUPPORTED_MEDIA_TYPE (multipart too), ERR_BODY_TOO_LARGE (for the row), ERR_BAD_REQUEST
 * (a malformed form), ERR_VALIDATION (no object; a form's field sent twice). */
enum err input_begin(struct request *, struct input *) MUST_CHECK;

/* Names are given in camelCase, of at most 64 bytes; snake_case is found too, and both at once
 * is complained of. Text is trimmed, must be UTF-8 without control characters, `min`..`max`
 * characters. NULL when absent (or null, or, in a form, empty) or complained of. */
const char *input_text(struct input *, const char *name, int min, int max, unsigned int flags);
/* One `@`, at most 254 bytes, lower-cased, ASCII, no control characters or blanks, nothing that
 * means something in a mail header (`<>(),;:"[]\`). */
const char *input_email(struct input *, const char *name, unsigned int flags);
/* One of a NULL-ended list. */
const char *input_word(struct input *, const char *name, const char *const *words,
		       unsigned int flags);
const char *input_uuid(struct input *, const char *name, unsigned int flags);
/* http(s) URL of at most 2000 bytes; "" when that clears it. */
const char *input_url(struct input *, const char *name, unsigned int flags);
/* A JSON number as written (or a form's text), scaled, `min` and `max` too: no strings,
 * exponents, NaN; false when absent or complained of. INT64_MIN and INT64_MAX stand for no
 * bound. */
bool input_decimal(struct input *, const char *name, int scale, int64_t min, int64_t max,
		   unsigned int flags, int64_t *out);
bool input_int(struct input *, const char *name, int64_t min, int64_t max, unsigned int flags,
	       int64_t *out);
/* JSON's true and false; a form's on, true, yes, 1, off, false, no, 0. */
bool input_bool(struct input *, const char *name, unsigned int flags, bool *out);
/* The field was sent, whatever its value. */
bool input_has(const struct input *, const char *name);
/* A submit button or other marker of a form. */
bool input_button(const struct input *, const char *name);

void input_complain(struct input *, const char *name, const char *what);
/* ERR_VALIDATION with rq->details set, when there were complaints. */
enum err input_end(struct input *) MUST_CHECK;
/* The complaint about a field, or NULL: for pages, which show it beside the field. */
const char *input_complaint(const struct input *, const char *name);

/* `?limit=` (1..100, default 20) and `?cursor=` (opaque to the client: an id of ours). */
enum err input_paging(struct request *, struct paging *out) MUST_CHECK;

#endif
