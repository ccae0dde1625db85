/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, rows and transactions over whatever driver a connection has. */
#include "db/db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/news.h"
#include "base/text.h"
#include "db/driver.h"

enum { TRIES = 3, NAP_MS = 20, LONG_MS = 1000, AWAY_MS = 500 };

bool db_is_down(enum err e)
{
	return e == ERR_MASTER_DB_UNAVAILABLE || e == ERR_DB_UNAVAILABLE;
}

static enum err down(const struct db *db)
{
	return db->role == DB_MASTER ? ERR_MASTER_DB_UNAVAILABLE : ERR_DB_UNAVAILABLE;
}

static void clear_error(struct db *db)
{
	db->sqlstate[0] = db->constraint[0] = '\0';
}

/* Whoever stands behind one that waited for a silent server in vain would wait in turn: for a
 * moment they are told at once. */
static void mind_wait(struct db *db, enum err e, int64_t began)
{
	bool silent = db_is_down(e) || e == ERR_DB_TIMEOUT || e == ERR_DB_COMMIT_UNKNOWN;

	if (silent && db->broken && clock_mono_ms() - began > LONG_MS)
		db->away_until_ms = clock_mono_ms() + AWAY_MS;
}

enum err db_prove(struct db *db)
{
	int64_t began;
	enum err e;

	db->unproven = false;
	if (!db->broken && db->driver->alive(db))
		return OK;
	db->broken = true;
	began = clock_mono_ms();
	if (began < db->away_until_ms)
		return down(db);
	e = db->driver->reopen(db);
	mind_wait(db, e, began);
	return e;
}

void db_prove_later(struct db *db)
{
	db->unproven = true;
}

/* What every use begins with. */
static enum err ready(struct db *db)
{
	if (db->unproven)
		return db_prove(db);
	return db->broken ? down(db) : OK;
}

void db_touch(struct db *db, const char *id)
{
	if (!db->in_transaction)
		news_raise(db->news, id);
	else if (db->touched_count >= DB_TOUCHED || !text_copy(db->touched[db->touched_count],
							       ID_TEXT, id))
		db->touched_count = DB_TOUCHED + 1;
	else
		db->touched_count++;
}

static void tell_touched(struct db *db)
{
	int i;

	if (db->touched_count > DB_TOUCHED)
		news_raise_all(db->news);
	for (i = 0; i < db->touched_count && i < DB_TOUCHED; i++)
		news_raise(db->news, db->touched[i]);
}

enum err db_run(struct db *db, const struct stmt *stmt, struct args args, struct result *out)
{
	int64_t began;
	enum err e;

	if (out)
		*out = (struct result){ .db = db };
	if ((e = ready(db)))
		return e;
	clear_error(db);
	began = clock_mono_ms();
	e = db->driver->run(db, stmt, args, out);
	mind_wait(db, e, began);
	return e;
}

enum err db_one(struct db *db, const struct stmt *stmt, struct args args, struct result *out)
{
	struct result here = { 0 };
	enum err e = db_run(db, stmt, args, out ? out : &here);

	if (e)
		return e;
	/* Who reads a row gets one, whatever the server says it has changed. */
	return (out ? out->rows : here.rows || here.changed) ? OK : ERR_NO_ROW;
}

enum err db_script(struct db *db, const char *sql)
{
	enum err e = ready(db);

	if (e)
		return e;
	clear_error(db);
	return db->driver->script(db, sql);
}

/* The jitter parts those who met in one lock. */
static void nap(int try)
{
	const long least = (long)NAP_MS * (try + 1), ms = least + (long)(clock_mono_us() % least);
	const struct timespec t = { 0, ms * 1000000L };

	nanosleep(&t, NULL);
}

static enum err transaction_once(
	struct db *db, enum err (*body)(struct db *db, void *arg), void *arg)
{
	int64_t began;
	enum err e;

	if (db->broken)
		return down(db);
	clear_error(db);
	db->touched_count = 0;
	e = db->driver->begin(db);
	if (!e)
		e = body(db, arg);
	if (!e) {
		began = clock_mono_ms();
		e = db->driver->commit(db);
		mind_wait(db, e, began);
		if (!e || e == ERR_DB_COMMIT_UNKNOWN)
			tell_touched(db);
		return e;
	}
	db->driver->rollback(db);
	return e;
}

/* A connection is made again once: who waits for us has waited long enough then. One to a store's
 * database is not: that is done where breaker, budget and supervisor see it. */
static bool may_try_again(struct db *db, enum err e, bool *reopened)
{
	if (e == ERR_DB_RETRY && !db->broken)
		return true;
	if (!db->broken || e != down(db) || *reopened || db->role == DB_TENANT)
		return false;
	*reopened = true;
	return !db->driver->reopen(db);
}

enum err db_transaction(
	struct db *db, const char *what, enum err (*body)(struct db *, void *arg), void *arg)
{
	bool reopened = false;
	enum err e;
	int try;

	if (db->in_transaction) {
		log_error(db->log, "db_nested", "%s: a transaction is open already", what);
		return ERR_INTERNAL;
	}
	if ((e = ready(db)))
		return e;
	for (try = 1;; try++) {
		e = transaction_once(db, body, arg);
		if (!e || try == TRIES || !may_try_again(db, e, &reopened))
			break;
		log_info(db->log, "db_again", "%s: try %d, SQLSTATE %s", what, try + 1,
			db->sqlstate);
		nap(try);
	}
	return e;
}

void db_forget(struct db *db)
{
	if (db && db->own)
		db->driver->forget(db);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db->driver->close(db);
	budget_leave(&db->seat);
	free(db);
}
