/* SPDX-License-Identifier: Apache-2.0 */
/* The short steps: payments, credits, profile. */
#include "handlers/onboarding_pages.h"

#include "base/text.h"
#include "domain/accounts.h"
#include "domain/secrets.h"
#include "handlers/onboarding_flow.h"
#include "handlers/page.h"
#include "handlers/page_buy.h"
#include "json/json.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/view.h"

enum { KEY_MAX_CHARS = 255 };

enum err get_onboarding(struct request *rq)
{
	return onboarding_next(rq);
}

/* ---- payments ------------------------------------------------------------------------- */

static enum err show_payments(struct request *rq, const struct onboarding *ob,
			      const struct input *in, enum err failed)
{
	struct stripe_keys stored;
	struct json_object *view, *fields, *keys;
	enum err e = secrets_show_stripe(rq->master, ob->store.id, &stored);

	if (e || (e = onboarding_view(rq, ob, &view)))
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	if (stored.secret_last4) {
		keys = view_object(view, "keys");
		view_text(keys, "publishable", stored.publishable_last4);
		view_text(keys, "secret", stored.secret_last4);
		view_bool(keys, "live", stored.live);
	}
	fields = view_object(view, "fields");
	page_field(fields, in, "publishableKey", NULL);
	page_field(fields, in, "secretKey", NULL);
	return reply_page(rq, failed ? err_row(failed)->status : 200, "onboarding/payments", view);
}

enum err get_onboarding_payments(struct request *rq)
{
	struct onboarding ob;
	enum err e = onboarding_begin(rq, "payments", &ob);

	return e || rq->status ? e : show_payments(rq, &ob, NULL, OK);
}

static enum err take_keys(struct input *in, const char **publishable, const char **secret)
{
	const char *wrong;
	bool fine = true;

	*publishable = input_text(in, "publishableKey", 1, KEY_MAX_CHARS, INPUT_REQUIRED);
	if (*publishable && (wrong = secrets_publishable_problem(*publishable))) {
		input_complain(in, "publishableKey", wrong);
		fine = false;
	}
	*secret = input_text(in, "secretKey", 1, KEY_MAX_CHARS, INPUT_REQUIRED);
	if (*secret && (wrong = secrets_secret_problem(*secret))) {
		input_complain(in, "secretKey", wrong);
		fine = false;
	}
	if (fine && *publishable && *secret && !secrets_same_mode(*publishable, *secret))
		input_complain(in, "secretKey",
			       "One key is a test key and the other a live key. "
			       "Please take both from the same mode.");
	return input_end(in);
}

enum err post_onboarding_payments(struct request *rq)
{
	const char *publishable, *secret;
	struct onboarding ob;
	struct input in;
	enum err e;

	if ((e = onboarding_begin(rq, "payments", &ob)) || rq->status || (e = input_begin(rq, &in)))
		return e;
	if (input_button(&in, "skip"))
		return onboarding_settle(rq, &ob, "skipped");
	if (!(e = take_keys(&in, &publishable, &secret)))
		e = secrets_store_stripe(rq->rt, rq->master, ob.store.id, publishable, secret);
	if (e)
		return page_form_error(e) ? show_payments(rq, &ob, &in, e) : e;
	return onboarding_settle(rq, &ob, "done");
}

/* ---- credits -------------------------------------------------------------------------- */

static enum err show_credits(struct request *rq, const struct onboarding *ob,
			     const struct input *in, enum err failed)
{
	struct json_object *view;
	enum err e = onboarding_view(rq, ob, &view);

	if (e)
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	if ((e = page_buy_view(rq, ob->store.id, in, view))) {
		json_free(view);
		return e;
	}
	return reply_page(rq, failed ? err_row(failed)->status : 200, "onboarding/credits", view);
}

enum err get_onboarding_credits(struct request *rq)
{
	struct onboarding ob;
	enum err e = onboarding_begin(rq, "credits", &ob);

	return e || rq->status ? e : show_credits(rq, &ob, NULL, OK);
}

enum err post_onboarding_credits(struct request *rq)
{
	struct credit_transaction bought;
	struct onboarding ob;
	struct input in;
	enum err e;

	if ((e = onboarding_begin(rq, "credits", &ob)) || rq->status || (e = input_begin(rq, &in)))
		return e;
	if (input_button(&in, "skip"))
		return onboarding_settle(rq, &ob, "skipped");
	if ((e = page_buy(rq, ob.store.id, &in, &bought)))
		return page_form_error(e) ? show_credits(rq, &ob, &in, e) : e;
	return onboarding_settle(rq, &ob, "done");
}

/* ---- profile -------------------------------------------------------------------------- */

static enum err show_profile(struct request *rq, const struct onboarding *ob,
			     const struct input *in, enum err failed)
{
	struct json_object *view;
	enum err e = onboarding_view(rq, ob, &view);

	if (e)
		return e;
	if (failed)
		page_failed(view, in, failed, NULL);
	page_profile_fields(view_object(view, "fields"), rq, in);
	return reply_page(rq, failed ? err_row(failed)->status : 200, "onboarding/profile", view);
}

enum err get_onboarding_profile(struct request *rq)
{
	struct onboarding ob;
	enum err e = onboarding_begin(rq, "profile", &ob);

	return e || rq->status ? e : show_profile(rq, &ob, NULL, OK);
}

enum err post_onboarding_profile(struct request *rq)
{
	struct profile_change change = { .completes = true };
	struct onboarding ob;
	struct input in;
	struct user user;
	enum err e;

	if ((e = onboarding_begin(rq, "profile", &ob)) || rq->status || (e = input_begin(rq, &in)))
		return e;
	page_profile_input(&in, &change);
	if ((e = input_end(&in)) ||
	    (e = accounts_update(rq->master, rq->who.user_id, &change, &user)))
		return page_form_error(e) ? show_profile(rq, &ob, &in, e) : e;
	return reply_redirect(rq, "/dashboard");
}
