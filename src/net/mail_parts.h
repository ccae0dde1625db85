/* SPDX-License-Identifier: Apache-2.0 */
/* What composing and sending a mail share. */
#ifndef SOUK_NET_MAIL_PARTS_H
#define SOUK_NET_MAIL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

/* Pieces of the setting MAIL_FROM, not ended by NUL. */
struct mail_sender {
	const char *name, *address;
	size_t name_len, address_len;   /* name_len 0: there is none */
};

/* "Name <address>" or "address" taken apart; false when it is neither. */
bool mail_sender(const char *from, struct mail_sender *out);

#endif
