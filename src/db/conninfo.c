/* SPDX-License-Identifier: Apache-2.0 */
/* Takes apart the URLs of databases: a grammar narrower than any client library's, so that what we
 * checked is all there is. */
#include "db/conninfo.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { URL_MAX = 4096, LABEL_MAX = 63, NAME_MAX_BYTES = 253, POOLER_PORT = 6543 };

/* A run of bytes inside the URL. */
struct span {
	const char *at;
	size_t len;
};

struct url {
	struct span user, password, host, port, database, query;
	bool has_port;
};

struct parse {
	struct conninfo *out;
	bool trusted;     /* the operator's own */
	char *why;
	size_t size;
};

static enum err refuse(const struct parse *p, const char *words)
{
	snprintf(p->why, p->size, "%s", words);
	return ERR_INVALID_CONNECTION_STRING;
}

static struct span until(const char **at, const char *end, const char *stops)
{
	struct span s = { *at, 0 };

	while (s.at + s.len < end && !strchr(stops, s.at[s.len]))
		s.len++;
	*at = s.at + s.len;
	return s;
}

static bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.at, word, s.len);
}

static bool span_has(struct span s, char c)
{
	return s.len && memchr(s.at, c, s.len);
}

static enum err take_scheme(const struct parse *p, const char **url)
{
	static const struct {
		const char *scheme;
		enum conn_type type;
	} schemes[] = {
		{ "postgresql://", CONN_POSTGRESQL }, { "postgres://", CONN_POSTGRESQL },
		{ "mysql://", CONN_MYSQL },           { "mariadb://", CONN_MYSQL },
	};
	size_t i, n;

	for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		n = strlen(schemes[i].scheme);
		if (strncasecmp(*url, schemes[i].scheme, n) != 0)
			continue;
		if (p->trusted && schemes[i].type != CONN_POSTGRESQL)
			break;
		p->out->type = schemes[i].type;
		*url += n;
		return OK;
	}
	return refuse(p, p->trusted ? "It must begin with postgresql://"
				    : "It must begin with postgresql:// or mysql://");
}

/* "host", "host:port", "[v6]:port". */
static enum err split_host(const struct parse *p, struct span at, struct url *u)
{
	const char *s = at.at, *end = at.at + at.len, *colon;

	if (span_has(at, ','))
		return refuse(p, "Give one host only.");
	if (at.len && *s == '[') {
		const char *close = memchr(s, ']', at.len);

		if (!close)
			return refuse(p, "The host has a [ without its ].");
		u->host = (struct span){ s + 1, (size_t)(close - s) - 1 };
		if (!u->host.len || !span_has(u->host, ':'))
			return refuse(p, "Only an IPv6 address stands in brackets.");
		s = close + 1;
		if (s < end && *s != ':')
			return refuse(p, "After the ] of the host only a port may stand.");
	} else {
		colon = memchr(s, ':', at.len);
		u->host = (struct span){ s, (size_t)((colon ? colon : end) - s) };
		s += u->host.len;
	}
	u->has_port = s < end;
	if (u->has_port)
		u->port = (struct span){ s + 1, (size_t)(end - s) - 1 };
	if (span_has(u->port, ':'))
		return refuse(p, "Write an IPv6 address in brackets, and one port only.");
	return OK;
}

static enum err split_user(const struct parse *p, struct span at, struct url *u)
{
	const char *colon = memchr(at.at, ':', at.len);

	u->user = (struct span){ at.at, colon ? (size_t)(colon - at.at) : at.len };
	if (colon)
		u->password = (struct span){ colon + 1, (size_t)(at.at + at.len - colon) - 1 };
	if (!u->user.len)
		return refuse(p, "The user is missing: postgresql://USER:PASSWORD@HOST/DATABASE.");
	return OK;
}

/* What libraries disagree about (a second @, a second /, a fragment) is refused instead of guessed.
 */
static enum err split(const struct parse *p, const char *s, struct url *u)
{
	const char *end = s + strlen(s), *at;
	struct span authority = until(&s, end, "/?#");
	enum err e;

	at = authority.len ? memchr(authority.at, '@', authority.len) : NULL;
	if (!at)
		return refuse(p,
			"User and password are missing: postgresql://USER:PASSWORD@HOST/DATABASE.");
	if (memchr(at + 1, '@', (size_t)(authority.at + authority.len - at) - 1))
		return refuse(p, "There is more than one @; write an @ in the password as %40.");
	e = split_user(p, (struct span){ authority.at, (size_t)(at - authority.at) }, u);
	if (!e)
		e = split_host(p,
			(struct span){ at + 1, (size_t)(authority.at + authority.len - at) - 1 },
			u);
	if (e)
		return e;
	if (*s == '/') {
		s++;
		u->database = until(&s, end, "/?#");
	}
	if (span_has(u->database, '@'))
		return refuse(p, "There is an @ after the host; write / and @ in the password as "
				 "%2F and %40.");
	if (*s == '/')
		return refuse(p, "After the database only ?sslmode=… may stand; "
				 "write a / in the password as %2F.");
	if (*s == '?') {
		s++;
		u->query = until(&s, end, "#");
	}
	return *s ? refuse(p, "It holds a #; write it as %23.") : OK;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

enum decoded { DECODED, DECODE_BAD, DECODE_LONG };

/* Percent-decodes into `out`; control characters, NUL and bytes that are not UTF-8 are bad. */
static enum decoded decode(struct span in, char *out, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		int c = (unsigned char)in.at[i];

		if (c == '%') {
			int hi = in.len - i > 2 ? hex_digit(in.at[i + 1]) : -1;
			int lo = in.len - i > 2 ? hex_digit(in.at[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				return DECODE_BAD;
			c = hi * 16 + lo;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return DECODE_BAD;
		if (n + 1 >= size)
			return DECODE_LONG;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return text_utf8(out, n) ? DECODED : DECODE_BAD;
}

static enum err take_field(
	const struct parse *p, struct span in, const char *name, char *out, size_t size)
{
	char words[160];

	switch (decode(in, out, size)) {
	case DECODED:
		return OK;
	case DECODE_LONG:
		snprintf(words, sizeof(words), "The %s is too long.", name);
		break;
	default:
		snprintf(words, sizeof(words),
			"The %s holds a character that must be percent-encoded, "
			"or a control character (write %% as %%25).",
			name);
	}
	return refuse(p, words);
}

/* Letters, digits, '-' and '_' between dots; other scripts are written as xn--…. */
static bool host_name_ok(const char *host)
{
	size_t label = 0, n = strlen(host);

	if (!n || n > NAME_MAX_BYTES)
		return false;
	for (; *host; host++) {
		if (*host == '.') {
			if (!label)
				return false;
			label = 0;
		} else if (!(isalnum((unsigned char)*host) || *host == '-' || *host == '_') ||
			   ++label > LABEL_MAX) {
			return false;
		}
	}
	return label > 0;
}

static enum err take_host(const struct parse *p, struct span in)
{
	char *host = p->out->host;
	unsigned char v6[16];
	size_t i;

	if (in.len && in.at[in.len - 1] == '.')
		in.len--;
	if (!in.len)
		return refuse(p, "The host is missing.");
	if (in.len >= sizeof(p->out->host))
		return refuse(p, "The host is too long.");
	for (i = 0; i < in.len; i++)
		host[i] = (char)((unsigned char)in.at[i] < 0x80 ? tolower((unsigned char)in.at[i])
								: in.at[i]);
	host[in.len] = '\0';
	if (strchr(host, ':') ? inet_pton(AF_INET6, host, v6) == 1 : host_name_ok(host))
		return OK;
	host[0] = '\0';
	return refuse(
		p, memchr(in.at, '%', in.len)
			   ? "Socket paths and encoded hosts cannot be used; give a host name."
			   : "The host is not a host name or an address.");
}

static enum err take_port(const struct parse *p, bool given, struct span in)
{
	char digits[8];
	int64_t port;

	if (!given) {
		p->out->port = p->out->type == CONN_MYSQL ? 3306 : 5432;
		return OK;
	}
	if (!in.len || in.len > 5 || *in.at == '0')
		return refuse(p, "The port must be a number from 1 to 65535.");
	memcpy(digits, in.at, in.len);
	digits[in.len] = '\0';
	if (strspn(digits, "0123456789") != in.len || !text_int(digits, 1, 65535, &port))
		return refuse(p, "The port must be a number from 1 to 65535.");
	p->out->port = (int)port;
	return OK;
}

static bool take_tls(struct span value, enum conn_tls *out)
{
	static const struct {
		const char *word;
		enum conn_tls tls;
	} modes[] = {
		{ "disable", CONN_TLS_DISABLE },         { "disabled", CONN_TLS_DISABLE },
		{ "allow", CONN_TLS_PREFER },            { "prefer", CONN_TLS_PREFER },
		{ "preferred", CONN_TLS_PREFER },        { "require", CONN_TLS_REQUIRE },
		{ "required", CONN_TLS_REQUIRE },        { "verify-ca", CONN_TLS_VERIFY_CA },
		{ "verify_ca", CONN_TLS_VERIFY_CA },     { "verify-full", CONN_TLS_VERIFY_FULL },
		{ "verify_identity", CONN_TLS_VERIFY_FULL },
	};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (span_is(value, modes[i].word)) {
			*out = modes[i].tls;
			return true;
		}
	return false;
}

/* Names the parameter only when it is plain: what follows a stray ? may be the end of a password.
 */
static enum err refuse_parameter(const struct parse *p, struct span name)
{
	char words[160];
	size_t i;

	for (i = 0; i < name.len && i <= 32; i++)
		if (!isalnum((unsigned char)name.at[i]) && !strchr("_-.", name.at[i]))
			break;
	if (!name.len || i < name.len || name.len > 32)
		return refuse(p, "Only the parameter sslmode can be used; "
				 "write a ? in the password as %3F.");
	snprintf(words, sizeof(words), "The parameter '%.*s' cannot be used; only sslmode can.",
		(int)name.len, name.at);
	return refuse(p, words);
}

/* Of the operator's own URL. */
static enum err take_trusted(
	const struct parse *p, struct span name, struct span value, bool *known)
{
	enum err e = OK;

	*known = true;
	if (span_is(name, "host")) {
		e = take_field(p, value, "host", p->out->host, sizeof(p->out->host));
		if (!e && p->out->host[0] != '/')
			e = take_host(p, value);
		return e;
	}
	if (span_is(name, "port"))
		return take_port(p, true, value);
	if (span_is(name, "sslrootcert"))
		return take_field(
			p, value, "sslrootcert", p->out->ca_file, sizeof(p->out->ca_file));
	*known = false;
	return OK;
}

static enum err take_query(const struct parse *p, struct span query)
{
	const char *s = query.at, *end = query.at ? query.at + query.len : NULL;
	bool known;
	enum err e;

	while (s < end) {
		struct span name = until(&s, end, "=&"), value = { s, 0 };

		if (s < end && *s == '=') {
			s++;
			value = until(&s, end, "&");
		}
		s += s < end;
		if (p->trusted) {
			e = take_trusted(p, name, value, &known);
			if (e)
				return e;
			if (known)
				continue;
		}
		if (!span_is(name, "sslmode") && !span_is(name, "ssl-mode"))
			return refuse_parameter(p, name);
		if (p->out->tls != CONN_TLS_DEFAULT)
			return refuse(p, "sslmode is given twice.");
		if (!take_tls(value, &p->out->tls))
			return refuse(p, "sslmode must be disable, prefer, require, verify-ca or "
					 "verify-full.");
	}
	return OK;
}

/* "%2Frun%2Fpostgresql" in the place of the host. */
static enum err take_trusted_host(const struct parse *p, struct span in)
{
	if (!in.len)
		return OK;
	if (in.at[0] != '%')
		return take_host(p, in);
	if (take_field(p, in, "host", p->out->host, sizeof(p->out->host)) || p->out->host[0] != '/')
		return refuse(p, "The host is neither a name nor a socket directory.");
	return OK;
}

static enum err take_all(const struct parse *p, const struct url *u)
{
	struct conninfo *c = p->out;
	enum err e = take_field(p, u->user, "user", c->user, sizeof(c->user));

	if (!e)
		e = take_field(p, u->password, "password", c->password, sizeof(c->password));
	if (!e)
		e = p->trusted ? take_trusted_host(p, u->host) : take_host(p, u->host);
	if (!e)
		e = take_port(p, u->has_port, u->port);
	if (!e)
		e = take_field(p, u->database, "database", c->database, sizeof(c->database));
	if (!e)
		e = take_query(p, u->query);
	if (e)
		return e;
	if (!c->host[0])
		return refuse(p, "The host is missing.");
	if (!c->password[0] && !p->trusted)
		return refuse(
			p, "The password is missing: postgresql://USER:PASSWORD@HOST/DATABASE.");
	if (!c->database[0])
		return refuse(
			p, "The database is missing: postgresql://USER:PASSWORD@HOST/DATABASE.");
	c->pooled = c->type == CONN_POSTGRESQL &&
		    (c->port == POOLER_PORT || strstr(c->host, ".pooler."));
	return OK;
}

static enum err parse(const char *url, struct conninfo *out, bool trusted, char *why, size_t size)
{
	/* cppcheck-suppress ctuuninitvar ; only its address is taken here */
	const struct parse p = { out, trusted, why, size };
	struct url u;
	enum err e;

	memset(out, 0, sizeof(*out));
	memset(&u, 0, sizeof(u));
	if (size)
		why[0] = '\0';
	if (text_empty(url))
		e = refuse(&p, "It is empty.");
	else if (strlen(url) > URL_MAX)
		e = refuse(&p, "It is too long.");
	else if (text_has_control(url) || strchr(url, ' ') || !text_utf8(url, strlen(url)))
		e = refuse(&p, "It holds a blank or another character that cannot stand in a URL.");
	else
		e = take_scheme(&p, &url);
	if (!e)
		e = split(&p, url, &u);
	if (!e)
		e = take_all(&p, &u);
	if (e)
		conninfo_wipe(out);
	return e;
}

enum err conninfo_parse(const char *url, struct conninfo *out, char *why, size_t size)
{
	return parse(url, out, false, why, size);
}

enum err conninfo_parse_trusted(const char *url, struct conninfo *out, char *why, size_t size)
{
	return parse(url, out, true, why, size);
}

void conninfo_wipe(struct conninfo *c)
{
	explicit_bzero(c, sizeof(*c));
}
