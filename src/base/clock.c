/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and RFC 3339. */
#include "base/clock.h"

#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_now_s(void)
{
	return clock_now_us() / 1000000;
}

int64_t clock_mono_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

static void put2(char *to, int n)
{
	to[0] = (char)('0' + n / 10 % 10);
	to[1] = (char)('0' + n % 10);
}

/* Without strftime() and printf(), which take most of the time that a short answer takes. */
char *clock_rfc3339(int64_t us, char out[CLOCK_TEXT])
{
	int64_t s = us / 1000000, rest = us % 1000000;
	time_t t;
	struct tm tm;
	int ms;

	if (rest < 0) {
		rest += 1000000;
		s--;
	}
	t = (time_t)s;
	gmtime_r(&t, &tm);
	ms = (int)(rest / 1000);
	put2(out, (tm.tm_year + 1900) / 100);
	put2(out + 2, (tm.tm_year + 1900) % 100);
	put2(out + 5, tm.tm_mon + 1);
	put2(out + 8, tm.tm_mday);
	put2(out + 11, tm.tm_hour);
	put2(out + 14, tm.tm_min);
	put2(out + 17, tm.tm_sec);
	put2(out + 20, ms / 10);
	out[4] = out[7] = '-';
	out[10] = 'T';
	out[13] = out[16] = ':';
	out[19] = '.';
	out[22] = (char)('0' + ms % 10);
	memcpy(out + 23, "Z", 2);
	return out;
}

static const char *digits(const char *p, int n, int *out)
{
	int v = 0;

	for (; n > 0; n--, p++) {
		if (*p < '0' || *p > '9')
			return NULL;
		v = v * 10 + (*p - '0');
	}
	*out = v;
	return p;
}

static const char *fraction(const char *p, int64_t *us)
{
	int64_t scale = 100000;

	if (*p < '0' || *p > '9')
		return NULL;
	for (*us = 0; *p >= '0' && *p <= '9'; p++, scale /= 10)
		*us += (*p - '0') * scale;
	return p;
}

/* "Z", "+00", "+0530" or "+05:30"; nothing counts as UTC. */
static bool offset(const char *p, int *minutes)
{
	int sign = *p == '-' ? -1 : 1, h = 0, m = 0;

	*minutes = 0;
	if (*p == '\0' || !strcmp(p, "Z") || !strcmp(p, "z"))
		return true;
	if (*p != '+' && *p != '-')
		return false;
	if (!(p = digits(p + 1, 2, &h)))
		return false;
	if (*p && !(p = digits(p + (*p == ':'), 2, &m)))
		return false;
	if (h > 23 || m > 59)
		return false;
	*minutes = sign * (h * 60 + m);
	return *p == '\0';
}

/* With the year and month as people write them. timegm() would quietly carry a 31 April over;
 * second 60 is a leap second. */
static bool in_calendar(const struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (tm->tm_year % 4 == 0 && tm->tm_year % 100 != 0) || tm->tm_year % 400 == 0;

	if (tm->tm_mon < 1 || tm->tm_mon > 12 || tm->tm_mday < 1)
		return false;
	if (tm->tm_mday > days[tm->tm_mon - 1] + (leap && tm->tm_mon == 2))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

bool clock_parse(const char *p, int64_t *us)
{
	struct tm tm = { 0 };
	int64_t part = 0;
	int minutes;

	if (!(p = digits(p, 4, &tm.tm_year)) || *p++ != '-' ||
	    !(p = digits(p, 2, &tm.tm_mon)) || *p++ != '-' ||
	    !(p = digits(p, 2, &tm.tm_mday)) || (*p != 'T' && *p != ' ' && *p != 't'))
		return false;
	if (!(p = digits(p + 1, 2, &tm.tm_hour)) || *p++ != ':' ||
	    !(p = digits(p, 2, &tm.tm_min)) || *p++ != ':' || !(p = digits(p, 2, &tm.tm_sec)))
		return false;
	if (*p == '.' && !(p = fraction(p + 1, &part)))
		return false;
	if (!offset(p, &minutes) || !in_calendar(&tm))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*us = ((int64_t)timegm(&tm) - minutes * 60) * 1000000 + part;
	return true;
}
