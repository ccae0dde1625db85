/* SPDX-License-Identifier: Apache-2.0 */
/* Queueing mails, and gathering what stands in one when it is about to be sent. */
#include "domain/mails.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "json/json.h"
#include "json/json_writer.h"

/* `path` is where the mail's link leads; the token is put behind it where there is a purpose. */
static const struct {
	const char *template, *purpose, *path;
} kinds[MAIL_KINDS] = {
	[MAIL_VERIFY_EMAIL] = { "verify_email", account_token_verify, "/verify-email" },
	[MAIL_RESET_PASSWORD] = { "reset_password", account_token_reset, "/reset-password" },
	[MAIL_PASSWORD_CHANGED] = { "password_changed", NULL, "/forgot-password" },
};

static const struct stmt find_user = {
	.name = "mails_find_user",
	.sql = "SELECT id FROM users WHERE lower(email) = $1",
};

static const struct stmt select_user = {
	.name = "mails_select_user",
	.sql = "SELECT email, email_verified FROM users WHERE id = $1::uuid AND is_active",
};

enum err mails_queue(struct db *db, enum mail_kind kind, const char *user_id)
{
	struct new_job job = { .kind = "send_mail" };
	struct buf payload = BUF_INIT;
	struct json_writer jw;
	char id[ID_TEXT];
	enum err e;

	jw_init(&jw, &payload);
	jw_object(&jw, NULL);
	jw_text(&jw, "template", kinds[kind].template);
	jw_text(&jw, "userId", user_id);
	jw_end_object(&jw);
	job.payload = payload.data;
	e = jobs_add(db, &job, id);
	buf_done(&payload);
	return e;
}

enum err mails_queue_to(struct db *db, enum mail_kind kind, const char *email)
{
	char id[ID_TEXT] = "";
	struct result r;
	enum err e = db_run(db, &find_user, ARGS(a_text(email)), &r);

	if (e)
		return e;
	if (r.rows)
		text_copy(id, sizeof(id), row_text(&r, 0, "id"));
	return mails_queue(db, kind, *id ? id : NULL);
}

static bool read_payload(const struct job *job, enum mail_kind *kind, char user_id[ID_TEXT])
{
	struct json_object *payload;
	const char *text;
	int i;

	if (json_parse(job->payload, strlen(job->payload), &payload))
		return false;
	text = json_text(payload, "userId");
	text_copy(user_id, ID_TEXT, text ? text : "");
	text = json_text(payload, "template");
	for (i = 0; text && i < MAIL_KINDS && !text_eq(kinds[i].template, text);)
		i++;
	*kind = (enum mail_kind)i;
	json_free(payload);
	return text && i < MAIL_KINDS && (!*user_id || id_valid(user_id));
}

static const char *link_to(const struct runtime *rt, struct arena *a, const char *path,
			   const char *token)
{
	const char *base = rt->settings->public_url;
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s%s%s%s", (int)n, base, path, *token ? "?token=" : "", token);
}

/* NULL when there is nobody (any more) who should get it. */
static enum err find_receiver(struct db *db, const struct job *job, enum mail_kind kind,
			      const char *user_id, const char **to)
{
	struct result r;
	enum err e;

	*to = NULL;
	if (!*user_id)
		return OK;
	e = db_one(db, &select_user, ARGS(a_text(user_id)), &r);
	if (e)
		return e == ERR_NO_ROW ? OK : e;
	if (kind != MAIL_VERIFY_EMAIL || !row_bool(&r, 0, "email_verified"))
		*to = arena_strdup(job->arena, row_text(&r, 0, "email"));
	return OK;
}

enum err mails_open(struct runtime *rt, struct db *db, const struct job *job, struct letter *out)
{
	struct mailed_secret secret = { .token = "" };
	char user_id[ID_TEXT];
	enum mail_kind kind;
	bool stale = false;
	enum err e;

	if (!read_payload(job, &kind, user_id))
		return ERR_VALIDATION;
	*out = (struct letter){ .template = kinds[kind].template };
	if ((e = find_receiver(db, job, kind, user_id, &out->to)) || !out->to)
		return e;
	if (kinds[kind].purpose &&
	    (e = account_tokens_make(rt, db, job->id, user_id, kinds[kind].purpose, &secret,
				     &stale)))
		return e;
	if (stale)
		out->to = NULL;
	out->link = link_to(rt, job->arena, kinds[kind].path, secret.token);
	out->code = arena_strdup(job->arena, secret.code);
	explicit_bzero(&secret, sizeof(secret));
	return OK;
}
