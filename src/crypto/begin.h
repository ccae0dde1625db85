/* SPDX-License-Identifier: Apache-2.0 */
/* The first steps of the libraries of secrets. */
#ifndef SOUK_CRYPTO_BEGIN_H
#define SOUK_CRYPTO_BEGIN_H

#include "base/err.h"

/* Before the fork: it takes milliseconds and a megabyte, which all workers then share. And OpenSSL
 * never tries again what failed at its first use, so that a worker that is short of memory in that
 * moment could reach no database any more. ERR_NO_MEMORY. */
enum err crypto_begin(void) MUST_CHECK;

#endif
