/* SPDX-License-Identifier: Apache-2.0 */
/* Stores and their databases: the API's handlers. */
#ifndef SOUK_HANDLERS_STORES_H
#define SOUK_HANDLERS_STORES_H

#include "base/err.h"
#include "web/request.h"

enum err post_stores(struct request *);
enum err get_stores(struct request *);
enum err get_store(struct request *);
enum err patch_store(struct request *);
enum err delete_store(struct request *);
enum err get_stores_dropdown(struct request *);
enum err get_stores_check_slug(struct request *);
enum err post_store_connect_database(struct request *);
enum err post_store_test_database(struct request *);
enum err get_store_provisioning_status(struct request *);
enum err get_store_health(struct request *);

#endif
