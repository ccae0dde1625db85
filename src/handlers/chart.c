/* SPDX-License-Identifier: Apache-2.0 */
/* From balances by day to the paths of a chart. Coordinates are integers, in tenths of a unit. */
#include "handlers/chart.h"

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "handlers/page.h"
#include "web/view.h"

enum { WIDTH = 6000, HEIGHT = 1800, TICKS = 4, DAY_S = 86400, LABEL = 24, CREDIT_E4 = 10000 };

/* The least of 4, 8, 12, 20, 40 times a power of ten credits that is enough for four ticks. */
static int64_t round_top(int64_t most)
{
	static const int steps[] = { 4, 8, 12, 20, 40 };
	int64_t power = CREDIT_E4;
	size_t i;

	for (;; power *= 10)
		for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i] * power >= most)
				return steps[i] * power;
}

static int x_of(int i, int n)
{
	return (int)((int64_t)WIDTH * i / (n - 1));
}

static int y_of(int64_t value, int64_t top)
{
	return HEIGHT - (int)(HEIGHT * value / top);
}

static const char *number(struct arena *a, int tenths)
{
	return arena_printf(a, "%d.%d", tenths / 10, tenths % 10);
}

static const char *path(struct arena *a, const int64_t *v, int n, int64_t top, bool closed)
{
	struct buf b = BUF_INIT;
	const char *text;
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s %s", i ? "L" : "M", number(a, x_of(i, n)),
			   number(a, y_of(v[i], top)));
	if (closed)
		buf_printf(&b, "L%s %s L0 %s Z", number(a, WIDTH), number(a, HEIGHT),
			   number(a, HEIGHT));
	text = arena_strdup(a, buf_str(&b));
	buf_done(&b);
	return text;
}

/* Of the day that lies `back` days before now: "12 Nov". */
static const char *day(struct arena *a, int64_t now_us, int back)
{
	time_t t = (time_t)(now_us / 1000000 - (int64_t)back * DAY_S);
	char text[LABEL];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%e %b", &tm);
	return arena_strdup(a, text[0] == ' ' ? text + 1 : text);
}

static void view_scale(struct arena *a, struct json_object *chart, int64_t top)
{
	struct json_object *ticks = view_list(chart, "ticks"), *grid = view_list(chart, "grid");
	int i;

	for (i = TICKS; i >= 0; i--) {
		view_text(ticks, NULL, page_credits(a, top / TICKS * i));
		view_text(grid, NULL, number(a, HEIGHT / TICKS * i));
	}
}

static void view_days(struct arena *a, struct json_object *chart, const int64_t *v, int n,
		      int64_t now_us)
{
	struct json_object *days = view_list(chart, "days"), *marks = view_list(chart, "marks"),
			   *item;
	int half = WIDTH / (n - 1) / 2, left, right, i;

	for (i = 0; i < n; i++) {
		left = x_of(i, n) - half < 0 ? 0 : x_of(i, n) - half;
		right = x_of(i, n) + half > WIDTH ? WIDTH : x_of(i, n) + half;
		item = view_item(days);
		view_text(item, "label", day(a, now_us, n - 1 - i));
		view_text(item, "value", page_credits(a, v[i]));
		view_text(item, "x", number(a, left));
		view_text(item, "width", number(a, right - left));
	}
	view_text(marks, NULL, day(a, now_us, n - 1));
	view_text(marks, NULL, day(a, now_us, n / 2));
	view_text(marks, NULL, "Today");
}

void chart_days(struct arena *a, struct json_object *view, const int64_t *v, int n, int64_t now_us)
{
	struct json_object *chart = view_object(view, "chart");
	int64_t most = 0, top;
	int i;

	if (n < 2)
		return;
	for (i = 0; i < n; i++)
		most = v[i] > most ? v[i] : most;
	top = round_top(most);
	view_text(chart, "line", path(a, v, n, top, false));
	view_text(chart, "area", path(a, v, n, top, true));
	view_text(chart, "summary",
		  arena_printf(a, "Credits over %d days: %s at first, %s at most, %s now", n,
			       page_credits(a, v[0]), page_credits(a, most),
			       page_credits(a, v[n - 1])));
	view_scale(a, chart, top);
	view_days(a, chart, v, n, now_us);
}
