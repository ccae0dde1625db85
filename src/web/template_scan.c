/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a template's text into tokens and finds for every opening tag its closing one. */
#include "web/template_tree.h"

#include <string.h>

#include "base/list.h"

enum { DELIMITER_SIZE = 16 };

struct scan {
	struct template_job *job;
	struct tokens *out;
	const char *p, *end;
	unsigned line;
	const char *open, *close;         /* the delimiters in force */
	size_t open_len, close_len;
	size_t stack[TEMPLATE_NESTING];   /* opening tags whose end has not come */
	size_t depth;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *find(const char *from, const char *end, const char *what, size_t len)
{
	return from <= end ? memmem(from, (size_t)(end - from), what, len) : NULL;
}

static void push(struct scan *s, enum tag tag, const char *text, const char *end)
{
	struct tokens *out = s->out;
	struct token *t;

	out->list = list_grow(out->list, out->n, &out->cap, sizeof(*t));
	t = &out->list[out->n++];
	memset(t, 0, sizeof(*t));
	t->tag = tag;
	t->text = text;
	t->len = (size_t)(end - text);
	t->at = s->p;
	t->line = s->line;
	t->match = NO_TOKEN;
	t->inside = s->depth ? s->stack[s->depth - 1] : NO_TOKEN;
}

/* Moves on to `to`, counting lines. */
static void advance(struct scan *s, const char *to)
{
	while (s->p < to)
		if (*s->p++ == '\n')
			s->line++;
}

static void scan_text(struct scan *s, const char *end)
{
	const char *line_end;

	while (s->p < end) {
		line_end = memchr(s->p, '\n', (size_t)(end - s->p));
		line_end = line_end ? line_end + 1 : end;
		push(s, TAG_TEXT, s->p, line_end);
		advance(s, line_end);
	}
}

static void trim(const char **from, const char **end)
{
	while (*from < *end && blank(**from))
		++*from;
	while (*from < *end && blank((*end)[-1]))
		--*end;
}

/* {{=<% %>=}}: two words without '='. */
static enum err set_delimiters(struct scan *s, const char *from, const char *end)
{
	const char *first_end, *second;

	trim(&from, &end);
	for (first_end = from; first_end < end && !blank(*first_end); first_end++)
		;
	for (second = first_end; second < end && blank(*second); second++)
		;
	for (s->close_len = 0; second + s->close_len < end && !blank(second[s->close_len]);)
		s->close_len++;
	s->open = from;
	s->open_len = (size_t)(first_end - from);
	s->close = second;
	if (!s->open_len || !s->close_len || second + s->close_len != end
	    || s->open_len > DELIMITER_SIZE || s->close_len > DELIMITER_SIZE
	    || memchr(from, '=', (size_t)(end - from)))
		return template_fault(s->job, s->line,
			"a delimiter tag holds two words without '='");
	return OK;
}

static enum err open_tag(struct scan *s)
{
	if (s->depth == TEMPLATE_NESTING)
		return template_fault(s->job, s->line, "more than %d sections inside each other",
			TEMPLATE_NESTING);
	s->stack[s->depth++] = s->out->n - 1;
	return OK;
}

static enum err close_tag(struct scan *s)
{
	struct token *list = s->out->list, *closing = &list[s->out->n - 1], *opening;
	size_t i;

	if (!s->depth)
		return template_fault(s->job, s->line, "'%.*s' is closed but not open",
			(int)closing->len, closing->text);
	i = s->stack[--s->depth];
	opening = &list[i];
	if (opening->len != closing->len ||
	    memcmp(opening->text, closing->text, closing->len) != 0)
		return template_fault(s->job, s->line,
			"'%.*s' is closed, but '%.*s' of line %u is open", (int)closing->len,
			closing->text, (int)opening->len, opening->text, opening->line);
	closing->match = i;
	closing->inside = opening->inside;
	opening->match = s->out->n - 1;
	return OK;
}

static enum err check_name(struct scan *s, const char *from, const char *end)
{
	const char *p;

	if (from == end)
		return template_fault(s->job, s->line, "a tag without a name");
	for (p = from; p < end; p++)
		if (blank(*p))
			return template_fault(s->job, s->line, "there is a blank in '%.*s'",
				(int)(end - from), from);
	return OK;
}

/* A closing tag is judged by close_tag(), against its opening one. */
static enum err check_place(struct scan *s, enum tag tag)
{
	struct token *list = s->out->list;
	size_t inside = s->depth ? s->stack[s->depth - 1] : NO_TOKEN;

	if (inside == NO_TOKEN || list[inside].tag != TAG_PARENT)
		return OK;
	if (tag == TAG_BLOCK || tag == TAG_CLOSE)
		return OK;
	return template_fault(s->job, s->line, "only blocks may stand directly inside '<%.*s'",
		(int)list[inside].len, list[inside].text);
}

static enum err named_tag(struct scan *s, enum tag tag, const char *from, const char *end)
{
	enum err e;

	trim(&from, &end);
	if ((e = check_name(s, from, end)) || (e = check_place(s, tag)))
		return e;
	push(s, tag, from, end);
	if (tag == TAG_SECTION || tag == TAG_INVERTED || tag == TAG_PARENT || tag == TAG_BLOCK)
		return open_tag(s);
	return tag == TAG_CLOSE ? close_tag(s) : OK;
}

static enum tag tag_of(char sigil)
{
	switch (sigil) {
	case '#': return TAG_SECTION;
	case '^': return TAG_INVERTED;
	case '/': return TAG_CLOSE;
	case '>': return TAG_PARTIAL;
	case '<': return TAG_PARENT;
	case '$': return TAG_BLOCK;
	case '!': return TAG_COMMENT;
	case '&': return TAG_RAW;
	default: return TAG_VALUE;
	}
}

/* Blanks may stand between the delimiter and the sigil. */
static enum err plain_tag(struct scan *s, const char *from, const char *end)
{
	enum tag tag;

	while (from < end && blank(*from))
		from++;
	tag = from < end ? tag_of(*from) : TAG_VALUE;
	if (tag != TAG_COMMENT)
		return named_tag(s, tag, tag == TAG_VALUE ? from : from + 1, end);
	push(s, TAG_COMMENT, from, end);
	return OK;
}

/* The tag's end is the closing delimiter, after one more character in {{{x}}} and {{=x=}}. */
static const char *tag_end(struct scan *s, const char *from, char last)
{
	char what[DELIMITER_SIZE + 1] = { last };
	size_t extra = last ? 1 : 0;

	memcpy(what + extra, s->close, s->close_len);
	return find(from, s->end, what, s->close_len + extra);
}

static enum err scan_tag(struct scan *s)
{
	const char *from = s->p + s->open_len, *end, *after;
	char sigil = (char)(from < s->end ? *from : '\0');
	char last = (char)(sigil == '{' ? '}' : sigil == '=' ? '=' : '\0');
	enum err e;

	if (last)
		from++;
	end = tag_end(s, from, last);
	if (!end)
		return template_fault(s->job, s->line, "a tag without an end");
	after = end + (last ? 1 : 0) + s->close_len;
	if (sigil == '{') {
		e = named_tag(s, TAG_RAW, from, end);
	} else if (sigil == '=') {
		push(s, TAG_COMMENT, from, end);
		e = set_delimiters(s, from, end);
	} else {
		e = plain_tag(s, from, end);
	}
	advance(s, after);
	return e;
}

enum err template_scan(struct template_job *job, struct tokens *out)
{
	struct scan s = {
		.job = job, .out = out, .p = job->template->text, .line = 1,
		.end = job->template->text + job->template->len,
		.open = "{{", .close = "}}", .open_len = 2, .close_len = 2
	};
	const char *tag;
	const struct token *opening;
	enum err e;

	out->end = s.end;
	while (s.p < s.end) {
		tag = find(s.p, s.end, s.open, s.open_len);
		scan_text(&s, tag ? tag : s.end);
		if (tag && (e = scan_tag(&s)))
			return e;
	}
	if (!s.depth)
		return OK;
	opening = &out->list[s.stack[s.depth - 1]];
	return template_fault(job, opening->line, "'%.*s' is never closed", (int)opening->len,
		opening->text);
}
