// SPDX-License-Identifier: Apache-2.0
// What workers remember of sessions, users, stores and host names is never older than it may be: at once on the
// host that made the change, within a second on the others, whoever made it.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { del, get, ok, patch, post, refused, times } from '../lib/api.mjs';
import { agency, login, PASSWORD, shop, store } from '../lib/actors.mjs';
import { children } from '../lib/processes.mjs';
import { settings, sleep, slowness, until } from '../lib/env.mjs';
import { serve } from '../lib/serve.mjs';
import { libpq, master, sql } from '../lib/sql.mjs';

const me = (token, options = {}) => get('/api/auth/me', { token, ...options });
const everywhere = (token) => times(20, () => me(token));

// Milliseconds until `ask` gives something true.
async function takes(what, ask) {
	const from = performance.now();
	await until(what, ask, 5, 10);
	return performance.now() - from;
}

test('an answer from memory is the answer of the database', async () => {
	const a = await agency();
	const [first, ...rest] = await everywhere(a.token);
	ok(first);
	for (const rs of rest)
		assert.equal(rs.text, first.text);
});

test('a change of the profile is seen by all workers at once', async () => {
	const a = await agency();
	for (let i = 0; i < 10; i++) {
		await everywhere(a.token);
		ok(await patch('/api/auth/profile', { firstName: `Ada ${i}` }, { token: a.token }));
		for (const rs of await everywhere(a.token))
			assert.equal(ok(rs).user.firstName, `Ada ${i}`);
	}
});

// It is no news, since it would make every worker ask anew: an older session may be told the time of before for a minute.
test('a login shows in the answer to its own session, on every worker', async () => {
	const a = await agency(), before = ok(await get('/api/auth/me', { token: a.token })).user.lastLogin;
	await everywhere(a.token);
	const { token } = await login(a), seen = (list) => new Set(list.map((rs) => ok(rs).user.lastLogin));
	const [now, ...others] = seen(await everywhere(token));
	assert.deepEqual(others, []);
	assert.ok(now > before, `${before} and ${now}`);
	for (const time of seen(await everywhere(a.token)))
		assert.ok([before, now].includes(time), time);
});

test('stores appear, change and go in the list at once', async () => {
	const a = await agency();
	await everywhere(a.token);
	const one = await store(a);
	for (const rs of await everywhere(a.token))
		assert.deepEqual(ok(rs).stores.map((s) => s.id), [one.id]);
	ok(await patch(`/api/stores/mt/${one.id}`, { name: 'Another name' }, { token: a.token }));
	for (const rs of await everywhere(a.token))
		assert.equal(ok(rs).stores[0].name, 'Another name');
	ok(await del(`/api/stores/mt/${one.id}`, { token: a.token }));
	for (const rs of await everywhere(a.token))
		assert.deepEqual(ok(rs).stores, []);
});

test('an ended session is over for all workers at once, other sessions live on', async () => {
	const a = await agency(), other = await login(a);
	await everywhere(a.token);
	await everywhere(other.token);
	ok(await post('/api/auth/logout', {}, { token: other.token }));
	for (const rs of await everywhere(other.token))
		refused(rs, 401, 'SESSION_REVOKED');
	for (const rs of await everywhere(a.token))
		ok(rs);
});

test('a token that was good is dead at its second', async () => {
	const it = await serve({ JWT_EXPIRES_IN: '2s' });
	try {
		const a = await agency();
		const token = (await it.ask('POST', '/api/auth/login', { body: { email: a.email, password: PASSWORD } })).data.token;
		assert.equal((await it.ask('GET', '/api/auth/me', { token })).status, 200);
		const rs = await until('its end', async () => {
			const answer = await it.ask('GET', '/api/auth/me', { token });
			return answer.status !== 200 && answer;
		}, 4, 20);
		assert.equal(rs.code, 'TOKEN_EXPIRED');
	} finally {
		await it.stop();
	}
});

test('what is changed by hand in the master counts within a second', async () => {
	const a = await agency();
	await everywhere(a.token);
	await sql(master(), `UPDATE users SET is_active = false WHERE id = '${a.id}'`);
	let ms = await takes('the switch', async () => (await everywhere(a.token)).every((rs) => rs.status === 401));
	assert.ok(ms < 1000 * slowness, `${ms} ms`);
	await sql(master(), `UPDATE users SET is_active = true WHERE id = '${a.id}'`);
	ok(await until('the user to be back', async () => {
		const rs = await me(a.token);
		return rs.status === 200 && rs;
	}, 2));
	await everywhere(a.token);
	await sql(master(), `DELETE FROM sessions WHERE user_id = '${a.id}'`);
	ms = await takes('the session to end', async () => (await everywhere(a.token)).every((rs) => rs.status === 401));
	assert.ok(ms < 1000 * slowness, `${ms} ms`);
});

test('another host hears of it within a second, also when its listener was killed', async () => {
	const it = await serve();
	try {
		for (const kill of [false, true]) {
			const a = await agency();
			for (let i = 0; i < 10; i++)
				assert.equal((await it.ask('GET', '/api/auth/me', { token: a.token })).status, 200);
			if (kill)
				process.kill(children(it.child.pid, 'souk-news')[0], 'SIGKILL');
			ok(await post('/api/auth/logout', {}, { token: a.token }));
			const ms = await takes('the other host', async () => {
				const all = await times(6, () => it.ask('GET', '/api/auth/me', { token: a.token }));
				return all.every((rs) => rs.status === 401);
			});
			assert.ok(ms < 1000 * slowness, `${ms} ms`);
		}
	} finally {
		await it.stop();
	}
});

test('a host that cannot listen remembers for half a second at most', async () => {
	const url = new URL(settings().MASTER_DB_URL.replace(/^postgres(ql)?:/, 'http:').replace('@/', '@socket/'));
	url.searchParams.set('pgbouncer', 'true');
	const pooled = String(url).replace(/^http:/, 'postgresql:').replace('@socket/', '@/');
	const it = await serve({ MASTER_DB_URL: pooled });
	try {
		const a = await agency();
		for (let i = 0; i < 10; i++)
			assert.equal((await it.ask('GET', '/api/auth/me', { token: a.token })).status, 200);
		ok(await post('/api/auth/logout', {}, { token: a.token }));
		const ms = await takes('the other host', async () =>
			(await times(6, () => it.ask('GET', '/api/auth/me', { token: a.token }))).every((rs) => rs.status === 401));
		assert.ok(ms < 1000 * slowness, `${ms} ms`);
	} finally {
		await it.stop();
	}
});

// What the listener is told comes late and, from a moment on, no more: the proof that it got then is as old as its question.
function slowWire(lateMs) {
	const { PGHOST: host, PGUSER: user, PGPASSWORD: password, PGDATABASE: name } = libpq(settings().MASTER_DB_URL), sockets = new Set();
	const it = { told: 0, muted: false };
	const server = createServer((client) => {
		const behind = connect(join(host, '.s.PGSQL.5432'));
		let listener = false;
		for (const [socket, other] of [[client, behind], [behind, client]]) {
			sockets.add(socket);
			socket.on('error', () => other.destroy());
			socket.on('close', () => other.destroy());
		}
		client.on('data', (bytes) => {
			listener ||= bytes.includes('LISTEN souk_news');
			behind.write(bytes);
		});
		behind.on('data', (bytes) => {
			if (listener && it.muted)
				return;
			it.told += listener;
			setTimeout(() => client.destroyed || client.write(bytes), listener ? lateMs : 0);
		});
	});
	it.stop = () => new Promise((done) => {
		server.close(done);
		sockets.forEach((socket) => socket.destroy());
	});
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(Object.assign(it, {
		url: `postgresql://${user}:${password}@127.0.0.1:${server.address().port}/${name}?sslmode=disable` }))));
}

test('a proof that comes late proves no more than when it was asked for', async () => {
	const wire = await slowWire(700), it = await serve({ MASTER_DB_URL: wire.url });
	try {
		const a = await agency(), asks = () => times(6, () => it.ask('GET', '/api/auth/me', { token: a.token }));
		for (const rs of await asks())
			assert.equal(rs.status, 200);
		await sleep(3000);
		await asks();
		const told = wire.told;
		await until('an answer to the listener', () => wire.told > told, 5, 1);
		wire.muted = true;
		ok(await post('/api/auth/logout', {}, { token: a.token }));
		const ms = await takes('the other host', async () => (await asks()).every((rs) => rs.status === 401));
		assert.ok(ms < 1000 * slowness, `${ms} ms`);
	} finally {
		await it.stop();
		await wire.stop();
	}
});

test('a suspended, switched off or moved store is found by its host no more', async () => {
	const { owner, store: made } = await shop();
	const host = `${made.slug}.${settings().PLATFORM_DOMAIN}`;
	const ask = () => times(12, () => me(owner.token, { host }));
	for (const rs of await ask())
		ok(rs);
	for (const [change, back, code] of [
		["status = 'suspended'", "status = 'active'", 'STORE_SUSPENDED'],
		['is_active = false', 'is_active = true', 'STORE_NOT_FOUND']]) {
		await sql(master(), `UPDATE stores SET ${change} WHERE id = '${made.id}'`);
		const ms = await takes(code, async () => (await ask()).every((rs) => rs.code === code));
		assert.ok(ms < 1000 * slowness, `${ms} ms`);
		await sql(master(), `UPDATE stores SET ${back} WHERE id = '${made.id}'`);
		await until('the store to be back', async () => (await ask()).every((rs) => rs.status === 200), 2);
	}
	await sql(master(), `DELETE FROM store_hostnames WHERE store_id = '${made.id}'`);
	const ms = await takes('the name to go', async () => (await ask()).every((rs) => rs.code === 'STORE_NOT_FOUND'));
	assert.ok(ms < 1000 * slowness, `${ms} ms`);
});
