/* SPDX-License-Identifier: Apache-2.0 */
/* A User-Agent in the words of the person who uses it. */
#ifndef SOUK_HANDLERS_DEVICE_H
#define SOUK_HANDLERS_DEVICE_H

struct arena;

/* "Firefox on Linux", "iPhone", or "Unknown device"; `agent` may be NULL. */
const char *device_name(struct arena *, const char *agent);

#endif
