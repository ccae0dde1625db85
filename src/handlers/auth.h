/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and sessions: the API's handlers. */
#ifndef SOUK_HANDLERS_AUTH_H
#define SOUK_HANDLERS_AUTH_H

#include "base/err.h"
#include "web/request.h"

enum err post_auth_register(struct request *);
enum err post_auth_login(struct request *);
enum err get_auth_me(struct request *);
enum err patch_auth_profile(struct request *);
enum err post_auth_refresh(struct request *);
enum err post_auth_logout(struct request *);
enum err get_auth_sessions(struct request *);
enum err delete_auth_session(struct request *);
enum err post_auth_switch_store(struct request *);

#endif
