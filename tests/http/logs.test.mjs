// SPDX-License-Identifier: Apache-2.0
// Runs after everything else: no secret that the other tests used stands in any log, command line or statement
// view, and nothing went wrong that no test asked for.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ok, post } from '../lib/api.mjs';
import { agency, PASSWORD, store } from '../lib/actors.mjs';
import { home, server, settings, until } from '../lib/env.mjs';
import { children, logLines, part } from '../lib/processes.mjs';
import { master, quote, sql } from '../lib/sql.mjs';

const logs = () => readdirSync(join(home, 'log')).map((name) => [name, readFileSync(join(home, 'log', name), 'latin1')]);

function secrets() {
	const all = Object.entries(settings()).filter(([name, value]) => /SECRET|KEY|_URL/.test(name) && value.length > 12 &&
		!/^(PUBLIC|SMTP)_URL$/.test(name)).map(([, value]) => value);
	for (const url of all.filter((value) => value.includes('://')))
		all.push(url.match(/:([^:@/]+)@/)?.[1]);
	return [...all.filter(Boolean), PASSWORD, 'password of one', 'stolen pass phrase', 'wrong password'];
}

// Whatever has the form of a secret, from whichever test.
const FORMS = [/eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, /srt_[mt]_[A-Za-z0-9_-]{16,}/, /[srp]k_(test|live)_[A-Za-z0-9]{8,}/,
	/canary/i, /super-\d+-secret/, /\$argon2id\$/, /\$2[aby]\$\d\d\$/, /SCRAM-SHA-256\$/, /postgres(ql)?:\/\/[^\s"]*:[^\s"]*@/];

function free(text, where) {
	for (const secret of secrets())
		assert.ok(!text.includes(secret), `${where} holds a secret that begins with ${secret.slice(0, 4)}`);
	for (const form of FORMS) {
		const at = text.match(form);
		assert.ok(!at, `${where} holds ${form}: …${text.slice(Math.max(0, (at?.index ?? 0) - 200), (at?.index ?? 0) + 30)}`);
	}
}

test('canaries planted in every input', async () => {
	const a = await agency({ password: 'canary-in-password-1' }), s = await store(a, { name: 'Shop' });
	const strings = ['postgresql://u:canary-pw@127.0.0.2/d', 'postgresql://u:canary-pw@127.0.0.1:1/d', 'postgresql://u:canary@pw@h/d',
		'canary://u:p@h/d', 'postgresql://u:p@h/d?canary=canary', 'postgresql://canary:canary@no-such-host.invalid/canary'];
	for (const connectionString of strings)
		await post(`/api/stores/mt/${s.id}/test-database`, { connectionString }, { token: a.token });
	for (const [path, body, more] of [['/api/auth/login', { email: a.email, password: 'canary-wrong' }], ['/api/auth/login', '{"canary":'],
		['/api/auth/refresh', { refreshToken: 'srt_m_canarycanarycanarycanarycanarycanarycanary' }], ['/api/auth/logout', {}, { token: 'canary.canary.canary' }],
		['/api/auth/logout?token=canary&password=canary', {}], ['/api/integrations/stripe', { publishableKey: 'pk_test_canarycanarycanary', secretKey: 'canary' }, { token: a.token }],
		['/api/auth/logout', {}, { headers: { cookie: 'souk_session=canary', authorization: 'Basic canary', 'idempotency-key': 'canary', referer: 'http://x/?canary' } }]])
		await post(path, body, more);
	ok(await post('/api/auth/logout', {}, { token: a.token }));
	// What a check refuses, PostgreSQL would tell with the whole row.
	await assert.rejects(sql(master(), `UPDATE users SET role = 'nobody' WHERE id = ${quote(a.id)}`), /users_role_check/);
});

test('after all that was bought and spent the books are right', async () => {
	const proved = () => logLines('work').filter((l) => l.event === 'ledger_proved'), before = proved().length;
	await sql(master(), `INSERT INTO job_queue (id, kind, max_attempts) VALUES (gen_random_uuid(), 'prove_ledger', 1)`);
	const line = await until('the proof', () => proved()[before], 30);
	assert.match(line.message, /^\d+ stores, 0 of them wrong$/);
});

test('no log holds a secret', async (t) => {
	const list = logs();
	assert.ok(list.some(([name]) => name === 'serve.log') && list.some(([name]) => name === 'access.log'));
	for (const [name, text] of list)
		await t.test(name, () => free(text, name));
});

test('no command line and no statement view holds a secret', async () => {
	const pids = ['serve', 'work', 'postgres', server].flatMap((name) => [part(name), ...children(part(name))]);
	assert.ok(pids.length > 10);
	for (const pid of pids)
		free(readFileSync(`/proc/${pid}/cmdline`, 'latin1'), `the command line of ${pid}`);
	free(await sql(master(), 'SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()'), 'pg_stat_activity');
});

test('every log line of ours is JSON with time, level and event', () => {
	for (const name of ['serve', 'work']) {
		for (const line of logLines(name))
			assert.ok(line.at && line.level && line.event, JSON.stringify(line));
		const odd = readFileSync(join(home, `log/${name}.log`), 'utf8').split('\n').filter((line) => line && !line.startsWith('{'));
		assert.deepEqual(odd.slice(0, 20), [], `${name}.log holds lines that are no JSON`);
	}
});

test('no worker died but by the tests\' own hand', () => {
	const dead = ['serve', 'work'].flatMap(logLines).filter((line) => line.event === 'worker_died' && !/ signal 9 /.test(line.message));
	assert.deepEqual(dead, []);
});

test('no request ended in a 500', () => {
	const bad = logLines('serve').filter((line) => line.event === 'answer' && / answered with 500 /.test(line.message));
	assert.deepEqual(bad.slice(0, 5), []);
});

test('no alarm was raised', () => {
	const alarms = ['serve', 'work'].flatMap(logLines).filter((line) => line.level === 'alarm' || line.alarm);
	assert.deepEqual(alarms.slice(0, 5), []);
});
