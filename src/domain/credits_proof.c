/* SPDX-License-Identifier: Apache-2.0 */
/* The daily proof of the books. The database proves each movement when it is made; this finds what
 * was done past it: by hand, by a restore, by a bug. */
#include "domain/credits_proof.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/text.h"

enum { BATCH = 50, LEASE_S = 60 };

/* $1: the last store of the batch before; $2: stores at most. One statement sees each movement
 * whole or not at all. */
static const struct stmt select_books = {
	.name = "credits_proof_books",
	.sql = "SELECT s.id AS store_id, COALESCE(b.balance_e4, 0) AS balance_e4,"
	       " COALESCE(b.reserved_e4, 0) AS reserved_e4, l.total_e4, l.held_e4, p.unpaid"
	       " FROM stores s LEFT JOIN credit_balances b ON b.store_id = s.id,"
	       " LATERAL (SELECT COALESCE(sum(e.amount_e4), 0)::int8 AS total_e4,"
	       " COALESCE(sum(e.amount_e4) FILTER (WHERE a.kind = 'store_reserved'), 0)::int8"
	       " AS held_e4 FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id"
	       " WHERE a.store_id = s.id) l,"
	       " LATERAL (SELECT count(*) AS unpaid FROM credit_transactions t"
	       " WHERE t.store_id = s.id AND t.type = 'purchase' AND t.status = 'completed'"
	       " AND NOT EXISTS (SELECT FROM billing_transactions m"
	       " WHERE m.credit_transaction_id = t.id AND m.kind = 'credit_purchase'"
	       " AND m.status = 'paid' AND m.amount_cents = t.price_cents)) p"
	       " WHERE $1::uuid IS NULL OR s.id > $1::uuid ORDER BY s.id LIMIT $2::int",
};

static bool books_good(struct db *db, const struct result *r, int i)
{
	int64_t balance = row_int(r, i, "balance_e4"), total = row_int(r, i, "total_e4");
	int64_t reserved = row_int(r, i, "reserved_e4"), held = row_int(r, i, "held_e4");
	int64_t unpaid = row_int(r, i, "unpaid");

	if (balance == total && reserved == held && !unpaid)
		return true;
	log_alarm(db->log, "ledger_wrong",
		  "store %s: balance %" PRId64 ", its entries %" PRId64 ", reserved %" PRId64
		  ", held %" PRId64 " (in 1/10000 of a credit), purchases without payment %" PRId64,
		  row_text(r, i, "store_id"), balance, total, reserved, held, unpaid);
	return false;
}

enum err credits_prove(struct db *db, const struct job *job, struct credits_proof *out)
{
	char last[ID_TEXT] = "";
	struct result r;
	enum err e;
	int i;

	*out = (struct credits_proof){ 0 };
	do {
		if ((e = jobs_renew(db, job, LEASE_S)) ||
		    (e = db_run(db, &select_books,
				ARGS(a_text(*last ? last : NULL), a_int(BATCH)), &r)))
			return e;
		for (i = 0; i < r.rows; i++)
			out->wrong += !books_good(db, &r, i);
		out->stores += r.rows;
		if (r.rows)
			text_copy(last, sizeof(last), row_text(&r, r.rows - 1, "store_id"));
		db_forget(db);
	} while (r.rows == BATCH);
	return OK;
}

enum err credits_prove_run(struct runtime *rt, const struct job *job)
{
	struct credits_proof proof = { 0 };
	struct db *db;
	enum err e = runtime_master(rt, &db);

	if (!e && !(e = credits_prove(db, job, &proof)))
		log_info(db->log, "ledger_proved", "%d stores, %d of them wrong", proof.stores,
			 proof.wrong);
	return e;
}
