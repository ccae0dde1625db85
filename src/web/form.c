/* SPDX-License-Identifier: Apache-2.0 */
/* Fields between '&', names and values between '='. */
#include "web/form.h"

#include <string.h>

#include "base/text.h"
#include "web/url.h"

static enum err field(struct arena *a, const char *s, size_t len, struct pair *out)
{
	const char *eq = memchr(s, '=', len);
	size_t n = eq ? (size_t)(eq - s) : len;

	out->name = url_decode(a, s, n, true);
	out->value = eq ? url_decode(a, eq + 1, len - n - 1, true) : "";
	if (text_empty(out->name) || !out->value || text_has_control(out->name))
		return ERR_BAD_REQUEST;
	return OK;
}

static bool known(const struct pair *v, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return true;
	return false;
}

enum err form_parse(struct arena *a, const char *text, size_t len, struct pair *out, int max,
		    int *count, const char **twice)
{
	const char *end = text + len, *at, *stop;
	int n = 0;
	enum err e;

	*count = 0;
	*twice = NULL;
	for (at = text; at < end; at = stop + 1) {
		stop = memchr(at, '&', (size_t)(end - at));
		if (!stop)
			stop = end;
		if (stop == at)
			continue;
		if (n == max)
			return ERR_BAD_REQUEST;
		if ((e = field(a, at, (size_t)(stop - at), &out[n])))
			return e;
		if (!*twice && known(out, n, out[n].name))
			*twice = out[n].name;
		n++;
	}
	*count = n;
	return OK;
}
