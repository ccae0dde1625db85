/* SPDX-License-Identifier: Apache-2.0 */
/* The only work ever done in a signal handler: the process is about to die, and when this too gets
 * stuck, the supervisor's SIGKILL comes two seconds later. Nothing here allocates. */
#include "app/stack.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum { FRAMES = 48, TEXT = 1900, OWN_FRAMES = 2 /* the handler, and the kernel's way into it */ };

/* Of the process, set once at its start. */
static struct score_slot *slot;
static const char *(*words)(enum score_pool, int route);

void stack_prime(void)
{
	void *frame[1];
	Dl_info info;

	/* The first call loads libgcc. */
	if (backtrace(frame, 1) == 1)
		dladdr(frame[0], &info);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t put_frame(char *out, size_t size, const void *at)
{
	Dl_info info;
	int n;

	if (!dladdr(at, &info) || !info.dli_fname)
		n = snprintf(out, size, " %p", at);
	else
		n = snprintf(out, size, " %s+0x%" PRIxPTR, base_name(info.dli_fname),
			     (uintptr_t)at - (uintptr_t)info.dli_fbase);
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

static void log_stack(void)
{
	static void *frames[FRAMES];
	static char text[TEXT];
	static struct score_view v;
	int count = backtrace(frames, FRAMES), i;
	struct log_context cx = { 0 };
	size_t len = 0;

	for (i = OWN_FRAMES; i < count; i++)
		len += put_frame(text + len, sizeof(text) - len, frames[i]);
	score_look(slot, &v);
	if (v.state == SCORE_BUSY) {
		cx.request_id = v.request_id;
		cx.route = v.route >= 0 && words ? words((enum score_pool)v.pool, v.route) : NULL;
		cx.store_id = *v.store_id ? v.store_id : NULL;
	}
	log_error(&cx, "stack", "aborted at%s", text);
}

static void on_abort(int signo, siginfo_t *info, void *context)
{
	struct sigaction die = { .sa_handler = SIG_DFL };
	sigset_t it;

	(void)context;
	if (info->si_code == SI_USER && info->si_pid == getppid() &&
	    atomic_load(&slot->condemned) != atomic_load(&slot->serial))
		return;
	log_stack();
	sigaction(signo, &die, NULL);
	sigemptyset(&it);
	sigaddset(&it, signo);
	sigprocmask(SIG_UNBLOCK, &it, NULL);
	raise(signo);
}

void stack_on_abort(struct score_slot *own, const char *(*doing)(enum score_pool, int route))
{
	struct sigaction on = { .sa_sigaction = on_abort, .sa_flags = SA_SIGINFO | SA_RESTART };

	slot = own;
	words = doing;
	sigemptyset(&on.sa_mask);
	sigaction(SIGABRT, &on, NULL);
}
