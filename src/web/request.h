/* SPDX-License-Identifier: Apache-2.0 */
/* One request: parsed and capped at the door; all of its state hangs here, and its arena goes
 * with it. */
#ifndef SOUK_WEB_REQUEST_H
#define SOUK_WEB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/log.h"
#include "db/runtime.h"
#include "json/json_writer.h"
#include "web/router.h"

struct json_object;
struct scoreboard;
struct templates;

enum { REQUEST_PARAMS = 160, REQUEST_HEADERS = 100, REQUEST_PATH = 2048, REQUEST_QUERY = 8192,
       REQUEST_BODY = 1 << 20, REQUEST_FIELDS = 256, REQUEST_COOKIES = 32, REQUEST_METHOD = 16,
       REQUEST_PARAM_BYTES = 128 << 10 /* of all parameters */, REQUEST_ARENA = 64 << 20 };

/* What every request of a process shares and none changes. */
struct site {
	const struct templates *templates;
	const struct router *router;
	const char *openapi;          /* text of openapi.json */
	struct scoreboard *scores;
	bool secure; /* PUBLIC_URL is https: cookies are Secure with the __Host- prefix */
};

struct pair {
	const char *name, *value;
};

enum principal { NOBODY, AGENCY_USER, TENANT_USER };

/* Who is asking, as the identity gate proved it. */
struct identity {
	enum principal kind;
	bool by_cookie;               /* so unsafe methods need the CSRF token */
	char user_id[ID_TEXT], session_id[ID_TEXT];
	char store_id[ID_TEXT];       /* of the token; "" when it has none */
	const char *email, *first_name, *last_name, *role, *account_type;
	const char *phone, *avatar_url, *company_name;   /* or NULL */
	int64_t created_at, last_login;                  /* microseconds; 0 when never */
	bool email_verified;
	bool profile_completed;
};

struct request {
	/* For the life of the worker. */
	struct arena arena;
	struct runtime *rt;
	const struct site *site;
	struct db *master;       /* proven at its first use; NULL with ROUTE_NO_MASTER */
	struct db *tenant;       /* with ROUTE_TENANT, or who is a tenant's user */
	struct buf reply;        /* the answer's body */
	struct json_writer jw;

	struct log_context log;  /* first of what one request has: see request_reset() */

	/* As sent. Of the arrays below only the counted elements mean anything. */
	const char *method;
	const char *target;      /* REQUEST_URI as sent */
	const char *path;        /* decoded, for the log and for redirects */
	int segment_count;       /* ROUTER_SEGMENTS + 1: there are more than can match */
	int query_count, header_count, cookie_count;
	const char *host;        /* TENANT_HOST: lower case, without port and trailing dot, IPv6 in
				    brackets; "" */
	const char *remote_addr; /* textual address of the client; "" when it has none */
	const char *content_type; /* lower case, without parameters; "" */
	const char *body;        /* NUL-terminated; NULL when there is none */
	size_t body_len;
	char request_id[65];
	int64_t started_us;      /* monotonic */
	int64_t queued_us;       /* in the queue, before a worker took it; 0: not known */

	/* Found out on the way. */
	struct route_match match;
	int longest_s;           /* its worker is gone when it takes longer; see the row */
	struct identity who;
	bool hashes;             /* is on its way to a password hash */
	bool waits_for_stranger; /* sits on a seat of those who may */
	bool waits_for_laggard;  /* the same, for a store that was slow */
	const char *tenant_asked; /* the store whose database was asked; NULL: none */
	int64_t tenant_asked_ms; /* monotonic, since when */
	bool idempotent;         /* its answer is kept under its Idempotency-Key */
	int64_t idempotent_since; /* microseconds: when that key was first used */
	const char *tenant_store_id; /* the host's store (also "" on the platform's hosts) */
	bool body_parsed;        /* by input_begin() */
	struct json_object *json; /* parsed body, or NULL */
	struct pair *form;       /* parsed form body, or NULL */
	int form_count;
	const char *csrf_seed;   /* of the cookie this answer sets, or NULL */
	struct buf *details;     /* JSON object text for the error's "details", or NULL */
	struct buf *extra_headers; /* "Name: value\r\n" lines; values checked */

	/* The answer, beside its body. */
	int status;              /* 0: not yet answered */
	const char *reply_type;

	const char *segments[ROUTER_SEGMENTS + 1]; /* decoded, no "." or ".."; "//" and a slash at
						      the end leave an empty one, which matches no
						      route */
	struct pair query[REQUEST_FIELDS];
	struct pair headers[REQUEST_HEADERS]; /* names lower case with '-'; values well-formed
						 UTF-8 */
	struct pair cookies[REQUEST_COOKIES];
};

/* Values by name; NULL when absent. Header names in lower case, cookie names without the __Host-
 * prefix (under TLS only cookies that have it are seen). Of a header that came twice the first;
 * those for which that would be a trap (Authorization, Idempotency-Key, …) are refused at the
 * door. */
const char *request_header(const struct request *, const char *name);
const char *request_query(const struct request *, const char *name);
const char *request_param(const struct request *,
			  const char *name); /* of the pattern; "" when it has none */
/* One that is an id, as the databases write it: in lower case. Connections, news and sealed boxes
 * go by the letters of an id. In the arena. */
const char *request_param_id(struct request *, const char *name);
const char *request_cookie(const struct request *, const char *name);

/* Sets up and tears down what one request needs; `rq` is reused by a worker from request to
 * request. Neither touches rq->master or rq->tenant, which belong to the worker. */
void request_init(struct request *, struct runtime *, const struct site *);
void request_reset(struct request *);
void request_done(struct request *);

/* Takes the parameters of a FastCGI request (name=value strings, ended by NULL) apart; copies
 * what it keeps. ERR_BAD_REQUEST, ERR_BODY_TOO_LARGE (by CONTENT_LENGTH). `*length` is the
 * body's announced length. Also after an error the request has its id, and texts are "" where
 * they are not known, so that reply_error() can answer. A path that ends in '/' is another path
 * than the one without, and only "/" itself is a route. */
enum err request_parse(struct request *, char *const *envp, size_t *length) MUST_CHECK;

#endif
