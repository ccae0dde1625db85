/* SPDX-License-Identifier: Apache-2.0 */
/* Small things that every page with a form, a number or a time needs. */
#include "handlers/page.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "domain/sessions.h"
#include "handlers/shapes.h"
#include "web/reply.h"
#include "web/view.h"

enum { PHONE_MIN = 5, PHONE_MAX = 32, COMPANY_MAX = 200 };

/* Names of fields as people see them: complaints such as "is required" are put after them. */
static const struct pair labels[] = {
	{ "email", "The email address" },
	{ "password", "The password" },
	{ "currentPassword", "The current password" },
	{ "newPassword", "The new password" },
	{ "code", "The code" },
	{ "firstName", "The first name" },
	{ "lastName", "The last name" },
	{ "name", "The store’s name" },
	{ "slug", "The address" },
	{ "country", "The country" },
	{ "type", "The kind of database" },
	{ "connectionString", "The connection string" },
	{ "publishableKey", "The publishable key" },
	{ "secretKey", "The secret key" },
	{ "amount", "The amount" },
	{ "packId", "The pack" },
	{ "phone", "The phone number" },
	{ "companyName", "The company" },
	{ "avatarUrl", "The picture" },
};

static const char *label(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (text_eq(labels[i].name, name))
			return labels[i].value;
	return "This field";
}

const char *page_value(const struct input *in, const char *name, const char *otherwise)
{
	int i;

	if (!in)
		return otherwise;
	for (i = 0; i < in->rq->form_count; i++)
		if (text_eq(in->rq->form[i].name, name))
			return in->rq->form[i].value;
	return "";
}

static bool is_sentence(const char *what)
{
	return isupper((unsigned char)what[0]) || (what[0] & 0x80);
}

/* "is required" -> "The first name is required."; whole sentences stay as they are. */
static const char *sentence(const struct input *in, const char *name, const char *what)
{
	const char *stop = text_ends(what, ".") || text_ends(what, "?") ? "" : ".";

	if (is_sentence(what))
		return arena_printf(&in->rq->arena, "%s%s", what, stop);
	return arena_printf(&in->rq->arena, "%s %s%s", label(name), what, stop);
}

/* The same away from its field, where "This key is not complete" would leave open which one. */
static const char *named(const struct input *in, const char *name, const char *what)
{
	const char *words = sentence(in, name, what);

	return is_sentence(what) ? arena_printf(&in->rq->arena, "%s: %s", label(name), words)
				 : words;
}

static bool is_secret(const char *name)
{
	static const char *const secrets[] = { "password", "connectionString", "publishableKey",
					       "secretKey", NULL };

	return text_in(name, secrets);
}

void page_field(struct json_object *fields, const struct input *in, const char *name,
		const char *value)
{
	struct json_object *field = view_object(fields, name);
	const char *what = in ? input_complaint(in, name) : NULL;

	view_text(field, "value", is_secret(name) || !value ? "" : value);
	view_text(field, "problem", what ? sentence(in, name, what) : "");
}

bool page_form_error(enum err e)
{
	int status = err_row(e)->status;

	return e == ERR_MANAGED_UNAVAILABLE || e == ERR_PAYMENTS_UNAVAILABLE ||
	       e == ERR_PACK_NOT_FOUND || (status >= 400 && status < 500 && status != 404);
}

void page_failed(struct json_object *view, const struct input *in, enum err e, const char *hint)
{
	struct json_object *failed = view_object(view, "failed"), *list, *item;
	const char *title = err_row(e)->words;
	int i;

	view_text(failed, "title", title);
	view_text(failed, "words", hint ? hint : "");
	view_bool(failed, "listed",
		  in && (in->complaint_count > 1 ||
			 (in->complaint_count && !text_eq(in->complaints[0].value, title))));
	list = view_list(failed, "items");
	for (i = 0; in && i < in->complaint_count; i++) {
		item = view_item(list);
		view_text(item, "field", in->complaints[i].name);
		view_text(item, "words",
			  named(in, in->complaints[i].name, in->complaints[i].value));
	}
}

void page_profile_fields(struct json_object *fields, const struct request *rq,
			 const struct input *in)
{
	page_field(fields, in, "phone", page_value(in, "phone", rq->who.phone));
	page_field(fields, in, "companyName", page_value(in, "companyName", rq->who.company_name));
	page_field(fields, in, "avatarUrl", page_value(in, "avatarUrl", rq->who.avatar_url));
}

/* An emptied field clears what was there; one that was not sent leaves it. */
static const char *or_clear(const struct input *in, const char *name, const char *value)
{
	return !value && input_has(in, name) && !input_complaint(in, name) ? "" : value;
}

static const char *input_phone(struct input *in)
{
	const char *phone = input_text(in, "phone", PHONE_MIN, PHONE_MAX, 0), *p;
	int digits = 0;

	for (p = phone ? phone : ""; *p; p++) {
		digits += isdigit((unsigned char)*p) != 0;
		if (!isdigit((unsigned char)*p) && !strchr("+-/(). ", *p))
			break;
	}
	if (!phone || (!*p && digits >= PHONE_MIN))
		return phone;
	input_complain(in, "phone", "must be a number such as +31 20 123 4567");
	return NULL;
}

void page_profile_input(struct input *in, struct profile_change *out)
{
	out->phone = or_clear(in, "phone", input_phone(in));
	out->company_name =
		or_clear(in, "companyName", input_text(in, "companyName", 1, COMPANY_MAX, 0));
	out->avatar_url = or_clear(in, "avatarUrl", input_url(in, "avatarUrl", 0));
}

void page_time(struct request *rq, struct json_object *view, const char *name, int64_t us)
{
	char machine[CLOCK_TEXT] = "", people[40] = "";
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;

	if (us) {
		clock_rfc3339(us, machine);
		gmtime_r(&seconds, &tm);
		strftime(people, sizeof(people), "%e %b %Y, %H:%M UTC", &tm);
	}
	view_text(view, name, people[0] == ' ' ? people + 1 : people);
	view_text(view, arena_printf(&rq->arena, "%sAt", name), machine);
}

/* Puts a comma before each group of three digits of the whole part. */
static const char *grouped(struct arena *a, const char *number)
{
	bool minus = *number == '-';
	size_t whole, i;
	const char *text;
	struct buf b = BUF_INIT;

	number += minus;
	whole = strcspn(number, ".");
	buf_puts(&b, minus ? "−" : "");
	for (i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			buf_putc(&b, ',');
		buf_putc(&b, number[i]);
	}
	buf_puts(&b, number + whole);
	text = arena_strdup(a, buf_str(&b));
	buf_done(&b);
	return text;
}

const char *page_credits(struct arena *a, int64_t e4)
{
	char text[DECIMAL_TEXT];

	return grouped(a, decimal_text(e4, DECIMAL_CREDITS, text));
}

const char *page_money(struct arena *a, int64_t cents)
{
	char text[DECIMAL_TEXT];

	return arena_printf(a, "$%s", grouped(a, decimal_fixed(cents, DECIMAL_MONEY, text)));
}

const char *page_store_words(const struct store *s)
{
	if (text_eq(s->status, "active"))
		return "Active";
	if (text_eq(s->status, "suspended"))
		return "Suspended";
	if (text_eq(s->status, "provisioning"))
		return text_eq(s->provisioning_status, "failed") ? "Needs attention"
								 : "Being set up";
	return text_eq(s->status, "pending_database") ? "No database yet" : "Inactive";
}

const char *page_store_tone(const struct store *s)
{
	if (text_eq(s->status, "active"))
		return "good";
	if (text_eq(s->status, "suspended") || text_eq(s->provisioning_status, "failed"))
		return "bad";
	return text_eq(s->status, "provisioning") ? "info" : "warn";
}

void page_store(struct request *rq, struct json_object *view, const struct store *s)
{
	size_t first = text_empty(s->name) ? 0 : text_utf8_step(s->name, strlen(s->name));

	view_text(view, "id", s->id);
	view_text(view, "name", s->name);
	view_text(view, "initial", arena_strndup(&rq->arena, s->name, first));
	view_text(view, "slug", s->slug);
	view_text(view, "hostname", s->hostname);
	view_bool(view, "active", text_eq(s->status, "active"));
	view_text(view, "statusWords", page_store_words(s));
	view_text(view, "tone", page_store_tone(s));
}

void page_session(struct request *rq, const char *access_token)
{
	reply_cookie(rq, "souk_session", access_token, rq->rt->settings->jwt_expires_in);
}

enum err page_enter_store(struct request *rq, const char *store_id)
{
	struct tokens tokens;
	struct user user;
	enum err e;

	shape_who(rq, &user);
	e = sessions_switch(rq->rt, rq->master, &user, rq->who.session_id, store_id, &rq->arena,
			    &tokens);
	if (!e)
		page_session(rq, tokens.access);
	return e;
}
