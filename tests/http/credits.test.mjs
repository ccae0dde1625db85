// SPDX-License-Identifier: Apache-2.0
// Credits: buying in test mode, spending, and that no way of asking makes or loses any.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';

import { call, del, get, ok, post, refused, tally, times, told } from '../lib/api.mjs';
import { agency, buy, shop, store, unique } from '../lib/actors.mjs';
import { until } from '../lib/env.mjs';
import { managed, master, quote, row, rows } from '../lib/sql.mjs';

// An agency with a store that has no database: credits need none.
async function purse(amount = 0) {
	const a = await agency();
	a.store = await store(a);
	if (amount)
		await buy(a, amount);
	return a;
}

const balance = async (a, id = a.store.id) => ok(await get(`/api/credits/mt/balance?storeId=${id}`, { token: a.token }));
const spend = (a, body, headers = {}) => post('/api/credits/mt/spend', body, { token: a.token, headers });
const purchase = (a, body, headers = {}) => post('/api/credits/mt/purchase', body, { token: a.token, headers });
const key = (value = unique('k')) => ({ 'idempotency-key': value });

// Entries of every transaction sum to zero, and those of a store to its balance.
async function proveLedger(storeId) {
	const { bad } = await row(master(), `SELECT count(*) AS bad FROM (SELECT 1 FROM ledger_entries
		GROUP BY transaction_id HAVING sum(amount_e4) <> 0) x`);
	assert.equal(bad, 0);
	const sums = await row(master(), `SELECT b.balance_e4, (SELECT coalesce(sum(e.amount_e4), 0)::bigint FROM ledger_entries e
		JOIN ledger_accounts a ON a.id = e.account_id WHERE a.store_id = b.store_id) AS entries
		FROM credit_balances b WHERE b.store_id = ${quote(storeId)}`);
	assert.equal(sums.entries, sums.balance_e4);
	return sums.balance_e4;
}

test('what is spent is spent by the store that the token names, or by none', async () => {
	const a = await purse(10), gone = a.store;
	const { token } = ok(await post('/api/auth/switch-store', { storeId: gone.id }, { token: a.token }));
	a.store = await store(a);
	await buy(a, 10);
	ok(await del(`/api/stores/mt/${gone.id}`, { token }));
	assert.equal(ok(await get('/api/credits/mt/balance', { token })).balance, 10);
	assert.equal((await call('HEAD', '/api/credits/mt/balance', { token })).status, 200);
	refused(await post('/api/credits/mt/spend', { amount: 1 }, { token }), 404, 'STORE_NOT_FOUND');
	refused(await post('/api/credits/mt/purchase', { amount: 1, paymentMethod: 'test' }, { token }), 404, 'STORE_NOT_FOUND');
	ok(await post('/api/credits/mt/spend', { amount: 1, storeId: a.store.id }, { token }));
	assert.equal((await balance(a)).balance, 9);
});

test('a new store has nothing', async () => {
	const a = await purse();
	assert.deepEqual(await balance(a), { balance: 0, reserved: 0, available: 0, lifetimePurchased: 0, lifetimeSpent: 0 });
	const nobody = await agency();
	refused(await get('/api/credits/mt/balance', { token: nobody.token }), 404, 'STORE_NOT_FOUND');
});

test('prices and packs', async () => {
	const data = ok(await get('/api/credits/mt/pricing', { token: (await agency()).token }));
	assert.equal(data.creditPrice, 0.1);
	assert.equal(data.currency, 'USD');
	assert.deepEqual(data.packs.map((p) => [p.credits, p.price]), [[100, 10], [500, 45], [1000, 80]]);
	const costs = Object.fromEntries(data.services.map((s) => [s.key, s.cost]));
	assert.deepEqual(costs, { store_creation: 0, product_import: 0.1, product_export: 0.05, ai_translation: 1, ai_content: 2,
		storage: 0.1, catalog_sync: 5, publishing: 3, custom_domain: 0.3 });
	assert.deepEqual(ok(await get('/api/credits/pricing', { token: (await agency()).token })), data);
});

test('a purchase in test mode completes at once', async () => {
	const a = await purse();
	const data = ok(await purchase(a, { amount: 12.5, paymentMethod: 'test' }), 201);
	assert.equal(data.transaction.status, 'completed');
	assert.equal(data.transaction.amount, 12.5);
	assert.equal(data.transaction.price, 1.25);
	assert.equal(data.transaction.currency, 'USD');
	assert.equal(data.newBalance, 12.5);
	assert.deepEqual(await balance(a), { balance: 12.5, reserved: 0, available: 12.5, lifetimePurchased: 12.5, lifetimeSpent: 0 });
	const bill = await rows(master(), `SELECT * FROM billing_transactions WHERE store_id = ${quote(a.store.id)}`);
	assert.equal(bill.length, 1);
	assert.equal(await proveLedger(a.store.id), 125000);
});

test('packs', async () => {
	const a = await purse();
	const { packs } = ok(await get('/api/credits/mt/pricing', { token: a.token }));
	for (const pack of packs) {
		const { transaction } = ok(await purchase(a, { packId: pack.id, paymentMethod: 'test' }), 201);
		assert.equal(transaction.amount, pack.credits);
		assert.equal(transaction.price, pack.price);
		assert.equal(transaction.packId, pack.id);
	}
	assert.equal((await balance(a)).balance, 1600);
	refused(await purchase(a, { packId: 'pack_9', paymentMethod: 'test' }), 404, 'PACK_NOT_FOUND');
	refused(await purchase(a, { packId: packs[0].id, amount: 5, paymentMethod: 'test' }), 400, 'VALIDATION_ERROR');
	refused(await purchase(a, { paymentMethod: 'test' }), 400, 'VALIDATION_ERROR');
	assert.equal(await proveLedger(a.store.id), 16000000);
});

test('no credits on a client\'s word', async () => {
	const a = await purse();
	for (const body of [{ amount: 5 }, { amount: 5, paymentMethod: 'card' }, { amount: 5, status: 'completed', paid: true }]) {
		const rs = await purchase(a, body);
		assert.ok(rs.status >= 400, told(rs));
	}
	const data = ok(await purchase(a, { amount: 1, paymentMethod: 'test', price: 0, credits: 99, balance: 99, bonus: 5, userId: randomUUID() }), 201);
	assert.equal(data.newBalance, 1);
});

test('amounts that are none', async (t) => {
	const a = await purse(10);
	const bad = ['0', '-1', '0.00001', '1.00005', '1e3', '1E3', '"10"', 'true', 'null', '[]', '{}', '[1]', '12345678901234567890',
		'99999999999999999999', '-0', '0.0', '1e-2', '10000000000000', '"1e3"', '""', '0.00000000000000000001'];
	for (const amount of bad)
		await t.test(amount, async () => {
			const details = refused(await post('/api/credits/mt/spend', `{"amount":${amount}}`, { token: a.token }), 400,
				'VALIDATION_ERROR');
			assert.ok(details.amount);
			refused(await post('/api/credits/mt/purchase', `{"amount":${amount},"paymentMethod":"test"}`, { token: a.token }), 400,
				'VALIDATION_ERROR');
		});
	for (const amount of ['NaN', 'Infinity', '-Infinity', '01', '+1', '.5', '1.', '0x10', '1_000', "'1'", 'undefined', '1,5'])
		await t.test(amount, async () => refused(await post('/api/credits/mt/spend', `{"amount":${amount}}`, { token: a.token }),
			400, 'INVALID_JSON'));
	await t.test('a purchase that is no whole cent', async () => {
		for (const amount of [1.05, 2.0001, 0.5])
			refused(await purchase(a, { amount, paymentMethod: 'test' }), 400, 'VALIDATION_ERROR');
	});
	assert.equal((await balance(a)).balance, 10);
});

test('spending: an amount, or a service and how much of it', async () => {
	const a = await purse(100);
	const done = async (body) => ok(await spend(a, body));
	assert.deepEqual(await done({ amount: 0.0001 }), { amountSpent: 0.0001, newBalance: 99.9999 });
	assert.deepEqual(await done({ amount: 9.9999, description: 'round <b>' }), { amountSpent: 9.9999, newBalance: 90 });
	assert.deepEqual(await done({ serviceKey: 'ai_translation' }), { amountSpent: 1, newBalance: 89 });
	assert.deepEqual(await done({ serviceKey: 'product_import', quantity: 25 }), { amountSpent: 2.5, newBalance: 86.5 });
	assert.deepEqual(await done({ service_key: 'product_export', quantity: 0.5 }), { amountSpent: 0.025, newBalance: 86.475 });
	assert.deepEqual(await done({ serviceKey: 'store_creation' }), { amountSpent: 0, newBalance: 86.475 });
	refused(await spend(a, { serviceKey: 'nonsense' }), 404, 'SERVICE_NOT_FOUND');
	refused(await spend(a, { serviceKey: 'ai_content', amount: 1 }), 400, 'VALIDATION_ERROR');
	for (const quantity of [0, -1, '5', 1e15])
		assert.ok(refused(await spend(a, { serviceKey: 'ai_content', quantity }), 400, 'VALIDATION_ERROR').quantity);
	await proveLedger(a.store.id);
});

test('who forgets to say that it is a test is told so', async () => {
	const a = await purse();
	for (const more of [{}, { paymentMethod: 'card' }])
		assert.match(refused(await purchase(a, { amount: 1, ...more }), 503, 'PAYMENTS_UNAVAILABLE').paymentMethod, /test/);
	assert.equal((await balance(a)).balance, 0);
});

test('the store is named in either spelling', async () => {
	const a = await purse(10), other = await store(a);
	for (const [name, id, left] of [['storeId', a.store.id, 10], ['store_id', a.store.id, 10], ['store_id', other.id, 0]])
		assert.equal(ok(await get(`/api/credits/mt/balance?${name}=${id}`, { token: a.token })).balance, left);
	const body = (id) => ({ amount: 1, store_id: id });
	refused(await spend(a, body(other.id)), 402, 'INSUFFICIENT_CREDITS');
	assert.equal(ok(await spend(a, body(a.store.id))).newBalance, 9);
});

test('what is wrong with an amount is said in words', async () => {
	const a = await purse(1);
	const words = async (ask, amount) => refused(await ask(a, `{"amount":${amount}}`), 400, 'VALIDATION_ERROR').amount;
	assert.match(await words(spend, '99999999999999999999'), /between 0\.0001 and/);
	assert.match(await words(purchase, '-99999999999999999999'), /between 1 and/);
	for (const odd of ['1e3', '"10"', 'true', '1.23456'])
		assert.match(await words(spend, odd), /plain number/);
	assert.match(refused(await spend(a, {}), 400, 'VALIDATION_ERROR').amount, /serviceKey/);
	assert.match(refused(await purchase(a, {}), 400, 'VALIDATION_ERROR').amount, /packId/);
});

test('402 says what is required and what there is', async () => {
	const a = await purse(5);
	assert.deepEqual(refused(await spend(a, { amount: 5.0001 }), 402, 'INSUFFICIENT_CREDITS'), { required: 5.0001, available: 5 });
	assert.deepEqual(refused(await spend(a, { serviceKey: 'ai_content', quantity: 3 }), 402, 'INSUFFICIENT_CREDITS'),
		{ required: 6, available: 5 });
	ok(await spend(a, { amount: 5 }));
	refused(await spend(a, { amount: 0.0001 }), 402, 'INSUFFICIENT_CREDITS');
	assert.deepEqual(await balance(a), { balance: 0, reserved: 0, available: 0, lifetimePurchased: 5, lifetimeSpent: 5 });
});

test('two hundred spends of 1 at once from 100: exactly 100', async () => {
	const a = await purse(100);
	const answers = await times(200, () => spend(a, { amount: 1 }));
	assert.deepEqual(tally(answers), { 200: 100, '402 INSUFFICIENT_CREDITS': 100 });
	const left = answers.filter((rs) => rs.status === 200).map((rs) => rs.data.newBalance).sort((x, y) => x - y);
	assert.deepEqual(left, Array.from({ length: 100 }, (_, i) => i));
	assert.deepEqual(await balance(a), { balance: 0, reserved: 0, available: 0, lifetimePurchased: 100, lifetimeSpent: 100 });
	assert.equal(await proveLedger(a.store.id), 0);
});

test('purchases and spends at once sum up', async () => {
	const a = await purse(50);
	const answers = await times(100, (i) => (i % 2 ? spend(a, { amount: 0.25 }) : purchase(a, { amount: 1, paymentMethod: 'test' })));
	assert.deepEqual(tally(answers), { 200: 50, 201: 50 });
	assert.equal(await proveLedger(a.store.id), 10000 * (50 + 50 - 12.5));
});

test('history in pages, newest first', async () => {
	const a = await purse(10);
	for (let i = 1; i <= 4; i++)
		ok(await spend(a, { amount: i / 2, description: `step ${i}` }));
	const all = ok(await get('/api/credits/mt/transactions', { token: a.token })).transactions;
	assert.deepEqual(all.map((t) => [t.type, t.amount, t.balanceAfter]),
		[['spend', -2, 5], ['spend', -1.5, 7], ['spend', -1, 8.5], ['spend', -0.5, 9.5], ['purchase', 10, 10]]);
	const seen = [];
	for (let cursor = ''; cursor !== null;) {
		const page = ok(await get(`/api/credits/mt/transactions?limit=2${cursor && `&cursor=${cursor}`}`, { token: a.token }));
		seen.push(...page.transactions);
		cursor = page.nextCursor;
	}
	assert.deepEqual(seen, all);
	refused(await get('/api/credits/mt/transactions?limit=1000', { token: a.token }), 400, 'VALIDATION_ERROR');
});

// ---- idempotency

test('the same key and body: the same answer, marked, and one effect', async () => {
	const a = await purse(10);
	for (const [ask, body] of [[spend, { amount: 3 }], [purchase, { amount: 2, paymentMethod: 'test' }]]) {
		const k = key();
		const first = await ask(a, body, k), second = await ask(a, body, k);
		assert.ok(first.status < 300, told(first));
		assert.equal(first.headers['idempotent-replayed'], undefined);
		assert.equal(second.status, first.status);
		assert.equal(second.headers['idempotent-replayed'], 'true');
		assert.equal(second.text, first.text);
		assert.equal(second.headers['content-type'], first.headers['content-type']);
	}
	assert.equal((await balance(a)).balance, 9);
});

test('the same key with another body is 422', async () => {
	const a = await purse(10), k = key();
	ok(await spend(a, { amount: 1 }, k));
	refused(await spend(a, { amount: 2 }, k), 422, 'IDEMPOTENCY_KEY_REUSED');
	refused(await spend(a, { amount: 1, description: 'x' }, k), 422, 'IDEMPOTENCY_KEY_REUSED');
	assert.equal((await balance(a)).balance, 9);
});

test('keys belong to user and route', async () => {
	const a = await purse(10), b = await purse(10), k = key();
	assert.equal(ok(await spend(a, { amount: 1 }, k)).newBalance, 9);
	const theirs = await spend(b, { amount: 1 }, k);
	assert.equal(theirs.headers['idempotent-replayed'], undefined);
	assert.equal(ok(theirs).newBalance, 9);
	ok(await purchase(a, { amount: 1, paymentMethod: 'test' }, k), 201);
	assert.equal((await balance(a)).balance, 10);
});

test('a key is the same under both addresses of a route, and not for another store', async () => {
	const a = await purse(10), other = await store(a), k = key();
	const body = { amount: 1, storeId: a.store.id };
	ok(await post('/api/credits/spend', body, { token: a.token, headers: k }));
	assert.equal((await spend(a, body, k)).headers['idempotent-replayed'], 'true');
	assert.equal((await balance(a)).balance, 9);
	for (const query of [`?storeId=${other.id}`, '?x='])
		refused(await post(`/api/credits/mt/spend${query}`, body, { token: a.token, headers: k }), 422,
			'IDEMPOTENCY_KEY_REUSED');
	const test = (id) => post(`/api/stores/mt/${id}/connect-database`, { type: 'mysql' }, { token: a.token, headers: k });
	refused(await test(a.store.id), 422, 'DATABASE_TYPE_UNSUPPORTED');
	refused(await test(other.id), 422, 'IDEMPOTENCY_KEY_REUSED');
});

test('fifty at once with one key: one effect, the rest are the same answer or 409', async () => {
	const a = await purse(100), k = key();
	const answers = await times(50, () => spend(a, { amount: 1 }, k));
	const count = tally(answers);
	assert.equal((count['200'] ?? 0) + (count['409 IDEMPOTENCY_IN_PROGRESS'] ?? 0), 50, JSON.stringify(count));
	assert.ok(count['200'] >= 1);
	assert.equal(new Set(answers.filter((rs) => rs.status === 200).map((rs) => rs.text)).size, 1);
	assert.equal((await balance(a)).balance, 99);
	assert.equal((await spend(a, { amount: 1 }, k)).headers['idempotent-replayed'], 'true');
});

test('an error is repeated as well', async () => {
	const a = await purse(1), k = key();
	refused(await spend(a, { amount: 2 }, k), 402, 'INSUFFICIENT_CREDITS');
	await buy(a, 5);
	const again = await spend(a, { amount: 2 }, k);
	refused(again, 402, 'INSUFFICIENT_CREDITS');
	assert.equal(again.headers['idempotent-replayed'], 'true');
});

test('odd keys', async () => {
	const a = await purse(5);
	refused(await spend(a, { amount: 1 }, key('x'.repeat(256))), 400, 'VALIDATION_ERROR');
	ok(await spend(a, { amount: 1 }, key('x'.repeat(255))));
	ok(await spend(a, { amount: 1 }, key(`'"; <é>`)));
});

test('creating a store is idempotent too', async () => {
	const a = await agency(), k = key();
	const make = () => post('/api/stores/mt', { name: 'Once' }, { token: a.token, headers: k });
	const [one, two] = [await make(), await make()];
	assert.equal(two.text, one.text);
	assert.equal(ok(await get('/api/stores/mt', { token: a.token })).stores.length, 1);
});

// ---- the copy in the store's own database

test('the store\'s credit cache and spending log follow', async () => {
	const { owner, store: s } = await shop();
	await buy(owner, 20, s.id);
	await times(10, () => spend(owner, { amount: 0.5, description: 'log', storeId: s.id }));
	await until('the cache to follow', async () => {
		const cache = await row(managed(s.id), 'SELECT * FROM credit_balance_cache');
		return cache?.balance_e4 === 150000 && cache.lifetime_spent_e4 === 50000;
	}, 20);
	const log = await until('the log to follow', async () => {
		const list = await rows(managed(s.id), 'SELECT * FROM credit_spending_log');
		return list.length === 10 && list;
	}, 20);
	assert.ok(log.every((line) => line.amount_e4 === 5000 && line.description === 'log'));
	const ids = await rows(master(), `SELECT id FROM credit_transactions WHERE store_id = ${quote(s.id)} AND type = 'spend'`);
	assert.deepEqual(log.map((line) => line.id).sort(), ids.map((line) => line.id).sort());
});

let everything;
before(async () => {
	everything = await row(master(), 'SELECT coalesce(sum(amount_e4), 0)::bigint AS n FROM ledger_entries');
});
test('all entries of the platform sum to zero', async () => {
	assert.equal(everything.n, 0);
	assert.equal((await row(master(), 'SELECT coalesce(sum(amount_e4), 0)::bigint AS n FROM ledger_entries')).n, 0);
});
