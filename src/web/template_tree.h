/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of templates, shared by the files src/web/template*.c only: a template's text is cut
 * into tokens (template_scan.c), lines that hold nothing but tags are taken out (template_lines.c),
 * what is left becomes a flat tree of nodes (template_parse.c), which template_render.c walks. */
#ifndef SOUK_WEB_TEMPLATE_TREE_H
#define SOUK_WEB_TEMPLATE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "web/template.h"

enum tag {
	TAG_TEXT, TAG_COMMENT, TAG_VALUE, TAG_RAW, TAG_SECTION, TAG_INVERTED,
	TAG_PARTIAL, TAG_PARENT, TAG_BLOCK, TAG_CLOSE
};

/* A piece of a template's text. Texts end with their line, so that a line is a run of tokens. */
struct token {
	enum tag tag;
	const char *text;     /* the literal text, or the tag's name; len bytes of the source */
	size_t len;
	const char *at;       /* where it begins in the source */
	unsigned line;
	size_t match;         /* of an opening tag its closing one, and the other way round */
	size_t inside;        /* the opening tag that it stands in, or NO_TOKEN */
	size_t node;          /* of an opening tag, once nodes are made */
	bool alone;           /* its line holds nothing else that shows */
	bool drop;            /* blanks of such a line */
	const char *indent;   /* see struct node */
	size_t indent_len;
};

#define NO_TOKEN ((size_t)-1)

struct tokens {
	struct token *list;
	size_t n, cap;
	const char *end;      /* end of the source */
};

/* Children follow their parent and end before `next`. */
struct node {
	enum tag tag;
	unsigned line;
	size_t next;          /* index of the node after this one and all its children */
	const char *text;     /* TEXT: what to print. Else the name, NUL-terminated */
	size_t len;           /* of `text` */
	const char *path;     /* VALUE, RAW, sections: the name's parts, each ending with a NUL */
	unsigned parts;       /* how many; 0 is {{.}} */
	bool line_start;      /* TEXT: begins a line of the source */
	bool alone;           /* stood alone on its line */
	bool close_alone;     /* so did its closing tag */
	const char *indent;   /* blanks before a lone PARTIAL or PARENT, or a BLOCK's lines */
	size_t indent_len;
	const struct template *to;   /* PARTIAL and PARENT, once linked; NULL gives nothing */
};

struct template {
	const char *name;
	bool plain;           /* a ".txt": values are not HTML-escaped */
	const char *text;
	size_t len;
	struct node *nodes;
	size_t n;
};

struct templates {
	struct arena arena;   /* all that lives as long as this */
	struct template **list;
	size_t n, cap, bytes;
	bool linked;          /* sorted by name, and all references found */
};

/* What a loading step works on, and where it says what is wrong. */
struct template_job {
	struct arena *arena;
	struct template *template;
	char *why;
	size_t size;
};

/* Writes "name.html:LINE: …" into why; returns ERR_VALIDATION. Line 0: none is named. */
enum err template_fault(struct template_job *, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

enum err template_scan(struct template_job *, struct tokens *) MUST_CHECK;   /* text to tokens */
void template_lines(struct tokens *);       /* sets alone, drop and indent */
enum err template_parse(struct template_job *) MUST_CHECK;   /* text to nodes: all three steps */

const struct template *template_find(const struct templates *, const char *name);

#endif
