/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a template's tree with a stack of values, and appends what it gives to a buffer. */
#include "web/template.h"

#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "web/template_tree.h"
#include "web/template_value.h"

enum { STACK_SIZE = TEMPLATE_DEPTH * 4 };

/* The blocks that one parent tag gives, and those given further out, which come before them. */
struct blocks {
	const struct blocks *outer;
	const struct template *template;
	size_t parent;   /* the parent tag's node */
};

/* One template, or one block, in the making. */
struct frame {
	const struct template *template;
	const struct blocks *blocks;
	size_t indent_from;   /* the lines' indent is render.indent from here to its end */
	size_t dedent;        /* blanks that each line of the source loses */
};

struct render {
	struct buf *out;
	size_t out_limit;
	struct json_object *stack[STACK_SIZE];
	size_t depth;            /* of the stack */
	unsigned frames, steps;
	struct buf indent;
	bool line_start;         /* the next output begins a line of a template */
	const char *fault;
};

static enum err walk(struct render *r, const struct frame *f, size_t from, size_t end);

static enum err fault(struct render *r, const char *what)
{
	r->fault = what;
	return ERR_INTERNAL;
}

static void put_indent(struct render *r, const struct frame *f)
{
	if (r->line_start && r->indent.len > f->indent_from)
		buf_append(r->out, r->indent.data + f->indent_from, r->indent.len - f->indent_from);
	r->line_start = false;
}

static size_t dedented(const struct frame *f, const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && n < f->dedent && (p[n] == ' ' || p[n] == '\t'))
		n++;
	return n;
}

static void put_text(struct render *r, const struct frame *f, const struct node *node)
{
	const char *p = node->text, *end = p + node->len, *line_end;
	bool source_line = node->line_start;

	if (r->indent.len == f->indent_from && !f->dedent) {
		buf_append(r->out, p, node->len);
		r->line_start = end[-1] == '\n';
		return;
	}
	for (; p < end && r->out->len <= r->out_limit; p = line_end) {
		line_end = memchr(p, '\n', (size_t)(end - p));
		line_end = line_end ? line_end + 1 : end;
		if (source_line)
			p += dedented(f, p, (size_t)(line_end - p));
		put_indent(r, f);
		buf_append(r->out, p, (size_t)(line_end - p));
		r->line_start = line_end[-1] == '\n';
		source_line = true;
	}
}

/* Makes the indent of what comes in one longer; the caller cuts it back. */
static void push_indent(struct render *r, const struct frame *f, const struct node *node)
{
	size_t skip = dedented(f, node->indent, node->indent_len);

	if (node->indent_len > skip)
		buf_append(&r->indent, node->indent + skip, node->indent_len - skip);
}

static enum err enter(struct render *r, const struct frame *f, size_t from, size_t end)
{
	enum err e;

	if (r->frames == TEMPLATE_DEPTH)
		return fault(r, "too many templates inside each other");
	r->frames++;
	e = walk(r, f, from, end);
	r->frames--;
	return e;
}

/* A partial or parent. Alone on its line it indents each line of the other template; in the midst
 * of a line the other template comes as it is. */
static enum err put_template(struct render *r, const struct frame *f, size_t i)
{
	const struct node *node = &f->template->nodes[i];
	struct blocks blocks = { f->blocks, f->template, i };
	struct frame in = { node->to, f->blocks, f->indent_from, 0 };
	size_t indent_len = r->indent.len;
	bool parent = node->tag == TAG_PARENT;
	enum err e = OK;

	if (node->alone) {
		push_indent(r, f, node);
	} else {
		put_indent(r, f);
		in.indent_from = indent_len;
	}
	if (parent && node->next > i + 1)
		in.blocks = &blocks;
	if (node->to)
		e = enter(r, &in, 0, node->to->n);
	r->indent.len = indent_len;
	r->line_start = parent ? node->close_alone : node->alone;
	return e;
}

/* The node of the block `name` among those of one parent tag, or 0, which is never one. */
static size_t given(const struct blocks *b, const char *name)
{
	const struct node *nodes = b->template->nodes;
	size_t i;

	for (i = b->parent + 1; i < nodes[b->parent].next; i = nodes[i].next)
		if (strcmp(nodes[i].text, name) == 0)
			return i;
	return 0;
}

/* Finds what the outermost template gives for a block. That wins, and the blocks inside it may be
 * given by templates further out than its own only. */
static const struct node *override(const struct frame *f, const char *name, struct frame *in)
{
	const struct node *node = NULL;
	const struct blocks *b;
	size_t i;

	for (b = f->blocks; b; b = b->outer) {
		if (!(i = given(b, name)))
			continue;
		node = &b->template->nodes[i];
		in->template = b->template;
		in->blocks = b->outer;
		in->dedent = node->indent_len;
	}
	return node;
}

static enum err put_block(struct render *r, const struct frame *f, size_t i)
{
	const struct node *site = &f->template->nodes[i], *node;
	struct frame in = *f;
	size_t indent_len = r->indent.len, from;
	enum err e;

	if (!site->alone)
		put_indent(r, f);
	node = override(f, site->text, &in);
	if (node)
		push_indent(r, f, site);
	else
		node = site;
	from = (size_t)(node - in.template->nodes) + 1;
	e = enter(r, &in, from, node->next);
	r->indent.len = indent_len;
	if (site->close_alone)
		r->line_start = true;
	return e;
}

static enum err put_item(struct render *r, const struct frame *f, size_t i,
	struct json_object *item)
{
	enum err e;

	if (r->depth == STACK_SIZE)
		return fault(r, "too many sections inside each other");
	r->stack[r->depth++] = item;
	e = walk(r, f, i + 1, f->template->nodes[i].next);
	r->depth--;
	return e;
}

static enum err put_section(struct render *r, const struct frame *f, size_t i)
{
	const struct node *node = &f->template->nodes[i];
	struct json_object *value = template_lookup(r->stack, r->depth, node);
	bool truthy = template_truthy(value);
	enum err e = OK;
	size_t k, n;

	if (!node->alone)
		put_indent(r, f);
	if (node->tag == TAG_INVERTED)
		return truthy ? OK : walk(r, f, i + 1, node->next);
	if (!truthy)
		return OK;
	if (!json_object_is_type(value, json_type_array))
		return put_item(r, f, i, value);
	n = json_object_array_length(value);
	for (k = 0; k < n && !e; k++)
		e = put_item(r, f, i, json_object_array_get_idx(value, k));
	return e;
}

static void put_value(struct render *r, const struct frame *f, const struct node *node)
{
	enum template_escape how = TEMPLATE_ESCAPE_NONE;

	put_indent(r, f);
	if (node->tag == TAG_VALUE)
		how = f->template->plain ? TEMPLATE_ESCAPE_LINE : TEMPLATE_ESCAPE_HTML;
	template_put(r->out, template_lookup(r->stack, r->depth, node), how);
}

static enum err put_node(struct render *r, const struct frame *f, size_t i)
{
	const struct node *node = &f->template->nodes[i];

	switch (node->tag) {
	case TAG_TEXT:
		put_text(r, f, node);
		return OK;
	case TAG_SECTION:
	case TAG_INVERTED:
		return put_section(r, f, i);
	case TAG_PARTIAL:
	case TAG_PARENT:
		return put_template(r, f, i);
	case TAG_BLOCK:
		return put_block(r, f, i);
	default:
		put_value(r, f, node);
		return OK;
	}
}

static enum err walk(struct render *r, const struct frame *f, size_t from, size_t end)
{
	enum err e = OK;
	size_t i;

	for (i = from; i < end && !e; i = f->template->nodes[i].next) {
		e = put_node(r, f, i);
		if (!e && (++r->steps > TEMPLATE_STEPS || r->out->len > r->out_limit))
			e = fault(r, "it gives too much");
	}
	return e;
}

enum err templates_render(const struct templates *ts, const char *name, struct json_object *view,
	struct buf *out)
{
	struct render r = { .out = out, .out_limit = out->len + TEMPLATE_OUTPUT, .indent = BUF_INIT,
		.line_start = true };
	struct frame f = { template_find(ts, name), NULL, 0, 0 };
	size_t len = out->len;
	enum err e;

	r.stack[r.depth++] = view;
	e = f.template ? enter(&r, &f, 0, f.template->n) : fault(&r, "there is no such template");
	buf_done(&r.indent);
	if (!e)
		return OK;
	log_error(NULL, "template", "%s: %s", name, r.fault);
	buf_reserve(out, 0);
	out->len = len;
	out->data[len] = '\0';
	return e;
}
