/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of connect-database and test-database. */
#include "handlers/database_input.h"

#include <string.h>

#include "base/text.h"
#include "web/input.h"
#include "web/reply.h"

enum { CONNECTION_STRING_MAX = 4096 };

static const char *const types[] = { "postgresql", "managed", "mysql", "supabase", NULL };

/* Where the type is left out, the string tells it. */
static const char *clear_type(struct input *in, const char *string)
{
	if (input_has(in, "projectUrl"))
		return "supabase";
	if (text_starts(string, "mysql://") || text_starts(string, "mariadb://"))
		return "mysql";
	if (string)
		return "postgresql";
	input_complain(in, "type", "must be one of postgresql, managed, mysql, supabase");
	return NULL;
}

enum err database_input(struct request *rq, struct database_request *out)
{
	const char *type;
	struct input in;
	enum err e;

	memset(out, 0, sizeof(*out));
	if ((e = input_begin(rq, &in)))
		return e;
	type = input_word(&in, "type", types, 0);
	out->connection_string = input_text(&in, "connectionString", 1, CONNECTION_STRING_MAX, 0);
	input_bool(&in, "demoData", 0, &out->demo);
	if (!type && !input_complaint(&in, "type"))
		type = clear_type(&in, out->connection_string);
	if (text_eq(type, "managed"))
		out->kind = DATABASE_MANAGED;
	else if (text_eq(type, "mysql"))
		out->kind = DATABASE_MYSQL;
	else if (text_eq(type, "supabase"))
		out->kind = DATABASE_SUPABASE;
	else if (type && !out->connection_string && !input_complaint(&in, "connectionString"))
		input_complain(&in, "connectionString", "is required");
	return input_end(&in);
}

enum err database_details(struct request *rq, enum err e, const struct database_problem *problem)
{
	if (e == ERR_CONNECTION_FAILED || (e == ERR_MANAGED_UNAVAILABLE && problem->reason)) {
		reply_detail(rq, "reason", conn_reason_word(problem->reason));
		reply_detail(rq, "hint", conn_reason_hint(problem->reason));
	} else if (e == ERR_INVALID_CONNECTION_STRING && problem->words[0]) {
		reply_detail(rq, "connectionString", problem->words);
	}
	return e;
}
