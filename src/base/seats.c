/* SPDX-License-Identifier: Apache-2.0 */
/* Seats are taken and given back by one compare-and-swap each: there is no half-way to die in. */
#include "base/seats.h"

#include <stddef.h>
#include <unistd.h>

#include "base/shared.h"

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

bool seats_full(struct seats *s)
{
	return s && seats_taken(s) == s->count && !free_dead(s);
}

void seats_ended(struct seats *s, int pid)
{
	int i;

	/* All of them: there may have been more when this one was taken. */
	for (i = 0; s && i < SEATS_MOST; i++)
		if (atomic_load_explicit(&s->owner[i], memory_order_relaxed) == pid)
			move(s, i, pid, 0);
}
