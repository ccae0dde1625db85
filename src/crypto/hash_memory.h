/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that Argon2id works in, kept by each worker from one hash to the next.
 *
 * libsodium asks the kernel for it anew each time, filled with zeroes at once, and gives it back.
 * For 19 MiB in pages of 4 KiB that is half of a hash's time, 5 ms of it in the kernel, where
 * nobody else gets the processor. So this program has an mmap() and a munmap() of its own, which
 * the library's calls reach: while memory is offered they deal in one region of huge pages, which
 * is wiped when it is unmapped; all other calls go to the kernel as they are. Where that cannot be
 * (a sanitizer has calls of its own) hashes are slower, and right. */
#ifndef SOUK_CRYPTO_HASH_MEMORY_H
#define SOUK_CRYPTO_HASH_MEMORY_H

/* Around one call of the library. */
void hash_memory_offer(void);
void hash_memory_take_back(void);
/* Gives the memory back when it was not used for so long. */
void hash_memory_rest(int unused_ms);

#endif
