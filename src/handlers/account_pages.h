/* SPDX-License-Identifier: Apache-2.0 */
/* Pages on which an address is confirmed and a forgotten password replaced. */
#ifndef SOUK_HANDLERS_ACCOUNT_PAGES_H
#define SOUK_HANDLERS_ACCOUNT_PAGES_H

#include "base/err.h"
#include "web/request.h"

enum err get_verify_email(struct request *);
enum err post_verify_email(struct request *);
enum err get_forgot_password(struct request *);
enum err post_forgot_password(struct request *);
enum err get_reset_password(struct request *);
enum err post_reset_password(struct request *);

#endif
