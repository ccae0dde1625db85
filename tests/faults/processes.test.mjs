// SPDX-License-Identifier: Apache-2.0
// Workers, supervisors and web servers that are killed, told to reload or to end, or run out of something, under load.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';

import { call } from '../lib/api.mjs';
import { unique } from '../lib/actors.mjs';
import { sleep, slowness, until } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { alive, children } from '../lib/processes.mjs';
import { serve } from '../lib/serve.mjs';
import { hold, quote, row, sql } from '../lib/sql.mjs';
import { frame, lasting } from './frame.mjs';
import { Load } from './load.mjs';
import { failed, judge, table } from './report.mjs';

const run = promisify(execFile);
const WEB = 4;

let it, load, size;

before(async () => {
	it = await frame({ WORKERS: String(WEB) });
	load = new Load(it);
	await load.begin();
	size = it.workers().length;
});
after(async () => {
	await load?.pause();
	await it?.stop();
});

const whole = () => until('a whole pool', () => it.workers().length === size, 10, 10);

// Runs `harm` under load; gives the notes and the times.
async function harmed(name, harm) {
	load.notes = [];
	await sleep(300);
	const times = { begin: performance.now() };
	await harm();
	times.end = performance.now();
	await sleep(lasting(1000, 5000) * slowness);
	table(name, load.notes, times);
	return times;
}

test('a worker killed every 100 ms: only what it was doing fails, and the pool is whole a second later', async () => {
	const supervisors = it.supervisors(), end = performance.now() + lasting(4000, 600000);
	let kills = 0, wholeMs;
	const times = await harmed('a worker killed every 100 ms', async () => {
		while (performance.now() < end) {
			const workers = it.workers();
			process.kill(workers[Math.floor(Math.random() * workers.length)], 'SIGKILL');
			kills++;
			await sleep(100);
		}
		const from = performance.now();
		await whole();
		wholeMs = performance.now() - from;
	});
	const lost = load.notes.filter(failed);
	console.log(`${kills} kills, ${lost.length} requests lost; whole again after ${Math.round(wholeMs)} ms`);
	judge(load.notes, times, { allowed: ['503 BUSY'], recoveryMs: 1000 });
	assert.ok(lost.length <= kills, `${lost.length} requests failed of ${kills} kills`);
	assert.ok(wholeMs < 1000 * slowness, `${wholeMs} ms`);
	assert.deepEqual(it.supervisors(), supervisors);
});

test('HUP again and again: no request fails, and the supervisors stay', async () => {
	const supervisors = it.supervisors(), before = it.workers();
	const times = await harmed('HUP again and again', async () => {
		for (let i = 0; i < lasting(20, 1000); i++) {
			supervisors.forEach((pid) => process.kill(pid, 'SIGHUP'));
			await sleep(100);
		}
	});
	judge(load.notes, times, { recoveryMs: 0 });
	assert.deepEqual(load.notes.filter(failed), [], 'requests failed');
	const changed = () => it.workers().length === size && !it.workers().some((pid) => before.includes(pid));
	await until('new workers, and only those', changed, 15 * slowness);
	assert.deepEqual(it.supervisors(), supervisors);
});

const enqueue = (store, n) => sql(it.where, `INSERT INTO job_queue (id, kind, store_id, max_attempts)
	SELECT gen_random_uuid(), 'sync_credits', ${quote(store)}, 10 FROM generate_series(1, ${n})`);
const waiting = async (store) => (await row(it.where, `SELECT count(*)::int AS n FROM job_queue
	WHERE store_id = ${quote(store)} AND status = 'queued'`)).n;

test('ten thousand jobs of one store keep neither another\'s waiting nor the workers from ending', async (t) => {
	await load.pause();
	const [one, other] = load.clients.map((client) => client.store), pid = it.pid('work');
	await enqueue(one, 10000);
	await t.test('another store\'s job is done within 2 s', async () => {
		await sleep(500);
		await enqueue(other, 1);
		await until('the other store\'s job', async () => await waiting(other) === 0, 2 * slowness, 20);
	});
	await t.test('SIGTERM ends the workers while there is work', async () => {
		const from = performance.now();
		process.kill(pid, 'SIGTERM');
		await until('the end', () => !alive(pid), 40, 20);
		const took = performance.now() - from;
		assert.ok(took < 2000 * slowness, `${took} ms`);
		assert.ok(await waiting(one) > 5000);
	});
	await sql(it.where, `DELETE FROM job_queue WHERE status = 'queued'`);
	await it.up();
	load.resume();
});

test('the web server dies in mid-request: workers are free in a second, and what committed stays', async () => {
	await load.pause();
	const [client] = load.clients, key = unique('k'), workers = it.workers();
	const release = await hold(it.where, `SELECT 1 FROM credit_balances WHERE store_id = ${quote(client.store)} FOR UPDATE`);
	const spend = () => call('POST', '/api/credits/mt/spend', { at: it.at, token: client.token,
		headers: { 'idempotency-key': key }, body: { amount: 1, storeId: client.store } });
	const lost = spend().catch((e) => e);
	await sleep(300);
	const nginx = it.pid('nginx');
	for (const pid of [nginx, ...children(nginx)])
		process.kill(pid, 'SIGKILL');
	await release();
	assert.ok(await lost instanceof Error);
	const spent = () => row(it.where, `SELECT count(*)::int AS n FROM ledger_transactions WHERE idempotency_key LIKE '%:${key}'`);
	await until('the spend', async () => (await spent()).n === 1, 1 * slowness);
	await it.up();
	assert.equal((await until('an answer', async () => {
		const rs = await spend();
		return rs.code !== 'IDEMPOTENCY_IN_PROGRESS' && rs;
	}, 5)).status, 200);
	assert.equal((await spent()).n, 1);
	assert.deepEqual(it.workers(), workers);
	client.promised.push({ kind: 'spend', key, amount: 1 });
});

// A request to a worker's own socket whose sender is gone as soon as it is sent.
function sendAndGo(path, bytes) {
	return new Promise((resolve) => {
		const socket = connect(path, () => socket.write(bytes, () => {
			socket.destroy();
			resolve();
		}));
		socket.on('error', resolve);
	});
}

test('senders that go away, with all said or half of it, free their workers within a second', async () => {
	const [{ token, store }] = load.clients, socket = join(it.home, 'run/souk/web.sock');
	const body = JSON.stringify({ amount: 1, storeId: store });
	const list = fcgi.usual('POST', '/api/credits/mt/spend', [['HTTP_AUTHORIZATION', `Bearer ${token}`],
		['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', String(body.length)], ['HTTP_IDEMPOTENCY_KEY', unique('k')]]);
	const said = fcgi.request(list, body), workers = it.workers();
	for (const bytes of [said, said.subarray(0, said.length - 20), said.subarray(0, 100), said.subarray(0, 4)]) {
		await Promise.all(Array.from({ length: 3 * WEB }, () => sendAndGo(socket, bytes)));
		const from = performance.now();
		const answers = await Promise.all(Array.from({ length: 2 * WEB }, () => call('GET', '/healthz', { at: it.at })));
		assert.deepEqual(answers.map((rs) => rs.status), Array(2 * WEB).fill(200));
		assert.ok(performance.now() - from < 1000 * slowness, `${bytes.length} bytes: ${performance.now() - from} ms`);
	}
	assert.deepEqual(it.workers(), workers);
	const { n } = await row(it.where, `SELECT count(*)::int AS n FROM ledger_transactions
		WHERE idempotency_key LIKE ${quote(`%:${list.at(-1)[1]}`)}`);
	assert.ok(n <= 1);
	load.clients[0].promised.push(...Array(n).fill({ kind: 'spend', key: list.at(-1)[1], amount: 1 }));
	load.resume();
});

test('a supervisor that is killed takes its workers along within a second; another start serves again', async () => {
	const workers = [...it.web(), ...it.slow()];
	const times = await harmed('the supervisor killed, started again after a second', async () => {
		process.kill(it.pid('serve'), 'SIGKILL');
		await until('its workers to end', () => !workers.some(alive), 1 * slowness, 10);
		await it.up();
	});
	judge(load.notes, times, { allowed: ['503 BUSY'] });
	await whole();
});

test('SIGTERM under load: what is in flight ends, what comes later is told to come again', async () => {
	const pid = it.pid('serve'), workers = [...it.web(), ...it.slow()];
	const { store, token, promised } = load.clients[1], keys = Array.from({ length: WEB - 1 }, () => unique('k'));
	await load.pause();
	const release = await hold(it.where, `SELECT 1 FROM credit_balances WHERE store_id = ${quote(store)} FOR UPDATE`);
	const waiting = keys.map((key) => call('POST', '/api/credits/mt/spend', { at: it.at, token,
		headers: { 'idempotency-key': key }, body: { amount: 1, storeId: store } }));
	await until('all in flight', async () => (await row(it.where, `SELECT count(*)::int AS n FROM pg_stat_activity
		WHERE wait_event_type = 'Lock'`)).n === WEB - 1, 2 * slowness);
	load.resume();
	const times = await harmed('SIGTERM, started again', async () => {
		process.kill(pid, 'SIGTERM');
		await sleep(500);
		assert.ok(alive(pid), 'it did not wait for what is in flight');
		await release();
		await until('the end', () => !alive(pid), 5 * slowness, 20);
		await it.up();
	});
	assert.deepEqual((await Promise.all(waiting)).map((rs) => rs.status), Array(WEB - 1).fill(200));
	promised.push(...keys.map((key) => ({ kind: 'spend', key, amount: 1 })));
	assert.deepEqual(workers.filter(alive), []);
	judge(load.notes, times, { allowed: ['503 BUSY'] });
	await whole();
});

// As the worker's own account: even root may lack the right to limit another's process.
function limitDescriptors(pid, n) {
	const { uid, gid } = statSync(`/proc/${pid}`);
	return run('prlimit', ['--pid', String(pid), `--nofile=${n}:`], { uid, gid, cwd: '/' });
}

// Those that it has are all that it gets.
function noMoreDescriptors(pid) {
	const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
	let n = 0;
	while (open.has(n))
		n++;
	return limitDescriptors(pid, n);
}

test('a worker without a free descriptor leaves its work to the others', async () => {
	const [pid] = it.web();
	const times = await harmed('a worker without descriptors', async () => {
		await noMoreDescriptors(pid);
		await sleep(lasting(1000, 10000));
		await limitDescriptors(pid, 1024);
	});
	judge(load.notes, times);
});

test('every worker without a free descriptor: still serving, or a clean 503', async () => {
	const workers = [...it.web(), ...it.slow()];
	const times = await harmed('every worker without descriptors', async () => {
		await Promise.all(workers.map(noMoreDescriptors));
		await sleep(lasting(1000, 20000));
		await Promise.all(workers.map((pid) => limitDescriptors(pid, 1024)));
	});
	judge(load.notes, times, { allowed: ['503 BUSY', '503 MASTER_DB_UNAVAILABLE'], limitMs: 1500 });
});

test('nothing that was acknowledged is lost, nothing is done twice', async () => {
	await load.pause();
	const counts = await load.compare();
	console.log(`\n== kept, each once: ${Object.entries(counts).map(([kind, n]) => `${n} × ${kind}`).join(', ')}`);
});

// ---- servers of their own, with something odd about them

async function own(t, how, env = {}) {
	const server = await serve({ ...it.env, WORKERS: '2', SLOW_WORKERS: '1', ...env }, join(it.home, 'souk.conf'), how);
	t.after(() => server.stop());
	await until('its workers', () => children(server.child.pid, 'souk-web').length === 2);
	return server;
}

const me = (server) => server.ask('GET', '/api/auth/me', { token: load.clients[0].token });
const signIn = async (server) => server.ask('POST', '/api/auth/login', { body: load.clients[0].person });

test('a full disk for logs: still serving', async (t) => {
	const fd = openSync('/dev/full', 'w'), server = await own(t, { stderr: fd });
	for (let i = 0; i < 5; i++) {
		assert.equal((await me(server)).status, 200);
		assert.equal((await signIn(server)).status, 200);
		assert.equal((await server.ask('GET', '/api/auth/me', { token: 'x' })).code, 'INVALID_TOKEN');
	}
	closeSync(fd);
});

test('a file size limit for logs: still serving', async (t) => {
	const file = join(it.directory, 'limited.log'), fd = openSync(file, 'a'), most = 4 << 20;
	truncateSync(file, most - 300);
	const server = await own(t, { stderr: fd, through: ['prlimit', `--fsize=${most}`] });
	const there = () => children(server.child.pid, 'souk-web').sort(), before = there();
	it.proxy.fault({ answer: ['57P03', 'the database system is starting up'] });
	t.after(() => it.proxy.calm());
	for (let i = 0; i < 10; i++)
		assert.equal((await signIn(server)).code, 'MASTER_DB_UNAVAILABLE');
	it.proxy.calm();
	assert.equal((await me(server)).status, 200);
	assert.equal(statSync(file).size, most, 'the limit was not reached');
	assert.deepEqual(there(), before, 'a worker died');
	closeSync(fd);
});

test('a log that nobody reads any more: still serving, also when a worker has to be replaced', async (t) => {
	const server = await own(t, {}), there = () => children(server.child.pid, 'souk-web'), [first] = there();
	server.child.stderr.destroy();
	process.kill(first, 'SIGKILL');
	await until('another worker', () => there().length === 2 && !there().includes(first), 10);
	for (let i = 0; i < 5; i++)
		assert.equal((await server.ask('GET', '/api/auth/me', { token: 'x' })).code, 'INVALID_TOKEN');
	assert.ok(alive(server.child.pid), 'the supervisor has ended');
});

test('few descriptors from the start: it says so, or serves', async (t) => {
	for (const n of [6, 9, 12, 16]) {
		const server = await own(t, { through: ['prlimit', `--nofile=${n}`] }).catch((e) => e);
		if (server instanceof Error) {
			assert.equal(server.message.trim().split('\n').length, 1, server.message);
			continue;
		}
		const rs = await me(server);
		assert.ok(rs.status === 200 || rs.code === 'MASTER_DB_UNAVAILABLE', `${n}: ${rs.text}`);
	}
});

test('a clock that is an hour off: still serving, and nobody is let in who should not be', async (t) => {
	const library = readdirSync('/usr/lib').map((d) => `/usr/lib/${d}/faketime/libfaketime.so.1`).find(existsSync);
	if (!library || process.env.ASAN_OPTIONS) {
		t.skip(library ? 'sanitizers and libfaketime do not go together' : 'libfaketime is not installed');
		return;
	}
	for (const by of ['+1h', '-1h']) {
		const server = await own(t, {}, { LD_PRELOAD: library, FAKETIME: by });
		const signedIn = await signIn(server);
		assert.equal(signedIn.status, 200, signedIn.text);
		assert.equal((await server.ask('GET', '/api/auth/me', { token: signedIn.data.token })).status, 200);
		const here = await me(server);
		assert.ok(here.status === 200 || here.code === 'INVALID_TOKEN', here.text);
		const there = await call('GET', '/api/auth/me', { at: it.at, token: signedIn.data.token });
		assert.ok(there.status === 200 || there.code === 'INVALID_TOKEN', there.text);
	}
});
