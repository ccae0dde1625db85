/* SPDX-License-Identifier: Apache-2.0 */
/* Limits around the password check, and the session after it. */
#include "handlers/signin.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/limits.h"
#include "domain/stores.h"
#include "web/reply.h"

static const char platform[] = "platform";   /* in place of a store's id */

/* One attempt, counted before the password is looked at, so that parallel tries count too. */
struct attempt {
	char network[64];
	char account[400];   /* "<store or platform>:<email>:<network>" */
};

static enum err limited(struct request *rq, enum err e, int retry_after)
{
	if (e == ERR_RATE_LIMITED)
		reply_header(rq, "Retry-After", arena_printf(&rq->arena, "%d", retry_after));
	return e;
}

static void name_attempt(struct request *rq, const char *where, const char *email,
			 struct attempt *a)
{
	limits_network(rq->remote_addr, a->network, sizeof(a->network));
	snprintf(a->account, sizeof(a->account), "%s:%s:%s", where, email, a->network);
}

static enum err attempt_begin(struct request *rq, const char *where, const char *email,
			      struct attempt *a)
{
	const struct settings *s = rq->rt->settings;
	const struct limit both[2] = {
		{ "login_network", a->network, &s->rate_login_network },
		{ "login", a->account, &s->rate_login },
	};
	int wait = 0;
	enum err e;

	name_attempt(rq, where, email, a);
	e = limits_hit_both(rq->master, both, &wait);
	return limited(rq, e, wait);
}

/* A password that was not looked at, because too many were, is no try. */
static enum err attempt_end(struct request *rq, const struct attempt *a, enum err e)
{
	enum err undo = OK;

	if (!e)
		return limits_clear(rq->master, "login", a->account);
	if (e == ERR_BUSY)
		undo = limits_take_back(rq->master, "login", a->account);
	if (e == ERR_BUSY && !undo)
		undo = limits_take_back(rq->master, "login_network", a->network);
	return undo ? undo : e;
}

/* `login`: NULL after a registration, which is noted as one already. */
static enum err open_session(struct request *rq, struct db *db, const struct user *user,
			     const char *store_id, const struct login *login,
			     struct tokens *tokens)
{
	struct session_place place = {
		.user_agent = request_header(rq, "user-agent"),
		.ip = rq->remote_addr,
		.store_id = store_id,
		.tenant = db->role == DB_TENANT,
		.login = login,
	};

	return sessions_open(rq->rt, db, user, &place, &rq->arena, tokens);
}

static enum err open_master_session(struct request *rq, const struct user *user,
				    const struct login *login, struct tokens *tokens)
{
	struct store store;
	enum err e = stores_current(rq->rt, rq->master, user->id, NULL, NULL, &rq->arena, &store);

	if (e && e != ERR_STORE_NOT_FOUND)
		return e;
	return open_session(rq, rq->master, user, e ? "" : store.id, login, tokens);
}

enum err signin_master(struct request *rq, const char *email, const char *password,
		       struct user *user, struct tokens *tokens)
{
	struct login login;
	struct attempt a;
	enum err e = attempt_begin(rq, platform, email, &a);

	if (e)
		return e;
	e = attempt_end(rq, &a, accounts_login(rq->master, email, password, &login, user));
	return e ? e : open_master_session(rq, user, &login, tokens);
}

enum err signin_tenant(struct request *rq, struct db *db, const char *store_id, const char *email,
		       const char *password, struct user *user, struct tokens *tokens)
{
	struct login login;
	struct attempt a;
	enum err e = attempt_begin(rq, store_id, email, &a);

	if (e)
		return e;
	e = attempt_end(rq, &a, accounts_login(db, email, password, &login, user));
	return e ? e : open_session(rq, db, user, store_id, &login, tokens);
}

enum err signin_change_password(struct request *rq, const char *current, const char *password)
{
	bool tenant = rq->who.kind == TENANT_USER;
	struct db *db = tenant ? rq->tenant : rq->master;
	struct attempt a;
	enum err e = attempt_begin(rq, tenant ? rq->who.store_id : platform, rq->who.email, &a);

	if (e)
		return e;
	e = accounts_change_password(db, rq->who.user_id, current, password, rq->who.session_id);
	return attempt_end(rq, &a, e);
}

enum err signin_forgive(struct request *rq, const char *email)
{
	struct attempt a;

	name_attempt(rq, platform, email, &a);
	return limits_clear(rq->master, "login", a.account);
}

enum err signin_register(struct request *rq, const struct registration *reg, struct user *user,
			 struct tokens *tokens)
{
	char network[64];
	int wait = 0;
	enum err e, undo = OK;

	limits_network(rq->remote_addr, network, sizeof(network));
	e = limits_hit(rq->master, "register", network, &rq->rt->settings->rate_register, &wait);
	if (e)
		return limited(rq, e, wait);
	e = accounts_register(rq->master, reg, user);
	if (e == ERR_BUSY)
		undo = limits_take_back(rq->master, "register", network);
	if (e)
		return undo ? undo : e;
	return open_session(rq, rq->master, user, "", NULL, tokens);
}
