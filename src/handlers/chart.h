/* SPDX-License-Identifier: Apache-2.0 */
/* A line over days, as numbers for templates/partials/chart.html: the server draws, the browser
 * only paints. */
#ifndef SOUK_HANDLERS_CHART_H
#define SOUK_HANDLERS_CHART_H

#include <stdint.h>

struct arena;
struct json_object;

/* Adds `chart` to the view: paths in a box of 600 x 180, ticks, and each day's label and value.
 * `values` are e4 credits, oldest first; the last is of the UTC day of `now_us`. Fewer than two
 * make no line: nothing is added. */
void chart_days(struct arena *, struct json_object *view, const int64_t *values, int n,
		int64_t now_us);

#endif
