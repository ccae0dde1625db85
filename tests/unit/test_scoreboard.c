/* SPDX-License-Identifier: Apache-2.0 */
/* The scoreboard: counted by several processes, seen by all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scoreboard.h"

static void buckets_rise(void **state)
{
	int i;

	(void)state;
	assert_int_equal(score_bucket_us(0), 1000);
	assert_int_equal(score_bucket_us(SCORE_BUCKETS - 2), 10000000);
	assert_true(score_bucket_us(SCORE_BUCKETS - 1) == INT64_MAX);
	assert_true(score_bucket_us(-1) == INT64_MAX);
	for (i = 1; i < SCORE_BUCKETS; i++)
		assert_true(score_bucket_us(i) > score_bucket_us(i - 1));
}

static void counts(void **state)
{
	struct scoreboard *b = scoreboard_new();

	(void)state;
	assert_non_null(b);
	score_count(b, 3, 200, 1000);
	score_count(b, 3, 404, 1001);
	score_count(b, 3, 0, -5);
	score_count(b, -1, 404, INT64_MAX);
	score_count(b, SCORE_ROUTES + 7, 999, 0);
	assert_int_equal(b->routes[3].status[2], 1);
	assert_int_equal(b->routes[3].status[4], 1);
	assert_int_equal(b->routes[3].status[5], 1);
	assert_int_equal(b->routes[3].bucket[0], 2);
	assert_int_equal(b->routes[3].bucket[1], 1);
	assert_int_equal(b->routes[3].us, 2001);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].status[4], 1);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].status[5], 1);
	assert_int_equal(b->routes[SCORE_ROUTES - 1].bucket[SCORE_BUCKETS - 1], 1);
	scoreboard_close(b);
}

static void slots(void **state)
{
	struct scoreboard *b = scoreboard_new();
	struct score_slot *s = &b->slots[5];

	(void)state;
	assert_int_equal(s->route, -1);
	assert_int_equal(s->state, SCORE_EMPTY);
	score_idle(s);
	assert_int_equal(s->served, 0);
	score_busy(s, 9, "a-request");
	assert_int_equal(s->state, SCORE_BUSY);
	assert_int_equal(s->route, 9);
	assert_true(s->since_ms > 0);
	score_idle(s);
	assert_int_equal(s->state, SCORE_IDLE);
	assert_int_equal(s->route, -1);
	assert_int_equal(s->served, 1);
	scoreboard_close(b);
}

static void texts(void **state)
{
	static const char store[] = "01890a5d-ac96-774b-bcce-b302099a8057";
	struct scoreboard *b = scoreboard_new();
	struct score_slot *s = &b->slots[0];
	struct score_view v;
	char id[SCORE_ID + 20];

	(void)state;
	memset(id, 'x', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	score_busy(s, 1, id);
	score_look(s, &v);
	assert_int_equal(strlen(v.request_id), SCORE_ID - 1);
	assert_string_equal(v.store_id, "");
	score_connecting(s, store);
	score_look(s, &v);
	assert_string_equal(v.store_id, store);
	assert_true(v.connecting_ms > 0);
	score_connected(s);
	score_busy(s, 1, NULL);
	score_look(s, &v);
	assert_int_equal(v.connecting_ms, 0);
	assert_string_equal(v.request_id, "");
	assert_string_equal(v.store_id, "");
	score_connecting(NULL, store);
	score_connected(NULL);
	score_busy(NULL, 1, NULL);
	score_idle(NULL);
	scoreboard_close(b);
}

/* A request is told from the next one, and a slot from its former life. */
static void serials_differ(void **state)
{
	struct scoreboard *b = scoreboard_new();
	struct score_slot *s = &b->slots[0];
	struct score_view first, second;

	(void)state;
	score_busy(s, 1, "a");
	score_look(s, &first);
	score_idle(s);
	score_busy(s, 1, "a");
	score_look(s, &second);
	assert_int_not_equal(first.serial, second.serial);
	s->version++;   /* killed in the middle of a change */
	score_reset(s, SCORE_SLOW, 3, SCORE_STARTING);
	score_look(s, &first);
	assert_int_equal(s->version & 1, 0);
	assert_int_equal(first.pool, SCORE_SLOW);
	assert_int_equal(first.index, 3);
	assert_int_equal(first.served, 0);
	assert_int_not_equal(first.serial, second.serial);
	assert_int_not_equal(s->condemned, first.serial);
	scoreboard_close(b);
}

/* One process writes, another looks: never two halves of different requests. */
static void looks_are_whole(void **state)
{
	struct scoreboard *b = scoreboard_new();
	struct score_slot *s = &b->slots[0];
	struct score_view v;
	int i, status, whole = 0;
	pid_t writer;

	(void)state;
	if (!(writer = fork())) {
		for (i = 0; i < 300000; i++)
			score_busy(s, i & 1,
				   i & 1 ? "1111111111111111111111" : "0000000000000000000000");
		_exit(0);
	}
	while (waitpid(writer, &status, WNOHANG) == 0) {
		if (!score_look(s, &v) || v.state != SCORE_BUSY)
			continue;
		whole++;
		assert_int_equal(v.request_id[0], '0' + v.route);
		assert_int_equal(v.request_id[21], '0' + v.route);
	}
	assert_true(whole > 0);
	scoreboard_close(b);
}

static void others_can_look(void **state)
{
	char directory[] = "/tmp/souk-scores.XXXXXX", path[64], other[64];
	const struct scoreboard *seen;
	struct scoreboard *b;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/scoreboard", directory);
	snprintf(other, sizeof(other), "%s/other", directory);
	assert_int_equal(scoreboard_open(path, &seen), ERR_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(scoreboard_create(path, &b), OK);
	assert_int_equal(scoreboard_open(path, &seen), OK);
	score_busy(&b->slots[7], 5, "here");
	assert_int_equal(seen->slots[7].route, 5);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	scoreboard_close(seen);
	b->shape++;
	assert_int_equal(scoreboard_open(path, &seen), ERR_IO);
	assert_int_equal(errno, EPROTO);
	assert_null(seen);
	scoreboard_close(b);
	assert_int_equal(scoreboard_create(path, &b), OK);
	assert_int_equal(b->slots[7].route, -1);
	scoreboard_close(b);
	fclose(fopen(other, "w"));
	assert_int_equal(scoreboard_open(other, &seen), ERR_IO);
	assert_int_equal(errno, EPROTO);
	unlink(path);
	unlink(other);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(scoreboard_create(path, &b), ERR_IO);
	assert_null(b);
}

static void processes_share_it(void **state)
{
	struct scoreboard *b = scoreboard_new();
	int i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		if (fork())
			continue;
		for (k = 0; k < 10000; k++)
			score_count(b, 1, 200, 10);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	assert_int_equal(b->routes[1].status[2], 40000);
	assert_int_equal(b->routes[1].us, 400000);
	scoreboard_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_rise),
		cmocka_unit_test(counts),
		cmocka_unit_test(slots),
		cmocka_unit_test(texts),
		cmocka_unit_test(serials_differ),
		cmocka_unit_test(looks_are_whole),
		cmocka_unit_test(others_can_look),
		cmocka_unit_test(processes_share_it),
	};

	return cmocka_run_group_tests_name("scoreboard", tests, NULL, NULL);
}
