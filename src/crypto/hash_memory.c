/* SPDX-License-Identifier: Apache-2.0 */
/* One region, for one thread: a worker has no other. */
#include "crypto/hash_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/* KEPT_MOST: our own hashes need 19 MiB; what an imported one needs beyond that is not kept. */
enum { HUGE_PAGE = 2 << 20, LEAST = 1 << 20, KEPT_MOST = 20 << 20,
       READ_WRITE = PROT_READ | PROT_WRITE };

static struct {
	char *at;          /* NULL: there is none */
	size_t size;       /* a multiple of HUGE_PAGE */
	size_t used;       /* what the library asked for, and has; 0: nothing */
	bool offered;
	int64_t used_ms;
} region;

static int kernel_munmap(void *at, size_t size)
{
	return (int)syscall(SYS_munmap, at, size);
}

static void drop(void)
{
	if (region.at)
		kernel_munmap(region.at, region.size);
	region.at = NULL;
	region.size = region.used = 0;
}

void hash_memory_offer(void)
{
	region.offered = true;
}

void hash_memory_take_back(void)
{
	region.offered = false;
	region.used_ms = clock_mono_ms();
}

void hash_memory_rest(int unused_ms)
{
	if (region.at && !region.used && clock_mono_ms() - region.used_ms >= unused_ms)
		drop();
}

/* A sanitizer has calls of its own. The others' way to the kernel is glibc's mmap64(), which with
 * 64 bits is the same as its mmap(). */
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define NO_CALLS_OF_OURS
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__) || !defined(__LP64__)
#define NO_CALLS_OF_OURS
#endif
#ifndef NO_CALLS_OF_OURS

/* At a border of huge pages, so that it can consist of them. */
static bool get(size_t size)
{
	size_t whole = size + HUGE_PAGE, before;
	char *at = mmap64(NULL, whole, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return false;
	before = (HUGE_PAGE - (uintptr_t)at % HUGE_PAGE) % HUGE_PAGE;
	if (before)
		kernel_munmap(at, before);
	kernel_munmap(at + before + size, HUGE_PAGE - before);
	region.at = at + before;
	region.size = size;
	/* A kernel that has none gives small ones. */
	madvise(region.at, size, MADV_HUGEPAGE);
	madvise(region.at, size, MADV_DONTDUMP);
	return true;
}

static void *lend(size_t size)
{
	size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

	if (region.size < whole)
		drop();
	if (!region.at && !get(whole))
		return NULL;
	region.used = size;
	return region.at;
}

void *mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	void *lent = NULL;

	if (region.offered && !region.used && !at && prot == READ_WRITE && fd == -1 &&
	    size >= LEAST)
		lent = lend(size);
	return lent ? lent : mmap64(at, size, prot, flags, fd, offset);
}

int munmap(void *at, size_t size)
{
	if (!at || at != region.at || size != region.used)
		return kernel_munmap(at, size);
	explicit_bzero(at, size);
	region.used = 0;
	if (region.size > KEPT_MOST)
		drop();
	return 0;
}

#endif
