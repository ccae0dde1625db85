// SPDX-License-Identifier: Apache-2.0
// Processes that are killed, stopped, started wrongly; and settings that change what is allowed.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { get, ok, patch, refused, times as repeat } from '../lib/api.mjs';
import { agency, PASSWORD, unique } from '../lib/actors.mjs';
import { home, settings, sleep, slowness, until } from '../lib/env.mjs';
import { cluster } from '../lib/postgres.mjs';
import { alive, children, jobWorkers, logLines, webWorkers } from '../lib/processes.mjs';
import { serve, souk } from '../lib/serve.mjs';
import { hold, libpq, master, sql } from '../lib/sql.mjs';

const died = (pid) => logLines('serve').find((l) => l.event === 'worker_died' && l.message.includes(`worker ${pid} `));

// Milliseconds until the pool is whole again after one of it was killed.
async function killed(pid, pool) {
	const size = pool().length, from = performance.now();
	process.kill(pid, 'SIGKILL');
	for (;;) {
		const now = pool();
		if (now.length === size && !now.includes(pid))
			return performance.now() - from;
		assert.ok(performance.now() - from < 5000, 'no new worker came');
		await sleep(2);
	}
}

// The shortest of a few: another program may take the machine's cores for a while.
async function quickest(pool) {
	const all = [];
	while (all.length < 5 && !(Math.min(...all) < 100 * slowness)) {
		await sleep(1100);   // one that dies right after its start is no example
		all.push(await killed(pool()[0], pool));
	}
	assert.ok(Math.min(...all) < 100 * slowness, `${all} ms`);
}

test('an idle worker that is killed is back in 100 ms', async () => {
	await sleep(1100);
	const [pid] = webWorkers();
	await killed(pid, webWorkers);
	await quickest(webWorkers);
	for (const rs of await repeat(20, () => get('/healthz')))
		assert.equal(rs.status, 200);
	const line = await until('the log', () => died(pid), 5);
	assert.match(line.message, /signal 9/);
	assert.match(line.message, /doing nothing/);
});

test('a busy worker that is killed is back in 100 ms, the log names its route, the client gets a 503', async () => {
	const a = await agency();
	await sleep(1100);
	const release = await hold(master(), 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
	const before = webWorkers(), times = [];
	// What may not be asked twice: a read would be asked of the neighbour, and may be answered there.
	const waiting = patch('/api/auth/profile', { phone: '+1 555 0100' }, { token: a.token });
	await sleep(300);
	try {
		// Which one is busy is known to the scoreboard only: all go, and one of them names the route.
		for (const pid of before)
			times.push(await killed(pid, webWorkers));
	} finally {
		await release();
	}
	assert.ok(Math.min(...times) < 100 * slowness, `${times} ms`);
	const rs = await waiting;
	refused(rs, 503, 'BUSY');
	assert.ok(Number(rs.headers['retry-after']) > 0);
	const line = await until('the log', () => before.map(died).find((l) => l?.message.includes('/api/auth/profile')), 5);
	assert.equal(line.route, '/api/auth/profile');
	ok(await get('/api/auth/me', { token: a.token }));
});

test('a worker that dies over a mailed token leaves that in no log', async () => {
	const pages = ['/reset-password', '/verify-email'];
	const release = await hold(master(), 'LOCK TABLE account_tokens IN ACCESS EXCLUSIVE MODE');
	const reset = get(`${pages[0]}?token=canary-of-one-link`);
	await sleep(300);
	webWorkers().forEach((pid) => process.kill(pid, 'SIGKILL'));
	assert.equal((await reset).status, 503);
	await release();
	await until('the workers to be back', async () => (await get('/readyz')).status === 200, 10);
	for (const page of pages)
		assert.equal((await get(`${page}?token=canary-of-one-link`)).headers['referrer-policy'], 'strict-origin');
	await sleep(1200);   // it writes once a second
	for (const name of readdirSync(join(home, 'log')))
		assert.ok(!readFileSync(join(home, 'log', name), 'latin1').includes('canary-of-one-link'), name);
});

test('a killed job worker is back as well', async () => {
	await quickest(jobWorkers);
});

test('a queue that is never empty does not make its workers grow', { skip: slowness > 1 && 'a sanitizer keeps what is freed' }, async () => {
	const held = () => jobWorkers().map((pid) => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]));
	const before = held();
	await sql(master(), `INSERT INTO job_queue (id, kind, payload)
		SELECT gen_random_uuid(), 'send_mail', '{"template": "password_changed"}' FROM generate_series(1, 1500)`);
	await until('all jobs', async () => await sql(master(),
		"SELECT count(*) FROM job_queue WHERE status IN ('queued', 'running')") === '0', 60, 200);
	const grown = held().map((kb, i) => kb - before[i]);
	assert.ok(Math.max(...grown) < 1500, `${grown} KiB`);
});

test('SIGTERM ends an idle server in under a second', async () => {
	const it = await serve();
	const workers = await until('four workers', () => {
		const list = children(it.child.pid);
		return list.length === 4 && list;
	});
	await sleep(300);
	const from = performance.now();
	const { code } = await it.stop();
	const ms = performance.now() - from;
	assert.equal(code, 0);
	assert.ok(ms < 1000 * slowness, `${ms} ms`);
	assert.deepEqual(workers.filter(alive), []);
});

test('SIGTERM lets what is in flight end', async () => {
	const a = await agency(), it = await serve();
	const release = await hold(master(), 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
	const waiting = it.ask('GET', '/api/auth/me', { token: a.token });
	await sleep(300);
	it.child.kill('SIGTERM');
	await sleep(500);
	await release();
	assert.equal((await waiting).status, 200);
	assert.equal((await it.ended).code, 0);
	await it.stop();
});

test('workers follow their supervisor within a second', async () => {
	const it = await serve(), workers = children(it.child.pid);
	it.child.kill('SIGKILL');
	await until('the workers to end', () => workers.filter(alive).length === 0, 1 * slowness, 20);
	await it.stop();
});

test('a second server on the same sockets refuses to start', async () => {
	const it = await serve();
	const second = souk(['serve'], it.env);
	assert.equal((await second.ended).code, 1);
	assert.match(second.text, /\S/);
	assert.equal(second.text.trim().split('\n').length, 1, second.text);
	assert.equal((await it.ask('GET', '/healthz')).status, 200);
	await it.stop();
});

test('settings that are weak, malformed or unknown stop the start with one line', async (t) => {
	const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-conf.'));
	const base = readFileSync(join(home, 'souk.conf'), 'utf8');
	const wrong = {
		JWT_SECRET: ['short', 'x'.repeat(64), 'change-me-change-me-change-me-change-me', settings().ENCRYPTION_KEY, ''],
		ENCRYPTION_KEY: ['', 'AAAA', '!'.repeat(44), 'A'.repeat(43) + '=', Buffer.alloc(33, 7).toString('base64')],
		RATE_LOGIN: ['x', '10', '0/60', '-1/60', '10/0'], WORKERS: ['0', '-1', 'many', '1.5'],
		TENANT_NET_ALLOW: ['10.0.0.0/33', '10.0.0.1/8', 'private', '0.0.0.0/0x'], JWT_EXPIRES_IN: ['forever', '0', '-1d'],
		EMAIL_VERIFICATION: ['maybe'], PAYMENTS: ['yes'], LOG_LEVEL: ['loud'],
		PUBLIC_URL: ['', 'shop.example', 'ftp://x', 'http://', 'https://a b', 'https://u:p@x.example', 'https://x.example/shop',
			'https://x.example?a', 'https://x.example:port'],
		PLATFORM_DOMAIN: ['', 'a b', 'https://x.example', 'x.example:80', 'x.example/', 'x..example', '[::1]'],
		CORS_ORIGINS: ['*', 'app.example', 'https://app.example/', 'https://App.example', 'https://a.example,b.example', 'null'],
		MASTER_DB_URL: ['', 'junk', 'mysql://u:p@x.example/d', 'postgresql://x.example/d?colour=blue'],
		MANAGED_DB_URL: ['junk', 'postgresql://u:pw-of-canary@x.example:99999/d', `${settings().MANAGED_DB_URL},junk`],
		SMTP_URL: ['junk', 'ftp://x.example', 'file:relative'], MAIL_FROM: ['', 'junk', 'a@b.example\u00a0<'],
	};
	for (const [name, values] of Object.entries(wrong))
		for (const value of values)
			await t.test(`${name}=${value.slice(0, 20)}`, async () => {
				const it = souk(['serve'], { [name]: value, SOCKET_WEB: join(directory, 'w'), SOCKET_SLOW: join(directory, 's') });
				const timer = setTimeout(() => it.child.kill('SIGTERM'), 5000 * slowness);
				const { code } = await it.ended;
				clearTimeout(timer);
				assert.equal(code, 1, it.text);
				assert.equal(it.text.trim().split('\n').length, 1, it.text);
				assert.ok(it.text.includes(name), it.text);
				assert.ok(!it.text.includes('canary'), it.text);
				if (value.length > 8 && /SECRET|KEY/.test(name))
					assert.ok(!it.text.includes(value), 'the value is shown');
			});
	await t.test('unknown names and lines', async () => {
		for (const line of ['NO_SUCH_SETTING=1', 'no equals sign', 'JWT_SECRETT=x']) {
			const conf = join(directory, 'souk.conf');
			writeFileSync(conf, `${base}${line}\n`, { mode: 0o600 });
			const it = souk(['serve'], { SOCKET_WEB: join(directory, 'w') }, conf);
			assert.equal((await it.ended).code, 1, it.text);
			assert.equal(it.text.trim().split('\n').length, 1, it.text);
		}
		const folder = souk(['serve'], { SOCKET_WEB: join(directory, 'w') }, directory);
		assert.equal((await folder.ended).code, 1, folder.text);
		assert.equal(folder.text.trim().split('\n').length, 1, folder.text);
		assert.ok(folder.text.includes(directory), folder.text);
		const it = souk(['serve', 'more'], {});
		assert.equal((await it.ended).code, 2, it.text);
	});
	rmSync(directory, { recursive: true });
});

test('settings that change what is allowed', async (t) => {
	const it = await serve({ EMAIL_VERIFICATION: 'required', PAYMENTS: '', DIAGNOSTICS: 'off', FREE_CREDITS: '25', RATE_LOGIN: '3/900',
		CORS_ORIGINS: 'https://app.example', TENANT_NET_ALLOW: '', JWT_EXPIRES_IN: '2s' });
	const loose = await serve({ FREE_CREDITS: '25', TENANT_NET_ALLOW: '' });
	const a = await agency();
	const token = async () => (await it.ask('POST', '/api/auth/login', { body: a })).data.token;
	await t.test('EMAIL_VERIFICATION=required', async () => {
		const rs = await it.ask('POST', '/api/stores/mt', { token: await token(), body: { name: 'x' } });
		assert.equal(rs.code, 'EMAIL_NOT_VERIFIED', rs.text);
		assert.equal((await it.ask('POST', '/api/auth/login', { body: a })).data.requiresVerification, true);
	});
	await t.test('DIAGNOSTICS=off', async () => {
		assert.equal((await it.ask('GET', '/api/test/master-db')).code, 'NOT_FOUND');
	});
	await t.test('FREE_CREDITS, and without PAYMENTS nothing is sold', async () => {
		const made = await loose.ask('POST', '/api/stores/mt', { token: a.token, body: { name: 'x' } });
		assert.equal(made.status, 201, made.text);
		const left = await loose.ask('GET', `/api/credits/mt/balance?storeId=${made.data.store.id}`, { token: a.token });
		assert.equal(left.data.balance, 25);
		assert.equal(left.data.lifetimePurchased, 0);
		const rs = await it.ask('POST', '/api/credits/mt/purchase', { token: a.token, body: { amount: 5, paymentMethod: 'test' } });
		assert.equal(rs.code, 'PAYMENTS_UNAVAILABLE', rs.text);
	});
	await t.test('without TENANT_NET_ALLOW this machine is not allowed', async () => {
		const { stores } = (await loose.ask('GET', '/api/stores/mt', { token: a.token })).data;
		for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.1.2.3']) {
			const rs = await loose.ask('POST', `/api/stores/mt/${stores[0].id}/test-database`,
				{ token: a.token, body: { connectionString: `postgresql://u:p@${host}/d` } });
			assert.equal(rs.code, 'HOST_NOT_ALLOWED', rs.text);
		}
	});
	await t.test('CORS_ORIGINS', async () => {
		const mine = await it.ask('GET', '/healthz', { headers: { origin: 'https://app.example' } });
		assert.match(mine.head, /Access-Control-Allow-Origin: https:\/\/app\.example\r/i);
		for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null'])
			assert.ok(!/Access-Control-Allow-Origin/i.test((await it.ask('GET', '/healthz', { headers: { origin } })).head));
	});
	await t.test('JWT_EXPIRES_IN', async () => {
		const t = await token();
		await sleep(3100);
		assert.equal((await it.ask('GET', '/api/auth/me', { token: t })).code, 'TOKEN_EXPIRED');
	});
	await t.test('RATE_LOGIN: counted over all workers, for this account from this network only', async () => {
		const b = await agency(), wrong = { email: b.email, password: 'wrong password' };
		const answers = await repeat(12, () => it.ask('POST', '/api/auth/login', { body: wrong }));
		const codes = answers.map((rs) => rs.code);
		assert.equal(codes.filter((c) => c === 'INVALID_CREDENTIALS').length, 3, String(codes));
		assert.equal(codes.filter((c) => c === 'RATE_LIMITED').length, 9);
		assert.match(answers.find((rs) => rs.status === 429).head, /Retry-After: [1-9]/i);
		assert.equal((await it.ask('POST', '/api/auth/login', { body: { ...b, password: PASSWORD } })).code, 'RATE_LIMITED');
		assert.equal((await it.ask('POST', '/api/auth/login', { body: { email: `${unique()}@example.com`, password: 'x' } })).code,
			'INVALID_CREDENTIALS');
		assert.equal((await loose.ask('POST', '/api/auth/login', { body: b })).status, 200);
	});
	await it.stop();
	await loose.stop();
});

test('the master\'s own server is refused by what it is, and a master that is away is a 503', async (t) => {
	const pg = await cluster();
	await pg.make('master');
	const url = pg.url('master'), env = { MASTER_DB_URL: url, TENANT_NET_ALLOW: '127.0.0.1/32', MANAGED_DB_URL: '' };
	const migrate = souk(['migrate', 'master'], env);
	assert.equal((await migrate.ended).code, 0, migrate.text);
	const again = souk(['migrate'], env);
	assert.equal((await again.ended).code, 0, again.text);
	const it = await serve(env);
	const body = { email: 'a@example.com', password: PASSWORD, firstName: 'A', lastName: 'B' };
	const { token } = (await it.ask('POST', '/api/auth/register', { body })).data;
	const { store } = (await it.ask('POST', '/api/stores/mt', { token, body: { name: 'x' } })).data;
	const connect = (more) => it.ask('POST', `/api/stores/mt/${store.id}/connect-database`, { token, body: more });
	await t.test('under any name of it', async () => {
		await pg.make('other');
		for (const name of ['other', 'master', 'postgres'])
			for (const host of ['127.0.0.1', 'localhost']) {
				const rs = await connect({ connectionString: pg.url(name).replace('127.0.0.1', host) });
				assert.ok(['HOST_NOT_ALLOWED'].includes(rs.code), `${host} ${name}: ${rs.text}`);
			}
	});
	await t.test('without MANAGED_DB_URL', async () => {
		assert.equal((await connect({ type: 'managed' })).code, 'MANAGED_UNAVAILABLE');
	});
	await t.test('connections cut: the next request works', async () => {
		for (let i = 0; i < 5; i++) {
			await sql(pg.where(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'master'`);
			await sleep(100);   // a server process ends when it next looks
			assert.equal((await it.ask('GET', '/api/auth/me', { token })).status, 200);
		}
	});
	await t.test('away', async () => {
		await pg.stop();
		for (const [method, path, more] of [['GET', '/api/auth/me', { token }], ['POST', '/api/auth/login', { body }], ['GET', '/readyz', {}]]) {
			const from = performance.now(), rs = await it.ask(method, path, more);
			assert.equal(rs.status, 503, rs.text);
			assert.equal(rs.code, 'MASTER_DB_UNAVAILABLE');
			assert.match(rs.head, /Retry-After: [1-9]/i);
			assert.ok(performance.now() - from < 10000);
		}
		assert.equal((await it.ask('GET', '/healthz')).status, 200);
	});
	assert.ok(!it.text.includes(pg.password), 'the log holds the password');
	assert.equal(libpq(url).PGPASSWORD, pg.password);
	await it.stop();
});
