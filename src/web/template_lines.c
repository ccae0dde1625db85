/* SPDX-License-Identifier: Apache-2.0 */
/* White space: which tags stand alone on their line, so that the line leaves no trace, and how deep
 * what they bring in is indented.
 *
 * A section, a partial or a comment is alone when its line holds nothing else but blanks. Parents
 * and blocks are more lenient: several may share a line, and what stands inside a parent on the
 * same line does not count. A block that opens and closes on one line keeps that line: it marks a
 * place in it. */
#include "web/template_tree.h"

#include <string.h>

/* A line: the tokens from `from` up to, not including, `to`. */
struct run {
	struct token *list;
	size_t from, to;
};

enum step { STEP_ON, STEP_CLEAR, STEP_TAKEN };

static size_t blanks(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return (size_t)(p - from);
}

static bool blank_text(const struct token *t)
{
	size_t n = blanks(t->text, t->text + t->len);

	if (n < t->len && t->text[n] == '\r')
		n++;
	if (n < t->len && t->text[n] == '\n')
		n++;
	return n == t->len;
}

/* An opening or closing tag's kind is that of the opening one. */
static enum tag kind(const struct run *run, size_t i)
{
	const struct token *t = &run->list[i];

	return t->tag == TAG_CLOSE ? run->list[t->match].tag : t->tag;
}

static bool inheritance(const struct run *run, size_t i)
{
	return kind(run, i) == TAG_PARENT || kind(run, i) == TAG_BLOCK;
}

static bool in_parent(const struct run *run, size_t i)
{
	size_t inside = run->list[i].inside;

	return inside != NO_TOKEN && run->list[inside].tag == TAG_PARENT;
}

static bool has(const struct run *run, size_t i)
{
	return i >= run->from && i < run->to;
}

/* What the tag at *i means to a parent or block tag that looks along its line. Where it enters
 * another element whose content does not show here, *i jumps over that. */
static enum step step_tag(const struct run *run, size_t *i, int way)
{
	const struct token *t = &run->list[*i];
	bool entering = (t->tag == TAG_CLOSE) == (way < 0);

	if (t->tag == TAG_COMMENT)
		return STEP_ON;
	if (!inheritance(run, *i))
		return STEP_TAKEN;
	if (kind(run, *i) == TAG_PARENT && !entering)
		return STEP_CLEAR;
	if (kind(run, *i) == TAG_BLOCK && (!entering || !in_parent(run, *i)))
		return entering && has(run, t->match) ? STEP_TAKEN : STEP_ON;
	if (!has(run, t->match))
		return STEP_CLEAR;
	*i = t->match;
	return STEP_ON;
}

/* Is the line empty from the tag `i` to its left (-1) or right (1)? With `drop`, its blanks go. */
static bool clear(const struct run *run, size_t i, int way, bool drop)
{
	bool lenient = inheritance(run, i);
	struct token *t;
	enum step step;

	for (i += (size_t)way; has(run, i); i += (size_t)way) {
		t = &run->list[i];
		if (t->tag == TAG_TEXT) {
			if (!blank_text(t) && !(lenient && in_parent(run, i)))
				return false;
			t->drop = t->drop || drop;
			continue;
		}
		step = lenient ? step_tag(run, &i, way) : STEP_TAKEN;
		if (step != STEP_ON)
			return step == STEP_CLEAR;
	}
	return true;
}

static bool parent_alone(const struct run *run, size_t i)
{
	const struct token *t = &run->list[i];
	bool closing = t->tag == TAG_CLOSE;
	size_t first = closing ? t->match : i, last = closing ? i : t->match;

	return (!has(run, first) || clear(run, first, -1, false))
		&& (!has(run, last) || clear(run, last, 1, false));
}

static bool stands_alone(const struct run *run, size_t i)
{
	switch (kind(run, i)) {
	case TAG_TEXT:
	case TAG_VALUE:
	case TAG_RAW:
		return false;
	case TAG_PARENT:
		return parent_alone(run, i);
	case TAG_BLOCK:
		if (has(run, run->list[i].match))
			return false;
		break;
	default:
		break;
	}
	return clear(run, i, -1, false) && clear(run, i, 1, false);
}

/* Blanks with which the line begins, if nothing but blanks stands before the tag `i`. */
static void own_indent(const struct run *run, size_t i)
{
	struct token *t = &run->list[i];
	const struct token *first = &run->list[run->from];

	if (i == run->from || first->tag != TAG_TEXT || !blank_text(first))
		return;
	if (!t->alone && i != run->from + 1)
		return;
	t->indent = first->text;
	t->indent_len = blanks(first->text, first->text + first->len);
}

/* A block whose tag stands alone is as deep as the first line in it that is not empty. */
static void content_indent(const struct run *run, size_t i)
{
	struct token *t = &run->list[i];
	const char *p = run->list[run->to - 1].text + run->list[run->to - 1].len;
	const char *end = run->list[t->match].at;
	size_t n;

	for (; p < end; p++) {
		n = blanks(p, end);
		if (p + n < end && p[n] != '\n' && p[n] != '\r') {
			t->indent = p;
			t->indent_len = n;
			return;
		}
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return;
	}
}

static void do_run(const struct run *run)
{
	struct token *t;
	size_t i;

	for (i = run->from; i < run->to; i++) {
		t = &run->list[i];
		t->alone = stands_alone(run, i);
		if (t->tag == TAG_PARTIAL || t->tag == TAG_PARENT ? t->alone : t->tag == TAG_BLOCK)
			own_indent(run, i);
		if (t->tag == TAG_BLOCK && t->alone)
			content_indent(run, i);
		if (t->alone && t->tag != TAG_PARENT)
			clear(run, i, 1, true);
		if (t->alone && (t->tag != TAG_CLOSE || kind(run, i) != TAG_PARENT))
			clear(run, i, -1, true);
	}
}

void template_lines(struct tokens *tokens)
{
	struct run run = { tokens->list, 0, 0 };
	const struct token *t;

	while (run.to < tokens->n) {
		t = &tokens->list[run.to++];
		if (run.to < tokens->n && (t->tag != TAG_TEXT || t->text[t->len - 1] != '\n'))
			continue;
		do_run(&run);
		run.from = run.to;
	}
}
