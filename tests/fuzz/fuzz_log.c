/* SPDX-License-Identifier: Apache-2.0 */
/* The log: whatever a message, a request's id and a route hold, one line of JSON comes of it. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "json/json.h"

enum { LONGEST = 8192 };

static int memory = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	memory = memfd_create("log", MFD_CLOEXEC);
	EXPECT(memory >= 0);
	return 0;
}

/* What log_write() puts on stderr. */
static size_t written(const struct log_context *cx, const char *event, const char *message,
		      char out[LONGEST])
{
	int saved = dup(STDERR_FILENO);
	ssize_t n;

	EXPECT(saved >= 0 && !ftruncate(memory, 0) && lseek(memory, 0, SEEK_SET) == 0);
	dup2(memory, STDERR_FILENO);
	log_write(LOG_LEVEL_ALARM, cx, event, "%s", message);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(memory, out, LONGEST, 0);
	EXPECT(n > 0 && n < LONGEST);
	return (size_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_context cx;
	struct fuzz_pieces p;
	struct json_object *line;
	char text[LONGEST];
	size_t n;

	fuzz_cut(data, size, 4, &p);
	cx.request_id = p.n > 1 ? p.v[1] : NULL;
	cx.route = p.n > 2 ? p.v[2] : NULL;
	cx.store_id = p.n > 3 ? p.v[3] : NULL;
	n = written(&cx, "fuzz", fuzz_piece(&p, 0), text);
	EXPECT(text[n - 1] == '\n' && memchr(text, '\n', n) == text + n - 1);
	EXPECT(!json_parse(text, n - 1, &line));
	EXPECT(text_eq(json_text(line, "event"), "fuzz"));
	if (n < 1024 && text_utf8(fuzz_piece(&p, 0), strlen(fuzz_piece(&p, 0))))
		EXPECT(text_eq(json_text(line, "message"), fuzz_piece(&p, 0)));
	json_free(line);
	fuzz_cut_done(&p);
	return 0;
}
