/* SPDX-License-Identifier: Apache-2.0 */
/* The five steps from registration to a running store, one page each. Without JavaScript they do
 * the same. */
#ifndef SOUK_HANDLERS_ONBOARDING_PAGES_H
#define SOUK_HANDLERS_ONBOARDING_PAGES_H

#include "base/err.h"

struct request;

enum err get_onboarding(struct request *) MUST_CHECK; /* GET /onboarding: to the first open step */
enum err get_onboarding_store(struct request *) MUST_CHECK; /* GET /onboarding/store, ?new=1 */
enum err post_onboarding_store(struct request *) MUST_CHECK;
enum err get_onboarding_database(struct request *)
	MUST_CHECK; /* GET /onboarding/database: form or progress */
enum err post_onboarding_database(struct request *) MUST_CHECK; /* button `test`: only tests */
enum err get_onboarding_payments(struct request *) MUST_CHECK;
enum err post_onboarding_payments(struct request *) MUST_CHECK; /* button `skip` */
enum err get_onboarding_credits(struct request *) MUST_CHECK;
enum err post_onboarding_credits(struct request *) MUST_CHECK; /* button `skip` */
enum err get_onboarding_profile(struct request *) MUST_CHECK;
enum err post_onboarding_profile(struct request *) MUST_CHECK;

#endif
