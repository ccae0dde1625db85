/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that only a page of ours, shown to this browser, can hold. */
#include "web/csrf.h"

#include <string.h>

#include "base/text.h"
#include "crypto/token.h"
#include "web/input.h"
#include "web/reply.h"
#include "web/router.h"
#include "web/url.h"

static const char cookie[] = "souk_pre";

/* `kind` keeps a session's id and a cookie that looks like one apart. */
static const char *sign(struct request *rq, const char *kind, const char *seed)
{
	unsigned char mac[HASH_BYTES];
	const char *text = arena_printf(&rq->arena, "%s:%s", kind, seed);
	struct buf b = BUF_INIT;

	token_hmac(rq->rt->keys.csrf_key, sizeof(rq->rt->keys.csrf_key), text, strlen(text), mac);
	text_base64url(&b, mac, sizeof(mac));
	text = arena_strdup(&rq->arena, b.data);
	buf_done(&b);
	return text;
}

/* The cookie's value when it has the form of one of ours. */
static const char *sent_seed(const struct request *rq)
{
	const char *s = request_cookie(rq, cookie);
	unsigned char bytes[TOKEN_TEXT];

	return s && text_unbase64url(s, strlen(s), bytes, sizeof(bytes)) == HASH_BYTES ? s : NULL;
}

/* The token this request should bear, NULL when it can have none. */
static const char *expected(struct request *rq)
{
	const char *seed;

	if (rq->who.kind != NOBODY)
		return sign(rq, "s", rq->who.session_id);
	seed = rq->csrf_seed ? rq->csrf_seed : sent_seed(rq);
	return seed ? sign(rq, "p", seed) : NULL;
}

const char *csrf_token(struct request *rq)
{
	const char *token = expected(rq);
	char seed[TOKEN_TEXT];

	if (token)
		return token;
	rq->csrf_seed = arena_strdup(&rq->arena, token_new(seed));
	reply_cookie(rq, cookie, rq->csrf_seed, -1);
	return expected(rq);
}

static bool origin_ours(const struct request *rq, const char *origin)
{
	char host[URL_HOST], own[URL_HOST];

	if (!url_http_host(origin, host) || !*host)
		return false;
	if (rq->site->secure && !text_starts(origin, "https://"))
		return false;
	if (text_eq(host, rq->host))
		return true;
	return url_http_host(rq->rt->settings->public_url, own) && text_eq(host, own);
}

static bool from_here(const struct request *rq)
{
	const char *site = request_header(rq, "sec-fetch-site");
	const char *origin = request_header(rq, "origin");

	if (site && !text_eq(site, "same-origin") && !text_eq(site, "none"))
		return false;
	return !origin || origin_ours(rq, origin);
}

static enum err sent_token(struct request *rq, const char **out)
{
	struct input in;
	enum err e;
	int i;

	*out = request_header(rq, "x-csrf-token");
	if (*out || text_eq(rq->content_type, "application/json"))
		return OK;
	if ((e = input_begin(rq, &in)))
		return e;
	for (i = 0; i < rq->form_count; i++)
		if (text_eq(rq->form[i].name, "_csrf"))
			*out = rq->form[i].value;
	return OK;
}

static bool same(const char *want, const char *got)
{
	return want && got && strlen(got) == strlen(want) && token_equal(got, want, strlen(want));
}

/* The token of a form for everybody that was shown before somebody signed in, in another tab. */
static const char *expected_before(struct request *rq)
{
	bool everybody = rq->who.kind != NOBODY && rq->match.route->who == PUBLIC;
	const char *seed = everybody ? sent_seed(rq) : NULL;

	return seed ? sign(rq, "p", seed) : NULL;
}

enum err csrf_check(struct request *rq)
{
	const char *got;
	enum err e;

	if (!from_here(rq))
		return ERR_CSRF;
	if ((e = sent_token(rq, &got)))
		return e;
	return same(expected(rq), got) || same(expected_before(rq), got) ? OK : ERR_CSRF;
}
