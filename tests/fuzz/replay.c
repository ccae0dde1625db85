/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libFuzzer where the compiler has none: runs a harness over its kept inputs, as TAP,
 * or over the files and directories that it is given. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

#pragma weak LLVMFuzzerInitialize

/* Names the input first: if it ends the process, that line is the last one. */
static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf b = BUF_INIT;
	char part[4096];
	uint8_t *exact;
	size_t n;

	if (!file)
		return -1;
	while ((n = fread(part, 1, sizeof(part), file)))
		buf_append(&b, part, n);
	fclose(file);
	printf("# %s\n", path);
	fflush(stdout);
	exact = fuzz_alloc(b.len);
	if (b.len)
		memcpy(exact, b.data, b.len);
	LLVMFuzzerTestOneInput(exact, b.len);
	free(exact);
	buf_done(&b);
	return 1;
}

/* How many inputs were run; -1 when one cannot be read. */
static int run_directory(const char *path)
{
	struct dirent **list;
	int count = scandir(path, &list, NULL, alphasort), i, n = 0;
	char *file;

	if (count < 0)
		return -1;
	for (i = 0; i < count; i++) {
		if (list[i]->d_name[0] != '.' && n >= 0) {
			if (asprintf(&file, "%s/%s", path, list[i]->d_name) < 0)
				abort();
			n = run_file(file) < 0 ? -1 : n + 1;
			free(file);
		}
		free(list[i]);
	}
	free(list);
	return n;
}

static int run(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -1;
	return S_ISDIR(st.st_mode) ? run_directory(path) : run_file(path);
}

static int result(int number, const char *what, int inputs)
{
	printf("%sok %d - %s, %d inputs\n", inputs < 0 ? "not " : "", number, what,
	       inputs < 0 ? 0 : inputs);
	return inputs < 0;
}

/* tests/fuzz/corpus/NAME and, where something was ever found, tests/fuzz/regressions/NAME. */
static int run_kept(const char *program)
{
	const char *source = getenv("SOUK_SRCDIR"), *name = strstr(program, "fuzz_");
	char *corpus, *regressions;
	int bad;

	if (asprintf(&corpus, "%s/tests/fuzz/corpus/%s", source ? source : ".", name + 5) < 0 ||
	    asprintf(&regressions, "%s/tests/fuzz/regressions/%s", source ? source : ".",
		     name + 5) < 0)
		abort();
	printf("1..2\n");
	bad = result(1, "corpus", run(corpus));
	bad += result(2, "regressions", access(regressions, F_OK) ? 0 : run(regressions));
	free(corpus);
	free(regressions);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	int i, bad = 0;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	if (argc == 1)
		return run_kept(slash ? slash + 1 : argv[0]);
	printf("1..%d\n", argc - 1);
	for (i = 1; i < argc; i++)
		bad += result(i, argv[i], run(argv[i]));
	return bad ? 1 : 0;
}
