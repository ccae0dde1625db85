/* SPDX-License-Identifier: Apache-2.0 */
/* The log: one JSON object a line on stderr, so that a line break in a value cannot forge a line.
 */
#ifndef SOUK_BASE_LOG_H
#define SOUK_BASE_LOG_H

/* What every line of one request or job bears. NULL stands for the process itself. */
struct log_context {
	const char *request_id;  /* or NULL */
	const char *route;       /* pattern of the route or kind of the job, or NULL */
	const char *store_id;    /* or NULL */
};

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_ALARM
};

/* `role` ("web", "slow", "job", …) stands in each line; it must outlive the process. */
void log_init(const char *role, enum log_level least);

/* `event` is a short fixed word that can be searched for; the text says what happened, and never
 * holds a secret, a password, a token or a connection string. An alarm is what a person must see.
 */
void log_write(enum log_level, const struct log_context *, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#define log_debug(cx, ...) log_write(LOG_LEVEL_DEBUG, (cx), __VA_ARGS__)
#define log_info(cx, ...) log_write(LOG_LEVEL_INFO, (cx), __VA_ARGS__)
#define log_warn(cx, ...) log_write(LOG_LEVEL_WARN, (cx), __VA_ARGS__)
#define log_error(cx, ...) log_write(LOG_LEVEL_ERROR, (cx), __VA_ARGS__)
#define log_alarm(cx, ...) log_write(LOG_LEVEL_ALARM, (cx), __VA_ARGS__)

#endif
