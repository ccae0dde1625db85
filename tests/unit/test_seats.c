/* SPDX-License-Identifier: Apache-2.0 */
/* Seats: never more on them than there are, whoever is killed while sitting. */
#include "base/seats.h"

#include <stdarg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/shared.h"

enum { SEATS = 3, PROCESSES = 12, ROUNDS = 3000 };

struct shared {
	struct seats seats;
	_Atomic int sitting, most, turned_away;
};

static struct shared *make(int count)
{
	struct shared *s = shared_new(sizeof(*s));

	assert_non_null(s);
	seats_init(&s->seats, count);
	return s;
}

static void test_bounds(void **state)
{
	struct shared *s = make(0);

	(void)state;
	assert_int_equal(atomic_load(&s->seats.count), 1);
	seats_init(&s->seats, SEATS_MOST + 1);
	assert_int_equal(atomic_load(&s->seats.count), SEATS_MOST);
	assert_true(seats_take(NULL));
	seats_give(NULL);
	shared_close(s, sizeof(*s));
}

static void test_one(void **state)
{
	struct shared *s = make(1);

	(void)state;
	assert_true(seats_take(&s->seats));
	assert_false(seats_take(&s->seats));
	seats_give(&s->seats);
	seats_give(&s->seats);
	assert_int_equal(seats_taken(&s->seats), 0);
	assert_true(seats_take(&s->seats));
	/* Fewer seats than before: who sits beyond them still gets up. */
	seats_init(&s->seats, SEATS);
	seats_ended(&s->seats, (int)getpid());
	assert_int_equal(seats_taken(&s->seats), 0);
	shared_close(s, sizeof(*s));
}

static void crowd(struct shared *s)
{
	int i, now, most;

	for (i = 0; i < ROUNDS; i++) {
		if (!seats_take(&s->seats)) {
			atomic_fetch_add(&s->turned_away, 1);
			continue;
		}
		now = atomic_fetch_add(&s->sitting, 1) + 1;
		most = atomic_load(&s->most);
		while (now > most && !atomic_compare_exchange_weak(&s->most, &most, now))
			;
		if (i % 16 == 0)
			usleep(50);
		atomic_fetch_sub(&s->sitting, 1);
		seats_give(&s->seats);
	}
}

static void test_crowd(void **state)
{
	struct shared *s = make(SEATS);
	int i, status;

	(void)state;
	for (i = 0; i < PROCESSES; i++)
		if (!fork()) {
			crowd(s);
			_exit(0);
		}
	for (i = 0; i < PROCESSES; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_in_range(atomic_load(&s->most), 1, SEATS);
	assert_true(atomic_load(&s->turned_away) > 0);
	assert_int_equal(seats_taken(&s->seats), 0);
	shared_close(s, sizeof(*s));
}

static pid_t sitter(struct shared *s)
{
	pid_t pid = fork();

	if (!pid) {
		if (!seats_take(&s->seats))
			_exit(1);
		pause();
		_exit(0);
	}
	while (seats_taken(&s->seats) < 1)
		usleep(1000);
	return pid;
}

static void test_killed(void **state)
{
	struct shared *s = make(1);
	pid_t pid = sitter(s);

	(void)state;
	assert_false(seats_take(&s->seats));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* Found by whoever needs it, ... */
	assert_true(seats_take(&s->seats));
	seats_give(&s->seats);
	/* ... or told by the supervisor, while the pid may be another's already. */
	pid = sitter(s);
	seats_ended(&s->seats, (int)pid);
	assert_true(seats_take(&s->seats));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	shared_close(s, sizeof(*s));
}

static int64_t waited_ms(struct shared *s, int most_ms, bool got)
{
	int64_t from = clock_mono_ms();

	assert_int_equal(seats_wait(&s->seats, most_ms), got);
	return clock_mono_ms() - from;
}

static void test_wait(void **state)
{
	struct shared *s = make(1);
	pid_t pid = sitter(s);

	(void)state;
	assert_true(seats_wait(NULL, 1000));
	assert_in_range(waited_ms(s, 150, false), 150, 1000);
	assert_in_range(waited_ms(s, 0, false), 0, 100);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	/* Nobody told of it. */
	assert_in_range(waited_ms(s, 5000, true), 0, 1000);
	seats_give(&s->seats);
	shared_close(s, sizeof(*s));
}

/* A seat that is given back wakes who waits: no round of theirs takes as long as a nap. */
static void test_woken(void **state)
{
	struct shared *s = make(SEATS);
	int64_t from = clock_mono_ms();
	int i, round, status;

	(void)state;
	for (i = 0; i < PROCESSES; i++)
		if (!fork()) {
			for (round = 0; round < 50; round++) {
				if (!seats_wait(&s->seats, 20000))
					_exit(1);
				usleep(1000);
				seats_give(&s->seats);
			}
			_exit(0);
		}
	for (i = 0; i < PROCESSES; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	/* 200 ms by themselves; 5 s when each of them ended with a nap. */
	assert_in_range(clock_mono_ms() - from, 0, 2500);
	assert_int_equal(atomic_load(&s->seats.waiters), 0);
	shared_close(s, sizeof(*s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
