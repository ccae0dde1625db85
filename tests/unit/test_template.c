/* SPDX-License-Identifier: Apache-2.0 */
/* Templates: the language by its cases, what is refused when loading, the limits when rendering. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../templates/cases.h"
#include "base/buf.h"
#include "web/template.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char why[300];

static enum err add(struct templates *ts, const char *name, const char *text)
{
	return templates_add(ts, name, text, strlen(text), why, sizeof(why));
}

/* Renders `text` as the template `name`, with others; NULL when it cannot be loaded or rendered.
 * The caller frees. */
static char *render(const char *name, const char *text, const char *data, const char *const *with,
	bool missing_is_empty)
{
	struct json_object *view = json_tokener_parse(data);
	struct templates *ts = templates_new();
	struct buf out = BUF_INIT;
	enum err e;

	why[0] = '\0';
	e = add(ts, name, text);
	for (; with && *with && !e; with += 2)
		e = add(ts, with[0], with[1]);
	if (!e)
		e = templates_link(ts, missing_is_empty, why, sizeof(why));
	if (!e)
		e = templates_render(ts, name, view, &out);
	buf_reserve(&out, 0);
	if (e)
		buf_done(&out);
	else
		out.data[out.len] = '\0';
	templates_close(ts);
	json_object_put(view);
	return out.data;
}

static void check_cases(const struct template_case *cases, size_t n)
{
	size_t i;
	char *out;

	for (i = 0; i < n; i++) {
		out = render("main", cases[i].text, cases[i].data, cases[i].with, true);
		if (!out || strcmp(out, cases[i].gives) != 0)
			fail_msg("%s: expected\n[%s], got\n[%s] %s", cases[i].what, cases[i].gives,
				out ? out : "nothing", why);
		free(out);
	}
}

#define CASES_TEST(kind) \
	static void test_##kind(void **state) \
	{ \
		(void)state; \
		check_cases(kind##_cases, COUNT(kind##_cases)); \
	}

CASES_TEST(comment)
CASES_TEST(delimiter)
CASES_TEST(value)
CASES_TEST(section)
CASES_TEST(inverted)
CASES_TEST(partial)
CASES_TEST(block)

static const struct {
	const char *text, *why;
} refused[] = {
	{ "a\n{{#s}}x", "main.html:2: 's' is never closed" },
	{ "{{#s}}\n{{/t}}", "main.html:2: 't' is closed, but 's' of line 1 is open" },
	{ "{{#s}}{{#t}}{{/s}}{{/t}}", "main.html:1: 's' is closed, but 't' of line 1 is open" },
	{ "\n\n{{/s}}", "main.html:3: 's' is closed but not open" },
	{ "{{n", "main.html:1: a tag without an end" },
	{ "{{{n}}", "main.html:1: a tag without an end" },
	{ "{{! n", "main.html:1: a tag without an end" },
	{ "{{}}", "main.html:1: a tag without a name" },
	{ "{{# }}", "main.html:1: a tag without a name" },
	{ "{{a b}}", "main.html:1: there is a blank in 'a b'" },
	{ "{{a..b}}", "main.html:1: 'a..b' is no dotted name" },
	{ "{{#.a}}{{/.a}}", "main.html:1: '.a' is no dotted name" },
	{ "{{&a.}}", "main.html:1: 'a.' is no dotted name" },
	{ "{{=<%=}}", "main.html:1: a delimiter tag holds two words without '='" },
	{ "{{=a b c=}}", "main.html:1: a delimiter tag holds two words without '='" },
	{ "{{= =}}", "main.html:1: a delimiter tag holds two words without '='" },
	{ "{{=a=b c=}}", "main.html:1: a delimiter tag holds two words without '='" },
	{ "\n{{>p}}", "main.html:2: there is no template 'p'" },
	{ "{{<p}}{{/p}}", "main.html:1: there is no template 'p'" },
	{ "{{>*n}}", "main.html:1: there is no template '*n'" },
	{ "{{<main}}\n{{n}}{{/main}}",
		"main.html:2: only blocks may stand directly inside '<main'" },
	{ "{{<main}}{{#n}}{{/n}}{{/main}}",
		"main.html:1: only blocks may stand directly inside '<main'" },
	{ "{{<main}}{{$a}}{{/a}}\n{{$a}}{{/a}}{{/main}}",
		"main.html:2: the block 'a' is given twice" },
	{ "\xff", "main.html: it is not UTF-8" },
};

static void test_refused(void **state)
{
	size_t i;
	char *out;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		out = render("main", refused[i].text, "{}", NULL, false);
		assert_null(out);
		assert_string_equal(why, refused[i].why);
	}
}

static void test_refused_sizes(void **state)
{
	struct templates *ts = templates_new();
	char *large = calloc(1, TEMPLATE_SIZE + 1);
	int i;

	(void)state;
	assert_non_null(large);
	assert_int_equal(templates_add(ts, "a", "x\0y", 3, why, sizeof(why)),
		ERR_VALIDATION);
	assert_string_equal(why, "a.html: there is a NUL byte in it");
	assert_int_equal(add(ts, "", "x"), ERR_VALIDATION);
	assert_int_equal(add(ts, "a\nb", "x"), ERR_VALIDATION);
	memset(large, 'x', TEMPLATE_SIZE + 1);
	assert_int_equal(templates_add(ts, "a", large, TEMPLATE_SIZE + 1, why, sizeof(why)),
		ERR_VALIDATION);
	for (i = 0; i < TEMPLATES_SIZE / TEMPLATE_SIZE; i++)
		assert_int_equal(templates_add(ts, "a", large, TEMPLATE_SIZE, why,
			sizeof(why)), OK);
	assert_int_equal(add(ts, "b", "x"), ERR_VALIDATION);
	assert_int_equal(templates_link(ts, false, why, sizeof(why)), ERR_VALIDATION);
	assert_string_equal(why, "a.html: there are two templates of this name");
	assert_int_equal(add(ts, "c", ""), ERR_VALIDATION);
	free(large);
	templates_close(ts);
}

/* `opening` n times, then `closing` n times. */
static char *nested(const char *opening, const char *closing, int n)
{
	struct buf text = BUF_INIT;
	int i;

	for (i = 0; i < n; i++)
		buf_puts(&text, opening);
	for (i = 0; i < n; i++)
		buf_puts(&text, closing);
	return text.data;
}

static void test_nesting(void **state)
{
	char *text = nested("{{#a}}", "{{/a}}", TEMPLATE_NESTING), *out;

	(void)state;
	out = render("main", text, "{\"a\":1}", NULL, false);
	assert_string_equal(out, "");
	free(out);
	free(text);
	text = nested("{{$a}}", "{{/a}}", TEMPLATE_NESTING + 1);
	assert_null(render("main", text, "{\"a\":1}", NULL, false));
	assert_string_equal(why, "main.html:1: more than 16 sections inside each other");
	free(text);
}

static void test_render_limits(void **state)
{
	const char *stack[] = { "p", "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{>p}}{{/a}}{{/a}}{{/a}}"
		"{{/a}}{{/a}}{{/a}}", NULL };
	const char *doubling[] = { "p", "{{#a}}{{#a}}{{#a}}{{#a}}x{{/a}}{{/a}}{{/a}}{{/a}}", NULL };
	struct json_object *list = json_object_new_array(), *view = json_object_new_object();
	int i;

	(void)state;
	assert_null(render("main", "x{{>main}}", "{}", NULL, false));
	assert_null(render("main", "{{<main}}{{$b}}x{{/b}}{{/main}}", "{}", NULL, false));
	assert_null(render("main", "{{>p}}", "{\"a\":1}", stack, false));
	for (i = 0; i < 64; i++)
		json_object_array_add(list, json_object_new_int(i));
	json_object_object_add(view, "a", list);
	assert_null(render("main", "{{>p}}", json_object_to_json_string(view), doubling, false));
	json_object_put(view);
}

static void test_render_failure_keeps_output(void **state)
{
	struct templates *ts = templates_new();
	struct buf out = BUF_INIT;

	(void)state;
	buf_puts(&out, "before");
	assert_int_equal(add(ts, "a", "x{{>a}}"), OK);
	assert_int_equal(add(ts, "b", "({{n}})"), OK);
	/* Not linked yet. */
	assert_int_equal(templates_render(ts, "b", NULL, &out), ERR_INTERNAL);
	assert_int_equal(templates_link(ts, false, why, sizeof(why)), OK);
	assert_int_equal(templates_render(ts, "a", NULL, &out), ERR_INTERNAL);
	assert_int_equal(templates_render(ts, "c", NULL, &out), ERR_INTERNAL);
	assert_string_equal(buf_str(&out), "before");
	assert_int_equal(templates_render(ts, "b", NULL, &out), OK);
	assert_string_equal(buf_str(&out), "before()");
	buf_done(&out);
	templates_close(ts);
}

static void check_plain(const char *name, const char *text, const char *gives)
{
	char *out = render(name, text, "{\"n\":\"<a>\\r\\nBcc: x\\ty\\u0001\"}", NULL, false);

	assert_string_equal(out, gives);
	free(out);
}

static void test_plain_text(void **state)
{
	const char *html[] = { "p", "x", NULL }, *plain[] = { "p.txt", "x", NULL };

	(void)state;
	check_plain("mail/a.txt", "To: {{n}}", "To: <a>  Bcc: x\ty ");
	check_plain("mail/a.txt", "{{{n}}}{{&n}}", "<a>\r\nBcc: x\ty\001<a>\r\nBcc: x\ty\001");
	check_plain("mail/a", "{{n}}", "&lt;a&gt;\r\nBcc: x\ty\001");
	assert_null(render("a.txt", "{{>p}}", "{}", html, false));
	assert_string_equal(why, "a.txt:1: 'p' is of another kind (HTML)");
	assert_null(render("a", "\n{{<p.txt}}{{/p.txt}}", "{}", plain, false));
	assert_string_equal(why, "a.html:2: 'p.txt' is of another kind (plain text)");
}

static void note(void *arg, const char *template, unsigned line, const char *value)
{
	buf_printf(arg, "%s:%u:%s ", template, line, value);
}

static void test_unescaped(void **state)
{
	struct templates *ts = templates_new();
	struct buf found = BUF_INIT;

	(void)state;
	assert_int_equal(add(ts, "b", "{{a}}\n{{{ a.b }}}{{#a}}{{& c}}{{/a}}"), OK);
	assert_int_equal(add(ts, "a", "{{a}}{{! {{{n}}}"), OK);
	assert_int_equal(add(ts, "a/x.txt", "{{$b}}{{=| |=}}\n|{.}||/b|"), OK);
	assert_int_equal(templates_link(ts, false, why, sizeof(why)), OK);
	templates_unescaped(ts, note, &found);
	assert_string_equal(buf_str(&found), "a/x.txt:2:. b:2:a.b b:2:c ");
	buf_done(&found);
	templates_close(ts);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static const struct {
	const char *name, *text;
} files[] = {
	{ "layout.html", "<h1>{{$title}}{{/title}}</h1>\n{{>partials/foot}}\n" },
	{ "partials/foot.html", "<p>{{n}}</p>\n" },
	{ "onboarding/store.html", "{{<layout}}\n{{$title}}A store{{/title}}\n{{/layout}}\n" },
	{ "mail/hello.txt", "Hi {{n}}\n" },
	{ ".hidden.html", "{{" },
	{ "note.html~", "{{" },
};

static void make_tree(char *dir)
{
	static const char *const dirs[] = { "partials", "onboarding", "mail" };
	char path[200];
	size_t i;

	assert_non_null(mkdtemp(dir));
	for (i = 0; i < COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, dirs[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (i = 0; i < COUNT(files); i++)
		write_file(dir, files[i].name, files[i].text);
}

static void remove_tree(const char *dir)
{
	static const char *const names[] = { "partials", "onboarding/loop", "onboarding/bad.html",
		"onboarding", "mail", "" };
	char path[200];
	size_t i;

	for (i = 0; i < COUNT(files) + COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir,
			i < COUNT(files) ? files[i].name : names[i - COUNT(files)]);
		remove(path);
	}
}

static void test_open(void **state)
{
	char dir[] = "/tmp/test_template.XXXXXX";
	struct json_object *view = json_tokener_parse("{\"n\":\"a&b\"}");
	struct buf out = BUF_INIT;
	struct templates *ts;

	(void)state;
	make_tree(dir);
	assert_int_equal(templates_open(dir, &ts, why, sizeof(why)), OK);
	assert_true(templates_has(ts, "onboarding/store"));
	assert_true(templates_has(ts, "mail/hello.txt"));
	assert_false(templates_has(ts, "mail/hello"));
	assert_false(templates_has(ts, "note"));
	assert_int_equal(templates_render(ts, "onboarding/store", view, &out), OK);
	assert_int_equal(templates_render(ts, "mail/hello.txt", view, &out), OK);
	assert_string_equal(buf_str(&out), "<h1>A store</h1>\n<p>a&amp;b</p>\nHi a&b\n");
	templates_close(ts);
	buf_done(&out);
	json_object_put(view);
	remove_tree(dir);
}

static void test_open_fails(void **state)
{
	char dir[] = "/tmp/test_template.XXXXXX", loop[100];
	struct templates *ts;

	(void)state;
	make_tree(dir);
	write_file(dir, "onboarding/bad.html", "a\n{{>missing}}");
	assert_int_equal(templates_open(dir, &ts, why, sizeof(why)), ERR_VALIDATION);
	assert_string_equal(why, "onboarding/bad.html:2: there is no template 'missing'");
	assert_null(ts);
	write_file(dir, "onboarding/bad.html", "\n\n{{#x}}");
	assert_int_equal(templates_open(dir, &ts, why, sizeof(why)), ERR_VALIDATION);
	assert_string_equal(why, "onboarding/bad.html:3: 'x' is never closed");
	write_file(dir, "onboarding/bad.html", "");
	snprintf(loop, sizeof(loop), "%s/onboarding/loop", dir);
	assert_int_equal(symlink("..", loop), 0);
	assert_int_equal(templates_open(dir, &ts, why, sizeof(why)), ERR_IO);
	assert_non_null(strstr(why, "too many directories inside each other"));
	assert_int_equal(templates_open("/nowhere", &ts, why, sizeof(why)), ERR_IO);
	assert_string_equal(why, "/nowhere: No such file or directory");
	remove_tree(dir);
	assert_int_equal(access(dir, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comment),
		cmocka_unit_test(test_delimiter),
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_section),
		cmocka_unit_test(test_inverted),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_sizes),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_render_limits),
		cmocka_unit_test(test_render_failure_keeps_output),
		cmocka_unit_test(test_plain_text),
		cmocka_unit_test(test_unescaped),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_open_fails),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
