/* SPDX-License-Identifier: Apache-2.0 */
/* Registering, logging in and out, who am I, and the list of sessions. */
#include "handlers/auth.h"

#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "domain/accounts.h"
#include "domain/sessions.h"
#include "domain/stores.h"
#include "handlers/device.h"
#include "handlers/gates.h"
#include "handlers/shapes.h"
#include "handlers/signin.h"
#include "web/csrf.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/url.h"

/* What a session's answer tells of the user's stores. */
struct overview {
	int store_count;
	bool onboarding;
	const char *store_id;   /* NULL when there is none */
};

static enum err look_at_stores(struct request *rq, const struct user *user, struct overview *out)
{
	struct store_list list;
	enum err e = stores_newest(rq->rt, rq->master, user->id, &rq->arena, &list);

	if (e)
		return e;
	out->store_count = list.n;
	out->store_id = list.n ? list.v[0].id : NULL;
	out->onboarding =
		stores_open_step(list.n ? &list.v[0] : NULL, user->profile_completed, true) != NULL;
	return OK;
}

static void write_session(struct request *rq, struct json_writer *jw, const struct user *user,
			  const struct tokens *t, const struct overview *o)
{
	bool required = text_eq(rq->rt->settings->email_verification, "required");

	shape_user(jw, "user", user);
	jw_text(jw, "token", t->access);
	jw_text(jw, "refreshToken", t->refresh);
	jw_int(jw, "expiresIn", t->expires_in);
	jw_int(jw, "storeCount", o->store_count);
	jw_bool(jw, "requiresVerification", required && !user->email_verified);
	jw_bool(jw, "requiresOnboarding", o->onboarding);
}

enum err post_auth_register(struct request *rq)
{
	struct registration reg = { 0 };
	struct overview none = { .onboarding = true };
	struct tokens tokens;
	struct user user;
	struct input in;
	enum err e;

	if (!text_empty(rq->tenant_store_id))
		return ERR_NOT_FOUND; /* agencies register at the platform, not at a shop */
	if ((e = input_begin(rq, &in)))
		return e;
	reg.email = input_email(&in, "email", INPUT_REQUIRED);
	reg.password =
		input_text(&in, "password", 1, PASSWORD_MAX_BYTES, INPUT_REQUIRED | INPUT_NO_TRIM);
	reg.first_name = input_text(&in, "firstName", 1, 100, INPUT_REQUIRED);
	reg.last_name = input_text(&in, "lastName", 1, 100, INPUT_REQUIRED);
	reg.company_name = input_text(&in, "companyName", 1, 200, 0);
	reg.phone = input_text(&in, "phone", 3, 40, 0);
	if (reg.password && accounts_password_problem(reg.password))
		input_complain(&in, "password", accounts_password_problem(reg.password));
	if ((e = input_end(&in)) || (e = signin_register(rq, &reg, &user, &tokens)))
		return e;
	write_session(rq, reply_begin(rq, 201, "Welcome to Souk"), &user, &tokens, &none);
	return reply_end(rq);
}

/* The store whose users log in: by the field, else by the host; "" for the platform's own. */
static enum err login_place(struct request *rq, const char *hostname, char store_id[ID_TEXT])
{
	char host[URL_HOST];
	enum err e;

	text_copy(store_id, ID_TEXT, rq->tenant_store_id);
	if (!hostname)
		return OK;
	if (!url_host(hostname, host) || !*host)
		return ERR_STORE_NOT_FOUND;
	if (text_empty(store_id) && stores_platform_host(rq->rt->settings, host))
		return OK;
	if ((e = stores_by_hostname(rq->rt, rq->master, host, store_id)))
		return e;
	return text_empty(rq->tenant_store_id) || text_eq(rq->tenant_store_id, store_id)
		       ? OK
		       : ERR_TENANT_MISMATCH;
}

static enum err login_master(struct request *rq, const char *email, const char *password)
{
	struct json_writer *jw;
	struct overview o;
	struct tokens tokens;
	struct user user;
	enum err e;

	if ((e = signin_master(rq, email, password, &user, &tokens)) ||
	    (e = look_at_stores(rq, &user, &o)))
		return e;
	jw = reply_begin(rq, 200, "Signed in");
	write_session(rq, jw, &user, &tokens, &o);
	jw_text(jw, "storeId", o.store_id);
	jw_text(jw, "sessionRole", user.role);
	jw_text(jw, "sessionContext", "dashboard");
	return reply_end(rq);
}

static enum err login_tenant(struct request *rq, const char *store_id, const char *email,
			     const char *password)
{
	struct overview o = { .store_count = 1, .store_id = store_id };
	struct json_writer *jw;
	struct tokens tokens;
	struct user user;
	enum err e = gates_open_tenant(rq, store_id);

	if (e || (e = signin_tenant(rq, rq->tenant, store_id, email, password, &user, &tokens)))
		return e;
	jw = reply_begin(rq, 200, "Signed in");
	write_session(rq, jw, &user, &tokens, &o);
	jw_text(jw, "storeId", store_id);
	jw_text(jw, "sessionRole", user.role);
	jw_text(jw, "sessionContext",
		text_eq(user.account_type, "customer") ? "storefront" : "dashboard");
	return reply_end(rq);
}

enum err post_auth_login(struct request *rq)
{
	const char *email, *password, *hostname;
	char store_id[ID_TEXT];
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	email = input_email(&in, "email", INPUT_REQUIRED);
	password =
		input_text(&in, "password", 1, PASSWORD_MAX_BYTES, INPUT_REQUIRED | INPUT_NO_TRIM);
	hostname = input_text(&in, "hostname", 1, 253, 0);
	if ((e = input_end(&in)) || (e = login_place(rq, hostname, store_id)))
		return e;
	return text_empty(store_id) ? login_master(rq, email, password) :
				      login_tenant(rq, store_id, email, password);
}

enum err get_auth_me(struct request *rq)
{
	const char *current = rq->who.kind == TENANT_USER ? rq->who.store_id : NULL;
	struct store_list list = { 0 };
	struct json_writer *jw;
	struct user user;
	enum err e;
	int i;

	shape_who(rq, &user);
	if (rq->who.kind == AGENCY_USER &&
	    (e = stores_overview(rq->rt, rq->master, user.id, &rq->arena, &list)))
		return e;
	jw = reply_begin(rq, 200, NULL);
	shape_user(jw, "user", &user);
	jw_array(jw, "stores");
	for (i = 0; i < list.n; i++) {
		shape_store_short(jw, NULL, &list.v[i]);
		if (text_eq(list.v[i].id, rq->who.store_id))
			current = list.v[i].id;
	}
	jw_end_array(jw);
	jw_text(jw, "currentStoreId", current ? current : list.n ? list.v[0].id : NULL);
	return reply_end(rq);
}

enum err patch_auth_profile(struct request *rq)
{
	struct db *db = rq->who.kind == TENANT_USER ? rq->tenant : rq->master;
	struct profile_change change = { .completes = true };
	struct user user;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	change.first_name = input_text(&in, "firstName", 1, 100, 0);
	change.last_name = input_text(&in, "lastName", 1, 100, 0);
	change.phone = input_text(&in, "phone", 1, 40, INPUT_CLEARABLE);
	change.avatar_url = input_url(&in, "avatarUrl", INPUT_CLEARABLE);
	change.company_name = input_text(&in, "companyName", 1, 200, INPUT_CLEARABLE);
	change.completes = change.phone && *change.phone;
	if ((e = input_end(&in)) || (e = accounts_update(db, rq->who.user_id, &change, &user)))
		return e;
	shape_user(reply_begin(rq, 200, "Profile saved"), "user", &user);
	return reply_end(rq);
}

/* Where the session stood, as long as that is a store of this agency; else the newest one. */
static enum err name_store(struct request *rq, const struct user *user, struct tokens *tokens)
{
	struct session_place place = { 0 };
	struct store store;
	enum err e = stores_current(rq->rt, rq->master, user->id, NULL, tokens->store_id,
				    &rq->arena, &store);

	if (e)
		return e == ERR_STORE_NOT_FOUND ? OK : e;
	place.store_id = store.id;
	return sessions_token(rq->rt, user, tokens->session_id, &place, &rq->arena, tokens);
}

static enum err refresh_in(struct request *rq, struct db *db, const char *token,
			   const char *store_id)
{
	struct session_place place = { .store_id = store_id, .tenant = !text_empty(store_id) };
	struct json_writer *jw;
	struct tokens tokens;
	struct user user;
	enum err e;

	if ((e = sessions_refresh(rq->rt, db, token, &place, &rq->arena, &user, &tokens)))
		return e;
	if (!place.tenant && (e = name_store(rq, &user, &tokens)))
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_text(jw, "token", tokens.access);
	jw_text(jw, "refreshToken", tokens.refresh);
	jw_int(jw, "expiresIn", tokens.expires_in);
	return reply_end(rq);
}

enum err post_auth_refresh(struct request *rq)
{
	char store_id[ID_TEXT];
	const char *token;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	token = input_text(&in, "refreshToken", 1, 512, INPUT_REQUIRED);
	if ((e = input_end(&in)))
		return e;
	if (!sessions_refresh_place(token, store_id))
		return ERR_REFRESH_FAILED;
	if (text_empty(store_id))
		return refresh_in(rq, rq->master, token, "");
	e = gates_open_tenant(rq, store_id);
	if (e)
		return e == ERR_STORE_NOT_FOUND || e == ERR_STORE_NOT_READY ? ERR_REFRESH_FAILED
									    : e;
	return refresh_in(rq, rq->tenant, token, store_id);
}

enum err post_auth_logout(struct request *rq)
{
	struct db *db;
	enum err e = gates_identify(rq);

	if (!e && rq->who.by_cookie && (e = csrf_check(rq)))
		return e;
	if (!e) {
		db = rq->who.kind == TENANT_USER ? rq->tenant : rq->master;
		e = sessions_end(db, rq->who.session_id, rq->who.user_id, "logout");
	}
	if (e && err_row(e)->status >= 500)
		return e;   /* the session may still live: the client must not believe otherwise */
	return reply_message(rq, 200, "Signed out");
}

static void write_listed(struct request *rq, struct json_writer *jw, const struct session *s)
{
	jw_object(jw, NULL);
	jw_text(jw, "id", s->id);
	jw_text(jw, "device", device_name(&rq->arena, s->user_agent));
	jw_text(jw, "userAgent", s->user_agent);
	jw_text(jw, "ipAddress", s->ip_address);
	jw_time(jw, "createdAt", s->created_at);
	jw_time(jw, "lastUsedAt", s->last_used_at);
	jw_time(jw, "expiresAt", s->expires_at);
	jw_bool(jw, "current", text_eq(s->id, rq->who.session_id));
	jw_end_object(jw);
}

enum err get_auth_sessions(struct request *rq)
{
	struct db *db = rq->who.kind == TENANT_USER ? rq->tenant : rq->master;
	struct session_list list;
	struct json_writer *jw;
	struct paging paging;
	enum err e;
	int i;

	if ((e = input_paging(rq, &paging)) ||
	    (e = sessions_list(db, rq->who.user_id, &paging, &rq->arena, &list)))
		return e;
	jw = reply_list_begin(rq, "sessions");
	for (i = 0; i < list.n; i++)
		write_listed(rq, jw, &list.v[i]);
	return reply_list_end(rq, &paging);
}

enum err delete_auth_session(struct request *rq)
{
	struct db *db = rq->who.kind == TENANT_USER ? rq->tenant : rq->master;
	const char *id = request_param_id(rq, "id");
	enum err e;

	if (!id_valid(id))
		return ERR_SESSION_NOT_FOUND;
	if ((e = sessions_end(db, id, rq->who.user_id, "ended_by_user")))
		return e;
	return reply_message(rq, 200, "That session has ended");
}

enum err post_auth_switch_store(struct request *rq)
{
	const char *store_id;
	struct json_writer *jw;
	struct tokens tokens;
	struct store store;
	struct user user;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	store_id = input_text(&in, "storeId", 1, 64, INPUT_REQUIRED);
	if ((e = input_end(&in)) ||
	    (e = stores_get(rq->rt, rq->master, rq->who.user_id, store_id, &rq->arena, &store)))
		return e;
	shape_who(rq, &user);
	if ((e = sessions_switch(rq->rt, rq->master, &user, rq->who.session_id, store.id,
				 &rq->arena, &tokens)))
		return e;
	jw = reply_begin(rq, 200, NULL);
	jw_text(jw, "token", tokens.access);
	jw_int(jw, "expiresIn", tokens.expires_in);
	jw_text(jw, "storeId", store.id);
	shape_store(jw, "store", &store);
	return reply_end(rq);
}
