/* SPDX-License-Identifier: Apache-2.0 */
/* Take a seat first, count afterwards: of those that come at once the last one sees all others, so
 * that there are never more than may be. */
#include "db/budget.h"

#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/shared.h"

enum { NAP_MS = 5 };

static uint64_t word_of(uint32_t server, uint32_t low)
{
	return (uint64_t)server << 32 | low;
}

static uint32_t server_of(uint64_t word)
{
	return (uint32_t)(word >> 32);
}

uint32_t budget_server(const char *address, int port, const char *user)
{
	uint64_t h = 14695981039346656037u ^ (uint64_t)port;   /* FNV-1a */

	for (; *address; address++)
		h = (h ^ (unsigned char)*address) * 1099511628211u;
	for (; *user; user++)
		h = (h ^ (unsigned char)*user) * 1099511628211u;
	h ^= h >> 32;
	return (uint32_t)h ? (uint32_t)h : 1;
}

static bool swap(_Atomic uint64_t *at, uint64_t from, uint64_t to)
{
	return atomic_compare_exchange_strong(at, &from, to);
}

int budget_count(struct budget *b, uint32_t server)
{
	int i, n = 0;

	for (i = 0; b && i < BUDGET_SEATS; i++) {
		uint64_t w = atomic_load(&b->seats[i]);

		n += w && (!server || server_of(w) == server);
	}
	return n;
}

/* Each process begins at a place of its own, so that they seldom meet. */
static int sit(struct budget *b, uint64_t word)
{
	int first = (int)((uint32_t)word * 2654435761u % BUDGET_SEATS), i, at;

	for (i = 0; i < BUDGET_SEATS; i++) {
		at = (first + i) % BUDGET_SEATS;
		if (!atomic_load_explicit(&b->seats[at], memory_order_relaxed) &&
		    swap(&b->seats[at], 0, word))
			return at;
	}
	return -1;
}

static bool take(struct budget *b, uint32_t server, int most, struct budget_seat *out)
{
	uint64_t word = word_of(server, (uint32_t)getpid());
	int place = sit(b, word);

	if (place < 0)
		return false;
	if (budget_count(b, server) > most) {
		swap(&b->seats[place], word, 0);
		return false;
	}
	*out = (struct budget_seat){ b, server, place };
	return true;
}

void budget_leave(struct budget_seat *s)
{
	if (s->budget)
		swap(&s->budget->seats[s->place], word_of(s->server, (uint32_t)getpid()), 0);
	*s = (struct budget_seat){ 0 };
}

/* Gives the seats up whose owner is `pid`, or with 0 those whose owner is dead. */
static bool give_up(struct budget *b, int pid)
{
	bool any = false;
	int i, owner, gone = 0;

	for (i = 0; i < BUDGET_SEATS; i++) {
		uint64_t w = atomic_load(&b->seats[i]);

		owner = (int)(uint32_t)w;
		if (!owner || (pid && owner != pid))
			continue;
		if (!pid && owner != gone && !shared_owner_gone(owner))
			continue;
		gone = owner;
		any |= swap(&b->seats[i], w, 0);
	}
	return any;
}

void budget_ended(struct budget *b, int pid)
{
	if (b && pid > 0)
		give_up(b, pid);
}

static bool is_past(uint32_t until, int64_t now)
{
	return (int32_t)(until - (uint32_t)now) <= 0;
}

static void raise_until(struct budget *b, int64_t until)
{
	int64_t old = atomic_load(&b->wishes_until);

	while (old < until && !atomic_compare_exchange_weak(&b->wishes_until, &old, until))
		;
}

/* NULL when another worker waits for this server already, or no place is left to say it. */
static _Atomic uint64_t *wish(struct budget *b, uint64_t word)
{
	int64_t now = clock_mono_ms();
	_Atomic uint64_t *at = NULL;
	uint64_t old = 0;
	int i;

	for (i = 0; i < BUDGET_WISHES; i++) {
		uint64_t w = atomic_load(&b->wishes[i]);
		bool past = !w || is_past((uint32_t)w, now);

		if (!past && server_of(w) == server_of(word))
			return NULL;
		if (past && !at) {
			at = &b->wishes[i];
			old = w;
		}
	}
	return at && swap(at, old, word) ? at : NULL;
}

bool budget_awaited(struct budget *b)
{
	int64_t until = b ? atomic_load_explicit(&b->wishes_until, memory_order_relaxed) : 0;

	return until && until > clock_mono_ms();
}

bool budget_wanted(struct budget *b, uint32_t server)
{
	int64_t now = clock_mono_ms();
	int i;

	if (!server || !budget_awaited(b))
		return false;
	for (i = 0; i < BUDGET_WISHES; i++) {
		uint64_t w = atomic_load(&b->wishes[i]);

		if (server_of(w) == server && !is_past((uint32_t)w, now))
			return true;
	}
	return false;
}

static enum err wait_for_others(struct budget *b, uint32_t server, int most,
				struct budget_seat *out)
{
	const struct timespec nap = { 0, NAP_MS * 1000000L };
	int64_t until = clock_mono_ms() + BUDGET_WAIT_MS;
	uint64_t word = word_of(server, (uint32_t)until);
	_Atomic uint64_t *wished = wish(b, word);
	enum err e = ERR_BUSY;

	if (!wished)
		return ERR_BUSY;
	raise_until(b, until);
	while (e && clock_mono_ms() < until) {
		nanosleep(&nap, NULL);
		if (take(b, server, most, out))
			e = OK;
	}
	swap(wished, word, 0);
	return e;
}

enum err budget_enter(const struct budget_user *u, uint32_t server, int most,
		      struct budget_seat *out)
{
	struct budget *b = u ? u->budget : NULL;

	*out = (struct budget_seat){ 0 };
	if (!b || take(b, server, most, out))
		return OK;
	if (give_up(b, 0) && take(b, server, most, out))
		return OK;
	if (u->spare && u->spare(u->arg, server) && take(b, server, most, out))
		return OK;
	return wait_for_others(b, server, most, out);
}
