/* SPDX-License-Identifier: Apache-2.0 */
/* Storing, showing and removing a store's Stripe keys. */
#include "handlers/integrations.h"

#include "base/log.h"
#include "base/text.h"
#include "domain/secrets.h"
#include "handlers/current_store.h"
#include "web/input.h"
#include "web/reply.h"

enum { KEY_MAX = 255 };

static void put_last4(struct request *rq, struct json_writer *jw, const char *name,
		      const char *last4)
{
	jw_text(jw, name, last4 ? arena_printf(&rq->arena, "\xe2\x80\xa6%s", last4) : NULL);
}

static enum err show(struct request *rq, int status, const char *message, const char *store_id)
{
	struct stripe_keys keys;
	struct json_writer *jw;
	bool connected;
	enum err e = secrets_show_stripe(rq->master, store_id, &keys);

	if (e)
		return e;
	connected = keys.secret_last4 != NULL;
	jw = reply_begin(rq, status, message);
	jw_object(jw, "stripe");
	jw_bool(jw, "connected", connected);
	jw_text(jw, "mode", !connected ? NULL : keys.live ? "live" : "test");
	put_last4(rq, jw, "publishableKey", keys.publishable_last4);
	put_last4(rq, jw, "secretKey", keys.secret_last4);
	if (keys.updated_at)
		jw_time(jw, "updatedAt", keys.updated_at);
	else
		jw_null(jw, "updatedAt");
	jw_end_object(jw);
	return reply_end(rq);
}

static void check_keys(struct input *in, const char *publishable, const char *secret)
{
	const char *wrong = publishable ? secrets_publishable_problem(publishable) : NULL;
	const char *wrong_too = secret ? secrets_secret_problem(secret) : NULL;

	if (wrong)
		input_complain(in, "publishableKey", wrong);
	if (wrong_too)
		input_complain(in, "secretKey", wrong_too);
	if (publishable && secret && !wrong && !wrong_too &&
	    !secrets_same_mode(publishable, secret))
		input_complain(in, "secretKey", "One key is a test key and the other a live key. "
						"Please take both from the same mode.");
}

static void finish_step(struct request *rq, const struct store *store)
{
	struct store_change change = { .onboarding_payments = "done" };
	struct store after;
	enum err e = OK;

	if (!text_eq(store->onboarding_payments, "done"))
		e = stores_update(rq->rt, rq->master, rq->who.user_id, store->id, &change,
				  &rq->arena, &after);
	if (e)
		log_warn(&rq->log, "onboarding", "payments step not marked: %s", err_row(e)->name);
}

enum err post_integrations_stripe(struct request *rq)
{
	const char *publishable, *secret, *wanted;
	struct store store;
	struct input in;
	enum err e;

	if ((e = input_begin(rq, &in)))
		return e;
	publishable = input_text(&in, "publishableKey", 1, KEY_MAX, INPUT_REQUIRED);
	secret = input_text(&in, "secretKey", 1, KEY_MAX, INPUT_REQUIRED);
	wanted = input_uuid(&in, "storeId", 0);
	check_keys(&in, publishable, secret);
	if ((e = input_end(&in)) || (e = current_store(rq, wanted, &store)) ||
	    (e = secrets_store_stripe(rq->rt, rq->master, store.id, publishable, secret)))
		return e;
	finish_step(rq, &store);
	return show(rq, 200, "Stripe keys saved", store.id);
}

enum err get_integrations_stripe(struct request *rq)
{
	struct store store;
	enum err e = current_store(rq, NULL, &store);

	return e ? e : show(rq, 200, NULL, store.id);
}

enum err delete_integrations_stripe(struct request *rq)
{
	struct store store;
	enum err e;

	if ((e = current_store(rq, NULL, &store)) ||
	    (e = secrets_drop_stripe(rq->master, store.id)))
		return e;
	return reply_message(rq, 200, "Stripe keys removed");
}
