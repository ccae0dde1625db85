/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs table: what the job workers can do. `souk jobs` prints it. */
#include <stddef.h>

#include "app/send_mail.h"
#include "domain/credits.h"
#include "domain/credits_proof.h"
#include "domain/jobs.h"
#include "domain/provisioning.h"
#include "domain/upkeep.h"

const struct job_kind job_kinds[] = {
	{
		.kind = "provision_store",
		.run = provisioning_run,
		.lease_s = 30,
		.deadline_s = 1800,
		.tries = 6,
		.backoff_s = 2,
		.per_store = 1,
		.help = "fills a store's database with tables, settings and its owner",
	},
	{
		.kind = "sync_credits",
		.run = credits_sync,
		.lease_s = 30,
		.tries = 10,
		.backoff_s = 5,
		.per_store = 1,
		.help = "brings balance and spending into the store's own database",
	},
	{
		.kind = "send_mail",
		.run = send_mail_run,
		.lease_s = 60,
		.tries = 8,
		.backoff_s = 15,
		.per_store = 1,
		.help = "writes a mail from its templates and sends it",
	},
	{
		.kind = "upkeep",
		.run = upkeep_run,
		.lease_s = 120,
		.tries = 3,
		.backoff_s = 60,
		.per_store = 1,
		.every_s = 3600,
		.help = "makes log partitions, removes what has expired",
	},
	{
		.kind = "prove_ledger",
		.run = credits_prove_run,
		.lease_s = 60,
		.tries = 3,
		.backoff_s = 60,
		.per_store = 1,
		.every_s = 86400,
		.help = "proves that balances are what the ledger says, and purchases paid",
	},
	{ .kind = NULL },
};
