/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by name out of a JSON object or a form, with complaints in words for people. */
#include "web/input.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "json/json.h"
#include "web/form.h"
#include "web/reply.h"
#include "web/url.h"

enum { NAME_MAX_BYTES = 64, EMAIL_MAX = 254, EMAIL_LOCAL_MAX = 64, URL_MAX = 2000,
       PAGE_DEFAULT = 20, PAGE_MAX = 100 };

static enum err parse_form(struct request *rq, struct input *in)
{
	struct pair *v = arena_calloc(&rq->arena, REQUEST_FIELDS, sizeof(*v));
	const char *twice;
	int n;
	enum err e = form_parse(&rq->arena, rq->body, rq->body_len, v, REQUEST_FIELDS, &n, &twice);

	if (e)
		return e;
	if (twice) {
		input_complain(in, twice, "was sent more than once");
		return input_end(in);
	}
	rq->form = v;
	rq->form_count = n;
	return OK;
}

static enum err parse_json(struct request *rq, struct input *in)
{
	enum err e = json_parse(rq->body, rq->body_len, &rq->json);

	if (e)
		return e;
	if (json_kind(rq->json) == JSON_OBJECT)
		return OK;
	json_free(rq->json);
	rq->json = NULL;
	input_complain(in, "body", "must be a JSON object");
	return input_end(in);
}

/* What a browser can send from any page without asking first, the API does not take. */
static bool takes_forms(const struct request *rq)
{
	return rq->match.route && (rq->match.route->flags & ROUTE_FORM);
}

enum err input_begin(struct request *rq, struct input *in)
{
	size_t limit = rq->match.route ? rq->match.route->body_limit : 0;
	enum err e = OK;

	memset(in, 0, sizeof(*in));
	in->rq = rq;
	if (limit && rq->body_len > limit)
		return ERR_BODY_TOO_LARGE;
	if (rq->body_parsed)
		return OK;
	if (!rq->body_len)
		e = OK;
	else if (text_eq(rq->content_type, "application/json"))
		e = parse_json(rq, in);
	else if (takes_forms(rq) && text_eq(rq->content_type, "application/x-www-form-urlencoded"))
		e = parse_form(rq, in);
	else
		e = ERR_UNSUPPORTED_MEDIA_TYPE;
	rq->body_parsed = !e;
	return e;
}

/* A field as it was sent. */
struct value {
	enum json_kind kind;   /* JSON_STRING for a form's text */
	const char *text;      /* of a string, or of a number as written; else NULL */
	bool form;
};

static void snake_case(const char *camel, char out[2 * NAME_MAX_BYTES])
{
	size_t n = 0;

	for (; *camel && n < 2 * NAME_MAX_BYTES - 3; camel++) {
		if (*camel >= 'A' && *camel <= 'Z') {
			out[n++] = '_';
			out[n++] = (char)(*camel | 0x20);
		} else {
			out[n++] = *camel;
		}
	}
	out[n] = '\0';
}

static const char *form_value(const struct request *rq, const char *name)
{
	int i;

	for (i = 0; i < rq->form_count; i++)
		if (!strcmp(rq->form[i].name, name))
			return rq->form[i].value;
	return NULL;
}

static bool sent(const struct request *rq, const char *name)
{
	return form_value(rq, name) || json_get(rq->json, name, NULL) != JSON_ABSENT;
}

static struct value absent(void)
{
	return (struct value){ JSON_ABSENT, NULL, false };
}

static struct value fetch(struct input *in, const char *name)
{
	const struct request *rq = in->rq;
	char snake[2 * NAME_MAX_BYTES];
	struct value v = absent();
	const char *use;

	snake_case(name, snake);
	use = sent(rq, name) ? name : snake;
	if (!text_eq(name, snake) && use == name && sent(rq, snake)) {
		input_complain(in, name,
			       arena_printf(&in->rq->arena, "was sent twice, also as %s", snake));
		return v;
	}
	v.form = (v.text = form_value(rq, use)) != NULL;
	if (v.form) {
		v.kind = JSON_STRING;
		return v;
	}
	v.kind = json_get(rq->json, use, NULL);
	if (v.kind == JSON_STRING)
		v.text = json_text(rq->json, use);
	else if (v.kind == JSON_NUMBER)
		v.text = json_number(rq->json, use);
	return v;
}

/* Trimmed, and an empty field of a form is none. Complains when a required one is missing. */
static struct value take(struct input *in, const char *name, unsigned int flags)
{
	struct value v = fetch(in, name);

	if (v.kind == JSON_NULL)
		v = flags & INPUT_CLEARABLE ? (struct value){ JSON_STRING, "", false } : absent();
	if (v.kind == JSON_STRING && !(flags & INPUT_NO_TRIM))
		v.text = text_trim(&in->rq->arena, v.text);
	if (v.form && !*v.text)
		v = absent();
	if (v.kind == JSON_ABSENT && (flags & INPUT_REQUIRED))
		input_complain(in, name, "is required");
	return v;
}

/* Browsers send CR LF for a line end. */
static const char *one_line_end(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s), *to = copy;

	for (; *s; s++)
		if (s[0] != '\r' || s[1] != '\n')
			*to++ = *s;
	*to = '\0';
	return copy;
}

static bool odd_control(const char *s, unsigned int flags)
{
	for (; *s; s++) {
		if ((flags & INPUT_MULTILINE) && (*s == '\n' || *s == '\t'))
			continue;
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	}
	return false;
}

static const char *length_problem(struct input *in, const char *s, int min, int max,
				  unsigned int flags)
{
	size_t n = text_utf8_chars(s);
	struct arena *a = &in->rq->arena;

	if (n < (size_t)min && !n)
		return "must not be empty";
	if (min && !(flags & INPUT_NO_TRIM) && !text_shows(s))
		return "must hold something that can be seen";
	if (n < (size_t)min)
		return arena_printf(a, "must have at least %d characters", min);
	if (n > (size_t)max)
		return arena_printf(a, "must have at most %d characters", max);
	return NULL;
}

const char *input_text(struct input *in, const char *name, int min, int max, unsigned int flags)
{
	struct value v = take(in, name, flags);
	const char *what;

	if (v.kind == JSON_ABSENT)
		return NULL;
	if (v.kind != JSON_STRING) {
		input_complain(in, name, "must be text");
		return NULL;
	}
	if (flags & INPUT_MULTILINE)
		v.text = one_line_end(&in->rq->arena, v.text);
	if ((flags & INPUT_CLEARABLE) && !*v.text)
		return v.text;
	if ((what = length_problem(in, v.text, min, max, flags))) {
		input_complain(in, name, what);
		return NULL;
	}
	if (odd_control(v.text, flags)) {
		input_complain(in, name, "must not contain control characters");
		return NULL;
	}
	return v.text;
}

/* Characters that mean something in a mail header stand in no address that we take. */
static bool email_ok(const char *s)
{
	const char *at = strchr(s, '@'), *p;

	if (!at || at == s || !at[1] || strchr(at + 1, '@') || strlen(s) > EMAIL_MAX ||
	    at - s > EMAIL_LOCAL_MAX)
		return false;
	for (p = s; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("<>(),;:\"[]\\", *p))
			return false;
	for (p = at + 1; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' ||
		      (*p == '.' && p > at + 1 && p[1] && p[1] != '.')))
			return false;
	return true;
}

const char *input_email(struct input *in, const char *name, unsigned int flags)
{
	const char *s = input_text(in, name, 1, EMAIL_MAX, flags & INPUT_REQUIRED);

	if (!s)
		return NULL;
	s = text_lower(&in->rq->arena, s);
	if (email_ok(s))
		return s;
	input_complain(in, name, "must be an email address such as name@example.com");
	return NULL;
}

const char *input_word(struct input *in, const char *name, const char *const *words,
		       unsigned int flags)
{
	const char *s = input_text(in, name, 1, NAME_MAX_BYTES, flags & INPUT_REQUIRED);
	struct buf list = BUF_INIT;
	int i;

	if (!s || text_in(s, words))
		return s;
	for (i = 0; words[i]; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
	input_complain(in, name,
		       arena_printf(&in->rq->arena, "must be one of %s", buf_str(&list)));
	buf_done(&list);
	return NULL;
}

const char *input_uuid(struct input *in, const char *name, unsigned int flags)
{
	const char *s = input_text(in, name, 1, NAME_MAX_BYTES, flags & INPUT_REQUIRED);

	if (!s)
		return NULL;
	if (id_valid(s))
		return text_lower(&in->rq->arena, s);
	input_complain(in, name, "must be an id (a UUID)");
	return NULL;
}

static bool url_ok(const char *s)
{
	char host[URL_HOST];
	const char *p;

	for (p = s; *p; p++)
		if (*p == ' ' || strchr("<>\"\\^`{|}", *p))
			return false;
	return url_http_host(s, host);
}

const char *input_url(struct input *in, const char *name, unsigned int flags)
{
	const char *s = input_text(in, name, 1, URL_MAX,
				   flags & (INPUT_REQUIRED | INPUT_CLEARABLE));

	if (!s || !*s)
		return s;
	if (strlen(s) <= URL_MAX && url_ok(s))
		return s;
	input_complain(in, name, "must be a web address that begins with https:// or http://");
	return NULL;
}

/* Text of a number: as JSON wrote it, or as a form sent it; NULL when it is of another kind. */
static const char *number_text(const struct value *v)
{
	return v->kind == JSON_NUMBER || v->form ? v->text : NULL;
}

struct bounds {
	int scale;
	int64_t min, max;
};

static void complain_range(struct input *in, const char *name, const struct bounds *b)
{
	char low[DECIMAL_TEXT], high[DECIMAL_TEXT];
	struct arena *a = &in->rq->arena;

	decimal_text(b->min, b->scale, low);
	decimal_text(b->max, b->scale, high);
	if (b->max == INT64_MAX)
		input_complain(in, name, arena_printf(a, "must be at least %s", low));
	else if (b->min == INT64_MIN)
		input_complain(in, name, arena_printf(a, "must be at most %s", high));
	else
		input_complain(in, name, arena_printf(a, "must be between %s and %s", low, high));
}

/* A whole number of more digits than any of ours; JSON's text of one is not kept. */
static bool is_huge(const struct value *v)
{
	const char *text = number_text(v);

	if (!text)
		return v->kind == JSON_NUMBER;
	text += *text == '-';
	return *text && !text[strspn(text, "0123456789")];
}

/* `in` is complained to with `form`, which says how the number is to be written. */
static bool take_number(struct input *in, const char *name, const struct bounds *b,
			unsigned int flags, const char *form, int64_t *out)
{
	struct value v = take(in, name, flags & INPUT_REQUIRED);
	const char *text = number_text(&v);
	bool is_number;
	int64_t n = 0;

	if (v.kind == JSON_ABSENT)
		return false;
	is_number = text && decimal_parse(text, b->scale, &n);
	if (is_number && n >= b->min && n <= b->max) {
		*out = n;
		return true;
	}
	if (is_number || is_huge(&v))
		complain_range(in, name, b);
	else
		input_complain(in, name, form);
	return false;
}

bool input_decimal(struct input *in, const char *name, int scale, int64_t min, int64_t max,
		   unsigned int flags, int64_t *out)
{
	const struct bounds b = { scale, min, max };
	const char *form = arena_printf(
		&in->rq->arena,
		"must be a plain number such as 10 or 2.5, with at most %d decimals", scale);

	return take_number(in, name, &b, flags, form, out);
}

bool input_int(struct input *in, const char *name, int64_t min, int64_t max, unsigned int flags,
	       int64_t *out)
{
	const struct bounds b = { 0, min, max };

	return take_number(in, name, &b, flags, "must be a whole number", out);
}

bool input_bool(struct input *in, const char *name, unsigned int flags, bool *out)
{
	static const char *const yes[] = { "on", "true", "yes", "1", NULL };
	static const char *const no[] = { "off", "false", "no", "0", NULL };
	struct value v = take(in, name, flags & INPUT_REQUIRED);
	char snake[2 * NAME_MAX_BYTES];

	if (v.kind == JSON_ABSENT)
		return false;
	if (v.form && (text_in(v.text, yes) || text_in(v.text, no))) {
		*out = text_in(v.text, yes);
		return true;
	}
	snake_case(name, snake);
	if (v.kind == JSON_BOOL)
		return json_flag(in->rq->json, name, out) || json_flag(in->rq->json, snake, out);
	input_complain(in, name, "must be true or false");
	return false;
}

bool input_has(const struct input *in, const char *name)
{
	char snake[2 * NAME_MAX_BYTES];

	snake_case(name, snake);
	return sent(in->rq, name) || sent(in->rq, snake);
}

bool input_button(const struct input *in, const char *name)
{
	return form_value(in->rq, name) != NULL;
}

void input_complain(struct input *in, const char *name, const char *what)
{
	struct arena *a = &in->rq->arena;

	if (in->complaint_count == INPUT_MAX_COMPLAINTS || input_complaint(in, name))
		return;
	in->complaints[in->complaint_count].name = arena_strdup(a, name);
	in->complaints[in->complaint_count++].value = arena_strdup(a, what);
}

const char *input_complaint(const struct input *in, const char *name)
{
	int i;

	for (i = 0; i < in->complaint_count; i++)
		if (!strcmp(in->complaints[i].name, name))
			return in->complaints[i].value;
	return NULL;
}

enum err input_end(struct input *in)
{
	int i;

	for (i = 0; i < in->complaint_count; i++)
		reply_detail(in->rq, in->complaints[i].name, in->complaints[i].value);
	return in->complaint_count ? ERR_VALIDATION : OK;
}

enum err input_paging(struct request *rq, struct paging *out)
{
	const char *text = request_query(rq, "limit"), *from = request_query(rq, "cursor");
	int64_t n = PAGE_DEFAULT;
	enum err e = OK;

	if (text && !text_int(text, 1, PAGE_MAX, &n)) {
		reply_detail(rq, "limit", "must be a whole number between 1 and 100");
		e = ERR_VALIDATION;
	}
	if (!text_empty(from) && !id_valid(from)) {
		reply_detail(rq, "cursor", "must be the nextCursor of an earlier answer");
		e = ERR_VALIDATION;
	}
	*out = (struct paging){ .limit = (int)n };
	if (!text_empty(from))
		out->cursor = text_lower(&rq->arena, from);
	return e;
}
