// SPDX-License-Identifier: Apache-2.0
// Stores: making, naming, limits, lists, changes, deletion; another agency's are not there.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { call, del, get, ok, patch, post, refused, tally, times } from '../lib/api.mjs';
import { agency, completed, store, unique } from '../lib/actors.mjs';
import { settings } from '../lib/env.mjs';
import { logText } from '../lib/processes.mjs';
import { master, quote, row, sql } from '../lib/sql.mjs';

const create = (a, body, more) => post('/api/stores/mt', body, { token: a.token, ...more });

test('a new store waits for its database', async () => {
	const a = await agency(), slug = unique('s');
	const s = ok(await create(a, { name: 'Käse & Brot', slug, country: 'nl' }), 201).store;
	assert.equal(s.name, 'Käse & Brot');
	assert.equal(s.slug, slug);
	assert.equal(s.status, 'pending_database');
	assert.equal(s.country, 'NL');
	assert.equal(s.hostname, `${slug}.localhost`);
	assert.equal(s.provisioningStatus, 'pending');
	assert.deepEqual(ok(await get(`/api/stores/mt/${s.id}`, { token: a.token })).store, s);
	assert.deepEqual(ok(await get(`/api/stores/${s.id}`, { token: a.token })).store, s);
});

test('a slug is made from the name, and another when it is taken', async () => {
	const a = await agency(), name = `Änna's Café ${unique('n')}!`;
	const [one, two] = [ok(await create(a, { name }), 201).store, ok(await create(a, { name }), 201).store];
	assert.match(one.slug, /^annas-cafe-n[0-9a-f]+$/);
	assert.equal(two.slug, `${one.slug}-2`);
	for (const odd of ['日本語', '!!!', 'www'])
		assert.match(ok(await create(await agency(), { name: odd }), 201).store.slug, /^[a-z0-9-]{3,50}$/);
});

test('forty agencies want one name at once: each gets a slug', async () => {
	const people = await times(40, () => agency()), name = unique('Same ');
	const answers = await times(40, (i) => create(people[i], { name }));
	assert.deepEqual(tally(answers), { 201: 40 });
	const slugs = answers.map((rs) => rs.data.store.slug), first = name.toLowerCase().replace(' ', '-');
	assert.deepEqual(new Set(slugs), new Set([first, ...Array.from({ length: 39 }, (_, i) => `${first}-${i + 2}`)]));
});

test('a slug is made from a long name, too, when its first fifty characters are taken', async () => {
	const a = await agency(), name = `${unique('n')} ${'very '.repeat(15)}`;
	const slugs = [];
	for (let i = 0; i < 3; i++)
		slugs.push(ok(await create(a, { name }), 201).store.slug);
	assert.equal(slugs[0].length, 50);
	assert.equal(slugs[1], `${slugs[0].slice(0, 45).replace(/-$/, '')}-2`);
	assert.equal(slugs[2], slugs[1].replace(/2$/, '3'));
});

test('slugs that must not be', async (t) => {
	const a = await agency();
	const bad = ['ab', 'a'.repeat(51), '-abc', 'abc-', 'a--b', 'xn--80ak6aa92e', 'a b', 'a.b', 'a_b', 'münchen', 'аbc',
		'www', 'api', 'admin', 'localhost', 'mail', 'dashboard', 'login', 'mta-sts', 'WWW', 'a/b', "a'b", 'a\u0000b', '<b>'];
	for (const slug of bad)
		await t.test(JSON.stringify(slug).slice(0, 30), async () => {
			const rs = await create(a, { name: 'Shop', slug });
			if (slug.includes('\0'))
				refused(rs, 400, 'INVALID_JSON');
			else
				assert.ok(refused(rs, 400, 'VALIDATION_ERROR').slug);
		});
	assert.deepEqual(ok(await get('/api/stores/mt', { token: a.token })).stores, []);
});

test('names: empty, too long, not text; countries', async () => {
	const a = await agency();
	for (const name of ['', '   ', '\u00a0', '\u200b\u2060', '\u202e', 'x'.repeat(1000), 5, null, ['x'], 'a\nb'])
		assert.ok(refused(await create(a, { name }), 400, 'VALIDATION_ERROR').name);
	for (const country of ['NLD', 'n', '12', 5, 'XX', 'UK', ''])
		assert.ok(refused(await create(a, { name: 'x', country }), 400, 'VALIDATION_ERROR').country);
	refused(await create(a, {}), 400, 'VALIDATION_ERROR');
});

test('fifty who claim one slug at once: one has it', async () => {
	const people = await times(10, () => agency()), slug = unique('s');
	const answers = await times(50, (i) => create(people[i % 10], { name: 'Race', slug }));
	const count = tally(answers);
	assert.equal(count['201'], 1);
	assert.equal(count['409 SLUG_TAKEN'], 49, JSON.stringify(count));
	const { n } = await row(master(), `SELECT count(*) AS n FROM stores WHERE slug = ${quote(slug)}`);
	assert.equal(n, 1);
});

test('fifty stores of one name at once: each its own slug, five at most', async () => {
	const a = await agency(), name = unique('Same ');
	const answers = await times(50, () => create(a, { name }));
	const made = answers.filter((rs) => rs.status === 201);
	assert.equal(made.length, 5, JSON.stringify(tally(answers)));
	assert.equal(new Set(made.map((rs) => rs.data.store.slug)).size, 5);
});

test('the limit holds under a hundred at once', async () => {
	const a = await agency();
	const count = tally(await times(100, () => create(a, { name: 'Many', slug: unique('s') })));
	assert.deepEqual(count, { 201: 5, '403 STORE_LIMIT_REACHED': 95 });
	const first = ok(await get('/api/stores/mt', { token: a.token })).stores[0];
	ok(await del(`/api/stores/mt/${first.id}`, { token: a.token }));
	ok(await create(a, { name: 'Room again' }), 201);
});

test('making and deleting has an end, too', async () => {
	const a = await agency(), most = 10 * Number(settings().MAX_STORES_PER_USER ?? 5);
	const one = await store(a);
	// As if there had been so many: each keeps its address, and its database for 30 days.
	const gone = (n, days) => sql(master(), `INSERT INTO stores (id, user_id, name, slug, status, is_active, deleted_at)
		SELECT id, '${a.id}', 'Gone', 'gone-' || left(replace(id::text, '-', ''), 30), 'inactive', false, now() - interval '${days} days'
		FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, ${n})) ids`);
	await gone(100, 31);
	await gone(most - 2, 1);
	const last = ok(await create(a, { name: 'The last one' }), 201).store;
	ok(await del(`/api/stores/mt/${last.id}`, { token: a.token }));
	const rs = await create(a, { name: 'One too many' });
	refused(rs, 403, 'STORE_LIMIT_REACHED');
	assert.match(rs.json.error, /30 days/);
	assert.deepEqual(ok(await get('/api/stores/mt', { token: a.token })).stores.map((s) => s.id), [one.id]);
});

test('the list in pages', async () => {
	const a = await agency(), made = [];
	for (let i = 0; i < 5; i++)
		made.unshift((await store(a)).id);
	assert.deepEqual(ok(await get('/api/stores', { token: a.token })).stores.map((s) => s.id), made);
	const seen = [];
	let cursor = '';
	do {
		const page = ok(await get(`/api/stores/mt?limit=2${cursor && `&cursor=${cursor}`}`, { token: a.token }));
		assert.ok(page.stores.length <= 2);
		seen.push(...page.stores.map((s) => s.id));
		cursor = page.nextCursor;
	} while (cursor);
	assert.deepEqual(seen, made);
	for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=-1', 'limit=1.5', 'cursor=x', "cursor='"])
		refused(await get(`/api/stores/mt?${query}`, { token: a.token }), 400, 'VALIDATION_ERROR');
});

test('the dropdown', async () => {
	const a = await agency(), s = await store(a);
	assert.deepEqual(ok(await get('/api/stores/mt/dropdown', { token: a.token })).stores,
		[{ id: s.id, name: s.name, slug: s.slug, status: 'pending_database', isActive: s.isActive, hostname: s.hostname }]);
});

test('check-slug', async () => {
	const a = await agency(), s = await store(a);
	const check = async (slug) => ok(await get(`/api/stores/mt/check-slug?slug=${encodeURIComponent(slug)}`,
		{ token: a.token }));
	const free = unique('f');
	assert.deepEqual(await check(` ${free.toUpperCase()} shop!`),
		{ slug: `${free}-shop`, available: true, hostname: `${free}-shop.localhost`, reason: null });
	assert.equal((await check(s.slug)).available, false);
	for (const slug of ['www', 'ab', '日本'])
		assert.equal((await check(slug)).available, false, slug);
	assert.equal((await check('日本')).hostname, null);
	refused(await get('/api/stores/mt/check-slug', { token: a.token }), 400, 'VALIDATION_ERROR');
});

test('patch changes name and country and nothing else', async () => {
	const a = await agency(), s = await store(a);
	const body = { name: 'New name', country: 'de', slug: 'stolen', status: 'active', userId: randomUUID(),
		user_id: randomUUID(), isActive: false, provisioningStatus: 'completed', id: randomUUID(), credits: 5 };
	const after = ok(await patch(`/api/stores/mt/${s.id}`, body, { token: a.token })).store;
	assert.deepEqual(after, { ...s, name: 'New name', country: 'DE', updatedAt: after.updatedAt });
	assert.ok(refused(await patch(`/api/stores/mt/${s.id}`, { name: '' }, { token: a.token }), 400,
		'VALIDATION_ERROR').name);
});

test('delete is soft, and the slug stays taken', async () => {
	const a = await agency(), s = await store(a);
	ok(await del(`/api/stores/mt/${s.id}`, { token: a.token }));
	refused(await get(`/api/stores/mt/${s.id}`, { token: a.token }), 404, 'STORE_NOT_FOUND');
	refused(await del(`/api/stores/mt/${s.id}`, { token: a.token }), 404, 'STORE_NOT_FOUND');
	assert.deepEqual(ok(await get('/api/stores/mt', { token: a.token })).stores, []);
	const kept = await row(master(), `SELECT status, deleted_at FROM stores WHERE id = ${quote(s.id)}`);
	assert.equal(kept.status, 'inactive');
	assert.ok(kept.deleted_at);
	refused(await create(await agency(), { name: 'x', slug: s.slug }), 409, 'SLUG_TAKEN');
});

test('a request that comes again after its answer was lost and its store deleted makes no other, and is no error of ours', async () => {
	const a = await agency(), headers = { 'idempotency-key': unique('k') };
	const again = () => create(a, { name: 'Once' }, { headers });
	const { id } = ok(await again(), 201).store;
	await sql(master(), `UPDATE idempotency_keys SET status = 'running', response_status = NULL, response_body = NULL, locked_until = now()
		WHERE user_id = '${a.id}'`);
	ok(await del(`/api/stores/mt/${id}`, { token: a.token }));
	refused(await again(), 404, 'STORE_NOT_FOUND');
	assert.equal((await row(master(), `SELECT count(*) AS n FROM stores WHERE user_id = '${a.id}'`)).n, 1);
});

test('an id in capitals is the same store, whatever is asked of it', async () => {
	const a = await agency(), s = await store(a), path = `/api/stores/mt/${s.id.toUpperCase()}`, by = { token: a.token };
	assert.equal(ok(await get(path, by)).store.id, s.id);
	assert.equal((await post(`${path}/connect-database`, { type: 'managed' }, by)).data.store.id, s.id);
	await completed(a, s.id);
	assert.equal(ok(await get(`${path}/health`, by)).reachable, true);
	assert.equal(ok(await get(`${path}/provisioning-status`, by)).status, 'completed');
	assert.equal(ok(await patch(path, { name: 'New' }, by)).store.name, 'New');
	ok(await del(path, by));
	for (const log of ['serve', 'work'])
		assert.ok(!logText(log).includes(`credentials_sealed of row ${s.id}`));
});

test('a store of another agency, and one that is not there, are the same 404', async () => {
	const a = await agency(), b = await agency(), s = await store(b);
	const routes = [['GET', ''], ['PATCH', '', { name: 'Stolen' }], ['DELETE', ''], ['GET', '/provisioning-status'],
		['GET', '/health'], ['POST', '/connect-database', { type: 'managed' }],
		['POST', '/test-database', { type: 'managed' }]];
	const id = { 'x-request-id': 'same' };
	for (const [method, rest, body] of routes) {
		const ask = (store) => call(method, `/api/stores/mt/${store}${rest}`, { token: a.token, body, headers: id });
		const theirs = await ask(s.id);
		refused(theirs, 404, 'STORE_NOT_FOUND');
		for (const other of [randomUUID(), 'x', s.id.toUpperCase(), `${s.id}%20`])
			assert.equal((await ask(other)).text, theirs.text, `${method} ${rest} ${other}`);
	}
	for (const path of ['credits/mt/balance', 'credits/mt/transactions', 'jobs/mt', 'integrations/stripe'])
		refused(await get(`/api/${path}?storeId=${s.id}`, { token: a.token }), 404, 'STORE_NOT_FOUND');
	for (const [path, body] of [['credits/mt/purchase', { amount: 1, paymentMethod: 'test' }], ['credits/mt/spend', { amount: 1 }],
		['integrations/stripe', { publishableKey: 'pk_test_aaaaaaaaaaaaaaaaaaaaaaaa', secretKey: 'sk_test_aaaaaaaaaaaaaaaaaaaaaaaa' }]])
		refused(await post(`/api/${path}`, { ...body, storeId: s.id }, { token: a.token }), 404, 'STORE_NOT_FOUND');
	assert.deepEqual(ok(await get(`/api/stores/mt/${s.id}`, { token: b.token })).store, s);
});

test('with EMAIL_VERIFICATION optional an unverified agency may create; ids in bodies do not matter', async () => {
	const a = await agency(), b = await agency();
	const s = ok(await create(a, { name: 'x', id: randomUUID(), userId: b.id, user_id: b.id, status: 'active' }), 201).store;
	assert.equal(s.status, 'pending_database');
	assert.equal((await row(master(), `SELECT user_id FROM stores WHERE id = ${quote(s.id)}`)).user_id, a.id);
});

test('names full of SQL and markup are only names', async () => {
	const a = await agency();
	const name = `'); DROP TABLE stores; -- <script>alert(1)</script> {{x}} \\ "`;
	const s = ok(await create(a, { name }), 201).store;
	assert.equal(ok(await get(`/api/stores/mt/${s.id}`, { token: a.token })).store.name, name);
	assert.ok(Number(await sql(master(), 'SELECT count(*) FROM stores')) > 0);
});
