/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in and out, for commands; never used while serving. */
#ifndef SOUK_APP_FILES_H
#define SOUK_APP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf;

enum { FILE_MOST = 16 << 20 };

/* Appends the file's bytes; false (errno tells) when it cannot be read or is over FILE_MOST. */
bool file_read(const char *path, struct buf *out);
/* Replaces the file in one step, with this mode and owner (-1: as it comes); false: errno tells. */
bool file_write(const char *path, const char *text, size_t len, mode_t mode, uid_t, gid_t);
/* Makes a directory, or takes one that is there and is no link; sets mode and owner. */
bool file_directory(const char *path, mode_t mode, uid_t, gid_t);
/* Removes a file or a whole tree, following no link; one that is not there is fine. */
bool file_remove_tree(const char *path);
/* Bytes free for ordinary users and bytes in all of the file system that holds `path`. */
bool file_space(const char *path, unsigned long long *left, unsigned long long *all);

#endif
