/* SPDX-License-Identifier: Apache-2.0 */
/* LISTEN on the channel that the master's triggers notify. A round trip a few times a second proves
 * that the connection lives: silence alone is no proof. */
#include "app/news_worker.h"

#include "app/app.h"
#include "app/stop.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/connect.h"

enum { BEAT_MS = 250, AGAIN_MS = 500, DEAF_MS = 10000 };

struct ear {
	const struct news_plan *plan;
	struct db *db;       /* NULL: not listening */
	int64_t beat_ms;     /* when the last round trip was */
	bool away;           /* said so in the log */
};

static void tell(void *arg, const char *id)
{
	news_raise(arg, id);
}

/* What was said before we listened is lost. */
static enum err attend(struct ear *ear)
{
	const struct settings *s = ear->plan->settings;
	enum err e;

	if (ear->db)
		return OK;
	e = master_open(s->master_db_url, s->connect_timeout, s->statement_timeout, &ear->db);
	if (e)
		return e;
	master_hear(ear->db, tell, ear->plan->news);
	if (!master_listen(ear->db, "souk_news"))
		return ear->db->broken ? ERR_MASTER_DB_UNAVAILABLE : ERR_DB_PERMISSION;
	news_raise_all(ear->plan->news);
	return OK;
}

static enum err hear(struct ear *ear)
{
	int64_t now = clock_mono_ms();
	enum err e;

	if (now - ear->beat_ms >= BEAT_MS) {
		if ((e = master_ping(ear->db)))
			return e;
		ear->beat_ms = now;
		news_heard(ear->plan->news, now);
	}
	stop_wait(master_socket(ear->db), BEAT_MS);
	master_notified(ear->db);
	db_forget(ear->db);
	return ear->db->broken ? ERR_MASTER_DB_UNAVAILABLE : OK;
}

/* Behind a transaction pooler nobody can listen: workers then ask the master twice a second. */
static void wait_deaf(struct ear *ear, enum err e)
{
	bool never = e == ERR_DB_PERMISSION;

	if (!ear->away)
		log_warn(NULL, "news", never ? "this connection to the master cannot listen; what "
			 "workers remember is kept for half a second only"
			 : "the master cannot be heard; trying again");
	ear->away = true;
	db_close(ear->db);
	ear->db = NULL;
	stop_wait(-1, never ? DEAF_MS : AGAIN_MS);
}

int news_worker_run(const void *plan, struct score_slot *slot)
{
	struct ear ear = { .plan = plan };
	const volatile int *stop = stop_install();
	enum err e;

	log_init("news", app_log_level(ear.plan->settings));
	score_idle(slot);
	while (!*stop) {
		if ((e = attend(&ear)) || (e = hear(&ear))) {
			wait_deaf(&ear, e);
		} else if (ear.away) {
			log_info(NULL, "news", "the master is heard again");
			ear.away = false;
		}
	}
	db_close(ear.db);
	return EXIT_DONE;
}
