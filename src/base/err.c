/* SPDX-License-Identifier: Apache-2.0 */
/* The errors table. */
#include "base/err.h"

static const struct err_row rows[] = {
	{ "OK", 200, "OK", "Done." },
#define ERR(name, status, code, words) { #name, status, code, words },
#include "base/errors.def"
#undef ERR
};

const struct err_row *err_row(enum err e)
{
	if ((unsigned int)e >= ERR_COUNT || e == OK)
		e = ERR_INTERNAL;
	return &rows[e];
}
