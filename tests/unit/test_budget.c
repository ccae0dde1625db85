/* SPDX-License-Identifier: Apache-2.0 */
/* The budget of a server: never more, none lost to the dead, room made by who can spare one. */
#include "db/budget.h"

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

enum { MOST = 10, PROCESSES = 16, ROUNDS = 300 };

static struct budget *b;
static uint32_t server;

static int setup(void **state)
{
	(void)state;
	b = shared_new(sizeof(*b));
	server = budget_server("192.0.2.1", 5432, "");
	return b ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	shared_close(b, sizeof(*b));
	return 0;
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(server, budget_server("192.0.2.1", 5432, ""));
	assert_int_not_equal(server, budget_server("192.0.2.1", 5433, ""));
	assert_int_not_equal(server, budget_server("192.0.2.2", 5432, ""));
	assert_int_not_equal(server, budget_server("192.0.2.1", 5432, "postgres.abc"));
}

static void test_takes_and_gives(void **state)
{
	const struct budget_user u = { .budget = b }, none = { .budget = NULL };
	struct budget_seat seats[MOST], one;
	int i;

	(void)state;
	for (i = 0; i < MOST; i++)
		assert_int_equal(budget_enter(&u, server, MOST, &seats[i]), OK);
	assert_int_equal(budget_enter(&u, server, MOST, &one), ERR_BUSY);
	budget_leave(&one);   /* it has none */
	assert_int_equal(budget_count(b, server), MOST);
	assert_int_equal(budget_enter(&u, server + 1, MOST, &one), OK);
	budget_leave(&one);
	budget_leave(&seats[3]);
	budget_leave(&seats[3]);
	assert_int_equal(budget_count(b, 0), MOST - 1);
	assert_int_equal(budget_enter(&u, server, MOST, &seats[3]), OK);
	for (i = 0; i < MOST; i++)
		budget_leave(&seats[i]);
	assert_int_equal(budget_count(b, 0), 0);
	assert_int_equal(budget_enter(&none, server, 1, &one), OK);
	assert_int_equal(budget_enter(NULL, server, 1, &one), OK);
	budget_leave(&one);
}

static struct budget_seat spared;

static bool spare(void *arg, uint32_t of)
{
	int *times = arg;

	assert_int_equal(of, server);
	budget_leave(&spared);
	return (*times)++ == 0;
}

static void test_own_spare(void **state)
{
	int times = 0;
	const struct budget_user u = { b, spare, &times };
	struct budget_seat one;
	int64_t began = clock_mono_ms();

	(void)state;
	assert_int_equal(budget_enter(&u, server, 1, &spared), OK);
	assert_int_equal(budget_enter(&u, server, 1, &one), OK);
	assert_int_equal(times, 1);
	assert_true(clock_mono_ms() - began < 100);
	budget_leave(&one);
}

/* Another process gives one up when it sees that somebody waits. */
static void test_asks_others(void **state)
{
	const struct budget_user u = { .budget = b };
	struct budget_seat one;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		assert_int_equal(budget_enter(&u, server, 1, &one), OK);
		while (!budget_wanted(b, server))
			usleep(1000);
		budget_leave(&one);
		_exit(budget_wanted(b, server + 1));
	}
	while (!budget_count(b, server))
		usleep(1000);
	assert_false(budget_awaited(b));
	assert_int_equal(budget_enter(&u, server, 1, &one), OK);
	waitpid(pid, NULL, 0);
	assert_false(budget_wanted(b, server));
	budget_leave(&one);
}

static void test_waits_not_long(void **state)
{
	const struct budget_user u = { .budget = b };
	struct budget_seat one, two;
	int64_t began = clock_mono_ms();
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(budget_enter(&u, server, 1, &one), OK);
	if (!(pid = fork()))
		_exit(budget_enter(&u, server, 1, &two) != ERR_BUSY);
	while (!budget_awaited(b))
		usleep(500);
	/* One waits already: the second is told at once. */
	began = clock_mono_ms();
	assert_int_equal(budget_enter(&u, server, 1, &two), ERR_BUSY);
	assert_true(clock_mono_ms() - began < BUDGET_WAIT_MS / 2);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_true(clock_mono_ms() - began < 10 * BUDGET_WAIT_MS);
	budget_leave(&one);
}

static void test_dead_owner(void **state)
{
	const struct budget_user u = { .budget = b };
	struct budget_seat one;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		if (budget_enter(&u, server, 1, &one))
			_exit(1);
		pause();
		_exit(0);
	}
	while (!budget_count(b, server))
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(budget_enter(&u, server, 1, &one), OK);
	assert_int_equal(budget_count(b, server), 1);
	budget_ended(b, (int)pid);
	assert_int_equal(budget_count(b, server), 1);
	budget_ended(b, (int)getpid());
	assert_int_equal(budget_count(b, 0), 0);
}

struct crowd {
	_Atomic int open, most, done;
};

static void crowd(struct crowd *c)
{
	const struct budget_user u = { .budget = b };
	struct budget_seat one;
	int i, now, most;

	for (i = 0; i < ROUNDS; i++) {
		if (budget_enter(&u, server, MOST, &one))
			continue;
		now = atomic_fetch_add(&c->open, 1) + 1;
		most = atomic_load(&c->most);
		while (now > most && !atomic_compare_exchange_weak(&c->most, &most, now))
			;
		if (i % 8 == 0)
			usleep(200);
		atomic_fetch_add(&c->done, 1);
		atomic_fetch_sub(&c->open, 1);
		budget_leave(&one);
	}
}

static void test_never_more(void **state)
{
	struct crowd *c = shared_new(sizeof(*c));
	int i;

	(void)state;
	for (i = 0; i < PROCESSES; i++)
		if (!fork()) {
			crowd(c);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	assert_in_range(atomic_load(&c->most), 1, MOST);
	assert_true(atomic_load(&c->done) > PROCESSES * ROUNDS / 10);
	assert_int_equal(budget_count(b, 0), 0);
	shared_close(c, sizeof(*c));
}

static void test_kills(void **state)
{
	struct crowd *c = shared_new(sizeof(*c));
	const struct budget_user u = { .budget = b };
	struct budget_seat one;
	pid_t pid[PROCESSES];
	int i, round;

	(void)state;
	for (round = 0; round < 10; round++) {
		for (i = 0; i < PROCESSES; i++)
			if (!(pid[i] = fork()))
				for (;;)
					crowd(c);
		usleep(10000);
		for (i = 0; i < PROCESSES; i++) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], NULL, 0);
		}
	}
	assert_int_equal(budget_enter(&u, server, 1, &one), OK);
	assert_int_equal(budget_count(b, server), 1);
	budget_leave(&one);
	shared_close(c, sizeof(*c));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names), TEST(test_takes_and_gives), TEST(test_own_spare),
		TEST(test_asks_others), TEST(test_waits_not_long), TEST(test_dead_owner),
		TEST(test_never_more), TEST(test_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
