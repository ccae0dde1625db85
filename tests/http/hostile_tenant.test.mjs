// SPDX-License-Identifier: Apache-2.0
// A tenant's database is its owner's, who may break it; and what else must not follow from a lost answer or a host name.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import bcrypt from 'bcryptjs';

import { call, get, ok, post, refused } from '../lib/api.mjs';
import { agency, buy, PASSWORD, shop, unique } from '../lib/actors.mjs';
import { sleep } from '../lib/env.mjs';
import { slowWorkers, webWorkers } from '../lib/processes.mjs';
import { managed, master, quote, row, sql } from '../lib/sql.mjs';

let one, two;
const customer = { email: `${unique('c')}@example.com`, password: PASSWORD };

before(async () => {
	[one, two] = [await shop(), await shop()];
	await sql(managed(one.store.id), `INSERT INTO users (id, email, password_hash, first_name, last_name, role, account_type)
		VALUES ('${randomUUID()}', ${quote(customer.email)}, ${quote(bcrypt.hashSync(PASSWORD, 6))}, 'C', 'T', 'customer', 'customer')`);
});

test('a broken users or sessions table is 503 and no worker dies of it', async () => {
	const { token } = ok(await post('/api/auth/login', { ...customer, hostname: one.store.hostname }));
	const workers = [webWorkers(), slowWorkers()];
	const where = managed(one.store.id);
	const asked = async () => {
		refused(await get('/api/auth/me', { token }), 503, 'DB_UNAVAILABLE');
		return post('/api/auth/login', { ...customer, hostname: one.store.hostname });
	};
	await sql(where, `ALTER TABLE users ALTER role DROP NOT NULL, ALTER first_name DROP NOT NULL`);
	await sql(where, `UPDATE users SET role = NULL, first_name = NULL WHERE email = ${quote(customer.email)}`);
	refused(await asked(), 503, 'DB_UNAVAILABLE');
	await sql(where, `UPDATE users SET role = 'customer' WHERE email = ${quote(customer.email)}`);
	ok(await get('/api/auth/me', { token }));
	await sql(where, 'ALTER TABLE sessions RENAME TO elsewhere');
	await sleep(600);   // a tenant's session is remembered for half a second
	refused(await asked(), 503, 'DB_UNAVAILABLE');
	await sql(where, 'ALTER TABLE elsewhere RENAME TO sessions');
	ok(await get('/api/auth/me', { token }));
	// Rows without an id stand before all others, and a page cannot end with one.
	await sql(where, 'ALTER TABLE sessions DROP CONSTRAINT sessions_pkey CASCADE, ALTER id DROP NOT NULL');
	await sql(where, `INSERT INTO sessions (id, user_id, expires_at) SELECT NULL, id, now() + interval '1 day'
		FROM users, generate_series(1, 3) WHERE email = ${quote(customer.email)}`);
	ok(await get('/api/auth/sessions', { token }));
	refused(await get('/api/auth/sessions?limit=2', { token }), 503, 'DB_UNAVAILABLE');
	assert.deepEqual([webWorkers(), slowWorkers()], workers);
});

test('an agency\'s token on another shop\'s host is refused, and nobody registers there', async () => {
	refused(await get('/api/auth/me', { token: two.owner.token, host: one.store.hostname }), 403, 'TENANT_MISMATCH');
	ok(await get('/api/auth/me', { token: one.owner.token, host: one.store.hostname }));
	refused(await post('/api/auth/register', { email: `${unique()}@example.com`, password: PASSWORD, firstName: 'A',
		lastName: 'B' }, { host: one.store.hostname }), 404, 'NOT_FOUND');
});

test('another site cannot sign a page\'s visitor out', async () => {
	const owner = await agency();
	const headers = { cookie: `souk_session=${owner.token}`, 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' };
	assert.equal((await call('POST', '/api/auth/logout', { headers })).status, 403);
	ok(await get('/api/auth/me', { token: owner.token }));
});

test('a store whose answer was lost is not made twice', async () => {
	const owner = await agency(), key = unique('k'), body = { name: unique('Lost ') };
	const send = () => post('/api/stores/mt', body, { token: owner.token, headers: { 'idempotency-key': key } });
	const made = ok(await send(), 201).store;
	// As if the worker had died between its commit and its answer.
	await sql(master(), `UPDATE idempotency_keys SET status = 'running', response_status = NULL, response_body = NULL,
		locked_until = now() - interval '1 second' WHERE key = ${quote(key)}`);
	assert.equal(ok(await send(), 201).store.id, made.id);
	assert.equal((await row(master(), `SELECT count(*)::int AS n FROM stores WHERE user_id = ${quote(owner.id)}`)).n, 1);
});

test('a key is good for a day: then it spends again, and within it a lost answer does not', async () => {
	const key = unique('k');
	await buy(one.owner, 10, one.store.id);
	const spend = () => post('/api/credits/mt/spend', { amount: 1 }, { token: one.owner.token,
		headers: { 'idempotency-key': key } });
	const balance = async () => ok(await get('/api/credits/mt/balance', { token: one.owner.token })).balance;
	const before = await balance();
	ok(await spend());
	await sql(master(), `UPDATE idempotency_keys SET status = 'running', response_status = NULL, response_body = NULL,
		locked_until = now() - interval '1 second' WHERE key = ${quote(key)}`);
	ok(await spend());
	assert.equal(await balance(), before - 1);
	await sql(master(), `UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE key = ${quote(key)}`);
	ok(await spend());
	assert.equal(await balance(), before - 2);
});
