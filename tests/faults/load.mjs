// SPDX-License-Identifier: Apache-2.0
// People who read and write at once and remember what they were promised; afterwards the books are compared.
import assert from 'node:assert/strict';

import { call, patiently } from '../lib/api.mjs';
import { PASSWORD, unique } from '../lib/actors.mjs';
import { sleep } from '../lib/env.mjs';
import { rows, sql } from '../lib/sql.mjs';

const HANG_MS = 20000, THINK_MS = 10, AGAIN_MS = 1000;
// What each does in turn. Only the first hashes passwords: more at once than there are cores are told to come again,
// which would look like a fault.
const PASSWORDS = ['login', 'register'];
const TURNS = [['me', 'spend', 'balance', 'store'], ['spend', 'me', 'purchase', 'balance'], ['store', 'me', 'spend', 'me']];

const done = (rs) => rs.status === 200 || rs.status === 201;

// What an answer was, in a word for the table.
export function outcome(rs) {
	return rs.code ? `${rs.status} ${rs.code}` : String(rs.status || rs.text);
}

// An answer of whatever kind: a lost connection and a hang are outcomes too.
async function ask(...args) {
	let timer;
	const late = new Promise((resolve) => (timer = setTimeout(resolve, HANG_MS, { status: 0, text: 'hang', headers: {} })));
	const answer = call(...args).catch((e) => ({ status: 0, text: e.code ?? 'lost', headers: {} }));
	const rs = await Promise.race([answer, late]);
	clearTimeout(timer);
	return rs;
}

// One person with a store, who does one thing after the other.
class Client {
	constructor(load, number) {
		Object.assign(this, { load, turn: 0, turns: number ? TURNS[number % TURNS.length] : PASSWORDS, open: [], promised: [] });
		this.person = { email: `${unique('f')}@example.com`, password: PASSWORD, firstName: 'F', lastName: 'L' };
	}

	send(method, path, { body, key, token = this.token } = {}) {
		return ask(method, path, { at: this.load.at, body, token, headers: key ? { 'idempotency-key': key } : {} });
	}

	async prepare() {
		const made = await patiently(() => this.send('POST', '/api/auth/register', { body: this.person, token: null }));
		assert.equal(made.status, 201, made.text);
		this.token = made.data.token;
		const store = await this.send('POST', '/api/stores/mt', { body: { name: 'Fault', slug: unique('f') } });
		assert.equal(store.status, 201, store.text);
		this.store = store.data.store.id;
		const bought = await this.act({ kind: 'purchase', key: unique('k'), amount: 100000 });
		assert.equal(bought.status, 201, bought.text);
	}

	// An operation is kept as it was first sent: it may have to be sent again, to the letter.
	begin(kind) {
		const fields = { store: { name: unique('Fault ') }, spend: { amount: 1 }, purchase: { amount: 5 },
			register: { person: { ...this.person, email: `${unique('r')}@example.com` } } }[kind];
		return { kind, ...(['store', 'spend', 'purchase'].includes(kind) && { key: unique('k') }), ...fields };
	}

	async act(op) {
		const storeId = this.store;
		const rs = await {
			me: () => this.send('GET', '/api/auth/me'),
			balance: () => this.send('GET', `/api/credits/mt/balance?storeId=${storeId}`),
			login: () => this.send('POST', '/api/auth/login', { body: this.person, token: null }),
			register: () => this.send('POST', '/api/auth/register', { body: op.person, token: null }),
			store: () => this.send('POST', '/api/stores/mt', { key: op.key, body: { name: op.name } }),
			spend: () => this.send('POST', '/api/credits/mt/spend', { key: op.key, body: { amount: op.amount, storeId } }),
			purchase: () => this.send('POST', '/api/credits/mt/purchase', { key: op.key,
				body: { amount: op.amount, paymentMethod: 'test', storeId } }),
		}[op.kind]();
		op.tries = (op.tries ?? 0) + 1;
		op.due = performance.now() + AGAIN_MS;
		this.remember(op, rs);
		return rs;
	}

	// Whoever got no answer that settles it asks again later, as clients do.
	remember(op, rs) {
		const settled = done(rs) || (op.kind === 'register' && op.tries > 1 && rs.code === 'USER_EXISTS');
		this.open = this.open.filter((each) => each !== op);
		if (settled && !['me', 'balance'].includes(op.kind))
			this.promised.push({ ...op, data: rs.data, known: done(rs) });
		else if (!settled && (op.key || op.kind === 'register'))
			this.open.push(op);
	}

	async live() {
		while (!this.load.stopped) {
			const kind = this.turns[this.turn++ % this.turns.length];
			const began = performance.now();
			const op = this.open.find((each) => each.kind === kind && each.due < began) ?? this.begin(kind);
			const rs = await this.act(op), ended = performance.now();
			this.load.notes.push({ kind, began, ended, took: ended - began, outcome: outcome(rs),
				ok: done(rs), again: op.tries > 1, retryAfter: Number(rs.headers['retry-after'] ?? 0) });
			await sleep(THINK_MS);
		}
	}
}

export class Load {
	constructor(it, clients = 16) {
		Object.assign(this, { it, at: it.at, stopped: false, notes: [] });
		this.clients = Array.from({ length: clients }, (_, i) => new Client(this, i));
	}

	async begin() {
		await Promise.all(this.clients.map((c) => c.prepare()));
		this.resume();
	}

	resume() {
		this.stopped = false;
		this.lives = Promise.all(this.clients.map((c) => c.live()));
	}

	async pause() {
		this.stopped = true;
		await this.lives;
	}

	// What is still open is asked again until it is settled. A key whose holder died is locked for as long as the
	// request might have run; it is taken for dead at once here.
	async settle() {
		await sql(this.it.where, `UPDATE idempotency_keys SET locked_until = now() WHERE status = 'running'`);
		await Promise.all(this.clients.map(async (client) => {
			for (const op of [...client.open]) {
				const rs = await client.act(op);
				assert.ok(!client.open.includes(op), `${op.kind} after the fault: ${rs.status} ${rs.text}`);
			}
		}));
	}

	promised(kind) {
		return this.clients.flatMap((c) => c.promised.filter((op) => op.kind === kind));
	}

	// Every promise is in the database once; none twice; the ledger adds up. How many there were of each kind.
	async compare() {
		await this.settle();
		const counts = {};
		for (const [kind, query, key] of [
			['register', `SELECT email AS key FROM users`, (op) => op.person.email],
			['store', `SELECT name AS key FROM stores`, (op) => op.name],
			['spend', `SELECT regexp_replace(idempotency_key, '.*:', '') AS key FROM ledger_transactions WHERE kind = 'spend'`,
				(op) => op.key],
			['purchase', `SELECT regexp_replace(idempotency_key, '.*:', '') AS key FROM ledger_transactions
				WHERE kind = 'purchase'`, (op) => op.key],
			['login', `SELECT id AS key FROM sessions`, (op) => sessionOf(op.data.token)],
		])
			counts[kind] = once(kind, this.promised(kind).map(key), await rows(this.it.where, query));
		await this.compareBalances();
		await this.compareLedger();
		return counts;
	}

	async compareBalances() {
		const list = await rows(this.it.where, `SELECT store_id AS store, balance_e4 AS balance FROM credit_balances`);
		const kept = new Map(list.map(({ store, balance }) => [store, balance]));
		for (const { promised, store } of this.clients) {
			const sum = (kind) => promised.filter((op) => op.kind === kind).reduce((n, op) => n + op.amount, 0);
			assert.equal(kept.get(store), (sum('purchase') - sum('spend')) * 10000, `balance of ${store}`);
		}
	}

	async compareLedger() {
		const odd = await rows(this.it.where, `SELECT transaction_id FROM ledger_entries GROUP BY 1
			HAVING sum(amount_e4) <> 0`);
		assert.deepEqual(odd, [], 'movements that do not sum to zero');
		const apart = await rows(this.it.where, `SELECT b.store_id, b.balance_e4, sum(e.amount_e4) AS entries
			FROM credit_balances b JOIN ledger_accounts a ON a.store_id = b.store_id AND a.kind = 'store_credits'
			LEFT JOIN ledger_entries e ON e.account_id = a.id GROUP BY 1, 2 HAVING b.balance_e4 <> coalesce(sum(e.amount_e4), 0)`);
		assert.deepEqual(apart, [], 'balances that are not the sum of their entries');
	}
}

const sessionOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;

function once(kind, promised, list) {
	const there = new Map();
	for (const { key } of list)
		there.set(key, (there.get(key) ?? 0) + 1);
	for (const key of promised)
		assert.equal(there.get(key) ?? 0, 1, `${kind} ${key} was promised`);
	return promised.length;
}
