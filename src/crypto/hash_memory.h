/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that Argon2id works in, kept from one hash to the next.
 *
 * libsodium asks the kernel for it anew each time, filled with zeroes at once, and gives it back.
 * For 19 MiB in pages of 4 KiB that is half of a hash's time, 5 ms of it in the kernel, where
 * nobody else gets the processor. So this program has an mmap() and a munmap() of its own, which
 * the library's calls reach: between hash_memory_lend() and hash_memory_take_back() they deal in
 * one region of huge pages; all other calls go to the kernel as they are. Where that cannot be (a
 * sanitizer has calls of its own) hashes are slower, and right. */
#ifndef SOUK_CRYPTO_HASH_MEMORY_H
#define SOUK_CRYPTO_HASH_MEMORY_H

void hash_memory_lend(void);
/* What the hash left in it is wiped. */
void hash_memory_take_back(void);
/* Gives the memory back when it was not used for so long. */
void hash_memory_rest(int unused_ms);

#endif
