// SPDX-License-Identifier: Apache-2.0
// What operators and programs ask about the server itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { get, ok, refused } from '../lib/api.mjs';
import { settings } from '../lib/env.mjs';

test('healthz, readyz', async () => {
	for (const [path, text] of [['/healthz', 'ok\n'], ['/readyz', 'ready\n']]) {
		const rs = await get(path);
		assert.equal(rs.status, 200);
		assert.equal(rs.text, text);
	}
});

test('the master database by its tests, and no secret', async () => {
	const rs = await get('/api/test/master-db'), data = ok(rs);
	assert.equal(data.ready, true, rs.text);
	assert.deepEqual(Object.keys(data.tests).sort(), ['connection', 'encryption', 'envVars', 'query', 'tables']);
	assert.match(data.timestamp, /Z$/);
	for (const [name, value] of Object.entries(settings()))
		if (/SECRET|KEY|URL/.test(name) && value)
			assert.ok(!rs.text.includes(value), name);
	assert.ok(!/password|postgresql:\/\/|\.sock|\/run\//i.test(rs.text), rs.text);
});

test('metrics in Prometheus\' text', async () => {
	await get('/healthz');
	await get('/api/no/such/thing');
	const rs = await get('/metrics');
	assert.equal(rs.status, 200);
	assert.match(rs.headers['content-type'], /^text\/plain; version=0\.0\.4/);
	for (const line of rs.text.trimEnd().split('\n'))
		assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+]+)$/);
	const value = (name) => Number(rs.text.split('\n').find((line) => line.startsWith(name))?.split(' ').pop());
	assert.ok(value('souk_requests_total{method="GET",route="/healthz",status="2xx"}') > 0);
	assert.ok(value('souk_requests_total{method="",route="(none)",status="4xx"}') > 0);
	assert.ok(value('souk_workers{pool="web",state="idle"}') + value('souk_workers{pool="web",state="busy"}') >= 1);
	assert.ok(value('souk_start_time_seconds') > 1e9);
	assert.ok(!/no\/such\/thing/.test(rs.text), 'paths of clients are no labels');
});

test('counters count', async () => {
	const count = async () => Number((await get('/metrics')).text.match(/souk_requests_total\{method="GET",route="\/api\/auth\/me",status="4xx"\} (\d+)/)?.[1] ?? 0);
	const before = await count();
	for (let i = 0; i < 25; i++)
		refused(await get('/api/auth/me'), 401, 'NO_TOKEN');
	assert.equal(await count(), before + 25);
});

test('openapi.json is served and is one', async () => {
	const rs = await get('/openapi.json');
	assert.equal(rs.status, 200);
	assert.match(rs.json.openapi, /^3\.1/);
	assert.ok(Object.keys(rs.json.paths).length >= 20);
	for (const path of ['/api/auth/register', '/api/auth/login', '/api/stores/mt', '/api/credits/mt/spend'])
		assert.ok(rs.json.paths[path], path);
	assert.equal(rs.headers['x-content-type-options'], 'nosniff');
});
