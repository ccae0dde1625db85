// SPDX-License-Identifier: Apache-2.0
// Each allocation, read, write and connect of a request fails in turn (torture.c). The answer is the right one, or
// a clean 5xx, or none because the worker ended; never a wrong one, and the next request is served.
// A few calls of each kind; with SOUK_FAULTS=full as many as a thousand.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { get, ok } from '../lib/api.mjs';
import { PASSWORD, shop, unique } from '../lib/actors.mjs';
import { sleep, top } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { cluster } from '../lib/postgres.mjs';
import { serve } from '../lib/serve.mjs';

const KINDS = ['alloc', 'read', 'write', 'connect'], HANG_MS = 10000;
const MOST = process.env.SOUK_FAULTS === 'full' ? 1000 : 8;

let directory, control, server, pg, owner, store;

// struct control of torture.c.
function arm(kind, nth) {
	const bytes = Buffer.alloc(4 * 7);
	bytes.writeInt32LE(kind, 0);
	bytes.writeInt32LE(nth, 4);
	writeSync(control, bytes, 0, bytes.length, 0);
}

function seen() {
	const bytes = Buffer.alloc(4 * 7);
	readSync(control, bytes, 0, bytes.length, 0);
	return { fired: bytes.readInt32LE(8) === 1, counts: KINDS.map((_, i) => bytes.readInt32LE(12 + 4 * i)) };
}

before(async () => {
	directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-torture.'));
	const library = join(directory, 'torture.so'), file = join(directory, 'control');
	execFileSync('cc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', '-D_GNU_SOURCE', '-shared', '-fPIC',
		'-fno-builtin', '-o', library, join(top, 'tests/faults/torture.c')], { stdio: 'inherit' });
	writeFileSync(file, Buffer.alloc(4096));
	control = openSync(file, 'r+');
	[pg, { owner, store }] = await Promise.all([cluster(), shop()]);
	server = await serve({ LD_PRELOAD: library, SOUK_TORTURE: file, WORKERS: '16', SLOW_WORKERS: '1',
		TENANT_NET_ALLOW: '127.0.0.1/32', MAX_STORES_PER_USER: '100000', RATE_LOGIN: '100000/60',
		RATE_LOGIN_NETWORK: '100000/60', RATE_TEST_DATABASE: '100000/60' });
});

after(async () => {
	await server?.stop();
	await pg?.stop();
	if (directory) {
		closeSync(control);
		rmSync(directory, { recursive: true, force: true });
	}
});

// ---- requests: what is right for each; `also` are codes that are right when a peer fails us ----

const bearer = () => ({ authorization: `Bearer ${owner.token}` });

const requests = {
	'a probe': () => ({ path: '/healthz', status: 200 }),
	'who am I': () => ({ path: '/api/auth/me', headers: bearer(), status: 200,
		right: (data) => assert.equal(data.user.id, owner.id) }),
	'a token that is none': () => ({ path: '/api/auth/me', headers: { authorization: 'Bearer a.b.c' }, status: 401,
		code: 'INVALID_TOKEN' }),
	'a login': () => ({ path: '/api/auth/login', body: { email: owner.email, password: PASSWORD }, status: 200,
		right: (data) => assert.equal(data.user.id, owner.id) }),
	'a login that fails': () => ({ path: '/api/auth/login', body: { email: owner.email, password: 'something else' },
		status: 401, code: 'INVALID_CREDENTIALS' }),
	'a list': () => ({ path: '/api/stores/mt?limit=100', headers: bearer(), status: 200,
		right: (data) => assert.ok(data.stores.some((s) => s.id === store.id)) }),
	'a new store': () => {
		const name = unique('Torture ');
		return { path: '/api/stores/mt', headers: { ...bearer(), 'idempotency-key': unique('k') }, body: { name },
			status: 201, right: (data) => assert.equal(data.store.name, name) };
	},
	'a change': () => {
		const firstName = unique('Ada');
		return { method: 'PATCH', path: '/api/auth/profile', headers: bearer(), body: { firstName }, status: 200,
			right: (data) => assert.equal(data.user.firstName, firstName) };
	},
	'a bad body': () => ({ path: '/api/auth/login', body: '{"email":', status: 400, code: 'INVALID_JSON' }),
	'a page': () => ({ path: '/login', status: 200, page: /<form[^]*<\/html>\s*$/ }),
	'a tenant': () => ({ path: `/api/stores/mt/${store.id}/health`, headers: bearer(), status: 200,
		right: (data) => assert.ok('reachable' in data) }),
	'a stranger\'s database': () => ({ path: `/api/stores/mt/${store.id}/test-database`, headers: bearer(),
		body: { type: 'postgresql', connectionString: pg.url('postgres') }, status: 200,
		also: ['CONNECTION_FAILED', 'ALREADY_CONNECTED'] }),
};

async function send({ method, path, headers = {}, body }) {
	const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
	const more = Object.entries(headers).map(([n, v]) => [`HTTP_${n.toUpperCase().replaceAll('-', '_')}`, v]);
	if (text)
		more.push(['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', String(Buffer.byteLength(text))]);
	const list = fcgi.usual(method ?? (text ? 'POST' : 'GET'), path, more), from = performance.now();
	const rs = await fcgi.ask(server.socket, list, text, { silentMs: HANG_MS + 1000 });
	assert.ok(performance.now() - from < HANG_MS, `it hung: ${rs.text}`);
	return whole(rs);
}

// A web server that is left in the midst of an answer gives its own 502.
function whole(rs) {
	const [head, body = ''] = rs.text.split('\r\n\r\n'), length = head.match(/^Content-Length: (\d+)/m)?.[1];
	if (!rs.status || Buffer.byteLength(body) < Number(length ?? 0))
		return { status: 0 };
	return { status: rs.status, body, json: head.includes('application/json') ? JSON.parse(body) : null };
}

function judge(wanted, rs) {
	if (rs.status === wanted.status && (!wanted.code || rs.json?.code === wanted.code)) {
		if (wanted.page)
			assert.match(rs.body, wanted.page);
		wanted.right?.(rs.json.data);
		return 'right';
	}
	if (wanted.also?.includes(rs.json?.code))
		return 'right';
	assert.ok(rs.status === 0 || rs.status >= 500, `a wrong answer: ${rs.status} ${rs.body}`);
	if (rs.status >= 500 && rs.json)
		assert.ok(rs.json.success === false && rs.json.code && rs.json.error);
	return rs.status ? 'refused' : 'cut';
}

// ---- the torture ----

// Which of n calls to fail: the first one, the last one, and some between; or all.
function chosen(n) {
	if (n <= MOST)
		return Array.from({ length: n }, (_, i) => i + 1);
	const step = (n - 1) / (MOST - 1);
	return Array.from({ length: MOST }, (_, i) => 1 + Math.round(i * step));
}

// The request without a fault, so that a worker is warm and the calls are counted.
async function count(make) {
	for (let i = 0; i < 2; i++) {
		arm(-1, 0);
		const wanted = make(), rs = await send(wanted);
		assert.equal(judge(wanted, rs), 'right', `without a fault: ${rs.status} ${rs.body}`);
	}
	return seen().counts;
}

// A worker that died sits on its seats until its supervisor has noticed: nobody else may take them, and says BUSY. Any other
// refusal is one.
async function next(make) {
	const ask = async () => {
		const wanted = make(), rs = await send(wanted);
		return rs.json?.code === 'BUSY' ? null : judge(wanted, rs);
	};
	return await ask() ?? (await sleep(1000), await ask());
}

async function fail(make, kind, nth, tally) {
	arm(kind, nth);
	const wanted = make(), rs = await send(wanted);
	const { fired } = seen();
	arm(-1, 0);
	try {
		const verdict = judge(wanted, rs);
		tally[verdict] = (tally[verdict] ?? 0) + (fired ? 1 : 0);
		assert.equal(await next(make), 'right', 'the next request');
	} catch (e) {
		e.message = `${KINDS[kind]} number ${nth}: ${e.message}`;
		throw e;
	}
}

for (const [name, make] of Object.entries(requests))
	test(`each call of ${name} fails in turn`, async (t) => {
		const counts = await count(make), tally = {};
		for (const [kind, n] of counts.entries())
			for (const nth of chosen(n))
				await fail(make, kind, nth, tally);
		t.diagnostic(`${KINDS.map((k, i) => `${counts[i]} ${k}`).join(', ')}: ${JSON.stringify(tally)}`);
		assert.ok(Object.values(tally).some((n) => n > 0), 'no call failed at all');
	});

test('what was asked for once was made once at most', async () => {
	const names = [];
	for (let cursor = ''; cursor !== null;) {
		const page = ok(await get(`/api/stores/mt?limit=100&cursor=${cursor}`, { token: owner.token }));
		names.push(...page.stores.map((s) => s.name));
		cursor = page.nextCursor;
	}
	assert.equal(new Set(names).size, names.length);
	assert.ok(names.length > 1);
});
