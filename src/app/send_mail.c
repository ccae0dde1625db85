/* SPDX-License-Identifier: Apache-2.0 */
/* From a letter of the domain, through the templates, to the wire: the one place that knows all
 * three. */
#include "app/send_mail.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/mails.h"
#include "json/json.h"
#include "net/mail.h"
#include "web/template.h"
#include "web/view.h"

static const char subject_mark[] = "Subject: ";

/* Read at a process's first mail and kept: they are the same for all. */
static enum err open_templates(const struct runtime *rt, const struct templates **out)
{
	static struct templates *kept;
	char path[PATH_MAX], why[APP_WHY];
	enum err e = OK;

	snprintf(path, sizeof(path), "%s/templates", rt->settings->data_dir);
	if (!kept && (e = templates_open(path, &kept, why, sizeof(why))))
		log_error(NULL, "mail", "%s", why);
	*out = kept;
	return e ? ERR_IO : OK;
}

static struct json_object *view_letter(const struct runtime *rt, const struct letter *l)
{
	struct json_object *view = view_new();

	view_text(view, "to", l->to);
	view_text(view, "link", l->link);
	view_text(view, "code", l->code);
	view_text(view, "site", rt->settings->public_url);
	view_int(view, "minutes", ACCOUNT_TOKEN_MINUTES);
	return view;
}

/* "Subject: Words\n\nText…" is taken apart in place; false when it does not begin like that. */
static bool take_subject(char *whole, struct mail *out)
{
	size_t mark = sizeof(subject_mark) - 1;
	char *end;

	if (!text_starts(whole, subject_mark) || !(end = strstr(whole, "\n\n")))
		return false;
	*end = '\0';
	out->subject = whole + mark;
	out->text = end + 2;
	return true;
}

static enum err write_mail(const struct runtime *rt, const struct templates *t,
			   const struct letter *l, struct buf *text, struct buf *html)
{
	struct json_object *view = view_letter(rt, l);
	char name[64];
	enum err e;

	snprintf(name, sizeof(name), "mail/%s.txt", l->template);
	e = templates_render(t, name, view, text);
	snprintf(name, sizeof(name), "mail/%s", l->template);
	if (!e)
		e = templates_render(t, name, view, html);
	json_free(view);
	return e;
}

enum err send_mail_run(struct runtime *rt, const struct job *job)
{
	const struct settings *s = rt->settings;
	struct buf text = BUF_INIT, html = BUF_INIT;
	struct mail mail = { .id = job->id };
	const struct templates *t;
	struct letter letter;
	char why[APP_WHY] = "its template does not begin with its subject";
	enum err e;

	if ((e = open_templates(rt, &t)) || (e = mails_open(rt, rt->master, job, &letter)) ||
	    !letter.to || (e = write_mail(rt, t, &letter, &text, &html)))
		goto cleanup;
	mail.to = letter.to;
	mail.html = buf_str(&html);
	e = take_subject(text.data, &mail) ? mail_send(s->smtp_url, s->mail_from, &mail, why,
						       sizeof(why))
					   : ERR_INTERNAL;
	if (e)
		log_warn(rt->master->log, "mail", "%s was not sent: %s", letter.template, why);
cleanup:
	buf_wipe(&text);
	buf_wipe(&html);
	return e;
}
