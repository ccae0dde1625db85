// SPDX-License-Identifier: Apache-2.0
// Sessions: refresh with rotation, logout everywhere at once, the list, another store; forged tokens.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import jwt from 'jsonwebtoken';

import { del, get, ok, post, refused, tally, times, told } from '../lib/api.mjs';
import { agency, login, store } from '../lib/actors.mjs';
import { settings, sleep } from '../lib/env.mjs';
import { master, quote, row, sql } from '../lib/sql.mjs';

const me = (token) => get('/api/auth/me', { token });
const refresh = (refreshToken) => post('/api/auth/refresh', { refreshToken });

test('refresh gives a new pair; the access token of before lives on', async () => {
	const a = await agency();
	const next = ok(await refresh(a.refreshToken));
	assert.notEqual(next.refreshToken, a.refreshToken);
	assert.equal(next.expiresIn, 7 * 86400);
	ok(await me(next.token));
	ok(await me(a.token));
	ok(await refresh(next.refreshToken));
});

test('refresh tokens are stored hashed', async () => {
	const a = await agency();
	const { n } = await row(master(), `SELECT count(*) AS n FROM refresh_tokens r
		WHERE r::text LIKE '%' || ${quote(a.refreshToken.slice(-20))} || '%'`);
	assert.equal(n, 0);
});

test('a client that lost the answer gets the same child for ten seconds', async () => {
	const a = await agency();
	const first = ok(await refresh(a.refreshToken)), second = ok(await refresh(a.refreshToken));
	assert.equal(second.refreshToken, first.refreshToken);
	ok(await me(second.token));
});

test('a used token after that ends the whole session', async () => {
	const a = await agency();
	const child = ok(await refresh(a.refreshToken));
	await sql(master(), `UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'
		WHERE used_at IS NOT NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = ${quote(a.id)})`);
	refused(await refresh(a.refreshToken), 401, 'REFRESH_FAILED');
	refused(await refresh(child.refreshToken), 401, 'REFRESH_FAILED');
	refused(await me(child.token), 401, 'SESSION_REVOKED');
	refused(await me(a.token), 401, 'SESSION_REVOKED');
	const other = await login(a);
	ok(await me(other.token));
});

test('twenty refreshes at once make one child', async () => {
	const a = await agency();
	const answers = await times(20, () => refresh(a.refreshToken));
	assert.deepEqual(tally(answers), { 200: 20 });
	assert.equal(new Set(answers.map((rs) => rs.data.refreshToken)).size, 1);
	const { n } = await row(master(), `SELECT count(*) AS n FROM refresh_tokens r JOIN sessions s
		ON s.id = r.session_id WHERE s.user_id = ${quote(a.id)}`);
	assert.equal(n, 2);
});

test('refresh tokens that are none', async () => {
	const a = await agency();
	for (const bad of ['x', 'srt_m_', `srt_m_${'A'.repeat(43)}`, `srt_t_${'0'.repeat(32)}_${'A'.repeat(43)}`,
		a.refreshToken.toUpperCase(), `${a.refreshToken}x`, a.refreshToken.slice(0, -1), a.token.slice(0, 500), "' OR 1=1"])
		refused(await refresh(bad), 401, 'REFRESH_FAILED');
	refused(await post('/api/auth/refresh', {}), 400, 'VALIDATION_ERROR');
	refused(await refresh(5), 400, 'VALIDATION_ERROR');
});

test('logout is seen by every worker in the next hundred requests', async () => {
	const a = await agency();
	assert.deepEqual(tally(await times(40, () => me(a.token))), { 200: 40 });
	ok(await post('/api/auth/logout', {}, { token: a.token }));
	assert.deepEqual(tally(await times(100, () => me(a.token))), { '401 SESSION_REVOKED': 100 });
	refused(await refresh(a.refreshToken), 401, 'REFRESH_FAILED');
});

test('logout is always 200', async () => {
	for (const token of [undefined, 'junk', `${'a'.repeat(20)}.b.c`])
		ok(await post('/api/auth/logout', {}, { token }));
	const a = await agency();
	ok(await post('/api/auth/logout', undefined, { token: a.token }));
	ok(await post('/api/auth/logout', undefined, { token: a.token }));
});

test('the list shows the own sessions, one is the current, each can be ended', async () => {
	const a = await agency(), stranger = await agency();
	const second = ok(await post('/api/auth/login', a, { headers: { 'user-agent': 'A phone\u00e9 <script>' } }));
	const list = ok(await get('/api/auth/sessions', { token: a.token })).sessions;
	assert.equal(list.length, 2);
	assert.equal(list.filter((s) => s.current).length, 1);
	const other = list.find((s) => !s.current);
	assert.ok(other.userAgent.startsWith('A phone'));
	assert.equal(other.ipAddress, '127.0.0.1');
	refused(await del(`/api/auth/sessions/${other.id}`, { token: stranger.token }), 404, 'SESSION_NOT_FOUND');
	refused(await del(`/api/auth/sessions/${randomUUID()}`, { token: a.token }), 404, 'SESSION_NOT_FOUND');
	refused(await del('/api/auth/sessions/x', { token: a.token }), 404, 'SESSION_NOT_FOUND');
	ok(await me(second.token));
	ok(await del(`/api/auth/sessions/${other.id}`, { token: a.token }));
	refused(await me(second.token), 401, 'SESSION_REVOKED');
	ok(await me(a.token));
});

test('the list of sessions comes in pages and names devices', async () => {
	const a = await agency();
	const agents = { 'curl/8.14.1': 'curl', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0': 'Firefox on Linux', '': 'Unknown device' };
	for (const agent of Object.keys(agents))
		ok(await post('/api/auth/login', a, { headers: agent && { 'user-agent': agent } }));
	const list = async (query) => ok(await get(`/api/auth/sessions?${query}`, { token: a.token }));
	const whole = await list('');
	assert.equal(whole.nextCursor, null);
	assert.deepEqual(whole.sessions.map((s) => s.device), ['Unknown device', 'Firefox on Linux', 'curl', 'Unknown device']);
	const walked = [];
	for (let cursor = ''; cursor !== null;) {
		const page = await list(`limit=1&cursor=${cursor}`);
		assert.equal(page.sessions.length, 1);
		walked.push(page.sessions[0].id);
		cursor = page.nextCursor;
	}
	assert.deepEqual(walked, whole.sessions.map((s) => s.id));
	for (const [query, field] of [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=x', 'limit'], ['cursor=x', 'cursor']])
		assert.ok(refused(await get(`/api/auth/sessions?${query}`, { token: a.token }), 400, 'VALIDATION_ERROR')[field], query);
	const stranger = await agency(), theirs = ok(await get('/api/auth/sessions', { token: stranger.token })).sessions[0].id;
	assert.deepEqual((await list(`cursor=${theirs}`)).sessions, whole.sessions, 'another\'s id shows only the own');
});

test('switch-store gives a token for another own store of the same session', async () => {
	const a = await agency(), stranger = await agency();
	const one = await store(a), two = await store(a), foreign = await store(stranger);
	const data = ok(await post('/api/auth/switch-store', { storeId: one.id }, { token: a.token }));
	assert.equal(ok(await me(data.token)).currentStoreId, one.id);
	assert.equal(jwt.decode(data.token).storeId, one.id);
	assert.equal(jwt.decode(data.token).sid, jwt.decode(a.token).sid);
	assert.equal(ok(await me(a.token)).currentStoreId, two.id);
	for (const storeId of [foreign.id, randomUUID(), 'x'])
		refused(await post('/api/auth/switch-store', { storeId }, { token: a.token }), 404, 'STORE_NOT_FOUND');
	refused(await post('/api/auth/switch-store', {}, { token: a.token }), 400, 'VALIDATION_ERROR');
	ok(await post('/api/auth/logout', {}, { token: a.token }));
	refused(await me(data.token), 401, 'SESSION_REVOKED');
});

test('a refreshed token names the store where the session stands', async () => {
	const a = await agency();
	const one = await store(a), two = await store(a);
	const stands = async (from) => {
		const next = ok(await refresh(from.refreshToken));
		return { ...next, storeId: jwt.decode(next.token).storeId, current: ok(await me(next.token)).currentStoreId };
	};
	const first = await login(a), second = await login(a);
	assert.equal(first.storeId, two.id);
	ok(await post('/api/auth/switch-store', { storeId: one.id }, { token: first.token }));
	let next = await stands(first);
	assert.deepEqual([next.storeId, next.current], [one.id, one.id]);
	assert.equal((await stands(second)).storeId, two.id, 'another session of the same user stands where it stood');
	const three = await store(a);
	next = await stands(next);
	assert.equal(next.storeId, one.id, 'a newer store moves nobody');
	ok(await del(`/api/stores/mt/${one.id}`, { token: a.token }));
	assert.equal((await stands(next)).storeId, three.id, 'of a store that is gone the newest takes the place');
});

// ---- forged tokens: each is signed with the right secret where that makes it stronger

const b64 = (v) => Buffer.from(typeof v === 'string' ? v : JSON.stringify(v)).toString('base64url');

function signed(head, body, secret) {
	const text = `${b64(head)}.${b64(body)}`;
	return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function without(claims, name) {
	const { [name]: gone, ...rest } = claims;
	return rest;
}

test('forged tokens are INVALID_TOKEN', async (t) => {
	const a = await agency();
	const secret = settings().JWT_SECRET;
	const head = jwt.decode(a.token, { complete: true }).header, claims = jwt.decode(a.token);
	const now = Math.floor(Date.now() / 1000);
	const [h, p, s] = a.token.split('.');
	ok(await me(signed(head, claims, secret)), 200);
	ok(await me(jwt.sign(claims, secret, { header: head })), 200);
	const raw = (text) => signed(head, text, secret);
	const cases = {
		'alg none': signed({ ...head, alg: 'none' }, claims, secret),
		'alg none, unsigned': `${b64({ alg: 'none', typ: 'JWT' })}.${p}.`,
		'alg None': signed({ ...head, alg: 'None' }, claims, secret),
		'alg hs256': signed({ ...head, alg: 'hs256' }, claims, secret),
		'alg HS384': jwt.sign(claims, secret, { algorithm: 'HS384', header: { ...head, alg: 'HS384' } }),
		'alg HS512': jwt.sign(claims, secret, { algorithm: 'HS512', header: { ...head, alg: 'HS512' } }),
		'alg RS256': signed({ ...head, alg: 'RS256' }, claims, secret),
		'alg missing': signed(without(head, 'alg'), claims, secret),
		'alg a list': signed({ ...head, alg: ['HS256'] }, claims, secret),
		'crit': signed({ ...head, crit: ['exp'] }, claims, secret),
		'jku': signed({ ...head, jku: 'https://example.com/keys' }, claims, secret),
		'jwk': signed({ ...head, jwk: { kty: 'oct', k: 'AA' } }, claims, secret),
		'kid of nobody': signed({ ...head, kid: 'nobody' }, claims, secret),
		'kid a path': signed({ ...head, kid: '../../dev/null' }, claims, secret),
		'kid with SQL': signed({ ...head, kid: "' OR '1'='1" }, claims, secret),
		'another secret': signed(head, claims, 'x'.repeat(48)),
		'empty secret': signed(head, claims, ''),
		'signature cut': `${h}.${p}.${s.slice(0, -4)}`,
		'signature empty': `${h}.${p}.`,
		'signature gone': `${h}.${p}`,
		'a fourth segment': `${a.token}.x`,
		'segments swapped': `${p}.${h}.${s}`,
		'padding': `${h}.${p}.${s}=`,
		'standard alphabet': `${h}.${p}.${s.slice(0, -1)}+`,
		'exp missing': signed(head, without(claims, 'exp'), secret),
		'exp a text': signed(head, { ...claims, exp: String(claims.exp) }, secret),
		'exp a float': raw(JSON.stringify(claims).replace(/"exp":\d+/, `"exp":${claims.exp}.5`)),
		'exp an exponent': raw(JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e99')),
		'exp negative': signed(head, { ...claims, exp: -1 }, secret),
		'exp far': signed(head, { ...claims, exp: now + 5e9 }, secret),
		'exp null': signed(head, { ...claims, exp: null }, secret),
		'nbf to come': signed(head, { ...claims, nbf: now + 600 }, secret),
		'iat to come': signed(head, { ...claims, iat: now + 600 }, secret),
		'iat missing': signed(head, without(claims, 'iat'), secret),
		'iss of another': signed(head, { ...claims, iss: 'evil' }, secret),
		'aud missing': signed(head, without(claims, 'aud'), secret),
		'aud a list': signed(head, { ...claims, aud: ['platform'] }, secret),
		'aud of another': signed(head, { ...claims, aud: 'elsewhere' }, secret),
		'type refresh': signed(head, { ...claims, type: 'refresh' }, secret),
		'sub of another': signed(head, { ...claims, sub: randomUUID() }, secret),
		'sid missing': signed(head, without(claims, 'sid'), secret),
		'userId a number': signed(head, { ...claims, userId: 1, sub: 1 }, secret),
		'duplicate claims': raw(`${JSON.stringify(claims).slice(0, -1)},"role":"admin"}`),
		'an array': signed(head, [claims], secret),
		'a text': raw('"x"'),
		'not JSON': raw('{'),
		'NUL inside': raw(`${JSON.stringify(claims)}\0`),
		'over 8 KiB': signed(head, { ...claims, filler: 'x'.repeat(9000) }, secret),
		'just dots': '..',
		'junk': 'junk',
	};
	for (const [name, token] of Object.entries(cases))
		await t.test(name, async () => refused(await me(token), 401, 'INVALID_TOKEN'));
	ok(await me(a.token));
});

test('an expired token says so; a session that is not there is revoked', async () => {
	const a = await agency();
	const { header } = jwt.decode(a.token, { complete: true }), claims = jwt.decode(a.token);
	const secret = settings().JWT_SECRET, now = Math.floor(Date.now() / 1000);
	refused(await me(signed(header, { ...claims, iat: now - 100, exp: now - 10 }, secret)), 401, 'TOKEN_EXPIRED');
	refused(await me(signed(header, { ...claims, sid: randomUUID() }, secret)), 401, 'SESSION_REVOKED');
	const id = randomUUID();
	refused(await me(signed(header, { ...claims, userId: id, sub: id }, secret)), 401, 'SESSION_REVOKED');
});

test('a role in a token that is not the database\'s opens nothing', async () => {
	const a = await agency();
	const { header } = jwt.decode(a.token, { complete: true }), claims = jwt.decode(a.token);
	for (const odd of [{ role: 'admin' }, { accountType: 'admin' }, { role: 'Store_owner' }])
		refused(await me(signed(header, { ...claims, ...odd }, settings().JWT_SECRET)), 401, 'SESSION_REVOKED');
	ok(await me(a.token));
});

test('a changed role ends the tokens of before within a second; a refreshed one names the new role', async () => {
	const a = await agency();
	const all = async () => tally(await times(16, () => me(a.token)));
	assert.deepEqual(await all(), { 200: 16 });
	await sql(master(), `UPDATE users SET role = 'admin' WHERE id = ${quote(a.id)}`);
	await sleep(1000);
	assert.deepEqual(await all(), { '401 SESSION_REVOKED': 16 });
	const next = ok(await refresh(a.refreshToken));
	assert.equal(jwt.decode(next.token).role, 'admin');
	assert.equal(ok(await me(next.token)).user.role, 'admin');
});

test('other ways to send a token', async () => {
	const a = await agency();
	const with_ = (authorization) => get('/api/auth/me', { headers: { authorization } });
	ok(await with_(`bearer ${a.token}`));
	for (const value of [`Basic ${a.token}`, a.token, 'Bearer', 'Bearer ', `Bearer  ${a.token}`, `Bearer ${a.token} x`,
		`Bearer ${a.token}, Bearer ${a.token}`]) {
		const rs = await with_(value);
		assert.equal(rs.status, 401, `${value.slice(0, 20)} ${told(rs)}`);
	}
	refused(await get(`/api/auth/me?token=${a.token}&access_token=${a.token}`), 401, 'NO_TOKEN');
});
