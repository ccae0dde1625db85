/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the tree of a template from its tokens. */
#include "web/template_tree.h"

#include <stdlib.h>
#include <string.h>

static bool ends_line(const struct token *t)
{
	return t->tag == TAG_TEXT && t->text[t->len - 1] == '\n';
}

static bool shows(const struct tokens *tokens, const struct token *t)
{
	if (t->tag == TAG_COMMENT || t->drop)
		return false;
	return t->tag != TAG_TEXT || t->inside == NO_TOKEN
		|| tokens->list[t->inside].tag != TAG_PARENT;
}

/* Texts that follow each other in the source are one. */
static bool joins(const struct template *to, const struct token *t)
{
	const struct node *last = to->n ? &to->nodes[to->n - 1] : NULL;

	return t->tag == TAG_TEXT && last && last->tag == TAG_TEXT
		&& last->text + last->len == t->text;
}

static enum err split_name(struct template_job *job, struct node *node)
{
	char *path, *p;

	if (strcmp(node->text, ".") == 0)
		return OK;
	path = arena_strdup(job->arena, node->text);
	if (*path == '.' || path[node->len - 1] == '.' || strstr(path, ".."))
		return template_fault(job, node->line, "'%s' is no dotted name", path);
	node->parts = 1;
	for (p = path; *p; p++) {
		if (*p == '.') {
			*p = '\0';
			node->parts++;
		}
	}
	node->path = path;
	return OK;
}

static enum err add_tag(struct template_job *job, struct node *node, const struct token *t)
{
	node->text = arena_strndup(job->arena, t->text, t->len);
	node->alone = t->alone;
	node->indent = t->indent;
	node->indent_len = t->indent_len;
	if (t->tag == TAG_PARTIAL || t->tag == TAG_PARENT || t->tag == TAG_BLOCK)
		return OK;
	return split_name(job, node);
}

static enum err add_node(struct template_job *job, struct tokens *tokens, struct token *t)
{
	struct template *to = job->template;
	struct node *node;

	if (joins(to, t)) {
		to->nodes[to->n - 1].len += t->len;
		return OK;
	}
	t->node = to->n;
	node = &to->nodes[to->n++];
	node->tag = t->tag;
	node->line = t->line;
	node->text = t->text;
	node->len = t->len;
	node->next = to->n;
	node->line_start = t == tokens->list || ends_line(t - 1);
	return t->tag == TAG_TEXT ? OK : add_tag(job, node, t);
}

static enum err check_blocks(struct template_job *job, const struct node *parent)
{
	const struct node *nodes = job->template->nodes;
	size_t i, k, from = (size_t)(parent - nodes) + 1;

	for (i = from; i < parent->next; i = nodes[i].next)
		for (k = from; k < i; k = nodes[k].next)
			if (strcmp(nodes[i].text, nodes[k].text) == 0)
				return template_fault(job, nodes[i].line,
					"the block '%s' is given twice", nodes[i].text);
	return OK;
}

static enum err close_node(struct template_job *job, struct tokens *tokens, const struct token *t)
{
	struct node *node = &job->template->nodes[tokens->list[t->match].node];

	node->next = job->template->n;
	node->close_alone = t->alone;
	return node->tag == TAG_PARENT ? check_blocks(job, node) : OK;
}

/* `nodes` has room for a node of every token. */
static enum err build(struct template_job *job, struct tokens *tokens, struct node *nodes)
{
	struct template *to = job->template;
	struct token *t;
	enum err e = OK;
	size_t i;

	to->nodes = nodes;
	for (i = 0; i < tokens->n && !e; i++) {
		t = &tokens->list[i];
		if (t->tag == TAG_CLOSE)
			e = close_node(job, tokens, t);
		else if (shows(tokens, t))
			e = add_node(job, tokens, t);
	}
	to->nodes = arena_calloc(job->arena, to->n + 1, sizeof(*nodes));
	memcpy(to->nodes, nodes, to->n * sizeof(*nodes));
	return e;
}

enum err template_parse(struct template_job *job)
{
	struct tokens tokens = { 0 };
	struct node *nodes = NULL;
	enum err e;

	if ((e = template_scan(job, &tokens)))
		goto cleanup;
	template_lines(&tokens);
	nodes = calloc(tokens.n + 1, sizeof(*nodes));
	if (!nodes)
		abort();
	e = build(job, &tokens, nodes);
cleanup:
	free(nodes);
	free(tokens.list);
	return e;
}
