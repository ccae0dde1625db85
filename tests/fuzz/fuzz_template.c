/* SPDX-License-Identifier: Apache-2.0 */
/* Templates: three texts that may name each other ("main", "a", and "b" or "b.txt"), rendered over
 * any JSON. Values are escaped, limits hold, and the answer is always the same. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/text.h"
#include "json/json.h"
#include "web/template.h"

/* A value that must never come out as it is. */
#define CANARY "<c4n4ry>"

enum { VIEW, MAIN, FIRST, SECOND, PIECES };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_quiet();
	return 0;
}

static void count_tag(void *arg, const char *template, unsigned line, const char *value)
{
	(void)template;
	EXPECT(line > 0 && !text_empty(value));
	++*(int *)arg;
}

static bool add(struct templates *ts, const char *name, const char *text)
{
	char why[300] = "", tiny[8];
	enum err e = templates_add(ts, name, text, strlen(text), why, sizeof(why));

	EXPECT(e == OK || (e == ERR_VALIDATION && *why && strlen(why) < sizeof(why)));
	if (e)
		EXPECT(templates_add(ts, name, text, strlen(text), tiny, sizeof(tiny)) == e);
	return !e;
}

static struct templates *load(const struct fuzz_pieces *p)
{
	struct templates *ts = templates_new();
	char why[300];

	if (add(ts, "main", fuzz_piece(p, MAIN)) && add(ts, "a", fuzz_piece(p, FIRST)) &&
	    add(ts, "b", fuzz_piece(p, SECOND)) && !templates_link(ts, true, why, sizeof(why)))
		return ts;
	templates_close(ts);
	return NULL;
}

/* A '<' that is no {{<parent}} may be the template's own part of what looks like the canary. */
static bool shows_less_than(const char *text)
{
	const char *at, *before;

	for (at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
		for (before = at; before > text && strchr(" \t\r\n", before[-1]); before--)
			;
		if (before - text < 2 || before[-1] != '{' || before[-2] != '{')
			return true;
	}
	return strstr(text, "{{=") != NULL;
}

static bool any_shows_less_than(const struct fuzz_pieces *p)
{
	int i;

	for (i = MAIN; i < PIECES; i++)
		if (shows_less_than(fuzz_piece(p, i)))
			return true;
	return false;
}

static void check_render(const struct templates *ts, struct json_object *view, bool escaped)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	enum err e;

	buf_puts(&out, "before");
	e = templates_render(ts, "main", view, &out);
	EXPECT(e == OK || (e == ERR_INTERNAL && text_eq(out.data, "before")));
	EXPECT(out.len <= TEMPLATE_OUTPUT + TEMPLATE_SIZE);
	EXPECT(text_starts(out.data, "before") && text_utf8(out.data, out.len));
	if (escaped)
		EXPECT(!strstr(out.data, CANARY));
	EXPECT(templates_render(ts, "main", view, &again) == e);
	EXPECT(e || text_eq(buf_str(&again), out.data + strlen("before")));
	buf_done(&out);
	buf_done(&again);
}

/* The same text as mail: values bring no line ends of their own. */
static void check_plain(const char *text, struct json_object *view)
{
	struct templates *ts = templates_new();
	struct buf out = BUF_INIT;
	char why[300];
	int raw = 0;
	size_t i;

	if (!templates_add(ts, "m.txt", text, strlen(text), why, sizeof(why)) &&
	    !templates_link(ts, true, why, sizeof(why)) &&
	    !templates_render(ts, "m.txt", view, &out)) {
		templates_unescaped(ts, count_tag, &raw);
		for (i = 0; !raw && !text_has_control(text) && i < out.len; i++)
			EXPECT((unsigned char)out.data[i] >= ' ' || out.data[i] == '\t');
	}
	buf_done(&out);
	templates_close(ts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *view = NULL;
	struct templates *ts;
	struct fuzz_pieces p;
	int raw = 0;

	fuzz_cut(data, size, PIECES, &p);
	if (json_parse(fuzz_piece(&p, VIEW), strlen(fuzz_piece(&p, VIEW)), &view))
		view = NULL;
	if ((ts = load(&p))) {
		templates_unescaped(ts, count_tag, &raw);
		EXPECT(templates_has(ts, "main") && !templates_has(ts, "c"));
		check_render(ts, view, !raw && !any_shows_less_than(&p));
		templates_close(ts);
	}
	check_plain(fuzz_piece(&p, MAIN), view);
	json_free(view);
	fuzz_cut_done(&p);
	return 0;
}
