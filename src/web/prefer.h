/* SPDX-License-Identifier: Apache-2.0 */
/* What a client would rather have (RFC 7240). */
#ifndef SOUK_WEB_PREFER_H
#define SOUK_WEB_PREFER_H

/* Seconds of the first `wait=N` (section 4.3) in a Prefer header, at most `most`; 0 when it is not
 * asked for or is no whole number. `header` may be NULL. */
int prefer_wait(const char *header, int most);

#endif
