// SPDX-License-Identifier: Apache-2.0
// On the workers' own socket, where no web server stands before them: records and parameters that lie, paths as they
// come, and that nothing of it gets into a header of an answer or breaks a line of the log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { agency } from '../lib/actors.mjs';
import { sleep, slowness, until } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { children } from '../lib/processes.mjs';
import { serve } from '../lib/serve.mjs';

let a, it, workers;
const all = () => children(it.child.pid).sort();
const asked = (list, body, options) => fcgi.ask(it.socket, list, body, options);
const talk = (bytes, silentMs = 1000) => fcgi.talk(it.socket, bytes, { silentMs });

before(async () => {
	a = await agency();
	it = await serve();
	workers = all();
});
after(async () => {
	assert.deepEqual(all(), workers, 'a worker died');
	await it.stop();
});

const token = () => [['HTTP_AUTHORIZATION', `Bearer ${a.token}`]];

test('paths that no web server has looked at are never another route', async (t) => {
	const me = '/api/auth/me';
	const paths = ['//api/auth/me', '/api//auth/me', '/api/auth//me', '/api/auth/me/', '/api/./auth/me', '/api/x/../auth/me',
		'/api/%2e/auth/me', '/api/x/%2e%2e/auth/me', '/api/auth%2Fme', '/api%2fauth%2fme', '/api/auth/me;x', '/api/auth;x/me',
		'/api/auth/me%00', '/api/auth/me%00.css', '/api/auth/m%65%00', '/api/auth/me%ff', '/api/auth/me%c0%af', '/api/auth/me%zz',
		'/api/auth/me%', '/api/auth/me%0d%0aX-Evil:1', '/api/auth/me%20', '/API/AUTH/ME', '/api/auth/me.json', '/api/auth\\me',
		'/api/auth/me#x', '/api/auth/me%3F', '/api/auth/me%23', '/api/%61uth%2f%6de', '*', '',
		'/api/auth/me\u00e9', '/api/auth/\tme', '/api/auth/me ', ' /api/auth/me', `/${'a/'.repeat(500)}`, `/api/auth/${'x'.repeat(3000)}`];
	// As RFC 9112 wants it; the host in it has no say.
	for (const path of [me, `http://elsewhere.example${me}`])
		assert.equal((await asked(fcgi.usual('GET', path, token()))).status, 200);
	for (const path of paths)
		await t.test(JSON.stringify(path).slice(0, 40), async () => {
			const rs = await asked(fcgi.usual('GET', path, token()));
			assert.ok([400, 404].includes(rs.status), rs.text.slice(0, 300));
			assert.ok(!rs.text.includes(a.email));
		});
});

test('no spelling of a guarded path opens it', async () => {
	for (const path of ['/api/stores/mt', '/api/%73tores/mt', '/api/stores/%6dt', '/api/stores', '//api/stores/mt', '/api/stores/mt/', '/api/stores/mt;',
		'/api/stores/mt?', '/api/stores/mt?token=x', '/%61pi/stores/mt', '/dashboard', '/%64ashboard'])
		for (const method of ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']) {
			const rs = await asked(fcgi.usual(method, path));
			assert.ok([303, 400, 401, 403, 404, 405].includes(rs.status), `${method} ${path}: ${rs.text.slice(0, 200)}`);
		}
});

test('a hundred headers are taken, one more is not', async () => {
	const headers = (n) => Array.from({ length: n - 1 }, (_, i) => [`HTTP_X_${i}`, 'v']);
	assert.equal((await asked(fcgi.usual('GET', '/api/auth/me', [...token(), ...headers(100)]))).status, 200);
	assert.equal((await asked(fcgi.usual('GET', '/api/auth/me', [...token(), ...headers(101)]))).status, 400);
});

const record = (type, content, { id = 1, version = 1, length = content.length, padding = 0 } = {}) => Buffer.concat([
	Buffer.from([version, type, id >> 8, id & 255, length >> 8, length & 255, padding, 0]), content, Buffer.alloc(padding)]);
const begin = (role, flags = 0) => record(1, Buffer.from([role >> 8, role & 255, flags, 0, 0, 0, 0, 0]));
const rest = () => [fcgi.params(fcgi.usual('GET', '/healthz')), fcgi.stdin()];

test('records that lie: no answer that is no refusal, and the worker is free at once', async (t) => {
	const none = Buffer.alloc(0), name = Buffer.from('REQUEST_METHOD');
	const cases = {
		'the role of an authorizer': [begin(2), ...rest()],
		'the role of a filter': [begin(3), ...rest()],
		'no role at all': [begin(0), ...rest()],
		'an unknown role': [begin(999), ...rest()],
		'another version': [record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]), { version: 9 }), ...rest()],
		'a request that is taken back': [begin(1), record(2, none)],
		'a body before the parameters': [begin(1), fcgi.stdin('x'), fcgi.params(fcgi.usual('GET', '/healthz'))],
		'a second request inside the first': [begin(1), record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]), { id: 2 }), ...rest()],
		'a name longer than its record': [begin(1), record(4, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 1])), record(4, none), fcgi.stdin()],
		'a value longer than its record': [begin(1), record(4, Buffer.concat([Buffer.from([name.length, 0xff, 0xff, 0xff, 0xff]), name])),
			record(4, none), fcgi.stdin()],
		'a record shorter than it says': [begin(1), record(4, Buffer.from('abc'), { length: 65535 })],
		'parameters without an end': [begin(1), record(4, Buffer.from([1, 1, 0x41, 0x42]))],
		'a name of nothing': [begin(1), record(4, Buffer.from([0, 0, 0, 0, 0, 0])), record(4, none), fcgi.stdin()],
		'an end before the beginning': [record(3, Buffer.alloc(8)), ...rest()],
		'nothing but padding': [record(1, none, { padding: 255 }), record(4, none, { padding: 255 })],
	};
	for (const [what, parts] of Object.entries(cases))
		await t.test(what, async () => {
			const rs = await talk(Buffer.concat(parts), 500);
			assert.ok([0, 200, 400].includes(rs.status), rs.text.slice(0, 200));
			const from = performance.now(), answers = await Promise.all(Array.from({ length: 4 }, () => asked(fcgi.usual('GET', '/healthz'))));
			assert.deepEqual(answers.map((each) => each.status), [200, 200, 200, 200]);
			assert.ok(performance.now() - from < 1000 * slowness, `${performance.now() - from} ms`);
		});
});

test('questions about the server are not waited for, and a connection is closed after its answer', async () => {
	const values = record(9, Buffer.concat([Buffer.from([14, 0]), Buffer.from('FCGI_MAX_CONNS')]), { id: 0 });
	await talk(values, 500);
	const from = performance.now(), rs = await talk(Buffer.concat([begin(1, 1), ...rest()]), 5000);
	assert.equal(rs.status, 200);
	assert.ok(performance.now() - from < 1000 * slowness, 'the connection was kept');
});

test('peers that say nothing hold up nobody, and are answered when they speak', async () => {
	let release;
	const released = new Promise((resolve) => (release = resolve));
	const bytes = fcgi.request(fcgi.usual('GET', '/healthz'));
	const silent = Array.from({ length: 20 }, () => talk([() => released, bytes], 20000));
	await sleep(1000);
	const from = performance.now(), answers = await Promise.all(Array.from({ length: 20 }, () => asked(fcgi.usual('GET', '/healthz'))));
	assert.ok(performance.now() - from < 500 * slowness, `${performance.now() - from} ms`);
	assert.deepEqual(answers.map((each) => each.status), Array(20).fill(200));
	release();
	assert.deepEqual((await Promise.all(silent)).map((each) => each.status), Array(20).fill(200));
});

test('so many peers that say nothing that a worker lets go of the oldest', async () => {
	let gone = 0;
	const silent = Array.from({ length: 200 }, () => talk(Buffer.alloc(0), 3000).then(() => gone++));
	await until('some to be let go', () => gone > 0, 2);
	assert.equal((await asked(fcgi.usual('GET', '/healthz'))).status, 200);
	await Promise.all(silent);
	assert.match(it.text, /a connection on which nothing is said is closed/);
});

test('what a client sends breaks no header and no line of the log', async () => {
	const evil = 'a\r\nSet-Cookie: evil=1\r\n\r\n{"level":"alarm"}', quoted = 'x"}\n{"level":"alarm","event":"forged"}';
	const lists = [
		fcgi.usual('GET', `/login?return_to=${encodeURIComponent(evil)}`), fcgi.usual('GET', `/dashboard/${encodeURIComponent(evil)}`),
		fcgi.usual('GET', `/api/${encodeURIComponent(quoted)}`), fcgi.usual(evil, '/api/auth/me'), fcgi.usual('GET', evil),
		...['HTTP_USER_AGENT', 'HTTP_REFERER', 'HTTP_ORIGIN', 'HTTP_COOKIE', 'HTTP_X_REQUEST_ID', 'HTTP_ACCEPT', 'HTTP_IDEMPOTENCY_KEY']
			.flatMap((name) => [evil, quoted].map((value) => fcgi.usual('GET', '/api/auth/me', [...token(), [name, value]]))),
		...['TENANT_HOST', 'REMOTE_ADDR'].map((name) => [...fcgi.usual('GET', '/healthz').filter(([n]) => n !== name), [name, evil]]),
	];
	for (const list of lists) {
		const { text } = await asked(list);
		assert.ok(text, JSON.stringify(list));
		assert.ok(!/^Set-Cookie: evil/im.test(text.split('\r\n\r\n')[0]), text);
	}
	for (const line of it.text.split('\n').filter(Boolean)) {
		const { event, level } = JSON.parse(line);
		assert.ok(event !== 'forged' && level !== 'alarm', line);
	}
});
