/* SPDX-License-Identifier: Apache-2.0 */
/* Which web server stands in front: the one asked for, and not the other. */
#include "app/up.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

bool up_server_choose(struct up *up, bool starting)
{
	const char *word = getenv("SOUK_SERVER");

	if (!text_empty(word) && !text_eq(word, "nginx") && !text_eq(word, "apache"))
		return up_problem(up, "SOUK_SERVER=%s is not known here; it is nginx or apache",
				  word);
	up->server = UP_NGINX;
	/* Who only looks or stops means what runs. */
	if (text_eq(word, "apache") ||
	    (text_empty(word) && !starting && up_alive(up, UP_APACHE)))
		up->server = UP_APACHE;
	/* Apache cannot send a store's hosts to one of several sockets. */
	if (up->server == UP_APACHE)
		setenv("WEB_SHARDS", "1", 1);
	return true;
}

bool up_wanted(const struct up *up, enum up_part part)
{
	return (part != UP_NGINX && part != UP_APACHE) || part == up->server;
}

bool up_server_start(struct up *up)
{
	return up->server == UP_APACHE ? up_apache_start(up) : up_nginx_start(up);
}

const char *up_front(struct up *up, const struct front_fill *more, const char *name)
{
	const struct front f = {
		.arena = &up->arena,
		.settings = &up->settings,
		.source = up->source,
		.www = arena_printf(&up->arena, "%s/www", up->data),
		.config = up->conf,
		.program = up->program,
		.more = more,
		.why = up->problem,
		.size = sizeof(up->problem),
	};

	return front_make(&f, name);
}

const char *up_first(const char *const *paths, int mode)
{
	for (; *paths; paths++)
		if (!access(*paths, mode))
			return *paths;
	return NULL;
}
