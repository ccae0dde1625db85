// SPDX-License-Identifier: Apache-2.0
// A store's own users, and the host that tells which store is meant.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import bcrypt from 'bcryptjs';
import jwt from 'jsonwebtoken';

import { call, get, ok, patch, post, refused, tally, times } from '../lib/api.mjs';
import { PASSWORD, shop, unique } from '../lib/actors.mjs';
import { base } from '../lib/env.mjs';
import { logText } from '../lib/processes.mjs';
import { lines, raw } from '../lib/raw.mjs';
import { managed, master, quote, row, sql } from '../lib/sql.mjs';

let one, two, customer;

async function addUser(s, { hash, role = 'customer', email = `${unique('c')}@example.com`, password = PASSWORD } = {}) {
	const id = randomUUID(), kind = role === 'customer' ? 'customer' : role;
	await sql(managed(s.store.id), `INSERT INTO users (id, email, password_hash, first_name, last_name, role, account_type)
		VALUES ('${id}', ${quote(email)}, ${quote(hash ?? bcrypt.hashSync(password, 6))}, 'Cus', 'Tomer', '${role}', '${kind}')`);
	return { id, email, password };
}

const signIn = (person, more = {}, options) => post('/api/auth/login',
	{ email: person.email, password: person.password, ...more }, options);
const hostOf = (s) => s.store.hostname;

before(async () => {
	[one, two] = [await shop(), await shop()];
	customer = await addUser(one);
});

test('a tenant\'s user signs in with the hostname, and the bcrypt hash is replaced', async () => {
	const person = await addUser(one, { hash: bcrypt.hashSync(PASSWORD, 10) });
	const data = ok(await signIn(person, { hostname: hostOf(one) }));
	assert.equal(data.storeId, one.store.id);
	assert.equal(data.sessionContext, 'storefront');
	assert.equal(data.sessionRole, 'customer');
	assert.equal(data.user.id, person.id);
	const claims = jwt.decode(data.token);
	assert.equal(claims.aud, `store:${one.store.id}`);
	assert.equal(claims.storeId, one.store.id);
	const { password_hash: hash } = await row(managed(one.store.id), `SELECT password_hash FROM users WHERE id = '${person.id}'`);
	assert.match(hash, /^\$argon2id\$/);
	ok(await signIn(person, { hostname: hostOf(one) }));
});

test('each kind of bcrypt prefix; staff and admins land on the dashboard', async () => {
	for (const prefix of ['$2a$', '$2b$', '$2y$']) {
		const person = await addUser(one, { hash: bcrypt.hashSync(PASSWORD, 5).replace(/^\$2.\$/, prefix) });
		ok(await signIn(person, { hostname: hostOf(one) }));
	}
	for (const role of ['staff', 'admin']) {
		const data = ok(await signIn(await addUser(one, { role }), { hostname: hostOf(one) }));
		assert.equal(data.sessionContext, 'dashboard');
		assert.equal(data.sessionRole, role);
	}
});

test('hashes that ask for too much, or are none, never work and never hang', async () => {
	const hashes = ['', 'x', '$2a$31$' + 'a'.repeat(53), '$argon2id$v=19$m=4194304,t=100,p=1$c29tZXNhbHQ$aGFzaA',
		'$1$salt$hash', '$6$rounds=999999999$salt$hash', PASSWORD, 'plain:' + PASSWORD, '*'];
	for (const hash of hashes) {
		const person = await addUser(one, { hash }), from = Date.now();
		refused(await signIn(person, { hostname: hostOf(one) }), 401, 'INVALID_CREDENTIALS');
		assert.ok(Date.now() - from < 2000, `${hash}: ${Date.now() - from} ms`);
	}
});

test('on the store\'s own host no hostname is needed, and the platform\'s users are not there', async () => {
	const data = ok(await signIn(customer, {}, { host: hostOf(one) }));
	assert.equal(data.storeId, one.store.id);
	refused(await signIn(one.owner, {}, { host: hostOf(one) }), 401, 'INVALID_CREDENTIALS');
	refused(await signIn(customer), 401, 'INVALID_CREDENTIALS');
	refused(await signIn(customer, {}, { host: hostOf(two) }), 401, 'INVALID_CREDENTIALS');
	refused(await signIn(customer, { hostname: hostOf(two) }, { host: hostOf(one) }), 403, 'TENANT_MISMATCH');
});

test('the same address in two stores is two people', async () => {
	const email = `${unique('c')}@example.com`;
	const [a, b] = [await addUser(one, { email, password: 'password of one' }), await addUser(two, { email, password: 'password of two' })];
	assert.equal(ok(await signIn(a, { hostname: hostOf(one) })).user.id, a.id);
	assert.equal(ok(await signIn(b, { hostname: hostOf(two) })).user.id, b.id);
	refused(await signIn(a, { hostname: hostOf(two) }), 401, 'INVALID_CREDENTIALS');
});

test('me, profile, sessions, refresh and logout for a tenant\'s user', async () => {
	const person = await addUser(one);
	const data = ok(await signIn(person, { hostname: hostOf(one) }));
	const me = ok(await get('/api/auth/me', { token: data.token }));
	assert.equal(me.user.email, person.email);
	assert.equal(me.currentStoreId, one.store.id);
	assert.equal(ok(await patch('/api/auth/profile', { firstName: 'Neu', role: 'admin' }, { token: data.token })).user.role, 'customer');
	assert.equal(ok(await get('/api/auth/sessions', { token: data.token })).sessions.length, 1);
	const next = ok(await post('/api/auth/refresh', { refreshToken: data.refreshToken }));
	assert.equal(jwt.decode(next.token).aud, `store:${one.store.id}`);
	ok(await get('/api/auth/me', { token: next.token, host: hostOf(one) }));
	const answers = await times(20, () => post('/api/auth/refresh', { refreshToken: next.refreshToken }));
	assert.deepEqual(tally(answers), { 200: 20 });
	assert.equal(new Set(answers.map((rs) => rs.data.refreshToken)).size, 1);
	ok(await post('/api/auth/logout', {}, { token: next.token }));
	assert.deepEqual(tally(await times(100, () => get('/api/auth/me', { token: next.token }))), { '401 SESSION_REVOKED': 100 });
	refused(await get('/api/auth/me', { token: data.token }), 401, 'SESSION_REVOKED');
});

test('a refresh token is as it was written, or none', async () => {
	const { refreshToken } = ok(await signIn(await addUser(one), { hostname: hostOf(one) }));
	const hex = refreshToken.split('_')[2], from = logText('serve').length;
	for (const bad of [`srt_t_${hex.toUpperCase()}_${refreshToken.slice(-43)}`, `srt_t_${hex.toUpperCase()}_${'x'.repeat(43)}`])
		refused(await post('/api/auth/refresh', { refreshToken: bad }), 401, 'REFRESH_FAILED');
	assert.ok(!logText('serve').slice(from).includes('sealed_box_refused'), 'an alarm that anybody can raise');
	ok(await post('/api/auth/refresh', { refreshToken }));
});

test('a tenant\'s token opens nothing of the agency\'s', async () => {
	const { token } = ok(await signIn(await addUser(one, { role: 'admin' }), { hostname: hostOf(one) }));
	const id = one.store.id;
	const routes = [['GET', '/api/stores/mt'], ['POST', '/api/stores/mt', { name: 'x' }], ['GET', `/api/stores/mt/${id}`],
		['PATCH', `/api/stores/mt/${id}`, { name: 'x' }], ['DELETE', `/api/stores/mt/${id}`], ['GET', '/api/stores/mt/dropdown'],
		['GET', '/api/stores/mt/check-slug?slug=abcdef'], ['POST', `/api/stores/mt/${id}/connect-database`, { type: 'managed' }],
		['POST', `/api/stores/mt/${id}/test-database`, { type: 'managed' }], ['GET', `/api/stores/mt/${id}/health`],
		['GET', `/api/stores/mt/${id}/provisioning-status`], ['GET', '/api/credits/mt/balance'], ['GET', '/api/credits/mt/pricing'],
		['POST', '/api/credits/mt/purchase', { amount: 1, paymentMethod: 'test' }], ['POST', '/api/credits/mt/spend', { amount: 1 }],
		['GET', '/api/credits/mt/transactions'], ['GET', '/api/jobs/mt'], ['GET', '/api/integrations/stripe'],
		['DELETE', '/api/integrations/stripe'], ['POST', '/api/auth/switch-store', { storeId: id }]];
	for (const [method, path, body] of routes)
		refused(await call(method, path, { token, body }), 403, 'FORBIDDEN');
});

test('a token on another store\'s host is TENANT_MISMATCH', async () => {
	const { token } = ok(await signIn(customer, { hostname: hostOf(one) }));
	ok(await get('/api/auth/me', { token, host: hostOf(one) }));
	ok(await get('/api/auth/me', { token }));
	refused(await get('/api/auth/me', { token, host: hostOf(two) }), 403, 'TENANT_MISMATCH');
	refused(await patch('/api/auth/profile', { firstName: 'X' }, { token, host: hostOf(two) }), 403, 'TENANT_MISMATCH');
});

test('host names: capitals, port and trailing dot are the same; what is unknown is 404', async () => {
	const { token } = ok(await signIn(customer, { hostname: hostOf(one) }));
	const name = hostOf(one);
	for (const host of [name.toUpperCase(), `${name}:${base.port}`, `${name}.`, `${name.toUpperCase()}.:80`, `${name}:1`])
		ok(await get('/api/auth/me', { token, host }));
	for (const hostname of [name.toUpperCase(), `${name}.`, `${name}:8080`])
		ok(await signIn(customer, { hostname }));
	for (const host of ['unknown.localhost', 'example.com', `x.${name}`, `${name}.example.com`, 'localhost.example.com', '10.0.0.1'])
		refused(await get('/api/auth/me', { token, host }), 404, 'STORE_NOT_FOUND');
	for (const hostname of ['unknown.localhost', `${name}.evil.example`, "' OR 1=1 --", '%', '_'])
		refused(await signIn(customer, { hostname }), 404, 'STORE_NOT_FOUND');
});

test('X-Forwarded-Host and its kin have no effect', async () => {
	const { token } = ok(await signIn(customer, { hostname: hostOf(one) }));
	for (const name of ['x-forwarded-host', 'forwarded', 'x-host', 'x-original-host', 'x-forwarded-server', 'tenant-host',
		'x-tenant-host', 'tenant_host', 'http-host', 'x-http-host-override', 'x-rewrite-url', 'x-original-url']) {
		const value = name === 'forwarded' ? `host=${hostOf(one)}` : hostOf(one);
		refused(await get('/api/auth/me', { token, host: hostOf(two), headers: { [name]: value } }), 403, 'TENANT_MISMATCH');
		refused(await signIn(customer, {}, { headers: { [name]: value } }), 401, 'INVALID_CREDENTIALS');
	}
});

test('an absolute-form request line cannot forge a tenant', async () => {
	const { token } = ok(await signIn(customer, { hostname: hostOf(one) }));
	const ask = (target, host) => raw(lines(`GET ${target} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${token}`));
	// The authority of the request line decides (RFC 9112, 3.2.2), and one name only is ever looked at.
	const mixed = await ask(`http://${hostOf(two)}/api/auth/me`, hostOf(one));
	assert.equal(mixed.code, 'TENANT_MISMATCH', mixed.text);
	assert.equal((await ask(`http://${hostOf(one)}/api/auth/me`, hostOf(one))).status, 200);
	assert.equal((await ask(`http://unknown.localhost/api/auth/me`, hostOf(one))).status, 404);
});

test('two Host headers, none, or odd ones: never another store, never a 5xx', async () => {
	const bad = [[`Host: ${hostOf(one)}`, `Host: ${hostOf(two)}`], ['Host: a b'], ['Host: <script>'], ['Host: ..'],
		[`Host: ${hostOf(one)}@${hostOf(two)}`], ['Host: [::1'], [`Host: ${'a'.repeat(300)}`], ['Host: a%00b']];
	for (const hosts of bad) {
		const rs = await raw(lines('GET /api/auth/me HTTP/1.1', ...hosts));
		assert.ok([400, 404].includes(rs.status), `${hosts}: ${rs.text.slice(0, 200)}`);
	}
	const old = await raw('GET /healthz HTTP/1.0\r\n\r\n');
	assert.equal(old.status, 200);
});

test('a suspended store\'s users and host are stopped; a deleted one is not there', async () => {
	const third = await shop(), person = await addUser(third);
	const { token } = ok(await signIn(person, { hostname: hostOf(third) }));
	await sql(master(), `UPDATE stores SET status = 'suspended' WHERE id = ${quote(third.store.id)}`);
	refused(await get('/api/auth/me', { token }), 403, 'STORE_SUSPENDED');
	refused(await signIn(person, { hostname: hostOf(third) }), 403, 'STORE_SUSPENDED');
	await sql(master(), `UPDATE stores SET status = 'active' WHERE id = ${quote(third.store.id)}`);
	ok(await get('/api/auth/me', { token }));
	ok(await call('DELETE', `/api/stores/mt/${third.store.id}`, { token: third.owner.token }));
	const rs = await get('/api/auth/me', { token });
	assert.ok([401, 404].includes(rs.status), rs.text);
	refused(await signIn(person, { hostname: hostOf(third) }), 404, 'STORE_NOT_FOUND');
});

test('a user row in a tenant database never becomes a platform identity', async () => {
	const email = one.owner.email;
	await sql(managed(two.store.id), `INSERT INTO users (id, email, password_hash, role, account_type)
		VALUES ('${one.owner.id}', ${quote(email)}, ${quote(bcrypt.hashSync('stolen pass phrase', 5))}, 'store_owner', 'agency')`);
	const data = ok(await signIn({ email, password: 'stolen pass phrase' }, { hostname: hostOf(two) }));
	refused(await get('/api/stores/mt', { token: data.token }), 403, 'FORBIDDEN');
	refused(await get(`/api/stores/mt/${one.store.id}`, { token: data.token }), 403, 'FORBIDDEN');
	refused(await signIn({ email, password: 'stolen pass phrase' }), 401, 'INVALID_CREDENTIALS');
});

test('two stores served in turn never cross', async () => {
	const people = [];
	for (const s of [one, two]) {
		const person = await addUser(s);
		people.push({ ...person, token: ok(await signIn(person, { hostname: hostOf(s) })).token, host: hostOf(s) });
	}
	const answers = await times(400, (i) => get('/api/auth/me', { token: people[i % 2].token, host: people[i % 2].host }));
	answers.forEach((rs, i) => assert.equal(ok(rs).user.email, people[i % 2].email));
});
