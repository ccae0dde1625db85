/* SPDX-License-Identifier: Apache-2.0 */
/* One function for each kind of setting that the settings table cannot judge. */
#include "app/check.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/text.h"
#include "crypto/keyring.h"
#include "db/connect.h"
#include "net/egress.h"
#include "net/mail.h"
#include "web/cors.h"
#include "web/url.h"

enum { SERVER_URL = 4096 };

static enum err complain(char *why, size_t size, const char *words)
{
	text_copy(why, size, words);
	return ERR_VALIDATION;
}

static enum err check_master(const struct settings *s, char *why, size_t size)
{
	if (text_empty(s->master_db_url))
		return complain(why, size,
				"setting MASTER_DB_URL is not set; it names the master database");
	if (master_check(s->master_db_url))
		return complain(why, size, "setting MASTER_DB_URL is no URL that libpq takes, such "
				"as postgresql://user:password@host/database");
	return OK;
}

static enum err check_keys(const struct settings *s, char *why, size_t size)
{
	struct keyring keys;
	enum err e = keyring_load(&keys, s->encryption_key, s->encryption_keys_old, s->jwt_secret,
				  s->jwt_secrets_old, why, size);

	keyring_wipe(&keys);
	return e;
}

static enum err check_managed_server(const char *url, size_t len, char *why, size_t size)
{
	char one[SERVER_URL], what[APP_WHY];
	struct conninfo info;
	enum err e = ERR_VALIDATION;

	text_copy(what, sizeof(what), "is too long");
	if (len < sizeof(one)) {
		memcpy(one, url, len);
		one[len] = '\0';
		e = conninfo_parse_trusted(one, &info, what, sizeof(what));
		explicit_bzero(one, sizeof(one));
		conninfo_wipe(&info);
	}
	if (e)
		snprintf(why, size, "setting MANAGED_DB_URL: %s", what);
	return e;
}

static enum err check_managed(const struct settings *s, char *why, size_t size)
{
	const char *p = s->managed_db_url;
	enum err e = OK;
	size_t n;

	for (; !e && !text_empty(p); p += n + (p[n] == ',')) {
		n = strcspn(p, ",");
		e = check_managed_server(p, n, why, size);
	}
	return e;
}

static enum err check_mail(const struct settings *s, char *why, size_t size)
{
	return mail_check(s->smtp_url, s->mail_from, why, size);
}

static enum err check_net(const struct settings *s, char *why, size_t size)
{
	struct egress_policy policy;
	char what[APP_WHY];
	enum err e = egress_policy_parse(s->tenant_net_allow, &policy, what, sizeof(what));

	if (e)
		snprintf(why, size, "setting TENANT_NET_ALLOW: %s", what);
	return e;
}

/* Links in mails are made by putting a path behind it. */
static enum err check_public_url(const struct settings *s, char *why, size_t size)
{
	const char *authority = strstr(s->public_url, "://"), *path;
	char host[URL_HOST];

	if (authority && url_http_host(s->public_url, host) && *host) {
		path = strchr(authority + 3, '/');
		if (!strpbrk(authority, "?#") && (!path || !path[1]))
			return OK;
	}
	return complain(why, size, "setting PUBLIC_URL must be http:// or https://, a host, and "
			"nothing behind it but a port");
}

static enum err check_domain(const struct settings *s, char *why, size_t size)
{
	const char *domain = s->platform_domain;
	char host[URL_HOST];

	/* Written back it is the same: so there is no port, no dot at the end, no bracket. */
	if (*domain && *domain != '[' && url_host(domain, host) && text_eq_nocase(host, domain))
		return OK;
	return complain(why, size, "setting PLATFORM_DOMAIN must be a name such as shops.example, "
			"without a scheme, port or path");
}

static enum err check_origins(const struct settings *s, char *why, size_t size)
{
	if (cors_list_good(s->cors_origins))
		return OK;
	return complain(why, size, "setting CORS_ORIGINS must be origins as browsers write them, "
			"such as https://app.example");
}

enum err check_settings(const struct settings *s, char *why, size_t size)
{
	static enum err (*const checks[])(const struct settings *, char *, size_t) = {
		check_master, check_keys, check_managed, check_mail, check_net, check_public_url,
		check_domain, check_origins,
	};
	enum err e = OK;
	size_t i;

	for (i = 0; !e && i < sizeof(checks) / sizeof(checks[0]); i++)
		e = checks[i](s, why, size);
	return e;
}
