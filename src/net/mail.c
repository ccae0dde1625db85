/* SPDX-License-Identifier: Apache-2.0 */
/* The ways a mail leaves: a file of its own, or libcurl's SMTP. */
#include "net/mail.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "net/mail_parts.h"

enum { CONNECT_S = 10, WHOLE_S = 30, ADDRESS_SIZE = 260 };

enum err mail_check(const char *smtp_url, const char *from, char *why, size_t size)
{
	struct mail_sender sender;

	if (!text_empty(smtp_url) && !text_starts(smtp_url, "smtp://") &&
	    !text_starts(smtp_url, "smtps://") && !text_starts(smtp_url, "file:/"))
		text_copy(why, size,
			  "setting SMTP_URL must begin with smtp://, smtps:// or file:/");
	else if (!mail_sender(from, &sender))
		text_copy(why, size,
			  "setting MAIL_FROM must be an address, or a name and <an address>");
	else
		return OK;
	return ERR_VALIDATION;
}

/* ---- as a file ---- */

static bool write_all(int fd, const char *p, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* A file left by a runner that was killed is in nobody's way: each try writes its own anew. */
static bool write_file(const char *temp, const char *path, const struct buf *b)
{
	int fd, failure;
	bool good;

	if (unlink(temp) && errno != ENOENT)
		return false;
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	good = write_all(fd, b->data, b->len) && !fsync(fd);
	good = !close(fd) && good && !rename(temp, path);
	if (good)
		return true;
	failure = errno;
	unlink(temp);
	errno = failure;
	return false;
}

static enum err to_file(const char *dir, const char *id, const struct buf *b, char *why,
			size_t size)
{
	char temp[PATH_MAX], path[PATH_MAX];

	if (snprintf(temp, sizeof(temp), "%s/.%s.tmp", dir, id) >= (int)sizeof(temp)) {
		text_copy(why, size, "the path in SMTP_URL is too long");
		return ERR_IO;
	}
	snprintf(path, sizeof(path), "%s/%s.eml", dir, id);
	if ((mkdir(dir, 0700) && errno != EEXIST) || !write_file(temp, path, b)) {
		snprintf(why, size, "cannot write %s: %s", path, strerror(errno));
		return ERR_IO;
	}
	return OK;
}

/* ---- by SMTP ---- */

struct reading {
	const char *at;
	size_t left;
};

static size_t give(char *to, size_t size, size_t n, void *arg)
{
	struct reading *r = arg;
	size_t len = size * n < r->left ? size * n : r->left;

	memcpy(to, r->at, len);
	r->at += len;
	r->left -= len;
	return len;
}

/* A password never goes in the clear; a server on this machine seldom has a certificate that
 * fits. */
static long tls_level(const char *url)
{
	const char *host = strstr(url, "://") + 3, *at;
	size_t len = strcspn(host, "/?#");

	for (at = host + len; at > host && at[-1] != '@';)
		at--;
	if (at > host)
		return CURLUSESSL_ALL;
	if (text_starts(host, "127.") || text_starts(host, "[::1]") ||
	    (text_starts(host, "localhost") && (len == 9 || host[9] == ':')))
		return CURLUSESSL_NONE;
	return CURLUSESSL_TRY;
}

static CURLcode set_options(CURL *c, const char *url, const char *from,
			    const struct curl_slist *to, struct reading *body)
{
	CURLcode bad = CURLE_OK;

	/* The first failure stays: none of these may be left out. */
#define SET(option, value) (bad = bad ? bad : curl_easy_setopt(c, option, value))
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	SET(CURLOPT_TIMEOUT, (long)WHOLE_S);
	SET(CURLOPT_USE_SSL, text_starts(url, "smtps:") ? (long)CURLUSESSL_ALL : tls_level(url));
	SET(CURLOPT_MAIL_FROM, from);
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, give);
	SET(CURLOPT_READDATA, body);
#undef SET
	return bad;
}

static enum err to_server(const char *url, const char *from, const char *to, const struct buf *b,
			  char *why, size_t size)
{
	struct reading body = { b->data, b->len };
	struct curl_slist *list = curl_slist_append(NULL, to);
	CURL *c = curl_easy_init();
	CURLcode bad = CURLE_OUT_OF_MEMORY;
	long code = 0;

	if (c && list && !(bad = set_options(c, url, from, list, &body)))
		bad = curl_easy_perform(c);
	if (bad) {
		if (c)
			curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
		snprintf(why, size, "%s (the server's last answer was %ld)",
			 curl_easy_strerror(bad), code);
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	return bad ? ERR_IO : OK;
}

enum err mail_send(const char *smtp_url, const char *from, const struct mail *m, char *why,
		   size_t size)
{
	char sender_text[ADDRESS_SIZE], to[ADDRESS_SIZE];
	struct buf b = BUF_INIT;
	struct mail_sender sender;
	enum err e;

	text_copy(why, size, "this could not stand in the headers of a mail");
	if ((e = mail_compose(from, m, &b)))
		goto cleanup;
	why[0] = '\0';
	if (text_empty(smtp_url)) {
		text_copy(why, size, "setting SMTP_URL is not set, so no mail can be sent");
		e = ERR_IO;
	} else if (text_starts(smtp_url, "file:")) {
		e = to_file(smtp_url + 5, m->id, &b, why, size);
	} else {
		mail_sender(from, &sender);
		snprintf(sender_text, sizeof(sender_text), "<%.*s>", (int)sender.address_len,
			 sender.address);
		snprintf(to, sizeof(to), "<%s>", m->to);
		e = to_server(smtp_url, sender_text, to, &b, why, size);
	}
cleanup:
	buf_wipe(&b);
	return e;
}
