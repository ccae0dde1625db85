/* SPDX-License-Identifier: Apache-2.0 */
/* room · host · rate · identity · csrf · tenant, in this order, for every request. */
#include "handlers/gates.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "crypto/password.h"
#include "crypto/token.h"
#include "domain/idempotency.h"
#include "domain/limits.h"
#include "domain/sessions.h"
#include "domain/stores.h"
#include "domain/tenants.h"
#include "handlers/to_login.h"
#include "web/csrf.h"
#include "web/reply.h"

/* ---- room
 * --------------------------------------------------------------------------------------------- */

static struct seats *strangers_of(struct request *rq)
{
	return rq->rt->commons ? &rq->rt->commons->strangers : NULL;
}

static enum err enter_for_hash(struct request *rq)
{
	enum err e = password_enter();

	rq->hashes = !e;
	return e;
}

static void leave_hash(struct request *rq)
{
	if (rq->hashes)
		password_leave();
	rq->hashes = false;
}

/* Who waits for a stranger counts among those, and takes nobody's place on the way to a hash. */
static enum err wait_for_stranger(struct request *rq)
{
	if (rq->waits_for_stranger)
		return OK;
	if (!seats_take(strangers_of(rq)))
		return ERR_BUSY;
	rq->waits_for_stranger = true;
	leave_hash(rq);
	return OK;
}

static struct laggards *laggards_of(struct request *rq)
{
	return rq->rt->commons ? &rq->rt->commons->laggards : NULL;
}

/* One worker of a shard, at least, never waits for a store that was slow a moment ago. */
static enum err wait_for_laggard(struct request *rq, const char *store_id)
{
	if (!rq->rt->patient || !laggard_is(laggards_of(rq), store_id))
		return OK;
	if (!seats_take(rq->rt->patient)) {
		rq->rt->retry_after_s = 1;
		return ERR_DB_UNAVAILABLE;
	}
	rq->waits_for_laggard = true;
	return OK;
}

/* What there is no room for is refused before it costs anything, and counts against nobody. */
static enum err gate_room(struct request *rq)
{
	unsigned int flags = rq->match.route->flags;

	if (flags & ROUTE_HASH)
		return enter_for_hash(rq);
	return flags & ROUTE_STRANGER ? wait_for_stranger(rq) : OK;
}

static void leave_room(struct request *rq)
{
	leave_hash(rq);
	if (rq->waits_for_stranger)
		seats_give(strangers_of(rq));
	if (rq->waits_for_laggard)
		seats_give(rq->rt->patient);
	if (rq->tenant_asked && clock_mono_ms() - rq->tenant_asked_ms >= LAGGARD_MS)
		laggard_mark(laggards_of(rq), rq->tenant_asked);
	rq->waits_for_stranger = rq->waits_for_laggard = false;
	rq->tenant_asked = NULL;
}

/* ---- rate
 * --------------------------------------------------------------------------------------------- */

/* Logins and registrations are counted where the account is known (signin.c); the rest by its row.
 */
static enum err gate_rate(struct request *rq)
{
	const struct settings *s = rq->rt->settings;
	const struct rate *rate = NULL;
	const char *what = NULL;
	char network[64];
	int wait = 0;
	enum err e;

	if (rq->match.route->rate == RATE_REFRESH) {
		rate = &s->rate_refresh;
		what = "refresh";
	} else if (rq->match.route->rate == RATE_TEST_DATABASE) {
		rate = &s->rate_test_database;
		what = "test_database";
	}
	if (!rate)
		return OK;
	limits_network(rq->remote_addr, network, sizeof(network));
	e = limits_hit(rq->master, what, network, rate, &wait);
	if (e == ERR_RATE_LIMITED)
		reply_header(rq, "Retry-After", arena_printf(&rq->arena, "%d", wait));
	return e;
}

/* ---- identity
 * ----------------------------------------------------------------------------------------- */

/* "Bearer <token>", or the page session's cookie. */
static enum err find_token(struct request *rq, const char **token)
{
	const char *header = request_header(rq, "authorization");

	if (header) {
		if (strncasecmp(header, "Bearer ", 7) != 0)
			return ERR_INVALID_TOKEN;
		*token = header + 7;
		return OK;
	}
	*token = request_cookie(rq, "souk_session");
	rq->who.by_cookie = *token != NULL;
	return text_empty(*token) ? ERR_NO_TOKEN : OK;
}

static const char *keep(struct request *rq, const char *s)
{
	return s ? arena_strdup(&rq->arena, s) : NULL;
}

/* A token dies with the role it was made for. Its session lives: refreshed, it names the new. */
static bool still_the_same(const struct jwt_claims *c, const struct user *u)
{
	return text_eq(c->role, u->role) && text_eq(c->account_type, u->account_type);
}

static enum err load_user(struct request *rq, const struct jwt_claims *c, struct db *db)
{
	struct user user;
	const char *place = db->role == DB_TENANT ? c->store_id : "";
	enum err e = sessions_recall(rq->rt, db, place, c->session_id, c->user_id, &user);

	if (e)
		return e;
	if (!still_the_same(c, &user))
		return ERR_SESSION_REVOKED;
	rq->who.email = arena_strdup(&rq->arena, user.email);
	rq->who.first_name = arena_strdup(&rq->arena, user.first_name ? user.first_name : "");
	rq->who.last_name = arena_strdup(&rq->arena, user.last_name ? user.last_name : "");
	rq->who.role = arena_strdup(&rq->arena, user.role);
	rq->who.account_type = arena_strdup(&rq->arena, user.account_type);
	rq->who.phone = keep(rq, user.phone);
	rq->who.avatar_url = keep(rq, user.avatar_url);
	rq->who.company_name = keep(rq, user.company_name);
	rq->who.created_at = user.created_at;
	rq->who.last_login = user.last_login;
	rq->who.email_verified = user.email_verified;
	rq->who.profile_completed = user.profile_completed;
	text_copy(rq->who.user_id, ID_TEXT, c->user_id);
	text_copy(rq->who.session_id, ID_TEXT, c->session_id);
	text_copy(rq->who.store_id, ID_TEXT, c->store_id);
	return OK;
}

enum err gates_open_tenant(struct request *rq, const char *store_id)
{
	struct db *db = NULL;
	enum err e;

	if (rq->tenant)
		return OK;
	if (rq->match.route->pool == POOL_SLOW && (e = wait_for_stranger(rq)))
		return e;
	if ((e = wait_for_laggard(rq, store_id)))
		return e;
	rq->tenant_asked = arena_strdup(&rq->arena, store_id);
	rq->tenant_asked_ms = clock_mono_ms();
	if ((e = tenants_borrow(rq->rt, rq->master, store_id, &db)))
		return e;
	db->log = &rq->log;
	rq->tenant = db;
	return OK;
}

/* A tenant's token: its audience names its store, and the host must not name another. */
static enum err identify_tenant(struct request *rq, const struct jwt_claims *c)
{
	char audience[sizeof(c->audience)];
	enum err e;

	snprintf(audience, sizeof(audience), "store:%s", c->store_id);
	if (!id_valid(c->store_id) || !text_eq(audience, c->audience))
		return ERR_INVALID_TOKEN;
	if (!text_empty(rq->tenant_store_id) && !text_eq(rq->tenant_store_id, c->store_id))
		return ERR_TENANT_MISMATCH;
	e = gates_open_tenant(rq, c->store_id);
	if (e)
		return e == ERR_STORE_NOT_FOUND || e == ERR_STORE_NOT_READY ? ERR_SESSION_REVOKED
									    : e;
	e = load_user(rq, c, rq->tenant);
	if (!e)
		rq->who.kind = TENANT_USER;
	return e;
}

enum err gates_identify(struct request *rq)
{
	struct jwt_claims c;
	const char *token;
	enum err e;

	if ((e = find_token(rq, &token)) ||
	    (e = jwt_recall(&rq->rt->keys, rq->rt->tokens, token, &c)))
		return e;
	if (!text_eq(c.audience, "platform"))
		return identify_tenant(rq, &c);
	/* On a shop's own host only its own agency, standing on that shop, is who it says. */
	if (!text_empty(rq->tenant_store_id) && !text_eq(rq->tenant_store_id, c.store_id))
		return ERR_TENANT_MISMATCH;
	e = load_user(rq, &c, rq->master);
	if (!e)
		rq->who.kind = AGENCY_USER;
	return e;
}

static bool is_session_error(enum err e)
{
	return e == ERR_NO_TOKEN || e == ERR_INVALID_TOKEN || e == ERR_TOKEN_EXPIRED ||
	       e == ERR_SESSION_REVOKED;
}

static enum err gate_identity(struct request *rq)
{
	const struct route *route = rq->match.route;
	bool page = route->flags & ROUTE_PAGE;
	enum err e;

	/* A public page greets who is signed in; a public API route does not look. */
	if (route->who == PUBLIC) {
		if (!page || (route->flags & ROUTE_NO_MASTER))
			return OK;
		e = gates_identify(rq);
		return is_session_error(e) ? OK : e;
	}
	e = gates_identify(rq);
	if (page && is_session_error(e))
		return to_login(rq, e);
	if (e)
		return e;
	if ((route->who == AGENCY && rq->who.kind != AGENCY_USER) ||
	    (route->who == TENANT && rq->who.kind != TENANT_USER))
		return ERR_FORBIDDEN;
	return OK;
}

/* ---- csrf
 * --------------------------------------------------------------------------------------------- */

static bool safe_method(const char *method)
{
	static const char *const safe[] = { "GET", "HEAD", "OPTIONS", NULL };

	return text_in(method, safe);
}

static enum err gate_csrf(struct request *rq)
{
	if (safe_method(rq->method))
		return OK;
	if ((rq->match.route->flags & ROUTE_FORM) || rq->who.by_cookie)
		return csrf_check(rq);
	return OK;
}

/* ---- tenant
 * ------------------------------------------------------------------------------------------- */

/* Which store the host names; the platform's own hosts name none. */
static enum err find_host(struct request *rq)
{
	char id[ID_TEXT];
	enum err e;

	rq->tenant_store_id = "";
	if (stores_platform_host(rq->rt->settings, rq->host))
		return OK;
	if ((e = stores_by_hostname(rq->rt, rq->master, rq->host, id)))
		return e;
	if (rq->match.route->flags & ROUTE_PAGE)
		return ERR_NOT_FOUND;   /* the platform's pages are not a shop's */
	rq->tenant_store_id = arena_strdup(&rq->arena, id);
	return OK;
}

static enum err gate_tenant(struct request *rq)
{
	const char *store_id = rq->tenant_store_id;

	if (!(rq->match.route->flags & ROUTE_TENANT))
		return OK;
	if (text_empty(store_id))
		store_id = rq->who.store_id;
	if (text_empty(store_id))
		return ERR_STORE_NOT_FOUND;
	return gates_open_tenant(rq, store_id);
}

/* ---- onboarding: pages only
 * --------------------------------------------------------------------------- */

static enum err gate_onboarding(struct request *rq)
{
	unsigned int flags = rq->match.route->flags;
	struct store store;
	const char *step;
	enum err e;

	if (!(flags & (ROUTE_ONBOARDED | ROUTE_ONBOARDING)))
		return OK;
	if (!rq->who.email_verified && text_eq(rq->rt->settings->email_verification, "required"))
		return reply_redirect(rq, "/verify-email");
	e = stores_current(rq->rt, rq->master, rq->who.user_id, NULL, rq->who.store_id, &rq->arena,
			   &store);
	if (e && e != ERR_STORE_NOT_FOUND)
		return e;
	step = stores_open_step(e ? NULL : &store, rq->who.profile_completed, true);
	if ((flags & ROUTE_ONBOARDED) && step) {
		step = stores_open_step(e ? NULL : &store, rq->who.profile_completed, false);
		return reply_redirect(rq, arena_printf(&rq->arena, "/onboarding/%s", step));
	}
	/* Another store is begun on purpose, by ?new=1 or by sending that page's form. */
	if ((flags & ROUTE_ONBOARDING) && !step && safe_method(rq->method) &&
	    !request_query(rq, "new"))
		return reply_redirect(rq, "/dashboard");
	return OK;
}

/* ---- idempotency
 * -------------------------------------------------------------------------------------- */

static bool keyed(const struct request *rq, struct idempotency *out)
{
	out->key = request_header(rq, "idempotency-key");
	if (!(rq->match.route->flags & ROUTE_IDEMPOTENT) || !out->key || rq->who.kind == NOBODY)
		return false;
	out->user_id = rq->who.user_id;
	out->route = rq->match.route->pattern;
	out->lock_s = rq->longest_s;
	return true;
}

static void put_text(struct buf *b, const char *text)
{
	buf_append(b, text, strlen(text) + 1);
}

/* Of what the address means, since a route may have two of them: the same body for another store is
 * another request. */
static void hash_request(struct request *rq, struct idempotency *key)
{
	struct buf b = BUF_INIT;
	int i;

	buf_printf(&b, "%s %s %d\n", rq->method, rq->match.route->pattern, rq->query_count);
	for (i = 0; i < rq->match.param_count; i++)
		put_text(&b, rq->match.params[i].value);
	for (i = 0; i < rq->query_count; i++) {
		put_text(&b, rq->query[i].name);
		put_text(&b, rq->query[i].value);
	}
	buf_append(&b, rq->body, rq->body_len);
	token_sha256(b.data, b.len, key->request_hash);
	buf_done(&b);
}

static enum err gate_idempotency(struct request *rq)
{
	struct idempotency_replay replay;
	struct idempotency key;
	enum err e;

	if (!keyed(rq, &key))
		return OK;
	if (!*key.key || strlen(key.key) > IDEMPOTENCY_KEY_MAX) {
		reply_detail(rq, "Idempotency-Key", "must have 1 to 255 characters");
		return ERR_VALIDATION;
	}
	hash_request(rq, &key);
	if ((e = idempotency_begin(rq->master, &key, &replay)))
		return e;
	if (!replay.status) {
		rq->idempotent = true;
		rq->idempotent_since = replay.since_us;
		return OK;
	}
	reply_header(rq, "Idempotent-Replayed", "true");
	return reply_raw(rq, replay.status, "application/json", replay.body, strlen(replay.body));
}

enum err gates_judge(struct request *rq, enum err e)
{
	bool theirs = rq->tenant && (rq->tenant->broken || rq->tenant->sqlstate[0]);

	if (e == ERR_DB_TIMEOUT && !theirs)
		return ERR_MASTER_DB_UNAVAILABLE;
	if (e == ERR_DB_UNAVAILABLE && rq->rt->retry_after_s)
		reply_header(rq, "Retry-After",
			     arena_printf(&rq->arena, "%d", rq->rt->retry_after_s));
	return theirs && err_row(e)->status == 500 ? ERR_DB_UNAVAILABLE : e;
}

void gates_leave(struct request *rq)
{
	struct idempotency key;
	enum err e = OK;

	cache_release(rq->rt->tenants, rq->tenant);
	rq->tenant = NULL;
	leave_room(rq);
	if (rq->idempotent && keyed(rq, &key)) {
		hash_request(rq, &key);
		/* Unless it is told that the request is over, the key stays locked for as long as
		 * one may take. */
		if (rq->master->broken)
			db_prove_later(rq->master);
		e = idempotency_end(rq->master, &key, rq->status, buf_str(&rq->reply));
	}
	if (e)
		log_warn(&rq->log, "idempotency", "the answer was not kept: %s", err_row(e)->name);
	if (rq->rt->master)
		db_forget(rq->rt->master);
}

enum err gates_pass(struct request *rq)
{
	enum err e;

	rq->idempotent = false;
	rq->idempotent_since = 0;
	rq->rt->retry_after_s = 0;
	if ((e = gate_room(rq)))
		return e;
	if (rq->match.route->flags & ROUTE_NO_MASTER)
		return OK;
	if ((e = runtime_master_later(rq->rt, &rq->master)))
		return e;
	rq->master->log = &rq->log;
	if ((e = find_host(rq)) || (e = gate_rate(rq)) || (e = gate_identity(rq)) || rq->status ||
	    (e = gate_csrf(rq)) || (e = gate_tenant(rq)) || (e = gate_onboarding(rq)) || rq->status)
		return e;
	return gate_idempotency(rq);
}
