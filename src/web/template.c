/* SPDX-License-Identifier: Apache-2.0 */
/* The set of templates: added one by one, then sorted and joined to each other. */
#include "web/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "web/template_tree.h"

/* Nodes are wider than the text they come from: a tag of six bytes makes one. */
enum { ARENA_SIZE = 1 << 30, NAME_SIZE = 200 };

struct templates *templates_new(void)
{
	struct templates *ts = calloc(1, sizeof(*ts));

	if (!ts)
		abort();
	arena_init(&ts->arena, ARENA_SIZE);
	return ts;
}

void templates_close(struct templates *ts)
{
	if (!ts)
		return;
	arena_done(&ts->arena);
	free(ts->list);
	free(ts);
}

enum err template_fault(struct template_job *job, unsigned line, const char *fmt, ...)
{
	const struct template *t = job->template;
	char what[256], number[16] = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (line)
		snprintf(number, sizeof(number), ":%u", line);
	if (job->size)
		snprintf(job->why, job->size, "%s%s%s: %s", t->name, t->plain ? "" : ".html",
			number, what);
	return ERR_VALIDATION;
}

static void keep(struct templates *ts, struct template *t)
{
	ts->list = list_grow(ts->list, ts->n, &ts->cap, sizeof(*ts->list));
	ts->list[ts->n++] = t;
	ts->bytes += t->len;
}

static enum err check_text(struct templates *ts, struct template_job *job, const char *text,
	size_t len)
{
	const char *name = job->template->name;

	if (text_empty(name) || text_has_control(name) || strlen(name) > NAME_SIZE)
		return template_fault(job, 0, "a template's name has 1 to %d characters",
			NAME_SIZE);
	if (ts->linked)
		return template_fault(job, 0, "templates are already linked");
	if (len > TEMPLATE_SIZE)
		return template_fault(job, 0, "larger than %d bytes", TEMPLATE_SIZE);
	if (len > TEMPLATES_SIZE - ts->bytes)
		return template_fault(job, 0, "all templates together are larger than %d bytes",
			TEMPLATES_SIZE);
	if (memchr(text, '\0', len))
		return template_fault(job, 0, "there is a NUL byte in it");
	if (!text_utf8(text, len))
		return template_fault(job, 0, "it is not UTF-8");
	return OK;
}

enum err templates_add(struct templates *ts, const char *name, const char *text, size_t len,
	char *why, size_t size)
{
	struct template *t = arena_calloc(&ts->arena, 1, sizeof(*t));
	struct template_job job = { &ts->arena, t, why, size };
	enum err e;

	t->name = arena_strdup(&ts->arena, name);
	t->plain = text_ends(name, ".txt");
	if ((e = check_text(ts, &job, len ? text : "", len)))
		return e;
	t->text = arena_strndup(&ts->arena, len ? text : "", len);
	t->len = len;
	if ((e = template_parse(&job)))
		return e;
	keep(ts, t);
	return OK;
}

static int by_name(const void *a, const void *b)
{
	const struct template *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int against_name(const void *name, const void *element)
{
	const struct template *const *t = element;

	return strcmp(name, (*t)->name);
}

const struct template *template_find(const struct templates *ts, const char *name)
{
	struct template **found = NULL;

	if (ts->linked && ts->n)
		found = bsearch(name, ts->list, ts->n, sizeof(*ts->list), against_name);
	return found ? *found : NULL;
}

static enum err link_template(struct templates *ts, bool missing_is_empty, struct template_job *job)
{
	struct template *t = job->template;
	struct node *node;
	size_t i;

	for (i = 0; i < t->n; i++) {
		node = &t->nodes[i];
		if (node->tag != TAG_PARTIAL && node->tag != TAG_PARENT)
			continue;
		node->to = template_find(ts, node->text);
		if (!node->to && !missing_is_empty)
			return template_fault(job, node->line, "there is no template '%s'",
				node->text);
		if (node->to && node->to->plain != t->plain)
			return template_fault(job, node->line, "'%s' is of another kind (%s)",
				node->text, node->to->plain ? "plain text" : "HTML");
	}
	return OK;
}

enum err templates_link(struct templates *ts, bool missing_is_empty, char *why, size_t size)
{
	struct template_job job = { &ts->arena, NULL, why, size };
	enum err e;
	size_t i;

	if (ts->n)
		qsort(ts->list, ts->n, sizeof(*ts->list), by_name);
	ts->linked = true;
	for (i = 0; i < ts->n; i++) {
		job.template = ts->list[i];
		if (i && text_eq(ts->list[i - 1]->name, ts->list[i]->name))
			return template_fault(&job, 0, "there are two templates of this name");
		if ((e = link_template(ts, missing_is_empty, &job)))
			return e;
	}
	return OK;
}

bool templates_has(const struct templates *ts, const char *name)
{
	return template_find(ts, name) != NULL;
}

void templates_unescaped(const struct templates *ts,
	void (*each)(void *arg, const char *template, unsigned line, const char *value), void *arg)
{
	const struct template *t;
	size_t i, k;

	for (i = 0; i < ts->n; i++) {
		t = ts->list[i];
		for (k = 0; k < t->n; k++)
			if (t->nodes[k].tag == TAG_RAW)
				each(arg, t->name, t->nodes[k].line, t->nodes[k].text);
	}
}
