// SPDX-License-Identifier: Apache-2.0
// Requests that no well-behaved client sends: the documented code, the envelope, and the same workers after.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { call, get, ok, patch, post, refused, told } from '../lib/api.mjs';
import { agency, PASSWORD, store } from '../lib/actors.mjs';
import { base, server, settings, sleep, slowness, until } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { slowWorkers, webWorkers } from '../lib/processes.mjs';
import { abandon, begin, lines, raw } from '../lib/raw.mjs';

let a, workers;
const all = () => [...webWorkers(), ...slowWorkers()].sort();

before(async () => {
	a = await agency();
	workers = all();
});
after(() => assert.deepEqual(all(), workers, 'a worker died'));

const login = (body, more) => call('POST', '/api/auth/login', { body, ...more });

test('error answers are envelopes with a request id; the caller\'s id is taken when it is good', async () => {
	for (const id of ['a', 'Az09._-', 'x'.repeat(64)])
		assert.equal((await get('/api/nothing', { headers: { 'x-request-id': id } })).headers['x-request-id'], id);
	for (const id of ['x'.repeat(65), 'a b', 'a/b', '<b>', 'a"b', 'é']) {
		const mine = (await get('/api/nothing', { headers: { 'x-request-id': Buffer.from(id).toString('latin1') } })).headers['x-request-id'];
		assert.notEqual(mine, id);
		assert.match(mine, /^[A-Za-z0-9._-]{1,64}$/);
	}
	refused(await get('/api/nothing'), 404, 'NOT_FOUND');
});

test('what is no request at all, or too long for one, is answered in the envelope too', async (t) => {
	const api = 'GET /api/auth/me HTTP/1.1', long = 'x'.repeat(40000);
	const cases = {
		'garbage': 'GARBAGE\r\n\r\n',
		'a version that is none': 'GET / HTTP/x\r\nHost: localhost\r\n\r\n',
		'no host': lines(api),
		'two hosts': lines(api, 'Host: a', 'Host: b'),
		'an odd host': lines(api, 'Host: a b'),
		'a long header': lines(api, 'Host: localhost', `X-Long: ${long}`),
		'a long header for a page': lines('GET / HTTP/1.1', 'Host: localhost', `X-Long: ${long}`),
		'a long address': lines(`GET /api/auth/me?${long} HTTP/1.1`, 'Host: localhost'),
		'a NUL': lines(api, 'Host: localhost', 'X-A: a\0b'),
		'an odd length': lines('POST /api/auth/login HTTP/1.1', 'Host: localhost', 'Content-Length: x'),
		'a path that leaves the root': lines('GET /../../x HTTP/1.1', 'Host: localhost'),
	};
	for (const [name, bytes] of Object.entries(cases))
		await t.test(name, async () => {
			const rs = await raw(bytes);
			assert.ok([400, 414].includes(rs.status), rs.text.slice(0, 200));
			assert.equal(rs.code, 'BAD_REQUEST', rs.text.slice(0, 300));
			assert.equal(rs.json.success, false);
			assert.match(rs.headers['content-type'], /^application\/json/);
			assert.match(rs.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
			assert.equal(rs.headers['cache-control'], 'no-store');
		});
	await t.test('the page of such answers is nobody\'s', async () => assert.equal((await get('/.bad-request')).status, 404));
});

test('files bear a request id as well', async () => {
	for (const path of ['/css/souk.css', '/js/forms.js', '/favicon.svg']) {
		const rs = await get(path);
		assert.equal(rs.status, 200);
		assert.match(rs.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
		assert.equal((await get(path, { headers: { 'x-request-id': 'mine' } })).headers['x-request-id'], 'mine');
		assert.notEqual((await get(path, { headers: { 'x-request-id': 'a b' } })).headers['x-request-id'], 'a b');
		const old = await get(path, { headers: { 'if-modified-since': rs.headers['last-modified'] } });
		assert.equal(old.status, 304);
		assert.match(old.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
		assert.equal((await get(path, { headers: { range: 'bytes=99999999-' } })).status, 200);
	}
	const rs = await post('/css/souk.css', {});
	refused(rs, 405, 'METHOD_NOT_ALLOWED');
	// Apache adds an empty list of its own.
	assert.equal(rs.headers.allow.replace(/, $/, ''), 'GET, HEAD');
});

test('bodies that are not JSON to the letter', async (t) => {
	const deep = (n) => '['.repeat(n) + ']'.repeat(n);
	const bad = ['{', '}', '{]', 'nul', '{"a":1,}', '[1,]', "{'a':1}", '{a:1}', '{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{"a":+1}',
		'{"a":.5}', '{"a":1.}', '{"a":0x1}', '{"a":1}x', '{"a":1}{"b":2}', '// x\n{}', '{"a":1}/* x */', '{"a":"\u0001"}',
		'{"a":"\n"}', '{"a":"\\x41"}', '{"a":"\\ud800"}', '{"a":"\\udc00\\ud800"}', '{"a":"\\u0000"}', '{"\\u0000":1}', '{"a":1,"a":2}',
		'{"a":1,"\\u0061":2}', `{"a":${deep(17)}}`, deep(8000), '\ufeff{}', '{"a":tru}', '{"a":"', '{"a"', ' ', '\0', '{"a":1e}',
		Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0x80, 0x22, 0x7d]),
		Buffer.from('{"a":1}', 'utf16le'), `{"a":${'1'.repeat(5000)}}`];
	for (const body of bad)
		await t.test(JSON.stringify(String(body)).slice(0, 40), async () => {
			const from = performance.now();
			refused(await patch('/api/auth/profile', body, { token: a.token }), 400, 'INVALID_JSON');
			assert.ok(performance.now() - from < 500 * slowness);
		});
});

test('JSON that is no object, or has wrong types', async () => {
	for (const body of ['[]', '"x"', '1', 'null', 'true'])
		refused(await login(body), 400, 'VALIDATION_ERROR');
	for (const [field, value] of [['email', 5], ['email', {}], ['password', true], ['password', ['x']], ['hostname', 5]]) {
		const details = refused(await login({ email: a.email, password: PASSWORD, [field]: value }), 400, 'VALIDATION_ERROR');
		assert.ok(details[field]);
	}
	ok(await patch('/api/auth/profile', '', { token: a.token }));
	ok(await patch('/api/auth/profile', `{"unknown":${'['.repeat(15)}${']'.repeat(15)}}`, { token: a.token }));
});

test('other media types are 415', async () => {
	for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/jsonx', 'text/json', '*/*', 'x', 'application/json, text/plain'])
		refused(await login('{}', { headers: { 'content-type': type } }), 415, 'UNSUPPORTED_MEDIA_TYPE');
	refused(await login(`${new URLSearchParams({ email: a.email, password: PASSWORD })}`,
		{ headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 415, 'UNSUPPORTED_MEDIA_TYPE');
	for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json ;x=y'])
		ok(await login({ email: a.email, password: PASSWORD }, { headers: { 'content-type': type } }));
});

test('too large is 413 in the envelope, wherever it is noticed', async (t) => {
	for (const path of ['/api/auth/login', '/api/stores/mt', '/api/auth/logout', '/api/nothing'])
		for (const n of [(1 << 20) + 1, 4 << 20])
			await t.test(`${path} ${n}`, async () => {
				const rs = await raw(lines(`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json',
					`Content-Length: ${n}`) + 'x'.repeat(1000), { silentMs: 5000 });
				assert.equal(rs.status, 413, rs.text.slice(0, 300));
				assert.equal(rs.code, 'BODY_TOO_LARGE');
				assert.equal(rs.json.success, false);
				assert.match(rs.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
			});
	await t.test('over the limit of a form, but not of the API', async () => {
		const body = { email: 'x'.repeat(20000) };
		refused(await login(body), 400, 'VALIDATION_ERROR');
		const rs = await fetch(new URL('/login', base), { method: 'POST', body: new URLSearchParams(body) });
		assert.equal(rs.status, 413);
	});
});

test('lengths that are odd or lie', async () => {
	for (const n of ['-1', 'x', '1x', '1.5', '0x10', '1, 2', '99999999999999999999', '+5', '٣']) {
		const rs = await raw(lines('POST /api/auth/login HTTP/1.1', 'Host: localhost', 'Content-Type: application/json',
			`Content-Length: ${n}`) + '{}');
		assert.ok([400, 413].includes(rs.status), `${n}: ${rs.text.slice(0, 200)}`);
	}
	for (const pair of [['Content-Length: 2', 'Content-Length: 3'], ['Content-Length: 2', 'Transfer-Encoding: chunked'],
		['Transfer-Encoding: gzip, chunked'], ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']]) {
		const rs = await raw(lines('POST /api/auth/login HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...pair) + '{}');
		assert.ok([400, 501].includes(rs.status), `${pair}: ${rs.text.slice(0, 200)}`);
	}
	const short = await raw(lines('POST /api/auth/login HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 100') + '{}',
		{ halfClose: true });
	assert.ok([0, 400].includes(short.status), short.text.slice(0, 200));
	const chunked = await raw(lines('POST /api/auth/login HTTP/1.1', 'Host: localhost', 'Content-Type: application/json',
		'Transfer-Encoding: chunked') + '2\r\n{}\r\n0\r\n\r\n');
	assert.equal(chunked.code, 'VALIDATION_ERROR', chunked.text);
});

test('paths that want to be another route', async (t) => {
	const paths = ['//api/auth/me', '/api//auth/me', '/api/auth//me', '/api/auth/me/', '/api/./auth/me', '/api/x/../auth/me', '/api/%2e/auth/me',
		'/api/x/%2e%2e/auth/me', '/api/x/%2E%2E/auth/me', '/api/auth%2Fme', '/api%2fauth%2fme', '/api/auth/me;x', '/api/auth;x/me', '/api/auth/me%00',
		'/api/auth/me%00.css', '/api/auth/m%65%00', '/api/auth/me%ff', '/api/auth/me%c0%af', '/api/auth/me%zz', '/api/auth/me%', '/api/auth/me%0d%0aX-Evil:1',
		'/api/auth/me%20', '/API/AUTH/ME', '/api/auth/me.json', '/api/auth\\me', '/css/../api/auth/me', '/css/..%2fapi/auth/me', '/%2e%2e/%2e%2e/etc/passwd',
		'/css/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/css/..%2f..%2fsouk.conf', '/.git/config', '/souk.conf', '/css/', '/templates/layout.html', '*', `/${'a/'.repeat(500)}`,
		`/api/auth/${'x'.repeat(3000)}`];
	for (const path of paths)
		await t.test(path.slice(0, 40), async () => {
			const rs = await raw(lines(`GET ${path} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${a.token}`));
			assert.ok([400, 404, 414].includes(rs.status), rs.text.slice(0, 300));
			assert.ok(!rs.text.includes(a.email));
			assert.ok(!('x-evil' in rs.headers));
		});
	await t.test('percent-encoded letters are the letters', async () => {
		ok(await get('/api/%61uth/m%65', { token: a.token }));
	});
});

test('no path skips the gate', async () => {
	for (const path of ['/api/stores/mt', '/api/stores', '/api/%73tores/mt', '/api/stores/mt?x=/api/auth/login', '/api/stores/mt?_method=GET', '/api/stores/mt%3F/dropdown'])
		assert.ok([401, 404].includes((await get(path)).status), path);
	for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method'])
		refused(await get('/api/auth/logout', { headers: { [name]: 'POST' } }), 405, 'METHOD_NOT_ALLOWED');
});

test('queries: a name twice, malformed, controls, too long', async () => {
	for (const query of ['slug=a&slug=b', 'slug=%zz', 'slug=%00', 'slug=a%0ab', 'slug=%ff'])
		refused(await get(`/api/stores/mt/check-slug?${query}`, { token: a.token }), 400, 'BAD_REQUEST');
	const long = await get(`/api/stores/mt/check-slug?slug=${'a'.repeat(9000)}`, { token: a.token });
	assert.ok([400, 414].includes(long.status));
});

test('HEAD, OPTIONS and methods that are not there', async (t) => {
	const head = await call('HEAD', '/api/auth/me', { token: a.token }), same = await get('/api/auth/me', { token: a.token });
	assert.equal(head.status, 200);
	assert.equal(head.text, '');
	assert.equal(head.headers['content-length'], same.headers['content-length']);
	const options = await call('OPTIONS', '/api/stores/mt');
	assert.equal(options.status, 204);
	assert.equal(options.headers.allow, 'GET, HEAD, POST, OPTIONS');
	assert.equal(options.headers['access-control-allow-origin'], undefined);
	for (const [method, path, allow] of [['PUT', '/api/stores/mt', 'GET, HEAD, POST, OPTIONS'], ['DELETE', '/api/auth/login', 'POST, OPTIONS'],
		['GET', '/api/auth/login', 'POST, OPTIONS'], ['POST', '/api/auth/me', 'GET, HEAD, OPTIONS'], ['PATCH', '/healthz', 'GET, HEAD, OPTIONS']]) {
		const rs = await call(method, path);
		refused(rs, 405, 'METHOD_NOT_ALLOWED');
		assert.equal(rs.headers.allow, allow);
	}
	for (const method of ['FOO', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'G', 'X'.repeat(40), 'GET\t', 'GE%54'])
		await t.test(`method ${method.slice(0, 10)}`, async () => {
			const rs = await raw(lines(`${method} /api/auth/me HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${a.token}`));
			assert.ok([400, 405].includes(rs.status), rs.text.slice(0, 300));
			if (rs.status === 405)
				assert.ok(rs.headers.allow, rs.text.slice(0, 300));
			assert.ok(!rs.text.includes(a.email));
		});
	const plain = await raw(lines('FOO /api/auth/me HTTP/1.1', 'Host: localhost'));
	assert.equal(plain.code, 'METHOD_NOT_ALLOWED', plain.text);
});

test('headers: a hundred at most, none twice that must be single, no line breaks', async () => {
	const many = (n) => Array.from({ length: n }, (_, i) => `X-H${i}: v`);
	const ask = (...more) => raw(lines('GET /api/auth/me HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${a.token}`, ...more));
	assert.equal((await ask(...many(80))).status, 200);
	assert.equal((await ask(...many(150))).status, 400);
	// Apache makes one header of two, which then holds no token.
	assert.equal((await ask(`Authorization: Bearer ${a.token}`)).status, server === 'apache' ? 401 : 400);
	assert.equal((await ask('X-A: a\rb')).status < 500, true);
	assert.equal((await ask('X-A: a\x01b')).status, 400);
	assert.equal((await ask('X-A: a\0b')).status, 400);
	assert.equal((await ask(`X-Long: ${'x'.repeat(20000)}`)).status, 400);
	assert.equal((await ask('Proxy: http://evil.example', 'Accept-Language: \xe9')).status, 200);
	const injected = await raw(lines('GET /api/auth/me HTTP/1.1', 'Host: localhost', 'X-Request-Id: a%0d%0aSet-Cookie: x=1'));
	assert.ok(!('set-cookie' in injected.headers));
});

test('security headers on every answer', async () => {
	for (const rs of [await get('/api/auth/me'), await get('/api/auth/me', { token: a.token }), await get('/api/nothing'), await get('/healthz')]) {
		assert.equal(rs.headers['x-content-type-options'], 'nosniff');
		assert.match(rs.headers['content-security-policy'] ?? '', /default-src 'none'/);
		assert.ok(!/unsafe-inline/.test(rs.headers['content-security-policy']));
		assert.ok(!/\d/.test(rs.headers.server ?? ''), `Server: ${rs.headers.server}`);
	}
	assert.equal((await get('/api/auth/me', { token: a.token })).headers['cache-control'], 'no-store');
});

test('origins: none is let in by default', async () => {
	const rs = await get('/api/auth/me', { token: a.token, headers: { origin: 'https://evil.example' } });
	assert.equal(rs.headers['access-control-allow-origin'], undefined);
	const pre = await call('OPTIONS', '/api/auth/me', { headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' } });
	assert.equal(pre.headers['access-control-allow-origin'], undefined);
	assert.equal(pre.headers['access-control-allow-methods'], undefined);
});

test('a session cookie alone changes nothing through the API', async () => {
	const s = await store(a);
	for (const headers of [{ cookie: `souk_session=${a.token}` }, { cookie: `souk_session=${a.token}`, origin: 'https://evil.example' }]) {
		const rs = await patch(`/api/stores/mt/${s.id}`, { name: 'Forged' }, { headers });
		refused(rs, 403, 'CSRF_FAILED');
	}
	assert.equal(ok(await get(`/api/stores/mt/${s.id}`, { token: a.token })).store.name, s.name);
});

test('clients that go away in the middle free their workers within a second', async () => {
	const start = 'POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"email":';
	await Promise.all(Array.from({ length: 40 }, () => abandon(start)));
	await Promise.all(Array.from({ length: 40 }, () => abandon(lines('GET /api/auth/me HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${a.token}`), 1)));
	await Promise.all(Array.from({ length: 20 }, () => abandon(Buffer.concat([Buffer.from('GET /api/auth/me HTTP/1.1\r\n')]))));
	const from = performance.now();
	for (const rs of await Promise.all(Array.from({ length: 20 }, () => get('/api/auth/me', { token: a.token }))))
		ok(rs);
	assert.ok(performance.now() - from < 1000 * slowness);
});

test('clients that are slow with a body hold no worker', async () => {
	const bytes = (path) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"a":`;
	const slow = ['/api/auth/refresh', '/api/auth/login'].flatMap((path) =>
		Array.from({ length: 2 * all().length }, () => begin(bytes(path))));
	await sleep(300 * slowness);
	const from = performance.now();
	assert.equal((await get('/healthz')).text, 'ok\n');
	ok(await login({ email: a.email, password: PASSWORD }));
	assert.ok(performance.now() - from < 2000 * slowness, `${performance.now() - from} ms`);
	slow.forEach((end) => end());
});

test('what a client that goes away asked for is still done, once', async () => {
	const b = await agency(), body = JSON.stringify({ name: 'Gone', slug: `gone-${b.id.slice(-8)}` });
	await abandon([`POST /api/stores/mt HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${b.token}`, 'Content-Type: application/json',
		`Content-Length: ${body.length}`, '', body].join('\r\n'), 30);
	await sleep(200);
	const { stores } = ok(await get('/api/stores/mt', { token: b.token }));
	assert.ok(stores.length <= 1);
	if (!stores.length)
		ok(await post('/api/stores/mt', body, { token: b.token }), 201);
});

// ---- on the workers' own socket

const web = () => settings().SOCKET_WEB;
const asked = (list, body, options) => fcgi.ask(web(), list, body, options);

test('FastCGI: a request as the web server sends it', async () => {
	const rs = await asked(fcgi.usual('GET', '/api/auth/me', [['HTTP_AUTHORIZATION', `Bearer ${a.token}`]]));
	assert.equal(rs.status, 200, rs.text);
});

test('FastCGI: parameters twice, too many, too long, missing, odd', async (t) => {
	const me = fcgi.usual('GET', '/healthz');
	const cases = {
		'a method twice': [...me, ['REQUEST_METHOD', 'POST']],
		'a host twice': [...me, ['TENANT_HOST', 'other']],
		'two lengths': [...me, ['CONTENT_LENGTH', '0'], ['CONTENT_LENGTH', '5']],
		'two thousand': [...me, ...Array.from({ length: 2000 }, (_, i) => [`HTTP_X${i}`, 'v'])],
		'a megabyte': [...me, ['HTTP_X', 'x'.repeat(1 << 20)]],
		'none at all': [],
		'no method': me.slice(1),
		'no target': me.filter(([name]) => name !== 'REQUEST_URI'),
		'empty values': me.map(([name]) => [name, '']),
		'a method of controls': [['REQUEST_METHOD', 'GE\r\nT'], ...me.slice(1)],
		'a target of controls': fcgi.usual('GET', '/healthz\r\nX: 1'),
		'a target without a slash': fcgi.usual('GET', 'healthz'),
		'a length that is no number': [...me, ['CONTENT_LENGTH', 'abc']],
		'a header with a line break': [...me, ['HTTP_X', 'a\r\nb']],
		'a request id with a line break': [...me, ['HTTP_X_REQUEST_ID', 'a\r\nSet-Cookie: x=1']],
	};
	for (const [name, list] of Object.entries(cases))
		await t.test(name, async () => {
			const rs = await asked(list);
			assert.ok(rs.status === 400 || (name.startsWith('a request id') && rs.status === 200), rs.text.slice(0, 300));
			assert.ok(!/^Set-Cookie/im.test(rs.text));
		});
	const big = await asked([...me, ['CONTENT_LENGTH', '99999999999999999999999']]);
	assert.equal(big.status, 413, big.text);
});

test('FastCGI: bodies shorter and longer than announced', async () => {
	const list = (n) => fcgi.usual('POST', '/api/auth/refresh', [['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', n]]);
	assert.equal((await asked(list(50), '{}')).status, 400);
	assert.equal((await asked(list(2), '{}')).status, 400);
	assert.match((await asked(list(2), '{}')).text, /VALIDATION_ERROR/);
	assert.equal((await asked(list(1), '{}')).status, 400);
});

test('FastCGI: garbage, half records, silence: workers are free again', async () => {
	const junk = [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(64, 0xff), Buffer.alloc(8), fcgi.begin, fcgi.begin.subarray(0, 5),
		Buffer.concat([fcgi.begin, fcgi.begin]), Buffer.concat([fcgi.begin, fcgi.params(fcgi.usual('GET', '/healthz')).subarray(0, 20)]),
		Buffer.concat([fcgi.begin, Buffer.from([1, 4, 0, 1, 0, 4, 0, 0, 0xff, 0xff, 0xff, 0xff])]),
		Buffer.from([2, 1, 0, 1, 0, 0, 0, 0]), Buffer.from([1, 99, 0, 0, 0, 0, 0, 0])];
	await Promise.all(junk.map((bytes) => fcgi.talk(web(), bytes, { silentMs: 300 })));
	const from = performance.now();
	await until('an answer', async () => (await get('/healthz')).status === 200, 5);
	assert.ok(performance.now() - from < 2000 * slowness);
});

test('a scheme and host nobody asked for: the server still answers', async () => {
	assert.equal((await raw(lines('GET / HTTP/1.1', `Host: ${base.host}`))).status < 500, true);
	assert.equal((await get('/healthz')).text, 'ok\n', told(await get('/healthz')));
});
