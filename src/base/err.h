/* SPDX-License-Identifier: Apache-2.0 */
/* Every way in which something can fail: one closed list, from which the enum, the HTTP status,
 * the public code and the words for people are made. */
#ifndef SOUK_BASE_ERR_H
#define SOUK_BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
#define ERR(name, status, code, words) ERR_##name,
	OK = 0,
#include "base/errors.def"
#undef ERR
	ERR_COUNT
};

struct err_row {
	const char *name;   /* "STORE_NOT_FOUND", as in enum err without ERR_ */
	int status;         /* HTTP status */
	const char *code;   /* stable public code; several names may share one */
	const char *words;  /* one sentence for people, saying what to do */
};

/* The row of an error. For OK and for values outside the list: the row of ERR_INTERNAL. */
const struct err_row *err_row(enum err e);

#endif
