/* SPDX-License-Identifier: Apache-2.0 */
/* Counting hits in windows of fixed length. */
#include "domain/limits.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A window that is over is begun again. Hits beyond one over the limit tell nothing more. */
static const struct stmt count_hit = {
	.name = "limits_hit",
	.sql = "INSERT INTO rate_limits AS l (key, hits) VALUES ($1::text || ':' || $2::text, 1)"
	       " ON CONFLICT (key) DO UPDATE SET"
	       " hits = CASE WHEN l.window_started_at + make_interval(secs => $3::int) <= now()"
	       " THEN 1"
	       " ELSE LEAST(l.hits, $4::int) + 1 END,"
	       " window_started_at = CASE"
	       " WHEN l.window_started_at + make_interval(secs => $3::int) <= now() THEN now()"
	       " ELSE l.window_started_at END"
	       " RETURNING hits > $4::int AS over, ceil(extract(epoch FROM window_started_at"
	       " + make_interval(secs => $3::int) - now()))::bigint AS wait",
};

static const struct stmt look = {
	.name = "limits_look",
	.sql = "SELECT hits >= $4::int AS over, ceil(extract(epoch FROM window_started_at"
	       " + make_interval(secs => $3::int) - now()))::bigint AS wait FROM rate_limits"
	       " WHERE key = $1::text || ':' || $2::text"
	       " AND window_started_at + make_interval(secs => $3::int) > now()",
};

static const struct stmt forget = {
	.name = "limits_clear",
	.sql = "DELETE FROM rate_limits WHERE key = $1::text || ':' || $2::text",
};

/* A window that is over by now is begun anew at the next hit anyway. */
static const struct stmt take_back = {
	.name = "limits_take_back",
	.sql = "UPDATE rate_limits SET hits = hits - 1 WHERE key = $1::text || ':' || $2::text"
	       " AND hits > 0",
};

static enum err judge(struct db *db, const struct stmt *stmt, const char *what, const char *who,
		      const struct rate *rate, int *retry_after)
{
	struct result r;
	int64_t wait;
	enum err e = db_run(
		db, stmt, ARGS(a_text(what), a_text(who), a_int(rate->seconds), a_int(rate->hits)),
		&r);

	*retry_after = 0;
	if (e || !r.rows || !row_bool(&r, 0, "over"))
		return e;
	wait = row_int(&r, 0, "wait");
	*retry_after = wait < 1 ? 1 : (int)wait;
	return ERR_RATE_LIMITED;
}

enum err limits_hit(struct db *db, const char *what, const char *who, const struct rate *rate,
		    int *retry_after)
{
	return judge(db, &count_hit, what, who, rate, retry_after);
}

enum err limits_look(struct db *db, const char *what, const char *who, const struct rate *rate,
		     int *retry_after)
{
	return judge(db, &look, what, who, rate, retry_after);
}

enum err limits_take_back(struct db *db, const char *what, const char *who)
{
	return db_run(db, &take_back, ARGS(a_text(what), a_text(who)), NULL);
}

enum err limits_clear(struct db *db, const char *what, const char *who)
{
	return db_run(db, &forget, ARGS(a_text(what), a_text(who)), NULL);
}

void limits_network(const char *address, char *out, unsigned long size)
{
	unsigned char raw[16];
	char text[INET6_ADDRSTRLEN] = "";

	if (inet_pton(AF_INET6, address, raw) != 1) {
		text_copy(out, size, address);
		return;
	}
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)raw)) {
		inet_ntop(AF_INET, raw + 12, text, sizeof(text));
		text_copy(out, size, text);
		return;
	}
	memset(raw + 8, 0, 8);
	inet_ntop(AF_INET6, raw, text, sizeof(text));
	snprintf(out, size, "%s/64", text);
}
