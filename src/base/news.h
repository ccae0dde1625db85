/* SPDX-License-Identifier: Apache-2.0 */
/* Counters in shared memory by which workers learn that what they remember is no longer true. */
#ifndef SOUK_BASE_NEWS_H
#define SOUK_BASE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

struct news;

/* How old the last proof may be that news of other processes and hosts do arrive. */
enum { NEWS_FRESH_MS = 1000 };

/* Made before the fork; NULL when memory is out. Where the others take a `struct news *`, NULL
 * stands for a process that hears nothing. */
struct news *news_new(void);

/* Of a user, a store or a host name, by its id or name. Different things may share a counter: then
 * news of one makes the other be asked for once more. */
uint64_t news_of(const struct news *, const char *id);
/* It has changed, and the change is committed: call this before the change is acknowledged. */
void news_raise(struct news *, const char *id);
/* Anything may have changed: news may have been missed. */
void news_raise_all(struct news *);

/* The listener to the master has proven that its connection lives, by an answer to what it asked at
 * that time: news of before have come, later ones may be under way or lost. And whether that proof
 * is recent. Otherwise only what is said in this process's family of workers is heard. */
void news_heard(struct news *, int64_t asked_ms);
bool news_fresh(const struct news *);

#endif
