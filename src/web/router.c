/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table as a tree of path segments, built once. */
#include "web/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/scoreboard.h"
#include "base/text.h"

enum { SEGMENT_MAX = 64, ROUTER_ARENA = 4 << 20 };

static const char *const methods[ROUTER_METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

struct node {
	const char *text;              /* literal; NULL for a parameter */
	struct node *next;             /* sibling */
	struct node *literals, *param; /* children */
	int rows[ROUTER_METHODS];      /* index into the table by method, -1 for none */
	bool has_rows;
};

struct pattern {
	struct {
		const char *text;      /* literal or name of the parameter */
		bool param, optional;
	} v[ROUTER_SEGMENTS];
	int n, params;
};

struct router {
	struct arena arena;
	const struct route *table;
	struct pattern *patterns;      /* by row */
	struct node root;
};

/* What a building step works on, and where it says what is wrong. */
struct build {
	struct router *router;
	int row;
	char *why;
	size_t size;
};

static enum err fault(struct build *b, const char *what)
{
	const struct route *r = &b->router->table[b->row];

	snprintf(b->why, b->size, "route %s %s: %s", r->method,
		 r->pattern ? r->pattern : "(no pattern)", what);
	return ERR_VALIDATION;
}

static int method_index(const char *method)
{
	int i;

	for (i = 0; i < ROUTER_METHODS && methods[i]; i++)
		if (text_eq(method, methods[i]))
			return i;
	return -1;
}

static bool word(const char *s, const char *also)
{
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		      (*s >= '0' && *s <= '9') || strchr(also, *s)))
			return false;
	return true;
}

/* ":id", "mt?" or "stores"; `s` is in the arena and may be cut. */
static enum err segment_parse(struct build *b, struct pattern *p, char *s)
{
	size_t len = strlen(s);
	bool param = *s == ':', optional = len > 1 && s[len - 1] == '?';
	int i;

	if (p->n == ROUTER_SEGMENTS)
		return fault(b, "has too many segments");
	if (optional)
		s[--len] = '\0';
	s += param;
	if (!*s || len > SEGMENT_MAX || !word(s, param ? "" : "._~-") || text_eq(s, ".") ||
	    text_eq(s, ".."))
		return fault(b, "has a segment that is empty or has odd characters");
	if (param && optional)
		return fault(b, "has a parameter that is optional; only words can be");
	if (param && ++p->params > ROUTER_PARAMS)
		return fault(b, "has too many parameters");
	for (i = 0; param && i < p->n; i++)
		if (p->v[i].param && text_eq(p->v[i].text, s))
			return fault(b, "names one parameter twice");
	p->v[p->n].text = s;
	p->v[p->n].param = param;
	p->v[p->n++].optional = optional;
	return OK;
}

static enum err pattern_parse(struct build *b, struct pattern *p)
{
	char *at = arena_strdup(&b->router->arena, b->router->table[b->row].pattern), *slash;
	enum err e = OK;

	if (*at != '/')
		return fault(b, "its pattern must begin with /");
	if (!*++at)
		return OK;
	while (!e && at) {
		if ((slash = strchr(at, '/')))
			*slash++ = '\0';
		e = segment_parse(b, p, at);
		at = slash;
	}
	return e;
}

static enum err row_check(struct build *b)
{
	const struct route *r = &b->router->table[b->row];

	if (b->row >= SCORE_ROUTES - 1)
		return fault(b, "the table has too many rows for the scoreboard");
	if (method_index(r->method) < 0)
		return fault(b, "its method is none of GET, POST, PUT, PATCH, DELETE");
	if (r->who < PUBLIC || r->who > EITHER)
		return fault(b, "does not say who may");
	if (!r->pattern || !r->handle || text_empty(r->summary))
		return fault(b, "needs a pattern, a handler and a summary");
	if ((r->flags & ROUTE_NO_MASTER) && (r->who != PUBLIC || (r->flags & ROUTE_TENANT)))
		return fault(b, "cannot do without the master, which knows its users and stores");
	return OK;
}

static struct node *node_new(struct arena *a, const char *text)
{
	struct node *n = arena_calloc(a, 1, sizeof(*n));
	int i;

	n->text = text;
	for (i = 0; i < ROUTER_METHODS; i++)
		n->rows[i] = -1;
	return n;
}

static struct node *literal(const struct node *n, const char *text)
{
	struct node *c;

	for (c = n->literals; c && strcmp(c->text, text) != 0; c = c->next)
		;
	return c;
}

static struct node *child(struct arena *a, struct node *n, const char *text, bool param)
{
	struct node *c = param ? n->param : literal(n, text);

	if (c)
		return c;
	c = node_new(a, param ? NULL : text);
	if (param) {
		n->param = c;
	} else {
		c->next = n->literals;
		n->literals = c;
	}
	return c;
}

/* Puts the row in the tree, once with and once without each optional segment. */
static enum err insert(struct build *b, struct node *n, const struct pattern *p, int at)
{
	const struct route *table = b->router->table;
	int *place;
	enum err e;

	if (at < p->n) {
		if (p->v[at].optional && (e = insert(b, n, p, at + 1)))
			return e;
		n = child(&b->router->arena, n, p->v[at].text, p->v[at].param);
		return insert(b, n, p, at + 1);
	}
	place = &n->rows[method_index(table[b->row].method)];
	if (*place >= 0) {
		snprintf(b->why, b->size, "routes %s %s and %s serve the same path and method",
			 table[b->row].method, table[*place].pattern, table[b->row].pattern);
		return ERR_VALIDATION;
	}
	*place = b->row;
	n->has_rows = true;
	return OK;
}

enum err router_new(const struct route *table, struct router **out, char *why, size_t size)
{
	struct router *r = calloc(1, sizeof(*r));
	struct build b = { r, 0, why, size };
	enum err e = OK;

	*out = NULL;
	if (!r)
		return ERR_NO_MEMORY;
	arena_init(&r->arena, ROUTER_ARENA);
	r->table = table;
	r->patterns = arena_calloc(&r->arena, SCORE_ROUTES, sizeof(*r->patterns));
	r->root = *node_new(&r->arena, NULL);
	for (; !e && table[b.row].method; b.row++) {
		if (!(e = row_check(&b)) && !(e = pattern_parse(&b, &r->patterns[b.row])))
			e = insert(&b, &r->root, &r->patterns[b.row], 0);
	}
	if (e)
		router_free(r);
	else
		*out = r;
	return e;
}

void router_free(struct router *r)
{
	if (r)
		arena_done(&r->arena);
	free(r);
}

/* The values that parameters took on the way down. */
struct walk {
	const char *const *segments;
	int count;
	const char *values[ROUTER_PARAMS];
	int n;
};

/* Tries the literal first and comes back for the parameter; as deep as the path is long. */
static const struct node *descend(const struct node *n, struct walk *w, int at)
{
	const struct node *found = NULL, *next;

	if (at == w->count)
		return n->has_rows ? n : NULL;
	if (!*w->segments[at])
		return NULL;
	if ((next = literal(n, w->segments[at])))
		found = descend(next, w, at + 1);
	if (!found && n->param && w->n < ROUTER_PARAMS) {
		w->values[w->n++] = w->segments[at];
		if (!(found = descend(n->param, w, at + 1)))
			w->n--;
	}
	return found;
}

static void allow_add(struct route_match *m, const char *method)
{
	size_t len = strlen(m->allow);

	snprintf(m->allow + len, sizeof(m->allow) - len, "%s%s", len ? ", " : "", method);
}

static void allow_list(const struct node *n, struct route_match *m)
{
	int i;

	for (i = 0; i < ROUTER_METHODS && methods[i]; i++) {
		if (n->rows[i] < 0)
			continue;
		allow_add(m, methods[i]);
		if (i == 0)
			allow_add(m, "HEAD");
	}
	allow_add(m, "OPTIONS");
}

static void bind(const struct router *r, int row, const struct walk *w, struct route_match *out)
{
	const struct pattern *p = &r->patterns[row];
	int i;

	out->route = &r->table[row];
	out->index = row;
	for (i = 0; i < p->n; i++) {
		if (!p->v[i].param)
			continue;
		out->params[out->param_count].name = p->v[i].text;
		out->params[out->param_count].value = w->values[out->param_count];
		out->param_count++;
	}
}

enum err router_find(const struct router *r, const char *method, const char *const *segments,
		     int count, struct route_match *out)
{
	struct walk w = { .segments = segments, .count = count };
	const struct node *n;
	int i;

	memset(out, 0, sizeof(*out));
	out->index = -1;
	if (count > ROUTER_SEGMENTS || !(n = descend(&r->root, &w, 0)))
		return ERR_NOT_FOUND;
	i = method_index(text_eq(method, "HEAD") ? "GET" : method);
	if (i < 0 || n->rows[i] < 0) {
		allow_list(n, out);
		return ERR_METHOD_NOT_ALLOWED;
	}
	bind(r, n->rows[i], &w, out);
	return OK;
}
