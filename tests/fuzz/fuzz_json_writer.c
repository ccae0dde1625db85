/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out: whatever is written, in whatever order, is JSON that can stand in a page. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/text.h"
#include "json/json.h"
#include "json/json_writer.h"

enum { DEEPEST = JSON_DEPTH - 1, NAME = 96 };

/* A container is an object or an array by its bit. */
struct writing {
	struct json_writer w;
	unsigned int objects;
	int depth, names;
	char name[NAME];
};

/* NULL inside an array; else one of its own, since names may not come twice. */
static const char *next_name(struct writing *s, const char *text)
{
	if (!(s->objects & 1u << s->depth))
		return NULL;
	snprintf(s->name, sizeof(s->name), "%d_%s", s->names++, text);
	return s->name;
}

static void begin(struct writing *s, bool object, const char *text)
{
	const char *name = next_name(s, text);

	if (s->depth == DEEPEST)
		return;
	if (object)
		jw_object(&s->w, name);
	else
		jw_array(&s->w, name);
	s->depth++;
	s->objects = (s->objects & ~(1u << s->depth)) | (unsigned int)object << s->depth;
}

static void end(struct writing *s)
{
	if (s->objects & 1u << s->depth)
		jw_end_object(&s->w);
	else
		jw_end_array(&s->w);
	s->depth--;
}

static int64_t number_of(const char *text)
{
	int64_t n = 0;

	memcpy(&n, text, strnlen(text, sizeof(n)));
	return n;
}

static void write_one(struct writing *s, const char *piece)
{
	const char *text = *piece ? piece + 1 : piece;

	switch (*piece) {
	case '{': begin(s, true, text); break;
	case '[': begin(s, false, text); break;
	case '}':
		if (s->depth > 1)
			end(s);
		break;
	case 'i': jw_int(&s->w, next_name(s, ""), number_of(text)); break;
	case 't': jw_time(&s->w, next_name(s, ""), number_of(text)); break;
	case 'd': jw_decimal(&s->w, next_name(s, text), number_of(text), 4); break;
	case 'b': jw_bool(&s->w, next_name(s, text), *text & 1); break;
	case 'n': jw_null(&s->w, next_name(s, text)); break;
	case 'r': jw_raw(&s->w, next_name(s, ""), json_valid(text, strlen(text)) &&
			 !strpbrk(text, "{[<>&\n\r") ? text : NULL); break;
	default: jw_text(&s->w, next_name(s, text), piece);
	}
}

static void check_text(const char *text)
{
	struct buf b = BUF_INIT;
	struct json_writer w;
	struct json_object *obj;

	jw_init(&w, &b);
	jw_object(&w, NULL);
	jw_text(&w, "t", text);
	jw_end_object(&w);
	EXPECT(!json_parse(b.data, b.len, &obj));
	if (text_utf8(text, strlen(text)))
		EXPECT(text_eq(json_text(obj, "t"), text));
	json_free(obj);
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT;
	struct writing s = { .depth = 0 };
	struct fuzz_pieces p;
	int i;

	fuzz_cut(data, size, 512, &p);
	jw_init(&s.w, &b);
	begin(&s, true, "");
	for (i = 0; i < p.n; i++)
		write_one(&s, p.v[i]);
	while (s.depth)
		end(&s);
	EXPECT(json_valid(b.data, b.len));
	EXPECT(!strpbrk(b.data, "<>&\n\r"));
	for (i = 0; i < p.n; i++)
		check_text(p.v[i]);
	buf_done(&b);
	fuzz_cut_done(&p);
	return 0;
}
