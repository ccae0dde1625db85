/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: percent-encoding, paths taken apart, host names, and which addresses are our own. */
#ifndef SOUK_WEB_URL_H
#define SOUK_WEB_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct buf;

enum { URL_HOST = 256 };

/* Percent-decoded copy, `plus` as a blank when asked. NULL when an escape is broken, or the result
 * holds a NUL or is no UTF-8. */
char *url_decode(struct arena *, const char *s, size_t len, bool plus);
/* Appends with everything but unreserved characters (RFC 3986, section 2.3) percent-encoded. */
void url_encode(struct buf *, const char *s);

/* Takes the path of a request apart: begins with '/', split there, then each segment decoded. More
 * than `max` segments: the first `max`. ERR_BAD_REQUEST for broken escapes, an encoded '/', control
 * characters, bad UTF-8, '#', and "." and ".." however they are written. "/" has no segments. */
enum err url_path(struct arena *, const char *path, size_t len, const char **segments, int max,
		  int *count) MUST_CHECK;

/* "Shop.Example.:8080" -> "shop.example"; IPv6 literals keep their brackets; "" gives "". false
 * when it is no host. */
bool url_host(const char *authority, char out[URL_HOST]);
/* The host of an http or https URL or origin, as url_host() writes it. No user information. */
bool url_http_host(const char *url, char out[URL_HOST]);

/* A path on this site that is safe in a Location header: begins with one '/', visible ASCII, no
 * '\'. */
bool url_own_path(const char *s);

#endif
