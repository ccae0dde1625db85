/* SPDX-License-Identifier: Apache-2.0 */
/* application/x-www-form-urlencoded: the fields of a query or of a form's body. */
#ifndef SOUK_WEB_FORM_H
#define SOUK_WEB_FORM_H

#include <stddef.h>

#include "base/err.h"
#include "web/request.h"

/* Decoded fields in their order, names and values in the arena, at most `max`. A name without
 * '=' has the value ""; empty pieces ("a=1&&b=2") are passed over. ERR_BAD_REQUEST: more than
 * `max`, an empty name, broken escapes, NUL, bad UTF-8, or control characters in a name.
 * `*twice` is a name that came more than once, or NULL: which of them counts would be a guess,
 * so callers refuse it. */
enum err form_parse(struct arena *, const char *text, size_t len, struct pair *out, int max,
		    int *count, const char **twice) MUST_CHECK;

#endif
