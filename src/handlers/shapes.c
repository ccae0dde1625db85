/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of users and stores. */
#include "handlers/shapes.h"

void shape_time(struct json_writer *jw, const char *name, int64_t us)
{
	if (us)
		jw_time(jw, name, us);
	else
		jw_null(jw, name);
}

void shape_user(struct json_writer *jw, const char *name, const struct user *u)
{
	jw_object(jw, name);
	jw_text(jw, "id", u->id);
	jw_text(jw, "email", u->email);
	jw_text(jw, "firstName", u->first_name);
	jw_text(jw, "lastName", u->last_name);
	jw_text(jw, "phone", u->phone);
	jw_text(jw, "avatarUrl", u->avatar_url);
	jw_text(jw, "companyName", u->company_name);
	jw_text(jw, "role", u->role);
	jw_text(jw, "accountType", u->account_type);
	jw_bool(jw, "isActive", u->is_active);
	jw_bool(jw, "emailVerified", u->email_verified);
	shape_time(jw, "createdAt", u->created_at);
	shape_time(jw, "lastLogin", u->last_login);
	jw_end_object(jw);
}

static void short_fields(struct json_writer *jw, const struct store *s)
{
	jw_text(jw, "id", s->id);
	jw_text(jw, "name", s->name);
	jw_text(jw, "slug", s->slug);
	jw_text(jw, "status", s->status);
	jw_bool(jw, "isActive", s->is_active);
	jw_text(jw, "hostname", s->hostname);
}

void shape_store(struct json_writer *jw, const char *name, const struct store *s)
{
	jw_object(jw, name);
	short_fields(jw, s);
	jw_text(jw, "country", s->country);
	jw_text(jw, "provisioningStatus", s->provisioning_status);
	jw_text(jw, "databaseType", s->database_type);
	jw_bool(jw, "databaseManaged", s->database_managed);
	jw_text(jw, "connectionStatus", s->connection_status);
	jw_time(jw, "createdAt", s->created_at);
	jw_time(jw, "updatedAt", s->updated_at);
	jw_end_object(jw);
}

void shape_store_short(struct json_writer *jw, const char *name, const struct store *s)
{
	jw_object(jw, name);
	short_fields(jw, s);
	jw_end_object(jw);
}

void shape_who(const struct request *rq, struct user *u)
{
	*u = (struct user){
		.id = rq->who.user_id,
		.email = rq->who.email,
		.first_name = rq->who.first_name,
		.last_name = rq->who.last_name,
		.phone = rq->who.phone,
		.avatar_url = rq->who.avatar_url,
		.company_name = rq->who.company_name,
		.role = rq->who.role,
		.account_type = rq->who.account_type,
		.is_active = true,
		.email_verified = rq->who.email_verified,
		.profile_completed = rq->who.profile_completed,
		.created_at = rq->who.created_at,
		.last_login = rq->who.last_login,
	};
}
