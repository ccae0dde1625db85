/* SPDX-License-Identifier: Apache-2.0 */
/* /docs: the operations of openapi.json by tag, with parameters, fields, examples and answers. */
#include "handlers/docs_page.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "json/json.h"
#include "json/json_walk.h"
#include "web/reply.h"
#include "web/view.h"

enum { REF_PARTS = 4, REF_PART = 64 };

/* What is carried along through the file. */
struct docs {
	struct request *rq;
	struct json_object *root;     /* of openapi.json */
	const char *tag;	      /* the operations of this tag are wanted */
	const char *path;	      /* the path that is being looked at */
	struct json_object *shared;   /* parameters of all its operations */
	struct json_object *list;     /* where items of the view go */
	struct json_object *required; /* names of the fields that must be sent */
};

static struct json_object *member(struct json_object *obj, const char *name)
{
	struct json_object *value = NULL;

	json_get(obj, name, &value);
	return value;
}

static const char *text_or_none(struct json_object *obj, const char *name)
{
	const char *text = json_text(obj, name);

	return text ? text : "";
}

/* What {"$ref":"#/components/…"} stands for; anything else is itself. */
static struct json_object *resolve(const struct docs *d, struct json_object *value)
{
	const char *at = json_text(value, "$ref");
	struct json_object *to = d->root;
	char part[REF_PART];
	size_t len;
	int i;

	if (!at || !text_starts(at, "#/"))
		return value;
	for (i = 0, at++; i < REF_PARTS && *at == '/'; i++) {
		len = strcspn(++at, "/");
		if (len >= sizeof(part))
			return NULL;
		memcpy(part, at, len);
		part[len] = '\0';
		to = member(to, part);
		at += len;
	}
	return to;
}

/* Text in which `words` between back-ticks are code, as a list of {text, code}. */
static void view_prose(struct docs *d, struct json_object *view, const char *name, const char *text)
{
	struct json_object *list = view_list(view, name), *run;
	bool code = false;
	size_t len;

	for (; *text; code = !code) {
		len = strcspn(text, "`");
		if (len) {
			run = view_item(list);
			view_text(run, "text", arena_strndup(&d->rq->arena, text, len));
			view_bool(run, "code", code);
		}
		text += len + (text[len] == '`');
	}
}

static const char *pretty(struct docs *d, struct json_object *value)
{
	struct buf b = BUF_INIT;
	const char *text;

	if (!value)
		return "";
	json_pretty(value, &b);
	text = arena_strdup(&d->rq->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* ---- types ---------------------------------------------------------------------------- */

static void enum_words(struct json_object *values, struct buf *b)
{
	struct buf word = BUF_INIT;
	size_t i;

	for (i = 0; i < json_length(values); i++) {
		buf_clear(&word);
		json_pretty(json_at(values, i), &word);
		buf_printf(b, "%s%s", i ? " | " : "", buf_str(&word));
	}
	buf_done(&word);
}

static void type_words(struct docs *d, struct json_object *schema, struct buf *b)
{
	struct json_object *types = member(schema, "type");
	const char *type = json_text(schema, "type");

	if (member(schema, "enum")) {
		enum_words(member(schema, "enum"), b);
	} else if (text_eq(type, "array")) {
		buf_puts(b, "list of ");
		type_words(d, resolve(d, member(schema, "items")), b);
	} else if (type) {
		buf_puts(b, type);
		if (json_text(schema, "format"))
			buf_printf(b, " (%s)", json_text(schema, "format"));
	} else if (types) {
		enum_words(types, b);
	} else {
		buf_puts(b, "any");
	}
}

static const char *type_of(struct docs *d, struct json_object *schema)
{
	struct buf b = BUF_INIT;
	const char *text;

	type_words(d, resolve(d, schema), &b);
	text = arena_strdup(&d->rq->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* ---- parts of an operation ------------------------------------------------------------ */

static void view_parameters(struct docs *d, struct json_object *from, struct json_object *list)
{
	struct json_object *p, *item;
	bool required;
	size_t i;

	for (i = 0; i < json_length(from); i++) {
		p = resolve(d, json_at(from, i));
		item = view_item(list);
		required = false;
		json_flag(p, "required", &required);
		view_text(item, "name", text_or_none(p, "name"));
		view_text(item, "in", text_or_none(p, "in"));
		view_text(item, "type", type_of(d, member(p, "schema")));
		view_bool(item, "required", required);
		view_prose(d, item, "description", text_or_none(p, "description"));
	}
}

static bool is_required(const struct docs *d, const char *name)
{
	struct buf word = BUF_INIT, quoted = BUF_INIT;
	bool found = false;
	size_t i;

	buf_printf(&quoted, "\"%s\"", name);
	for (i = 0; !found && i < json_length(d->required); i++) {
		buf_clear(&word);
		json_pretty(json_at(d->required, i), &word);
		found = text_eq(buf_str(&word), buf_str(&quoted));
	}
	buf_done(&word);
	buf_done(&quoted);
	return found;
}

static void view_body_field(void *arg, const char *name, struct json_object *schema)
{
	struct docs *d = arg;
	struct json_object *item = view_item(d->list), *s = resolve(d, schema);

	view_text(item, "name", name);
	view_text(item, "type", type_of(d, s));
	view_bool(item, "required", is_required(d, name));
	view_prose(d, item, "description", text_or_none(s, "description"));
}

static struct json_object *json_content(struct docs *d, struct json_object *holder)
{
	return member(member(resolve(d, holder), "content"), "application/json");
}

static void view_body(struct docs *d, struct json_object *op, struct json_object *item)
{
	struct json_object *body = json_content(d, member(op, "requestBody"));
	struct json_object *schema = resolve(d, member(body, "schema"));
	struct docs fields = *d;

	fields.list = view_list(item, "bodyFields");
	fields.required = member(schema, "required");
	json_each(member(schema, "properties"), view_body_field, &fields);
	view_bool(item, "hasFields", json_members(member(schema, "properties")) > 0);
}

static void view_answer(void *arg, const char *status, struct json_object *answer)
{
	struct docs *d = arg;
	struct json_object *item = view_item(d->list), *a = resolve(d, answer);
	struct json_object *example =
		*status == '2' ? member(json_content(d, answer), "example") : NULL;

	view_text(item, "status", status);
	view_text(item, "class", arena_strndup(&d->rq->arena, status, 1));
	view_prose(d, item, "description", text_or_none(a, "description"));
	view_text(item, "example", pretty(d, example));
}

static void view_answers(struct docs *d, struct json_object *op, struct json_object *item)
{
	struct docs answers = *d;

	answers.list = view_list(item, "responses");
	json_each(member(op, "responses"), view_answer, &answers);
}

static bool has_scheme(struct json_object *security, const char *scheme)
{
	size_t i;

	for (i = 0; i < json_length(security); i++)
		if (member(json_at(security, i), scheme))
			return true;
	return false;
}

static const char *who(struct json_object *op)
{
	struct json_object *security = member(op, "security");
	bool agency = has_scheme(security, "agencyToken"),
	     tenant = has_scheme(security, "tenantToken");

	if (agency && tenant)
		return "Any access token";
	if (tenant)
		return "Token of a store’s user";
	return agency ? "Agency token" : "Public";
}

/* The single quote is the one character that a shell does not leave alone inside single quotes. */
static void shell_quoted(struct buf *b, const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *text);
}

static const char *curl(struct docs *d, const char *method, struct json_object *op)
{
	struct json_object *example = member(json_content(d, member(op, "requestBody")), "example");
	struct buf b = BUF_INIT;
	const char *text;

	buf_puts(&b, "curl ");
	if (!text_eq(method, "GET"))
		buf_printf(&b, "-X %s ", method);
	buf_printf(&b, "'%s%s'", d->rq->rt->settings->public_url, d->path);
	if (!text_eq(who(op), "Public"))
		buf_puts(&b, " \\\n  -H \"Authorization: Bearer $TOKEN\"");
	if (example) {
		buf_puts(&b, " \\\n  -H 'Content-Type: application/json' \\\n  -d '");
		shell_quoted(&b, pretty(d, example));
		buf_puts(&b, "'");
	}
	text = arena_strdup(&d->rq->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* ---- operations ----------------------------------------------------------------------- */

static bool has_tag(struct docs *d, struct json_object *op)
{
	struct json_object *first = json_at(member(op, "tags"), 0);

	return first && text_eq(pretty(d, first), arena_printf(&d->rq->arena, "\"%s\"", d->tag));
}

static const char *upper(struct arena *a, const char *word)
{
	char *copy = arena_strdup(a, word), *p;

	for (p = copy; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return copy;
}

static void view_operation(void *arg, const char *verb, struct json_object *op)
{
	static const char *const verbs[] = { "get", "post", "put", "patch", "delete", NULL };
	struct docs *d = arg;
	struct json_object *item, *list;
	const char *method;

	if (!text_in(verb, verbs) || !has_tag(d, op))
		return;
	method = upper(&d->rq->arena, verb);
	item = view_item(d->list);
	view_text(item, "id", text_or_none(op, "operationId"));
	view_text(item, "verb", verb);
	view_text(item, "method", method);
	view_text(item, "path", d->path);
	view_text(item, "who", who(op));
	view_text(item, "summary", text_or_none(op, "summary"));
	view_prose(d, item, "description", text_or_none(op, "description"));
	list = view_list(item, "parameters");
	view_parameters(d, d->shared, list);
	view_parameters(d, member(op, "parameters"), list);
	view_bool(item, "hasParameters",
		  json_length(d->shared) + json_length(member(op, "parameters")) > 0);
	view_body(d, op, item);
	view_text(item, "curl", curl(d, method, op));
	view_answers(d, op, item);
}

static void view_path(void *arg, const char *path, struct json_object *methods)
{
	struct docs d = *(struct docs *)arg;

	d.path = path;
	d.shared = member(methods, "parameters");
	json_each(methods, view_operation, &d);
}

/* "Accounts and sessions" -> "tag-accounts-and-sessions" */
static const char *tag_id(struct arena *a, const char *tag)
{
	char *id = arena_printf(a, "tag-%s", tag), *p;

	for (p = id; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
	return id;
}

static void view_tags(struct docs *d, struct json_object *view)
{
	struct json_object *tags = member(d->root, "tags"), *list = view_list(view, "tags"), *item;
	size_t i;

	for (i = 0; i < json_length(tags); i++) {
		d->tag = text_or_none(json_at(tags, i), "name");
		item = view_item(list);
		view_text(item, "id", tag_id(&d->rq->arena, d->tag));
		view_text(item, "name", d->tag);
		view_prose(d, item, "description", text_or_none(json_at(tags, i), "description"));
		d->list = view_list(item, "operations");
		json_each(member(d->root, "paths"), view_path, d);
	}
}

/* Several errors share a code inside; each code stands once. */
static bool seen_before(enum err e)
{
	int i;

	for (i = 1; i < (int)e; i++)
		if (text_eq(err_row((enum err)i)->code, err_row(e)->code))
			return true;
	return false;
}

static void view_errors(struct json_object *view)
{
	struct json_object *list = view_list(view, "errors"), *item;
	int e;

	for (e = 1; e < ERR_COUNT; e++) {
		if (seen_before((enum err)e))
			continue;
		item = view_item(list);
		view_text(item, "code", err_row((enum err)e)->code);
		view_int(item, "status", err_row((enum err)e)->status);
		view_text(item, "words", err_row((enum err)e)->words);
	}
}

enum err get_docs(struct request *rq)
{
	const char *text = rq->site->openapi;
	struct docs d = { .rq = rq };
	struct json_object *view, *api, *info;
	enum err e;

	if (!text || json_parse(text, strlen(text), &d.root)) {
		log_error(&rq->log, "openapi", "openapi.json cannot be read as JSON");
		return ERR_INTERNAL;
	}
	view = view_new();
	api = view_object(view, "api");
	info = member(d.root, "info");
	view_text(api, "title", text_or_none(info, "title"));
	view_text(api, "version", text_or_none(info, "version"));
	view_text(api, "summary", text_or_none(info, "summary"));
	view_prose(&d, api, "description", text_or_none(info, "description"));
	view_tags(&d, view);
	view_errors(view);
	e = reply_page(rq, 200, "docs", view);
	json_free(d.root);
	return e;
}
