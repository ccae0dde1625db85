/* SPDX-License-Identifier: Apache-2.0 */
/* Sending one mail: by SMTP, or as a file for those who develop. */
#ifndef SOUK_NET_MAIL_H
#define SOUK_NET_MAIL_H

#include <stddef.h>

#include "base/err.h"

struct buf;

/* Texts are UTF-8 with LF at the ends of lines. `to` is a bare address. `id` is unique for this
 * mail and the same at each try to send it: it makes the Message-ID and the file's name. */
struct mail {
	const char *id, *to, *subject;
	const char *text, *html;
};

/* Looks at the settings SMTP_URL ("" is fine: no mail can be sent) and MAIL_FROM, "Name
 * <address>" or an address. ERR_VALIDATION; `why` then holds one line that names the setting,
 * never its value. */
enum err mail_check(const char *smtp_url, const char *from, char *why, size_t size) MUST_CHECK;

/* The whole mail as RFC 5322 wants it, lines ended by CRLF: headers, then multipart/alternative.
 * ERR_VALIDATION when sender, receiver, id or subject could not stand in a header: nothing a user
 * can choose begins a line there. */
enum err mail_compose(const char *from, const struct mail *, struct buf *out) MUST_CHECK;

/* Hands it over, at `smtp_url`:
 *	file:DIR            DIR/<id>.eml, mode 0600, there as a whole or not at all
 *	smtps://[user:password@]host[:port]   under TLS
 *	smtp://…            under STARTTLS: always with a password, else where the server has it;
 *	                    a server on this machine is spoken to in the clear
 * ERR_IO when it did not work this time, ERR_VALIDATION as above; `why` then says more, without
 * secrets. At most half a minute. */
enum err mail_send(const char *smtp_url, const char *from, const struct mail *, char *why,
		   size_t size) MUST_CHECK;

#endif
