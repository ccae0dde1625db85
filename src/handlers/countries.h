/* SPDX-License-Identifier: Apache-2.0 */
/* Countries by their two-letter codes (ISO 3166-1), in the order of their English names. */
#ifndef SOUK_HANDLERS_COUNTRIES_H
#define SOUK_HANDLERS_COUNTRIES_H

struct country {
	const char *code, *name;
};

extern const struct country countries[]; /* ended by a row whose code is NULL */

/* The code as the list writes it, whatever the case given; NULL when there is none. */
const char *countries_code(const char *code);

#endif
