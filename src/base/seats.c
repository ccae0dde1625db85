/* SPDX-License-Identifier: Apache-2.0 */
/* Seats are taken and given back by one compare-and-swap each: there is no half-way to die in. */
#include "base/seats.h"

#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/shared.h"

/* The dead wake nobody: so often a waiter looks for their seats itself. */
enum { NAP_MS = 100 };

/* 32 bits with a long time_t have a call of their own. */
#ifndef SYS_futex_time64
#define SYS_futex_time64 SYS_futex
#endif
static const long FUTEX = sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex;

void seats_init(struct seats *s, int count)
{
	atomic_store(&s->count, count < 1 ? 1 : count > SEATS_MOST ? SEATS_MOST : count);
}

static bool move(struct seats *s, int seat, int from, int to)
{
	return atomic_compare_exchange_strong(&s->owner[seat], &from, to);
}

static bool sit(struct seats *s, int pid)
{
	int i;

	for (i = 0; i < s->count; i++)
		if (move(s, i, 0, pid))
			return true;
	return false;
}

/* True when one became free. */
static bool free_dead(struct seats *s)
{
	bool any = false;
	int i, pid;

	for (i = 0; i < s->count; i++)
		if (shared_owner_gone(pid = atomic_load(&s->owner[i])))
			any |= move(s, i, pid, 0);
	return any;
}

bool seats_take(struct seats *s)
{
	int pid = (int)getpid();

	return !s || sit(s, pid) || (free_dead(s) && sit(s, pid));
}

static void sleep_on(struct seats *s, unsigned int freed, int64_t ms)
{
	const struct timespec nap = { 0, (ms < NAP_MS ? ms : NAP_MS) * 1000000L };

	syscall(FUTEX, &s->freed, FUTEX_WAIT, freed, &nap, NULL, 0);
}

static void wake_one(struct seats *s)
{
	atomic_fetch_add(&s->freed, 1);
	if (atomic_load(&s->waiters) > 0)
		syscall(FUTEX, &s->freed, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool seats_wait(struct seats *s, int most_ms)
{
	int64_t end = clock_mono_ms() + most_ms, left;
	unsigned int freed;
	bool ours;

	if (seats_take(s))
		return true;
	atomic_fetch_add(&s->waiters, 1);
	/* What is freed after the look at `freed` ends the sleep before it begins. */
	do {
		freed = atomic_load(&s->freed);
		ours = seats_take(s);
		left = end - clock_mono_ms();
		if (!ours && left > 0)
			sleep_on(s, freed, left);
	} while (!ours && left > 0);
	atomic_fetch_sub(&s->waiters, 1);
	return ours;
}

void seats_give(struct seats *s)
{
	seats_ended(s, (int)getpid());
}

int seats_taken(struct seats *s)
{
	int i, n = 0;

	for (i = 0; s && i < s->count; i++)
		n += atomic_load(&s->owner[i]) != 0;
	return n;
}

void seats_ended(struct seats *s, int pid)
{
	int i;

	/* All of them: there may have been more when this one was taken. */
	for (i = 0; s && i < SEATS_MOST; i++)
		if (atomic_load_explicit(&s->owner[i], memory_order_relaxed) == pid &&
		    move(s, i, pid, 0))
			wake_one(s);
}
