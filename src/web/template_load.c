/* SPDX-License-Identifier: Apache-2.0 */
/* Reads all templates of a directory. */
#include "web/template.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum { DIRECTORIES = 8 };   /* inside each other: also the end of a loop of links */

struct load {
	struct templates *templates;
	const char *dir;
	char *why;
	size_t size;
};

/* `path` is relative to the directory that is loaded; "" is that directory itself. */
static enum err load_directory(struct load *, int parent, const char *name, const char *path,
	unsigned depth);

static enum err cannot(struct load *load, const char *path, const char *what)
{
	if (load->size)
		snprintf(load->why, load->size, "%s%s%s: %s", load->dir, *path ? "/" : "", path,
			what);
	return ERR_IO;
}

static enum err read_all(struct load *load, int fd, const char *path, struct buf *text)
{
	ssize_t n;

	do {
		n = read(fd, buf_reserve(text, 65536), 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot(load, path, strerror(errno));
		text->len += (size_t)n;
	} while (n && text->len <= TEMPLATE_SIZE);
	return OK;
}

/* "a/b.html" is the template "a/b"; "a/b.txt" keeps its ending. */
static enum err load_file(struct load *load, int fd, const char *path)
{
	struct buf text = BUF_INIT, name = BUF_INIT;
	enum err e;

	buf_puts(&name, path);
	if (text_ends(path, ".html")) {
		name.len -= strlen(".html");
		name.data[name.len] = '\0';
	}
	if (!(e = read_all(load, fd, path, &text)))
		e = templates_add(load->templates, buf_str(&name), buf_str(&text), text.len,
			load->why, load->size);
	buf_done(&name);
	buf_done(&text);
	return e;
}

static enum err load_entry(struct load *load, int parent, const char *name, const char *path,
	unsigned depth)
{
	bool wanted = text_ends(name, ".html") || text_ends(name, ".txt");
	struct stat st;
	enum err e;
	int fd;

	if (fstatat(parent, name, &st, 0))
		return cannot(load, path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return load_directory(load, parent, name, path, depth + 1);
	if (!S_ISREG(st.st_mode) || !wanted)
		return OK;
	fd = openat(parent, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return cannot(load, path, strerror(errno));
	e = load_file(load, fd, path);
	close(fd);
	return e;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum err load_entries(struct load *load, int fd, const char *path, unsigned depth)
{
	struct dirent **entries = NULL;
	struct buf child = BUF_INIT;
	enum err e = OK;
	int i, n;

	n = scandirat(fd, ".", &entries, visible, alphasort);
	if (n < 0)
		return cannot(load, path, strerror(errno));
	for (i = 0; i < n; i++) {
		buf_clear(&child);
		buf_puts(&child, path);
		if (*path)
			buf_putc(&child, '/');
		buf_puts(&child, entries[i]->d_name);
		if (!e)
			e = load_entry(load, fd, entries[i]->d_name, buf_str(&child), depth);
		free(entries[i]);
	}
	free(entries);
	buf_done(&child);
	return e;
}

static enum err load_directory(struct load *load, int parent, const char *name, const char *path,
	unsigned depth)
{
	enum err e;
	int fd;

	if (depth > DIRECTORIES)
		return cannot(load, path, "too many directories inside each other");
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return cannot(load, path, strerror(errno));
	e = load_entries(load, fd, path, depth);
	close(fd);
	return e;
}

enum err templates_open(const char *dir, struct templates **out, char *why, size_t size)
{
	struct load load = { templates_new(), dir, why, size };
	enum err e;

	*out = NULL;
	e = load_directory(&load, AT_FDCWD, dir, "", 1);
	if (!e)
		e = templates_link(load.templates, false, why, size);
	if (e)
		templates_close(load.templates);
	else
		*out = load.templates;
	return e;
}
