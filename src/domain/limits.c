/* SPDX-License-Identifier: Apache-2.0 */
/* Counting hits in windows of fixed length. */
#include "domain/limits.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A window that is over is begun again. Hits beyond one over the limit tell nothing more. */
#define HIT(what, who, seconds, hits_most, from) \
	"INSERT INTO rate_limits AS l (key, hits)" \
	" SELECT " what "::text || ':' || " who "::text, 1" from \
	" ON CONFLICT (key) DO UPDATE SET" \
	" hits = CASE WHEN l.window_started_at + make_interval(secs => " seconds "::int) <= now()" \
	" THEN 1 ELSE LEAST(l.hits, " hits_most "::int) + 1 END," \
	" window_started_at = CASE" \
	" WHEN l.window_started_at + make_interval(secs => " seconds "::int) <= now() THEN now()" \
	" ELSE l.window_started_at END" \
	" RETURNING hits > " hits_most "::int AS over, ceil(extract(epoch FROM window_started_at" \
	" + make_interval(secs => " seconds "::int) - now()))::bigint AS wait"

static const struct stmt count_hit = {
	.name = "limits_hit",
	.sql = HIT("$1", "$2", "$3", "$4", ""),
};

/* One after the other, so that two of them never wait for each other. */
static const struct stmt count_both = {
	.name = "limits_hit_both",
	.sql = "WITH a AS (" HIT("$1", "$2", "$3", "$4", "") "),"
	       " b AS (" HIT("$5", "$6", "$7", "$8", " FROM a") ")"
	       " SELECT a.over OR b.over AS over, GREATEST(CASE WHEN a.over THEN a.wait END,"
	       " CASE WHEN b.over THEN b.wait END) AS wait FROM a, b",
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

static enum err judge(struct db *db, const struct stmt *stmt, struct args args, int *retry_after)
{
	struct result r;
	int64_t wait;
	enum err e = db_run(db, stmt, args, &r);

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
	return judge(db, &count_hit,
		     ARGS(a_text(what), a_text(who), a_int(rate->seconds), a_int(rate->hits)),
		     retry_after);
}

enum err limits_hit_both(struct db *db, const struct limit both[2], int *retry_after)
{
	const struct limit *a = both, *b = both + 1;

	return judge(db, &count_both,
		     ARGS(a_text(a->what), a_text(a->who), a_int(a->rate->seconds),
			  a_int(a->rate->hits), a_text(b->what), a_text(b->who),
			  a_int(b->rate->seconds), a_int(b->rate->hits)),
		     retry_after);
}

enum err limits_look(struct db *db, const char *what, const char *who, const struct rate *rate,
		     int *retry_after)
{
	return judge(db, &look,
		     ARGS(a_text(what), a_text(who), a_int(rate->seconds), a_int(rate->hits)),
		     retry_after);
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
