/* SPDX-License-Identifier: Apache-2.0 */
/* The web pool in shards: each has a socket and workers of its own, and the web server sends the
 * hosts of one store to one of them, so that a store's connections lie in a few workers, not in
 * all. */
#ifndef SOUK_APP_SHARDS_H
#define SOUK_APP_SHARDS_H

#include <stddef.h>

#include "config/settings.h"

enum { SHARDS_MOST = 16, SHARD_PATH = 128 };

/* The socket of shard `i`: SOCKET_WEB itself for the first, so that whoever knows only that one
 * reaches a whole Souk; "/run/souk/web-1.sock" and so on for the others. Returns `out`. */
const char *shard_socket(const struct settings *, int i, char out[SHARD_PATH]);
/* Of its WORKERS those of shard `i`, at least one. */
int shard_workers(const struct settings *, int i);
/* Name of its processes: "souk-web", "souk-web.1", … */
const char *shard_name(int i);

#endif
