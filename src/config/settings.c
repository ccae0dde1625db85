/* SPDX-License-Identifier: Apache-2.0 */
/* The settings table and how a line of text becomes a field. */
#include "config/settings.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "base/text.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, LINE_SIZE = 8192,
       SLOW_FOR_CORE = 4 };

#define ROW(NAME, kind, field, value, min, max, flags, help) \
	{ NAME, kind, offsetof(struct settings, field), value, min, max, flags, help }
#define TEXT(NAME, field, value, help) ROW(NAME, SETTING_TEXT, field, value, 0, 0, 0, help)
#define SECRET(NAME, field, help) ROW(NAME, SETTING_TEXT, field, "", 0, 0, SETTING_SECRET, help)
#define INT(NAME, field, value, min, max, help) \
	ROW(NAME, SETTING_INT, field, value, min, max, 0, help)
#define TIME(NAME, field, value, min, max, help) \
	ROW(NAME, SETTING_DURATION, field, value, min, max, 0, help)
#define RATE(NAME, field, value, help) ROW(NAME, SETTING_RATE, field, value, 0, 0, 0, help)

static const struct setting_row rows[] = {
	SECRET("MASTER_DB_URL", master_db_url, "libpq URL of the master database"),
	SECRET("ENCRYPTION_KEY", encryption_key, "base64 of 32 bytes; seals credentials and keys"),
	SECRET("ENCRYPTION_KEYS_OLD", encryption_keys_old,
	       "comma-separated keys that still decrypt"),
	SECRET("JWT_SECRET", jwt_secret, "at least 32 bytes; signs access tokens"),
	SECRET("JWT_SECRETS_OLD", jwt_secrets_old, "comma-separated secrets that still verify"),
	TIME("JWT_EXPIRES_IN", jwt_expires_in, "7d", 1, INT64_C(30) * DAY,
	     "life of an access token"),
	TIME("REFRESH_EXPIRES_IN", refresh_expires_in, "30d", 1, INT64_C(365) * DAY,
	     "life of a refresh token"),
	TEXT("PUBLIC_URL", public_url, "http://127.0.0.1:8080", "where people reach the platform"),
	TEXT("PLATFORM_DOMAIN", platform_domain, "localhost",
	     "stores live at <slug>.PLATFORM_DOMAIN"),
	TEXT("PAYMENTS", payments, "", "test: purchases complete without payment"),
	SECRET("SMTP_URL", smtp_url, "smtp:// or smtps:// URL, or file:DIR to write .eml files"),
	TEXT("MAIL_FROM", mail_from, "Souk <souk@localhost>", "sender of mail"),
	SECRET("MANAGED_DB_URL", managed_db_url,
	       "PostgreSQL server on which Souk makes databases itself"),
	TEXT("TENANT_NET_ALLOW", tenant_net_allow, "",
	     "CIDRs of private space for tenant databases"),
	TEXT("TENANT_CA_FILE", tenant_ca_file, "/etc/ssl/certs/ca-certificates.crt",
	     "certificates that vouch for tenant databases"),
	INT("FREE_CREDITS", free_credits, "0", 0, 1000000, "credits a new store starts with"),
	INT("MAX_STORES_PER_USER", max_stores_per_user, "5", 1, 100000, "stores one user may have"),
	TEXT("EMAIL_VERIFICATION", email_verification, "required", "required or optional"),
	TEXT("CORS_ORIGINS", cors_origins, "", "browser origins that may call the API"),
	ROW("DIAGNOSTICS", SETTING_BOOL, diagnostics, "off", 0, 0, 0,
	    "answer GET /api/test/master-db"),
	RATE("RATE_LOGIN", rate_login, "10/900", "logins for one account from one network"),
	RATE("RATE_LOGIN_NETWORK", rate_login_network, "100/900", "logins from one network"),
	RATE("RATE_REGISTER", rate_register, "20/3600", "registrations from one network"),
	RATE("RATE_REFRESH", rate_refresh, "120/60", "token refreshes from one network"),
	RATE("RATE_MAIL", rate_mail, "5/3600", "mails to one address that anybody may ask for"),
	RATE("RATE_MAIL_NETWORK", rate_mail_network, "60/3600",
	     "mails asked for from one network"),
	RATE("RATE_TEST_DATABASE", rate_test_database, "30/60", "database tests from one network"),
	INT("WORKERS", workers, "4", 1, 512, "processes of the web pool"),
	INT("WEB_SHARDS", web_shards, "1", 1, 16,
	    "parts of the web pool, each with a socket; nginx sends a store to one of them"),
	INT("SLOW_WORKERS", slow_workers, "0", 0, 512,
	    "processes of the slow pool; 0: four for each core"),
	INT("JOB_WORKERS", job_workers, "2", 1, 512, "processes that do jobs"),
	TIME("REQUEST_DEADLINE", request_deadline, "15", 1, HOUR,
	     "a request of the web pool that takes longer is ended with its worker"),
	TIME("SLOW_DEADLINE", slow_deadline, "30", 1, HOUR, "the same for the slow pool"),
	TIME("CONNECT_DEADLINE", connect_deadline, "0", 0, HOUR,
	     "a worker that connects to a store for longer is killed; 0: CONNECT_TIMEOUT and 3 s"),
	INT("MAX_REQUESTS", max_requests, "100000", 0, 1000000000,
	    "a worker is replaced after about this many requests or jobs; 0: never"),
	INT("MAX_MEMORY", max_memory, "256", 0, 1 << 20,
	    "a worker whose own memory is about this large (MiB) is replaced; 0: never"),
	INT("BACKLOG", backlog, "512", 1, 65535,
	    "requests that may wait for a worker of a pool; more are refused at once"),
	INT("TENANT_CONNS", tenant_conns, "128", 1, 4096,
	    "tenant connections cached in one worker"),
	TIME("TENANT_IDLE", tenant_idle, "5m", 1, DAY,
	     "a cached connection unused this long is closed"),
	TIME("TENANT_LIFETIME", tenant_lifetime, "1h", 1, DAY,
	     "a cached connection this old is closed"),
	INT("MANAGED_CONNS", managed_conns, "400", 1, 8192,
	    "connections to a managed server, at most, of souk serve and again of souk work"),
	INT("SERVER_CONNS", server_conns, "40", 1, 8192,
	    "the same for each server that a store's owner names"),
	INT("STATEMENT_TIMEOUT", statement_timeout, "5000", 100, 600000,
	    "milliseconds one statement may take; in a database of a store's owner, those of one"
	    " request together"),
	TIME("CONNECT_TIMEOUT", connect_timeout, "5", 1, 60, "a connect may take this long"),
	TEXT("SOCKET_WEB", socket_web, "/run/souk/web.sock", "FastCGI socket of the web pool"),
	TEXT("SOCKET_SLOW", socket_slow, "/run/souk/slow.sock", "FastCGI socket of the slow pool"),
	TEXT("SOCKET_GROUP", socket_group, "", "group that may use the sockets (the web server's)"),
	TEXT("RUN_DIR", run_dir, "/run/souk", "scoreboards for `souk status`, and locks"),
	TEXT("DATA_DIR", data_dir, PKGDATADIR, "where templates, www and sql are installed"),
	TEXT("LOG_LEVEL", log_level, "info", "debug, info, warn or error"),
	{ .name = NULL },
};

int settings_cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

const struct setting_row *settings_table(void)
{
	return rows;
}

static const struct setting_row *find(const char *name, size_t len)
{
	const struct setting_row *r;

	for (r = rows; r->name; r++)
		if (strlen(r->name) == len && !memcmp(r->name, name, len))
			return r;
	return NULL;
}

static bool parse_duration(const char *text, int64_t min, int64_t max, int64_t *out)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', MINUTE }, { 'h', HOUR }, { 'd', DAY } };
	char number[16];
	size_t n = strlen(text), i;
	int64_t scale = 0;

	if (!n || n >= sizeof(number))
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[n - 1] == units[i].unit)
			scale = units[i].seconds;
	if (scale)
		n--;
	else
		scale = 1;
	memcpy(number, text, n);
	number[n] = '\0';
	if (!text_int(number, 0, INT32_MAX, out))
		return false;
	*out *= scale;
	return *out >= min && *out <= max;
}

static bool parse_rate(const char *text, struct rate *out)
{
	char hits[16];
	const char *slash = strchr(text, '/');
	int64_t n, s;

	if (!slash || (size_t)(slash - text) >= sizeof(hits))
		return false;
	memcpy(hits, text, (size_t)(slash - text));
	hits[slash - text] = '\0';
	if (!text_int(hits, 1, INT32_MAX, &n) || !text_int(slash + 1, 1, INT64_C(30) * DAY, &s))
		return false;
	out->hits = (int)n;
	out->seconds = (int)s;
	return true;
}

static bool parse_bool(const char *text, bool *out)
{
	static const char *const yes[] = { "on", "true", "yes", "1", NULL };
	static const char *const no[] = { "off", "false", "no", "0", NULL };

	*out = text_in(text, yes);
	return *out || text_in(text, no);
}

static bool set_text(char **at, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return false;
	free(*at);
	*at = copy;   /* analyzer-malloc-leak: settings_done() finds it by the table */
	return true;
}

static bool set(struct settings *s, const struct setting_row *r, const char *text)
{
	void *at = (char *)s + r->place;
	int64_t n;

	switch (r->kind) {
	case SETTING_TEXT:
		if (!text_utf8(text, strlen(text)) || text_has_control(text))
			return false;
		return set_text(at, text);
	case SETTING_INT:
		if (!text_int(text, r->min, r->max, &n))
			return false;
		*(int *)at = (int)n;
		return true;
	case SETTING_DURATION:
		if (!parse_duration(text, r->min, r->max, &n))
			return false;
		*(int *)at = (int)n;
		return true;
	case SETTING_BOOL:
		return parse_bool(text, at);
	case SETTING_RATE:
		return parse_rate(text, at);
	}
	return false;
}

static enum err complain(char *why, size_t size, const struct setting_row *r)
{
	static const char *const form[] = {
		[SETTING_TEXT] = "plain text without control characters",
		[SETTING_INT] = "a whole number",
		[SETTING_DURATION] = "a time such as 90s, 15m, 12h or 7d",
		[SETTING_BOOL] = "on or off",
		[SETTING_RATE] = "a limit such as 10/60 (ten in sixty seconds)",
	};

	if (r->kind == SETTING_INT)
		snprintf(why, size, "setting %s must be a whole number from %ld to %ld", r->name,
			 r->min, r->max);
	else if (r->kind == SETTING_DURATION)
		snprintf(why, size, "setting %s must be %s, from %ld to %ld seconds", r->name,
			 form[r->kind], r->min, r->max);
	else
		snprintf(why, size, "setting %s must be %s", r->name, form[r->kind]);
	return ERR_VALIDATION;
}

/* Blanks around the value and one pair of quotes are taken off, as systemd does. */
static char *unquote(char *v)
{
	size_t n;

	while (*v == ' ' || *v == '\t')
		v++;
	n = strlen(v);
	while (n && (v[n - 1] == '\n' || v[n - 1] == '\r' || v[n - 1] == ' ' || v[n - 1] == '\t'))
		v[--n] = '\0';
	if (n >= 2 && (v[0] == '"' || v[0] == '\'') && v[n - 1] == v[0]) {
		v[n - 1] = '\0';
		v++;
	}
	return v;
}

static enum err read_line(struct settings *s, char *line, int no, char *why, size_t size)
{
	const struct setting_row *r;
	size_t len;
	char *eq;

	while (*line == ' ' || *line == '\t')
		line++;
	if (*line == '#' || *line == ';' || *line == '\n' || *line == '\r' || !*line)
		return OK;
	if (!(eq = strchr(line, '='))) {
		snprintf(why, size, "line %d of the settings file is not NAME=value", no);
		return ERR_VALIDATION;
	}
	len = (size_t)(eq - line);
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	r = find(line, len);
	if (!r) {
		snprintf(why, size,
			 "unknown setting %.*s (line %d); `souk settings` lists them all",
			 (int)(len > 64 ? 64 : len), line, no);
		return ERR_VALIDATION;
	}
	return set(s, r, unquote(eq + 1)) ? OK : complain(why, size, r);
}

/* Length of the mark that some editors put before UTF-8. */
static size_t mark(const char *line)
{
	static const char bytes[] = "\xef\xbb\xbf";

	return text_starts(line, bytes) ? sizeof(bytes) - 1 : 0;
}

static enum err read_file(struct settings *s, const char *file, bool must, char *why, size_t size)
{
	FILE *f = fopen(file, "re");
	char line[LINE_SIZE];
	enum err e = OK;
	int no = 0;

	/* As an EnvironmentFile only root may have to read it: then all is in the environment. */
	if (!f && !must && (errno == ENOENT || errno == ENOTDIR || getenv(rows[0].name)))
		return OK;
	if (!f) {
		snprintf(why, size, "cannot read the settings file %s: %m", file);
		return ERR_IO;
	}
	while (e == OK && fgets(line, sizeof(line), f)) {
		if (!strchr(line, '\n') && !feof(f)) {
			snprintf(why, size, "line %d of %s is too long", no + 1, file);
			e = ERR_VALIDATION;
		} else {
			e = read_line(s, line + (no ? 0 : mark(line)), no + 1, why, size);
			no++;
		}
	}
	if (!e && ferror(f)) {
		snprintf(why, size, "cannot read the settings file %s: %m", file);
		e = ERR_IO;
	}
	explicit_bzero(line, sizeof(line));
	fclose(f);
	return e;
}

static enum err read_environment(struct settings *s, char *why, size_t size)
{
	const struct setting_row *r;
	const char *v;

	for (r = rows; r->name; r++)
		if ((v = getenv(r->name)) && !set(s, r, v))
			return complain(why, size, r);
	return OK;
}

/* libpq and curl would take these as settings of their own. */
static void scrub_environment(void)
{
	static const char *const names[] = { "http_proxy",  "https_proxy", "HTTP_PROXY",
					     "HTTPS_PROXY", "ALL_PROXY",   "all_proxy",
					     NULL };
	int i;

	for (i = 0; names[i]; i++)
		unsetenv(names[i]);
	env_forget("PG");
}

static enum err check_words(const struct settings *s, char *why, size_t size)
{
	static const char *const verification[] = { "required", "optional", NULL };
	static const char *const payments[] = { "", "test", NULL };
	static const char *const levels[] = { "debug", "info", "warn", "error", NULL };

	if (!text_in(s->email_verification, verification))
		snprintf(why, size, "setting EMAIL_VERIFICATION must be required or optional");
	else if (!text_in(s->payments, payments))
		snprintf(why, size, "setting PAYMENTS must be test or left out");
	else if (!text_in(s->log_level, levels))
		snprintf(why, size, "setting LOG_LEVEL must be debug, info, warn or error");
	else
		return OK;
	return ERR_VALIDATION;
}

enum err settings_load(struct settings *s, const char *file, bool must, char *why, size_t size)
{
	const struct setting_row *r;
	enum err e;

	memset(s, 0, sizeof(*s));
	for (r = rows; r->name; r++)
		if (!set(s, r, r->value))
			return complain(why, size, r);
	if (file && (e = read_file(s, file, must, why, size)))
		return e;
	if ((e = read_environment(s, why, size)))
		return e;
	scrub_environment();
	if (!s->slow_workers)
		s->slow_workers = SLOW_FOR_CORE * settings_cores();
	return check_words(s, why, size);
}

void settings_done(struct settings *s)
{
	const struct setting_row *r;

	for (r = rows; r->name; r++) {
		char **text = (void *)((char *)s + r->place);

		if (r->kind != SETTING_TEXT || !*text)
			continue;
		explicit_bzero(*text, strlen(*text));
		free(*text);
		*text = NULL;
	}
}

const char *settings_value(const struct settings *s, const struct setting_row *r, char *out,
			   size_t size)
{
	const void *at = (const char *)s + r->place;
	const struct rate *rate = at;

	switch (r->kind) {
	case SETTING_TEXT:
		if (r->flags & SETTING_SECRET)
			snprintf(out, size, "%s", **(char *const *)at ? "(secret)" : "");
		else
			snprintf(out, size, "%s", *(char *const *)at);
		break;
	case SETTING_INT:
	case SETTING_DURATION:
		snprintf(out, size, "%d", *(const int *)at);
		break;
	case SETTING_BOOL:
		snprintf(out, size, "%s", *(const bool *)at ? "on" : "off");
		break;
	case SETTING_RATE:
		snprintf(out, size, "%d/%d", rate->hits, rate->seconds);
		break;
	}
	return out;
}
