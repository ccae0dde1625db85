// SPDX-License-Identifier: Apache-2.0
// What the supervisor does by itself: deadlines, recycling, reloads, locks, the end; and `souk status`.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { get } from '../lib/api.mjs';
import { agency, unique } from '../lib/actors.mjs';
import { home, settings, sleep, slowness, top, until } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { alive, children, logLines, part, webWorkers } from '../lib/processes.mjs';
import { serve as begin, souk } from '../lib/serve.mjs';
import { hold, master, quote, row } from '../lib/sql.mjs';

const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-supervisor.'));
const servers = [];
after(async () => {
	await Promise.all(servers.map((it) => it.stop()));
	rmSync(directory, { recursive: true });
});

// Stopped at the end also when its test failed.
async function serve(...args) {
	const it = await begin(...args);
	servers.push(it);
	return it;
}

// A settings file that a test can change: the instance's, and lines that win over it.
function config(name) {
	const file = join(directory, name);
	const base = readFileSync(join(home, 'souk.conf'), 'utf8');
	const write = (lines) => writeFileSync(file, `${base}${Object.entries(lines).map(([n, v]) => `${n}=${v}\n`).join('')}`, { mode: 0o600 });
	write({});
	return { file, write };
}

const once = (it, path, token, more = []) => fcgi.ask(it.socket,
	fcgi.usual('GET', path, [...(token ? [['HTTP_AUTHORIZATION', `Bearer ${token}`]] : []), ...more]), '', { silentMs: 30000 });

async function status(env) {
	const it = souk(['status', '--json'], env);
	const { code } = await it.ended;
	return { code, ...JSON.parse(it.text) };
}

const busy = async (it) => (await status(it.env)).serve.workers.filter((w) => w.state === 'busy');

// A request that waits for the master for as long as `body` runs; its answer comes after that.
const SLOW = '/api/auth/sessions';
const PATIENT = { STATEMENT_TIMEOUT: '60000', REQUEST_DEADLINE: '60' };
async function slowly(ask, body) {
	const release = await hold(master(), 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
	const waiting = ask();
	try {
		await body(waiting);
	} finally {
		await release();
	}
	return waiting;
}

// SIGHUP, and the first line about it: reloaded or reload_refused.
async function reload(it) {
	const answers = () => it.lines().filter((l) => ['reloaded', 'reload_refused'].includes(l.event));
	const before = answers().length;
	it.child.kill('SIGHUP');
	await until('the reload', () => answers().length > before, 10 * slowness, 10);
	return answers()[before];
}

test('a request past its deadline is ended, with its route, its id and the stack in the log', async () => {
	const a = await agency();
	const it = await serve({ REQUEST_DEADLINE: '1', STATEMENT_TIMEOUT: '60000' });
	await slowly(() => once(it, SLOW, a.token, [['HTTP_X_REQUEST_ID', 'the-endless-one']]), async (waiting) => {
		const from = performance.now(), rs = await waiting, ms = performance.now() - from;
		assert.equal(rs.status, 0, 'the connection is closed without an answer');
		assert.ok(ms > 900 && ms < 3000 * slowness, `${ms} ms`);
		assert.equal((await it.ask('GET', '/healthz')).status, 200);
	});
	const died = await until('the log', () => it.lines('worker_died')[0], 20);
	assert.match(died.message, /signal 6/);
	for (const event of ['deadline', 'stack', 'worker_died']) {
		const [line] = it.lines(event);
		assert.equal(line.route, SLOW, event);
		assert.equal(line.requestId, 'the-endless-one', event);
	}
	assert.match(it.lines('stack')[0].message, /souk\+0x[0-9a-f]+ .*souk\+0x/);
	assert.equal(it.lines('deadline').length, 1);
	const { serve: now } = await status(it.env);
	assert.equal(now.pools.web.overdue, 1);
	assert.equal(now.pools.web.died, 0);
	assert.equal((await it.ask('GET', SLOW, { token: a.token })).status, 200);
	await it.stop();
});

test('the key of a request whose worker died is free when that request could not run any more, and it is done once', async () => {
	const a = await agency(), key = unique('k'), it = await serve({ REQUEST_DEADLINE: '2' });
	const text = JSON.stringify({ name: unique('Once ') });
	const list = fcgi.usual('POST', '/api/stores/mt', [['HTTP_AUTHORIZATION', `Bearer ${a.token}`], ['HTTP_IDEMPOTENCY_KEY', key],
		['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', String(Buffer.byteLength(text))]]);
	const make = () => fcgi.ask(it.socket, list, text, { silentMs: 30000 });
	const release = await hold(master(), 'LOCK TABLE stores IN SHARE ROW EXCLUSIVE MODE');
	let from;
	try {
		const lost = make();
		const [{ pid }] = await until('a busy worker', async () => {
			const list = await busy(it);
			return list.length && list[0].forMs > 100 && list;
		}, 20, 20);
		process.kill(pid, 'SIGKILL');
		from = performance.now();
		assert.equal((await lost).status, 0);
	} finally {
		await release();
	}
	const statuses = [];
	await until('the store', async () => {
		const rs = await make();
		if (rs.status)
			statuses.push(rs.status);
		return rs.status === 201;
	}, 30, 100);
	const took = performance.now() - from;
	assert.equal(statuses[0], 409, 'it might still have run');
	assert.deepEqual([...new Set(statuses)], [409, 201]);
	assert.ok(took > 2000 && took < 6000 * slowness, `${took} ms`);
	const { n } = await row(master(), `SELECT count(*)::int AS n FROM stores WHERE user_id = ${quote(a.id)}`);
	assert.equal(n, 1);
	await it.stop();
});

test('a peer that stops in the middle of its request has the same deadline', async () => {
	const it = await serve({ REQUEST_DEADLINE: '1' });
	const list = [...fcgi.usual('GET', '/healthz'), ['CONTENT_LENGTH', '10']];
	for (const half of [fcgi.params(list).subarray(0, 30), Buffer.concat([fcgi.params(list), fcgi.stdin('12345').subarray(0, 13)])]) {
		const from = performance.now();
		await fcgi.talk(it.socket, Buffer.concat([fcgi.begin, half]), { silentMs: 30000 });
		const ms = performance.now() - from;
		assert.ok(ms > 900 && ms < 3000 * slowness, `${ms} ms`);
	}
	await until('both deaths', () => it.lines('worker_died').length === 2, 20);
	assert.match(it.lines('deadline')[0].message, /reading a request/);
	assert.equal((await it.ask('GET', '/healthz')).status, 200);
	await it.stop();
});

test('a request that ends in time is left alone, however many there are', async () => {
	const it = await serve({ REQUEST_DEADLINE: '1' });
	const until1500 = performance.now() + 1500;
	while (performance.now() < until1500)
		assert.equal((await it.ask('GET', '/healthz')).status, 200);
	assert.equal(it.lines('deadline').length, 0);
	await it.stop();
});

test('workers are recycled by count, each a little earlier or later, and nobody notices', async () => {
	const it = await serve({ MAX_REQUESTS: '40' });
	let left = 1000;
	await Promise.all(Array.from({ length: 4 }, async () => {
		while (left-- > 0)
			assert.equal((await it.ask('GET', '/healthz')).status, 200);
	}));
	const counts = it.lines('recycled').map((l) => Number(/after (\d+)/.exec(l.message)[1]));
	assert.ok(counts.length >= 20, `${counts.length} recycled`);
	assert.ok(counts.every((n) => n >= 35 && n <= 40), String(counts));
	assert.ok(new Set(counts).size > 1, String(counts));
	assert.equal(it.lines('worker_died').length, 0);
	await it.stop();
});

test('neither supervisor nor workers can leave a core behind, in which their keys would be', async () => {
	const it = await serve({}, undefined, { through: ['prlimit', '--core=unlimited'] });
	for (const pid of [it.child.pid, ...children(it.child.pid)])
		assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
});

test('a worker that has grown large is recycled', async () => {
	const it = await serve({ MAX_MEMORY: '1', WORKERS: '1' });
	await until('the recycling', async () => {
		await it.ask('GET', '/api/openapi.json');
		await it.ask('GET', '/api/auth/me', { token: 'x' });
		return it.lines('recycled').length;
	}, 20, 100);
	assert.equal(it.lines('worker_died').length, 0);
	await it.stop();
});

test('SIGHUP: good settings are taken up, bad ones change nothing', async (t) => {
	const conf = config('reload.conf');
	const it = await serve({ WORKERS: undefined }, conf.file);
	const web = () => children(it.child.pid, 'souk-web');
	await t.test('good ones', async () => {
		conf.write({ WORKERS: 3, DIAGNOSTICS: 'off' });
		assert.equal((await reload(it)).event, 'reloaded');
		await until('three workers', () => web().length === 3, 20);
		assert.equal((await it.ask('GET', '/api/test/master-db')).code, 'NOT_FOUND');
		conf.write({ WORKERS: 1, DIAGNOSTICS: 'on' });
		assert.equal((await reload(it)).event, 'reloaded');
		await until('one worker', () => web().length === 1, 20);
		assert.equal((await it.ask('GET', '/api/test/master-db')).status, 200);
	});
	const bad = { WORKERS: 'many', JWT_SECRET: 'short', ENCRYPTION_KEY: 'AAAA', TENANT_NET_ALLOW: '10.0.0.1/8',
		NO_SUCH_SETTING: '1' };
	for (const [name, value] of Object.entries(bad))
		await t.test(`${name}=${value}`, async () => {
			const before = web(), lines = it.lines().length;
			conf.write({ [name]: value });
			const line = await reload(it);
			assert.equal(line.event, 'reload_refused');
			assert.ok(line.message.includes(name), line.message);
			assert.equal(it.lines().length, lines + 1, 'one line');
			assert.deepEqual(web(), before);
			assert.equal((await it.ask('GET', '/api/test/master-db')).status, 200);
		});
	await t.test('what only a restart can change', async () => {
		conf.write({ RUN_DIR: directory });
		const other = await serve({ RUN_DIR: undefined }, conf.file);
		conf.write({ RUN_DIR: join(directory, 'elsewhere') });
		const line = await reload(other);
		assert.equal(line.event, 'reload_refused');
		assert.match(line.message, /RUN_DIR/);
		await other.stop();
	});
	await t.test('fewer workers than there are shards', async () => {
		conf.write({ WORKERS: 2 });
		const other = await serve({ WORKERS: undefined, WEB_SHARDS: '2' }, conf.file);
		conf.write({ WORKERS: 1 });
		const line = await reload(other);
		assert.equal(line.event, 'reload_refused');
		assert.match(line.message, /WORKERS/);
		await other.stop();
	});
	await t.test('and good ones after that', async () => {
		conf.write({ DIAGNOSTICS: 'off' });
		assert.equal((await reload(it)).event, 'reloaded');
		assert.equal((await it.ask('GET', '/api/test/master-db')).code, 'NOT_FOUND');
	});
	assert.equal(it.lines('worker_died').length, 0);
	await it.stop();
});

test('SIGHUP: templates too are read anew, and bad ones change nothing', async () => {
	const data = join(directory, 'data');
	mkdirSync(join(data, 'www'), { recursive: true });
	cpSync(join(top, 'templates'), join(data, 'templates'), { recursive: true });
	cpSync(join(top, 'www/openapi.json'), join(data, 'www/openapi.json'));
	const it = await serve({ DATA_DIR: data });
	const login = join(data, 'templates/auth/login.html'), text = readFileSync(login, 'utf8');
	const page = async () => (await it.ask('GET', '/login')).text;
	const mark = '<!-- edited -->', at = text.indexOf('<form');
	assert.ok(at > 0 && !(await page()).includes(mark));
	writeFileSync(login, `${text.slice(0, at)}${mark}${text.slice(at)}`);
	assert.equal((await reload(it)).event, 'reloaded');
	assert.ok((await page()).includes(mark));
	writeFileSync(login, `{{#never}}closed${text}`);
	const line = await reload(it);
	assert.equal(line.event, 'reload_refused');
	assert.match(line.message, /auth\/login/);
	assert.ok((await page()).includes(mark));
	await it.stop();
});

test('a thousand SIGHUPs under load: no failed request', async () => {
	const pid = part('serve'), before = webWorkers(), lines = logLines('serve').length;
	let over = false, answered = 0;
	const load = Promise.all(Array.from({ length: 8 }, async () => {
		while (!over) {
			const rs = await get('/login');
			assert.equal(rs.status, 200, rs.text);
			answered++;
		}
	}));
	for (let i = 0; i < 1000; i++) {
		process.kill(pid, 'SIGHUP');
		await sleep(3);
	}
	over = true;
	await load;
	const reloads = () => logLines('serve').slice(lines).filter((l) => l.event === 'reloaded').length;
	await until('the last reload', () => reloads() > 5 && webWorkers().length === before.length, 10, 200);
	assert.deepEqual(webWorkers().filter((p) => before.includes(p)), [], 'all workers are new ones');
	const bad = logLines('serve').slice(lines).filter((l) => ['worker_died', 'reload_refused'].includes(l.event));
	assert.deepEqual(bad, []);
	assert.ok(answered > 100, `${answered} answers`);
});

test('a reload waits for a request that takes long, and no worker is missing meanwhile', async () => {
	const a = await agency(), it = await serve({ WORKERS: '1', ...PATIENT });
	const rs = await slowly(() => once(it, SLOW, a.token), async () => {
		await until('a busy worker', async () => (await busy(it)).length === 1, 20);
		assert.equal((await reload(it)).event, 'reloaded');
		for (let i = 0; i < 3; i++) {
			it.child.kill('SIGHUP');
			await sleep(100);
			assert.equal((await it.ask('GET', '/healthz')).status, 200);
			assert.equal(children(it.child.pid, 'souk-web').length, 2, 'the old one and the new one');
		}
		assert.equal(it.lines('reloaded').length, 1, 'a third generation');
	});
	assert.equal(rs.status, 200);
	await until('the other reload', () => it.lines('reloaded').length === 2, 20);
	await until('the old one to end', () => children(it.child.pid, 'souk-web').length === 1, 20);
	assert.equal(it.lines('worker_died').length, 0);
	await it.stop();
});

// The kernel wakes one worker for a new connection; that one may not live to take it.
test('a worker that does not come when it is called holds nothing up', async () => {
	const it = await serve({ WORKERS: '2' });
	for (const pid of children(it.child.pid, 'souk-web')) {
		process.kill(pid, 'SIGSTOP');
		for (let i = 0; i < 3; i++) {
			const from = performance.now();
			assert.equal((await once(it, '/healthz')).status, 200);
			assert.ok(performance.now() - from < 1000 * slowness, `${performance.now() - from} ms`);
		}
		process.kill(pid, 'SIGCONT');
		await sleep(300);
	}
	await it.stop();
});

test('SIGTERM: what stands in the queue is answered too', async () => {
	const a = await agency(), it = await serve({ WORKERS: '1', ...PATIENT });
	let queue;
	const first = await slowly(() => once(it, SLOW, a.token), async () => {
		await until('a busy worker', async () => (await busy(it)).length === 1, 20);
		queue = Array.from({ length: 20 }, () => once(it, '/healthz'));
		await sleep(200);
		it.child.kill('SIGTERM');
		await sleep(300);
	});
	assert.equal(first.status, 200);
	assert.deepEqual((await Promise.all(queue)).map((rs) => rs.status), Array(20).fill(200));
	assert.equal((await it.ended).code, 0);
	await it.stop();
});

test('SIGTERM: who was let in is answered, also when the request comes late or in pieces', async () => {
	const bytes = fcgi.request(fcgi.usual('GET', '/healthz'));
	for (const at of [0, 1, 8, 20, bytes.length - 1]) {
		const it = await serve({ WORKERS: '1' });
		const rs = await fcgi.talk(it.socket, [bytes.subarray(0, at), () => sleep(100), () => it.child.kill('SIGTERM'),
			() => sleep(200), bytes.subarray(at)]);
		assert.equal(rs.status, 200, `${at} bytes before the signal`);
		assert.equal((await it.ended).code, 0);
		await it.stop();
	}
});

test('a reload and an overflow break off nobody who was silent and has spoken', async () => {
	const a = await agency(), it = await serve({ WORKERS: '1', ...PATIENT }), bytes = fcgi.request(fcgi.usual('GET', '/healthz'));
	const speak = [];
	const silent = () => fcgi.talk(it.socket, [() => new Promise((resolve) => speak.push(resolve)), bytes], { silentMs: 20000 });
	// As many as a worker sets aside; then, while it is busy, the oldest speaks and one more comes.
	const first = Array.from({ length: 32 }, silent);
	await sleep(32 * 50 + 500 * slowness);
	let late;
	assert.equal((await slowly(() => once(it, SLOW, a.token), async () => {
		await until('a busy worker', async () => (await busy(it)).length === 1, 20);
		speak[0]();
		late = silent();
		await sleep(100);
	})).status, 200);
	assert.equal((await first[0]).status, 200);
	it.child.kill('SIGHUP');
	await sleep(300);
	const meanwhile = Array.from({ length: 20 }, () => once(it, '/healthz'));
	speak.forEach((say) => say());
	assert.deepEqual((await Promise.all([...first, late, ...meanwhile])).map((rs) => rs.status), Array(53).fill(200));
	assert.equal(it.lines('worker_died').length, 0);
	await it.stop();
});

test('one RUN_DIR, one souk serve and one souk work', async () => {
	const it = await serve();
	const second = souk(['serve'], { ...it.env, SOCKET_WEB: join(directory, 'w.sock'), SOCKET_SLOW: join(directory, 's.sock') });
	assert.equal((await second.ended).code, 1);
	assert.match(second.text, /^souk: .*souk serve.*RUN_DIR.*\n$/);
	const work = souk(['work'], { RUN_DIR: settings().RUN_DIR });
	assert.equal((await work.ended).code, 1);
	assert.match(work.text, /^souk: .*souk work.*RUN_DIR.*\n$/);
	const nowhere = souk(['work'], { RUN_DIR: '/nonexistent/run' });
	assert.equal((await nowhere.ended).code, 1);
	assert.match(nowhere.text, /^souk: .*RUN_DIR.*\n$/);
	assert.equal((await it.ask('GET', '/healthz')).status, 200);
	await it.stop();
});

test('souk work: reload, and job workers that follow their supervisor', async () => {
	const env = { RUN_DIR: join(directory, 'work'), JOB_WORKERS: '2' };
	const it = souk(['work'], env);
	const workers = () => children(it.child.pid, 'souk-job');
	const before = await until('two workers', async () => {
		const now = (await status(env)).work;
		return now.running && now.workers?.filter((w) => w.state !== 'starting').length === 2 && workers();
	}, 20);
	it.child.kill('SIGHUP');
	await until('the reload', async () => (await status(env)).work.reloads === 1, 20);
	await until('the new ones', () => workers().length === 2 && !workers().some((p) => before.includes(p)), 20);
	const now = workers();
	it.child.kill('SIGKILL');
	await until('the workers to end', () => now.filter(alive).length === 0, 1 * slowness, 20);
	await it.ended;
});

test('souk status', async (t) => {
	const a = await agency(), it = await serve(PATIENT);
	await t.test('idle', async () => {
		const { code, serve: s, work } = await status(it.env);
		assert.equal(code, 0);
		assert.equal(s.running, true);
		assert.equal(s.pid, it.child.pid);
		assert.equal(work.running, false);
		assert.deepEqual(s.workers.map((w) => w.pid).sort(), children(it.child.pid).sort());
		assert.deepEqual(s.workers.map((w) => w.pool).sort(), ['news', 'slow', 'web', 'web']);
		for (const w of s.workers)
			assert.ok(w.memoryKiB > 0 && w.state === 'idle' && w.doing === null, JSON.stringify(w));
	});
	await t.test('busy', async () => {
		await slowly(() => once(it, SLOW, a.token, [['HTTP_X_REQUEST_ID', 'look-at-me']]), async () => {
			const [w] = await until('a busy worker', async () => {
				const list = await busy(it);
				return list.length && list[0].forMs > 200 && list;
			}, 20);
			assert.equal(w.doing, `GET ${SLOW}`);
			assert.equal(w.requestId, 'look-at-me');
			const table = souk(['status'], it.env);
			assert.equal((await table.ended).code, 0);
			assert.match(table.text, /souk serve: running, pid \d+/);
			assert.match(table.text, /web +0 +\d+ +busy +GET \/api\/auth\/sessions +\d\.\d s/);
		});
	});
	await t.test('killed: a scoreboard is left and known to be stale', async () => {
		it.child.kill('SIGKILL');
		const rs = await until('its end', async () => {
			const s = await status(it.env);
			return !s.serve.running && s;
		}, 20);
		assert.equal(rs.code, 1);
		assert.equal(rs.serve.workers, undefined);
		const table = souk(['status'], it.env);
		assert.equal((await table.ended).code, 1);
		assert.match(table.text, /souk serve: not running \(it did not end in good order\)/);
	});
	await t.test('a new start takes the place', async () => {
		const again = souk(['serve'], it.env);
		await until('it', async () => (await status(it.env)).serve.running, 20);
		again.child.kill('SIGTERM');
		assert.equal((await again.ended).code, 0);
		assert.equal((await status(it.env)).code, 1);
	});
	await it.stop();
});

test('/metrics tells how workers end', async () => {
	const rs = await get('/metrics');
	for (const name of ['souk_worker_restarts_total', 'souk_worker_deadline_kills_total', 'souk_worker_connect_kills_total',
		'souk_worker_recycled_total'])
		for (const pool of ['web', 'slow'])
			assert.match(rs.text, new RegExp(`^${name}\\{pool="${pool}"\\} \\d+$`, 'm'));
	assert.match(rs.text, /^souk_reloads_total\{result="done"\} [1-9]\d*$/m);
	assert.match(rs.text, /^souk_reloads_total\{result="refused"\} 0$/m);
});
