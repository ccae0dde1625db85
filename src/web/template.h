/* SPDX-License-Identifier: Apache-2.0 */
/* Mustache templates over json-c values: parsed and checked once at the start, rendered many times.
 *
 * The language is the Mustache specification's core (comments, delimiters, interpolation, sections,
 * inverted sections, partials) and its inheritance, with its rules of white space. There are no
 * lambdas and no dynamic names ({{>*x}}).
 *
 *   {{a.b}}               the value, escaped. A string as it is, a number as JSON writes it, true,
 *                         false; null, a missing name, a list and an object give nothing
 *   {{{a}}} {{&a}}        the same, unescaped; templates_unescaped() lists them
 *   {{#a}}…{{/a}}         once for each element of a list, once for any other value that is not
 *                         false: false are a missing name, null, false, 0, "" and the empty list
 *   {{^a}}…{{/a}}         when it is false
 *   {{>name}}             another template; it sees the same values and may be its own child
 *   {{<name}}…{{/name}}   another template, some of whose blocks are replaced; inside it only
 *                         blocks, comments and text (which is ignored) may stand
 *   {{$name}}…{{/name}}   a block: text that a template standing further out may replace
 *
 * A template's kind is its name's ending. In a name that ends in ".txt" (mail) a value's control
 * characters but TAB, CR and LF among them, become blanks, so that no value can begin a line or a
 * mail header, and {{{a}}} keeps them. In every other name & < > " ' become entities. The two kinds
 * never include each other: templates_link() refuses it. Line ends may be LF or CRLF. */
#ifndef SOUK_WEB_TEMPLATE_H
#define SOUK_WEB_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf;
struct json_object;
struct templates;

enum {
	TEMPLATE_SIZE = 1 << 20,     /* bytes of one template */
	TEMPLATES_SIZE = 16 << 20,   /* bytes of all templates of one struct templates */
	TEMPLATE_NESTING = 16,       /* sections, blocks, parents inside each other in a template */
	TEMPLATE_DEPTH = 32,         /* templates and blocks inside each other while rendering */
	TEMPLATE_OUTPUT = 16 << 20,  /* bytes that one rendering may give */
	TEMPLATE_STEPS = 4 << 20     /* tags and texts that one rendering may pass */
};

/* All templates of a directory and its sub-directories: NAME.html as "NAME" ("onboarding/store",
 * "partials/field"), NAME.txt as "NAME.txt" ("mail/welcome.txt"); other files and those that begin
 * with a dot are left out. Fails as a whole: ERR_IO when something cannot be read, ERR_VALIDATION
 * for what templates_add() and templates_link() refuse. `why` then holds one line for the operator,
 * with file and line number where there is one; *out is NULL. */
enum err templates_open(const char *dir, struct templates **out, char *why, size_t size) MUST_CHECK;
void templates_close(struct templates *);   /* takes NULL */

/* The same by hand, for tests: new, add each, link once; nothing can be added after that. */
struct templates *templates_new(void);
/* Parses a text, which is copied. ERR_VALIDATION: bad syntax, a section unclosed or wrongly closed,
 * too deep, too large, not UTF-8, a NUL byte. */
enum err templates_add(struct templates *, const char *name, const char *text, size_t len,
	char *why, size_t size) MUST_CHECK;
/* Finds what every {{>name}} and {{<name}} means. ERR_VALIDATION: a name that is not there (unless
 * `missing_is_empty`: then it gives nothing), is of the other kind, or is there twice. */
enum err templates_link(struct templates *, bool missing_is_empty, char *why, size_t size)
	MUST_CHECK;

bool templates_has(const struct templates *, const char *name);

/* Appends to `out`. `view` is borrowed, not changed, and may be NULL (no values). ERR_INTERNAL: no
 * such template, or a limit above was passed; the log says which, and `out` is as it was before. */
enum err templates_render(const struct templates *, const char *name, struct json_object *view,
	struct buf *out) MUST_CHECK;

/* Calls `each` for every unescaped tag, templates by name, tags in their order. `template` is the
 * template's name, `value` the dotted name as it is written. */
void templates_unescaped(const struct templates *,
	void (*each)(void *arg, const char *template, unsigned line, const char *value), void *arg);

#endif
