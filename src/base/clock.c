/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and RFC 3339. */
#include "base/clock.h"

#include <string.h>
#include <time.h>

enum { DAY_S = 86400 };
#define DAY_US (DAY_S * 1000000LL)

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

struct date {
	int year, month, day;   /* as people write them */
};

/* The Gregorian calendar, counted in years that begin in March: then the leap day is a year's last,
 * and the months before it have 153 days in every five. 400 years have 146097 days; 719468 lie
 * between 1 March 0000 and 1970. The C library does the same under a lock and with time zones. */
static int64_t days_of(const struct date *d)
{
	int64_t year = d->month > 2 ? d->year : d->year - 1;
	int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
	int month = (d->month + 9) % 12, of_year = (153 * month + 2) / 5 + d->day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct date date_of(int64_t days)
{
	int64_t since = days + 719468, era = (since >= 0 ? since : since - 146096) / 146097;
	int of_era = (int)(since - era * 146097);
	int years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * years + years / 4 - years / 100);
	int month = (5 * of_year + 2) / 153;

	return (struct date){
		.year = (int)(years + era * 400) + (month > 9),
		.month = month > 9 ? month - 9 : month + 3,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};
}

static void put2(char *to, int n)
{
	to[0] = (char)('0' + n / 10 % 10);
	to[1] = (char)('0' + n % 10);
}

char *clock_rfc3339(int64_t us, char out[CLOCK_TEXT])
{
	int64_t days = us / DAY_US, rest = us % DAY_US;
	struct date d;
	int s, ms;

	if (rest < 0) {
		rest += DAY_US;
		days--;
	}
	d = date_of(days);
	s = (int)(rest / 1000000);
	ms = (int)(rest / 1000 % 1000);
	put2(out, d.year / 100);
	put2(out + 2, d.year % 100);
	put2(out + 5, d.month);
	put2(out + 8, d.day);
	put2(out + 11, s / 3600);
	put2(out + 14, s / 60 % 60);
	put2(out + 17, s % 60);
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
	int n;

	if (*p < '0' || *p > '9')
		return NULL;
	for (n = 0, *us = 0; *p >= '0' && *p <= '9'; p++)
		if (n++ < 6)
			*us = *us * 10 + (*p - '0');
	for (; n < 6; n++)
		*us *= 10;
	return p;
}

/* "Z", "+00", "+0530" or "+05:30"; nothing counts as UTC. */
static bool offset(const char *p, int *minutes)
{
	int sign = *p == '-' ? -1 : 1, h = 0, m = 0;

	*minutes = 0;
	if (*p == '\0' || ((*p == 'Z' || *p == 'z') && !p[1]))
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

static bool in_calendar(const struct date *d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

	return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days[d->month - 1] + (leap && d->month == 2);
}

bool clock_parse(const char *p, int64_t *us)
{
	int h, m, s, away;
	int64_t part = 0;
	struct date d;

	if (!(p = digits(p, 4, &d.year)) || *p++ != '-' || !(p = digits(p, 2, &d.month)) ||
	    *p++ != '-' || !(p = digits(p, 2, &d.day)) || (*p != 'T' && *p != ' ' && *p != 't'))
		return false;
	if (!(p = digits(p + 1, 2, &h)) || *p++ != ':' || !(p = digits(p, 2, &m)) ||
	    *p++ != ':' || !(p = digits(p, 2, &s)))
		return false;
	if (*p == '.' && !(p = fraction(p + 1, &part)))
		return false;
	/* Second 60 is a leap second. */
	if (!offset(p, &away) || !in_calendar(&d) || h > 23 || m > 59 || s > 60)
		return false;
	*us = days_of(&d) * DAY_US + ((h * 60 + m - away) * INT64_C(60) + s) * 1000000 + part;
	return true;
}
