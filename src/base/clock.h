/* SPDX-License-Identifier: Apache-2.0 */
/* Time: wall clock in microseconds since 1970 UTC, monotonic clock for deadlines. */
#ifndef SOUK_BASE_CLOCK_H
#define SOUK_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_TEXT = 28 };  /* "2026-11-23T12:00:00.000000Z" and its NUL */

int64_t clock_now_us(void);   /* CLOCK_REALTIME */
int64_t clock_now_s(void);
int64_t clock_mono_us(void);  /* CLOCK_MONOTONIC */
int64_t clock_mono_ms(void);

/* RFC 3339, UTC, milliseconds: "2026-11-23T12:00:00.000Z". Returns `out`. */
char *clock_rfc3339(int64_t us, char out[CLOCK_TEXT]);
/* Reads RFC 3339 and PostgreSQL's ISO output ("2026-11-23 12:00:00.123456+00", offsets allowed). */
bool clock_parse(const char *text, int64_t *us);

#endif
