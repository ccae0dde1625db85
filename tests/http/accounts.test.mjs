// SPDX-License-Identifier: Apache-2.0
// Registering, signing in, the profile: and what must not work.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { get, ok, patch, patiently, post, refused, tally, times, told } from '../lib/api.mjs';
import { agency, login, PASSWORD, unique } from '../lib/actors.mjs';
import { master, quote, row, sql } from '../lib/sql.mjs';

const person = (more = {}) => ({ email: `${unique('r')}@example.com`, password: PASSWORD,
	firstName: 'Ada', lastName: 'Lovelace', ...more });
const register = (body) => post('/api/auth/register', body);

test('register answers with all that the contract names', async () => {
	const body = person();
	const data = ok(await register(body), 201);
	assert.equal(data.user.email, body.email);
	assert.equal(data.user.role, 'store_owner');
	assert.equal(data.user.accountType, 'agency');
	assert.match(data.user.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	assert.match(data.user.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
	assert.equal(data.token.split('.').length, 3);
	assert.ok(data.refreshToken.length >= 22);
	assert.equal(data.expiresIn, 7 * 86400);
	assert.equal(data.storeCount, 0);
	assert.equal(data.requiresOnboarding, true);
	assert.equal(typeof data.requiresVerification, 'boolean');
	assert.ok(!JSON.stringify(data).includes('hash'));
});

test('the token bears the claims of the contract', async () => {
	const a = await agency();
	const [head, claims] = a.token.split('.').slice(0, 2)
		.map((part) => JSON.parse(Buffer.from(part, 'base64url')));
	assert.equal(head.alg, 'HS256');
	for (const name of ['userId', 'sub', 'email', 'role', 'accountType', 'sid', 'iss', 'aud', 'iat', 'exp', 'jti'])
		assert.ok(claims[name] !== undefined, `no ${name}`);
	assert.equal(claims.userId, a.id);
	assert.equal(claims.sub, a.id);
	assert.equal(claims.type, 'access');
	assert.equal(claims.exp - claims.iat, 7 * 86400);
	assert.equal(claims.storeId, undefined);
});

test('the address is stored in lower case and taken in any', async () => {
	const body = person();
	const loud = body.email.toUpperCase();
	assert.equal(ok(await register({ ...body, email: loud }), 201).user.email, body.email);
	refused(await register(body), 409, 'USER_EXISTS');
	assert.equal((await login({ email: loud, password: PASSWORD })).user.email, body.email);
});

test('snake_case is taken as well, but not both', async () => {
	const body = { email: `${unique('r')}@example.com`, password: PASSWORD, first_name: 'A', last_name: 'B' };
	assert.equal(ok(await register(body), 201).user.firstName, 'A');
	const both = refused(await register({ ...person(), first_name: 'X' }), 400, 'VALIDATION_ERROR');
	assert.ok(both.firstName);
});

test('fifty registrations at once make one user', async () => {
	const body = person();
	const answers = await times(50, () => patiently(() => register(body)));
	assert.deepEqual(tally(answers), { 201: 1, '409 USER_EXISTS': 49 });
	const { n } = await row(master(), `SELECT count(*) AS n FROM users WHERE lower(email) = ${quote(body.email)}`);
	assert.equal(n, 1);
});

test('addresses that are none are refused by name', async (t) => {
	const bad = ['', 'a', 'a@', '@b.example', 'a@b@c.example', 'a b@c.example', 'a@b..example', 'a@.example',
		'a@b.example\r\nBcc: x@y.example', 'a\n@b.example', 'a@b.example\0', `${'x'.repeat(250)}@b.example`,
		'<a@b.example>', 'a,b@c.example', '"a"@b.example', 'a@bücher.example', 5, true, null, ['a@b.example'],
		{ a: 1 }];
	for (const email of bad)
		await t.test(JSON.stringify(email).slice(0, 40), async () => {
			// A NUL is not JSON that we take at all.
			const rs = await register(person({ email }));
			if (typeof email === 'string' && email.includes('\0'))
				refused(rs, 400, 'INVALID_JSON');
			else
				assert.ok(refused(rs, 400, 'VALIDATION_ERROR').email);
		});
});

test('passwords: length in both directions, common ones, every byte counts', async () => {
	for (const password of ['', 'short', '1234567', 'password', '12345678', 'x'.repeat(1025), 'ü'.repeat(513)])
		assert.ok(refused(await register(person({ password })), 400, 'VALIDATION_ERROR').password, password);
	refused(await register(person({ password: 12345678 })), 400, 'VALIDATION_ERROR');
	const long = person({ password: `${'p'.repeat(1023)}1` });
	ok(await register(long), 201);
	ok(await post('/api/auth/login', long));
	refused(await post('/api/auth/login', { ...long, password: `${'p'.repeat(1023)}2` }), 401, 'INVALID_CREDENTIALS');
	const spaced = person({ password: '  spaces count too  ' });
	ok(await register(spaced), 201);
	refused(await post('/api/auth/login', { ...spaced, password: spaced.password.trim() }), 401,
		'INVALID_CREDENTIALS');
});

test('all missing fields are named at once', async () => {
	const details = refused(await register({}), 400, 'VALIDATION_ERROR');
	assert.deepEqual(Object.keys(details).sort(), ['email', 'firstName', 'lastName', 'password']);
	for (const words of Object.values(details))
		assert.equal(typeof words, 'string');
});

test('fields that nobody may set change nothing', async () => {
	const more = { role: 'admin', isAdmin: true, is_admin: true, credits: 1e6, userId: '0', id: unique(),
		status: 'active', isActive: false, is_active: false, emailVerified: true, email_verified: true,
		accountType: 'customer', account_type: 'admin', createdAt: '2001-01-01T00:00:00Z',
		password_hash: 'x', passwordHash: 'x', profile_completed_at: '2001-01-01' };
	const body = person(more);
	const data = ok(await register(body), 201);
	assert.equal(data.user.role, 'store_owner');
	assert.equal(data.user.accountType, 'agency');
	assert.equal(data.user.isActive, true);
	assert.equal(data.user.emailVerified, false);
	assert.notEqual(data.user.id, more.id);
	assert.notEqual(data.user.createdAt.slice(0, 4), '2001');
	const changed = ok(await patch('/api/auth/profile', { ...more, email: 'other@example.com', firstName: 'Eve' },
		{ token: data.token }));
	assert.equal(changed.user.firstName, 'Eve');
	assert.deepEqual({ ...changed.user, firstName: '', lastLogin: '' },
		{ ...data.user, firstName: '', lastLogin: '' });
	ok(await post('/api/auth/login', body));
});

test('wrong password, unknown address and no password set are the same 401, byte for byte', async () => {
	const known = await agency(), none = await agency();
	await sql(master(), `UPDATE users SET password_hash = NULL WHERE id = ${quote(none.id)}`);
	const id = { headers: { 'x-request-id': 'same' } };
	const tries = [[known.email, 'wrong password'], [`${unique('u')}@example.com`, PASSWORD],
		[none.email, PASSWORD], [none.email, 'wrong password']];
	const answers = [];
	for (const [email, password] of tries)
		answers.push(await post('/api/auth/login', { email, password }, id));
	for (const rs of answers) {
		refused(rs, 401, 'INVALID_CREDENTIALS');
		assert.equal(rs.text, answers[0].text);
		const { date, ...rest } = rs.headers, { date: first, ...same } = answers[0].headers;
		assert.deepEqual(rest, same);
	}
});

test('an unknown address takes as long as a known one', async () => {
	const known = await agency();
	const one = async (email) => {
		const from = performance.now();
		await post('/api/auth/login', { email, password: 'wrong password' });
		return performance.now() - from;
	};
	const median = (v) => v.sort((a, b) => a - b)[Math.floor(v.length / 2)];
	const right = [], wrong = [];
	for (let i = 0; i < 15; i++) {
		right.push(await one(known.email));
		wrong.push(await one(`${unique('u')}@example.com`));
	}
	const ratio = median(right) / median(wrong);
	assert.ok(ratio > 0.6 && ratio < 1.7, `known ${median(right)} ms, unknown ${median(wrong)} ms`);
});

test('a user who is switched off is told so, but only with the right password', async () => {
	const a = await agency();
	await sql(master(), `UPDATE users SET is_active = false WHERE id = ${quote(a.id)}`);
	refused(await post('/api/auth/login', a), 403, 'USER_INACTIVE');
	refused(await post('/api/auth/login', { ...a, password: 'wrong password' }), 401, 'INVALID_CREDENTIALS');
	refused(await get('/api/auth/me', { token: a.token }), 401, 'SESSION_REVOKED');
});

test('login says who, where and what next', async () => {
	const a = await agency();
	const data = await login(a);
	assert.equal(data.sessionContext, 'dashboard');
	assert.equal(data.sessionRole, 'store_owner');
	assert.equal(data.storeId, null);
	assert.equal(data.requiresOnboarding, true);
	assert.equal(data.user.id, a.id);
	assert.notEqual(data.refreshToken, a.refreshToken);
	for (const nothing of ['no-such-shop.localhost', '.', ':', ':8080', '..', '/', 'http://localhost', 'localhost/', 'a b', "' OR 1=1"])
		refused(await post('/api/auth/login', { ...a, hostname: nothing }), 404, 'STORE_NOT_FOUND');
	for (const platform of ['LOCALHOST:8080', 'localhost.', '127.0.0.1', '[::1]:8080'])
		ok(await post('/api/auth/login', { ...a, hostname: platform }));
});

test('me shows the user and the stores', async () => {
	const a = await agency();
	const data = ok(await get('/api/auth/me', { token: a.token }));
	assert.equal(data.user.email, a.email);
	assert.deepEqual(data.stores, []);
	assert.equal(data.currentStoreId, null);
	refused(await get('/api/auth/me'), 401, 'NO_TOKEN');
});

test('the profile: each field, its limits, and what it leaves alone', async () => {
	const a = await agency();
	const save = (body) => patch('/api/auth/profile', body, { token: a.token });
	const user = ok(await save({ phone: '+31 20 123 4567', companyName: 'Müller & Söhne <b>', last_name: 'O’Hara',
		avatarUrl: 'https://example.com/a.png' })).user;
	assert.equal(user.companyName, 'Müller & Söhne <b>');
	assert.equal(user.lastName, 'O’Hara');
	assert.equal(user.firstName, 'Ada');
	assert.equal(user.phone, '+31 20 123 4567');
	for (const [name, value] of [['avatarUrl', 'javascript:alert(1)'], ['avatarUrl', 'data:text/html,x'],
		['firstName', ''], ['firstName', 'x'.repeat(101)], ['phone', 'x'.repeat(41)], ['phone', 5],
		['companyName', 'a\u0007b'], ['lastName', ['x']]])
		assert.ok(refused(await save({ [name]: value }), 400, 'VALIDATION_ERROR')[name], `${name} ${value}`);
	assert.deepEqual(ok(await save({})).user, user);
	for (const nothing of ['', null, ' '])
		for (const name of ['phone', 'companyName', 'avatarUrl']) {
			ok(await save(user));
			assert.deepEqual(ok(await save({ [name]: nothing })).user, { ...user, [name]: null }, `${name} ${nothing}`);
		}
	assert.equal(ok(await save({ firstName: null })).user.firstName, 'Ada');
	ok(await save({ avatar_url: user.avatarUrl }));
	assert.equal(ok(await save({ avatar_url: null })).user.avatarUrl, null);
});

test('what is registered never comes back as a secret', async () => {
	const a = await agency();
	for (const rs of [await get('/api/auth/me', { token: a.token }), await post('/api/auth/login', a)])
		assert.ok(!rs.text.includes(PASSWORD) && !rs.text.includes('argon2'), told(rs));
});
