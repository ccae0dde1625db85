/* SPDX-License-Identifier: Apache-2.0 */
/* The daily proof of the books: a store has what its entries say, and what it bought was paid. */
#ifndef SOUK_DOMAIN_CREDITS_PROOF_H
#define SOUK_DOMAIN_CREDITS_PROOF_H

#include "base/err.h"
#include "db/runtime.h"
#include "domain/jobs.h"

struct credits_proof {
	int stores, wrong;
};

/* Looks at every store, a few at a time, each as it is in one moment; changes nothing. Raises the
 * alarm `ledger_wrong` for each store whose balance row differs from the entries of its accounts,
 * or that has a purchase without its payment. Renews the job's lease: ERR_JOB_LOST. */
enum err credits_prove(struct db *master, const struct job *, struct credits_proof *out) MUST_CHECK;

/* The job `prove_ledger`. */
enum err credits_prove_run(struct runtime *, const struct job *) MUST_CHECK;

#endif
