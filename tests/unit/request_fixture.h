/* SPDX-License-Identifier: Apache-2.0 */
/* A request for the unit tests of src/web, made from parameters as web servers send them. */
#ifndef SOUK_TESTS_REQUEST_FIXTURE_H
#define SOUK_TESTS_REQUEST_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/request.h"

struct fixture {
	struct settings settings;
	struct runtime rt;
	struct site site;
	struct request rq;
};

static inline void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->settings.cors_origins = "";
	f->settings.public_url = "http://shop.example:8080";
	f->rt.settings = &f->settings;
	memset(f->rt.keys.csrf_key, 7, sizeof(f->rt.keys.csrf_key));
	request_init(&f->rq, &f->rt, &f->site);
}

static inline void fixture_done(struct fixture *f)
{
	request_done(&f->rq);
}

/* Parses a request with exactly these parameters. Each is copied to memory of its own size, so that
 * AddressSanitizer sees every byte read beyond its end. */
static inline enum err fixture_params(struct fixture *f, const char *const *params, size_t *length)
{
	char *envp[512];
	enum err e;
	int n, i;

	for (n = 0; n < 511 && params[n]; n++)
		envp[n] = strdup(params[n]);
	envp[n] = NULL;
	request_reset(&f->rq);
	e = request_parse(&f->rq, envp, length);
	for (i = 0; i < n; i++)
		free(envp[i]);
	return e;
}

/* A plain request with up to three parameters more; NULL stands for none. */
static inline enum err fixture_request(struct fixture *f, const char *method, const char *target,
				       const char *a, const char *b, const char *c)
{
	char m[64], t[32768];
	const char *params[8] = { m, t, "TENANT_HOST=shop.example", "REMOTE_ADDR=192.0.2.1" };
	const char *more[] = { a, b, c };
	size_t length;
	int n = 4, i;

	for (i = 0; i < 3; i++)
		if (more[i])
			params[n++] = more[i];

	snprintf(m, sizeof(m), "REQUEST_METHOD=%s", method);
	snprintf(t, sizeof(t), "REQUEST_URI=%s", target);
	return fixture_params(f, params, &length);
}

/* The request has this body and is for a route that takes forms, too. */
static inline void fixture_form(struct fixture *f, const char *body)
{
	static const struct route takes_forms = { .flags = ROUTE_FORM };

	f->rq.match.route = &takes_forms;
	f->rq.body = arena_strdup(&f->rq.arena, body);
	f->rq.body_len = strlen(body);
}

/* A POST of a body. */
static inline void fixture_body(struct fixture *f, const char *type, const char *body)
{
	char t[128];

	snprintf(t, sizeof(t), "CONTENT_TYPE=%s", type);
	if (fixture_request(f, "POST", "/x", t, NULL, NULL))
		abort();
	fixture_form(f, body);
}

#endif
