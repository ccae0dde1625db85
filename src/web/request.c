/* SPDX-License-Identifier: Apache-2.0 */
/* A request taken off the wire: every parameter checked and capped before anything else sees it. */
#include "web/request.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "json/json.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/url.h"

enum { KEEP_REPLY = 256 << 10, CONTENT_TYPE_MAX = 255 };

#define QUEUED_MOST_US INT64_C(600000000)

static const char *find(const struct pair *v, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return v[i].value;
	return NULL;
}

const char *request_header(const struct request *rq, const char *name)
{
	return find(rq->headers, rq->header_count, name);
}

const char *request_query(const struct request *rq, const char *name)
{
	return find(rq->query, rq->query_count, name);
}

const char *request_param(const struct request *rq, const char *name)
{
	int i;

	for (i = 0; i < rq->match.param_count; i++)
		if (!strcmp(rq->match.params[i].name, name))
			return rq->match.params[i].value;
	return "";
}

const char *request_param_id(struct request *rq, const char *name)
{
	return text_lower(&rq->arena, request_param(rq, name));
}

const char *request_cookie(const struct request *rq, const char *name)
{
	size_t skip = rq->site->secure ? strlen(COOKIE_HOST_PREFIX) : 0;
	int i;

	for (i = 0; i < rq->cookie_count; i++) {
		const char *sent = rq->cookies[i].name;

		/* Without the prefix a store's sub-domain could plant one on the platform. */
		if (skip && !text_starts(sent, COOKIE_HOST_PREFIX))
			continue;
		if (!strcmp(sent + skip, name))
			return rq->cookies[i].value;
	}
	return NULL;
}

/* All but what lives longer than one request, and the arrays, whose counts are none. */
static void blank(struct request *rq)
{
	const size_t from = offsetof(struct request, log);

	memset((char *)rq + from, 0, offsetof(struct request, segments) - from);
	rq->method = rq->target = rq->path = rq->host = rq->remote_addr = "";
	rq->content_type = rq->tenant_store_id = "";
	rq->match.index = -1;
	rq->log.request_id = rq->request_id;
}

void request_init(struct request *rq, struct runtime *rt, const struct site *site)
{
	memset(rq, 0, sizeof(*rq));
	arena_init(&rq->arena, REQUEST_ARENA);
	buf_init(&rq->reply);
	rq->rt = rt;
	rq->site = site;
	blank(rq);
}

void request_reset(struct request *rq)
{
	json_free(rq->json);
	if (rq->details)
		buf_done(rq->details);
	if (rq->extra_headers)
		buf_done(rq->extra_headers);
	if (rq->reply.cap > KEEP_REPLY)
		buf_done(&rq->reply);
	buf_clear(&rq->reply);
	arena_reset(&rq->arena);
	blank(rq);
}

void request_done(struct request *rq)
{
	request_reset(rq);
	buf_done(&rq->reply);
	arena_done(&rq->arena);
}

/* What the client sent wrong goes to the log in our words only. */
static enum err refuse(const struct request *rq, const char *why)
{
	log_debug(&rq->log, "bad_request", "%s", why);
	return ERR_BAD_REQUEST;
}

static bool id_fits(const char *s)
{
	size_t n;

	for (n = 0; s[n]; n++)
		if (n == 64 || !((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
				 (s[n] >= '0' && s[n] <= '9') || strchr("._-", s[n])))
			return false;
	return n > 0;
}

static void take_id(struct request *rq, const char *sent)
{
	char id[ID_TEXT];

	if (!sent || !id_fits(sent))
		sent = id_new(id);
	text_copy(rq->request_id, sizeof(rq->request_id), sent);
}

/* The value of a parameter, NULL when absent; *twice tells that it came more than once. */
static const char *param(char *const *envp, const char *name, bool *twice)
{
	size_t len = strlen(name);
	const char *found = NULL;

	*twice = false;
	for (; *envp; envp++) {
		if (strncmp(*envp, name, len) != 0 || (*envp)[len] != '=')
			continue;
		*twice = found != NULL;
		if (found)
			break;
		found = *envp + len + 1;
	}
	return found;
}

static enum err check_size(struct request *rq, char *const *envp)
{
	size_t bytes = 0;
	int n;

	for (n = 0; envp[n]; n++)
		bytes += strlen(envp[n]);
	if (n > REQUEST_PARAMS)
		return refuse(rq, "too many parameters");
	if (bytes > REQUEST_PARAM_BYTES)
		return refuse(rq, "parameters too long");
	return OK;
}

static enum err take_method(struct request *rq, const char *method)
{
	size_t n = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (!n || n > REQUEST_METHOD || method[n])
		return refuse(rq, "odd method");
	rq->method = arena_strdup(&rq->arena, method);
	return OK;
}

/* The target without the scheme and authority of its absolute form. That authority names no
 * tenant. */
static const char *origin_form(const char *target)
{
	const char *rest = NULL;

	if (!strncasecmp(target, "http://", 7))
		rest = target + 7;
	else if (!strncasecmp(target, "https://", 8))
		rest = target + 8;
	return rest ? rest + strcspn(rest, "/?") : target;
}

static const char *join(struct request *rq)
{
	struct buf b = BUF_INIT;
	const char *path;
	int i;

	for (i = 0; i < rq->segment_count; i++) {
		buf_putc(&b, '/');
		buf_puts(&b, rq->segments[i]);
	}
	path = arena_strdup(&rq->arena, b.len ? b.data : "/");
	buf_done(&b);
	return path;
}

static enum err take_query(struct request *rq, const char *query)
{
	const char *twice;
	int i;

	if (strlen(query) > REQUEST_QUERY)
		return refuse(rq, "query too long");
	if (form_parse(&rq->arena, query, strlen(query), rq->query, REQUEST_FIELDS,
		       &rq->query_count, &twice))
		return refuse(rq, "query malformed");
	if (twice)
		return refuse(rq, "query with one name twice");
	for (i = 0; i < rq->query_count; i++)
		if (text_has_control(rq->query[i].value))
			return refuse(rq, "query with control characters");
	return OK;
}

static enum err take_target(struct request *rq, const char *target)
{
	const char *path = origin_form(target);
	size_t len = strcspn(path, "?");

	if (len > REQUEST_PATH || strlen(target) > REQUEST_PATH + REQUEST_QUERY)
		return refuse(rq, "target too long");
	if (text_has_control(target))
		return refuse(rq, "target with control characters");
	rq->target = arena_strdup(&rq->arena, target);
	if (!len && path != target) {
		rq->path = "/";
	} else {
		if (url_path(&rq->arena, path, len, rq->segments, ROUTER_SEGMENTS + 1,
			     &rq->segment_count))
			return refuse(rq, "path malformed");
		rq->path = join(rq);
	}
	return path[len] ? take_query(rq, path + len + 1) : OK;
}

static enum err take_length(struct request *rq, const char *text, size_t *length)
{
	size_t n = strspn(text, "0123456789");

	if (text[n])
		return refuse(rq, "odd Content-Length");
	for (; *text == '0'; text++)
		n--;
	/* Any number of digits is a number; those beyond ten only say that it is large. */
	for (*length = 0; *text && n <= 10; text++)
		*length = *length * 10 + (size_t)(*text - '0');
	if (n > 10 || *length > REQUEST_BODY)
		return ERR_BODY_TOO_LARGE;
	return OK;
}

static void take_type(struct request *rq, const char *type)
{
	size_t len = strcspn(type, ";");

	if (len > CONTENT_TYPE_MAX || text_has_control(type) || !text_utf8(type, strlen(type)))
		len = 0;
	type = len || !*type ? arena_strndup(&rq->arena, type, len) : "unknown";
	rq->content_type = text_lower(&rq->arena, text_trim(&rq->arena, type));
}

static void take_address(struct request *rq, const char *address)
{
	unsigned char any[16];

	if (inet_pton(AF_INET, address, any) == 1 || inet_pton(AF_INET6, address, any) == 1)
		rq->remote_addr = arena_strdup(&rq->arena, address);
}

static enum err take_host(struct request *rq, const char *host)
{
	char clean[URL_HOST];

	if (!url_host(host, clean))
		return refuse(rq, "odd host");
	rq->host = arena_strdup(&rq->arena, clean);
	return OK;
}

/* "HTTP_USER_AGENT" -> "user-agent"; NULL for a name that no header has. */
static const char *header_name(struct request *rq, const char *s, size_t len)
{
	char *name = arena_strndup(&rq->arena, s, len), *p;

	for (p = name; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
		else if (*p == '_')
			*p = '-';
		else if (*p < '0' || *p > '9')
			return NULL;
	}
	return *name ? name : NULL;
}

/* Of these two would be two answers to one question. */
static bool single(const char *name)
{
	static const char *const names[] = { "authorization", "content-length", "content-type",
					     "host", "idempotency-key", "origin",
					     "sec-fetch-site", "x-csrf-token", NULL };

	return text_in(name, names);
}

/* A copy that is well-formed UTF-8; NULL for a value with control characters. */
static const char *header_value(struct request *rq, const char *s)
{
	size_t left = strlen(s), n = text_printable(s, left);
	char *copy = arena_strndup(&rq->arena, s, left), *p = copy + n;

	for (left -= n; left; p += n, left -= n) {
		if ((*p < ' ' && *p >= 0 && *p != '\t') || *p == 0x7f)
			return NULL;
		/* Latin-1 in a User-Agent is no attack, but no database takes it. */
		n = text_utf8_step(p, left);
		if (!n) {
			*p = '?';
			n = 1;
		}
	}
	return copy;
}

static enum err take_header(struct request *rq, const char *param_text)
{
	size_t len = strcspn(param_text, "=");
	const char *name = header_name(rq, param_text, len), *value;

	if (!param_text[len] || !name || text_eq(name, "proxy"))
		return OK;
	if (single(name) && request_header(rq, name))
		return refuse(rq, "a header that may come once came twice");
	if (rq->header_count == REQUEST_HEADERS)
		return refuse(rq, "too many headers");
	if (!(value = header_value(rq, param_text + len + 1)))
		return refuse(rq, "header with control characters");
	rq->headers[rq->header_count++] = (struct pair){ name, value };
	if (text_eq(name, "cookie"))
		cookie_parse(&rq->arena, value, rq->cookies, REQUEST_COOKIES, &rq->cookie_count);
	return OK;
}

static enum err take_headers(struct request *rq, char *const *envp)
{
	enum err e = OK;

	for (; !e && *envp; envp++)
		if (text_starts(*envp, "HTTP_"))
			e = take_header(rq, *envp + 5);
	return e;
}

/* The parameters that the web server makes; each at most once. */
struct params {
	const char *method, *target, *host, *address, *type, *length, *at;
};

static enum err take_params(struct request *rq, char *const *envp, struct params *p)
{
#define WANT(name, to) { name, sizeof(name) - 1, &p->to }
	const struct {
		const char *name;
		size_t len;
		const char **to;
	} wanted[] = { WANT("REQUEST_METHOD", method), WANT("REQUEST_URI", target),
		       WANT("TENANT_HOST", host), WANT("REMOTE_ADDR", address),
		       WANT("CONTENT_TYPE", type), WANT("CONTENT_LENGTH", length),
		       WANT("REQUEST_AT", at) };
#undef WANT
	const size_t all = sizeof(wanted) / sizeof(wanted[0]);
	const char *eq;
	size_t i, len;

	for (; *envp; envp++) {
		if (text_starts(*envp, "HTTP_") || !(eq = strchr(*envp, '=')))
			continue;
		len = (size_t)(eq - *envp);
		for (i = 0; i < all; i++)
			if (len == wanted[i].len && !memcmp(*envp, wanted[i].name, len))
				break;
		if (i < all && *wanted[i].to)
			return refuse(rq, "a parameter twice");
		if (i < all)
			*wanted[i].to = eq + 1;
	}
	for (i = 0; i < all; i++)
		if (!*wanted[i].to)
			*wanted[i].to = "";
	return OK;
}

/* "1700000000.123", by the same machine's clock. That may have been set since: what cannot be is
 * not believed. */
static void take_queued(struct request *rq, const char *at)
{
	const char *dot = strchr(at, '.');
	char digits[24] = "";
	int64_t ms, queued;

	if (!dot || (size_t)snprintf(digits, sizeof(digits), "%.*s%s", (int)(dot - at), at,
				     dot + 1) >= sizeof(digits))
		return;
	if (strlen(dot + 1) != 3 || !text_int(digits, 0, INT64_MAX / 1000, &ms))
		return;
	queued = clock_now_us() - ms * 1000;
	if (queued > 0 && queued < QUEUED_MOST_US)
		rq->queued_us = queued;
}

enum err request_parse(struct request *rq, char *const *envp, size_t *length)
{
	struct params p = { 0 };
	bool twice;
	const char *id = param(envp, "HTTP_X_REQUEST_ID", &twice);
	enum err e;

	*length = 0;
	rq->started_us = clock_mono_us();
	take_id(rq, twice ? NULL : id);
	if ((e = check_size(rq, envp)) || (e = take_params(rq, envp, &p)))
		return e;
	take_queued(rq, p.at);
	take_address(rq, p.address);
	take_type(rq, p.type);
	if ((e = take_method(rq, p.method)) || (e = take_headers(rq, envp)) ||
	    (e = take_host(rq, p.host)) || (e = take_target(rq, p.target)))
		return e;
	return take_length(rq, p.length, length);
}
