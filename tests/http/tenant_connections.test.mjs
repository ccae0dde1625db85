// SPDX-License-Identifier: Apache-2.0
// Connections to stores' databases: a breaker for each store, a budget for each server, and that nobody
// else notices. SOUK_FAULTS=full takes longer and more.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import bcrypt from 'bcryptjs';

import { get, ok, times } from '../lib/api.mjs';
import { agency, connect, login, PASSWORD, shop, store, unique } from '../lib/actors.mjs';
import { sleep, slowness, until } from '../lib/env.mjs';
import { cluster } from '../lib/postgres.mjs';
import { children } from '../lib/processes.mjs';
import { proxy } from '../lib/proxy.mjs';
import { serve } from '../lib/serve.mjs';
import { hold, managed, quote, sql } from '../lib/sql.mjs';

const full = process.env.SOUK_FAULTS === 'full';
const QUICK_MS = 150 * slowness;
let pg, relay, owner, sick, fine;

// A token of a user of that store's own.
async function customer(made, where) {
	const person = { email: `${unique('c')}@example.com`, password: PASSWORD };
	await sql(where, `INSERT INTO users (id, email, password_hash, first_name, last_name, role, account_type)
		VALUES (gen_random_uuid(), ${quote(person.email)}, ${quote(bcrypt.hashSync(PASSWORD, 4))}, 'C', 'T',
			'customer', 'customer')`);
	return (await login(person, { hostname: made.hostname })).token;
}

// A store whose database lies behind the relay.
async function distant(person) {
	const name = unique('d'), made = await store(person);
	await pg.make(name);
	const url = new URL(pg.url(name));
	url.port = relay.port;
	await connect(person, made.id, { type: 'postgresql', connectionString: url.href });
	return { ...made, where: pg.where(name), token: await customer(made, pg.where(name)) };
}

before(async () => {
	pg = await cluster();
	relay = await proxy(pg.port);
	owner = await agency();
	sick = await distant(owner);
	const other = await shop();
	fine = { ...other.store, token: await customer(other.store, managed(other.store.id)) };
});
after(async () => {
	await relay?.stop();
	await pg?.stop();
});

// A server of our own, whose workers hold no connection of before.
async function withServer(env, run) {
	const it = await serve({ TENANT_NET_ALLOW: '127.0.0.1/32', ...env });
	try {
		await run(it);
	} finally {
		await it.stop();
	}
}

const me = async (it, who) => {
	const from = performance.now();
	const rs = await it.ask('GET', '/api/auth/me', { token: who.token });
	return { ...rs, took: performance.now() - from };
};
// What the kernel knows of connections to the relay, from the side of those who connect: made or being made.
function established() {
	const to = relay.port.toString(16).toUpperCase().padStart(4, '0');
	return readFileSync('/proc/net/tcp', 'latin1').split('\n').map((line) => line.trim().split(/\s+/))
		.filter(([, , remote, state]) => remote === `0100007F:${to}` && ['01', '02'].includes(state)).length;
}

const retryAfter = (rs) => Number(/Retry-After: (\d+)/i.exec(rs.head)?.[1] ?? 0);
const events = (it, name) => it.text.split('\n').filter((line) => line.includes(`"event":"${name}"`));
const breakers = async (it) => {
	const { text } = await it.ask('GET', '/metrics');
	assert.ok(!text.includes(sick.id), 'metrics name a store');
	const read = (name) => Number(new RegExp(`^souk_store_breaker${name} (\\d+)`, 'm').exec(text)[1]);
	return { open: read('s\\{state="open"\\}'), halfOpen: read('s\\{state="half_open"\\}'),
		openings: read('_openings_total') };
};

function unavailable(rs) {
	assert.equal(rs.status, 503, rs.text);
	assert.equal(rs.code, 'DB_UNAVAILABLE');
}

// Until its breaker is open, by requests one after another.
async function open(it) {
	await until('the breaker to open', async () => {
		unavailable(await me(it, sick));
		return events(it, 'breaker_open').length;
	}, 20, 1);
}

test('a store that cannot be reached is refused at once, and comes back by itself', async () => {
	await withServer({ WORKERS: '3' }, async (it) => {
		assert.equal((await me(it, sick)).status, 200);
		relay.manner = 'refuse';
		relay.cut();
		await open(it);
		assert.equal((await breakers(it)).open, 1);
		const made = relay.made;
		for (const rs of await times(20, () => me(it, sick))) {
			unavailable(rs);
			assert.ok(retryAfter(rs) >= 1 && retryAfter(rs) <= 61, rs.head);
		}
		const alone = await me(it, sick);
		assert.ok(alone.took < QUICK_MS, `${alone.took} ms`);
		assert.ok(relay.made - made <= 1, 'it was asked although its breaker is open');
		assert.equal((await me(it, fine)).status, 200);
		relay.manner = 'pass';
		await until('the store to be back', async () => (await me(it, sick)).status === 200, 6 * slowness);
		assert.equal((await breakers(it)).open, 0);
		assert.equal(events(it, 'breaker_closed').length, 1);
	});
});

test('half open: one worker of all tries, the others answer at once', async () => {
	await withServer({ WORKERS: '4', CONNECT_TIMEOUT: '2' }, async (it) => {
		relay.manner = 'refuse';
		relay.cut();
		await open(it);
		relay.manner = 'silent';
		const made = relay.made;
		await until('the probe', async () => {
			me(it, sick).catch(() => {});
			return relay.made > made;
		}, 10);
		// The probe waits for an answer; whoever comes now does not.
		assert.equal((await breakers(it)).halfOpen, 1);
		for (const rs of await times(12, () => me(it, sick))) {
			unavailable(rs);
			assert.ok(rs.took < 1000 * slowness, `${rs.took} ms`);
		}
		assert.equal((await me(it, fine)).status, 200);
		assert.equal(relay.made, made + 1, 'more than one probe');
		await until('the probe to fail', () => events(it, 'breaker_open').length >= 2, 10);
		assert.match(events(it, 'breaker_open').at(-1), new RegExp(sick.id));
		relay.manner = 'pass';
		await until('the store to be back', async () => (await me(it, sick)).status === 200, 15 * slowness);
	});
});

test('a prober that is killed blocks nobody for ever', { skip: !full && 'long' }, async () => {
	await withServer({ WORKERS: '2', CONNECT_TIMEOUT: '1' }, async (it) => {
		relay.manner = 'refuse';
		relay.cut();
		await open(it);
		relay.manner = 'silent';
		const made = relay.made;
		await until('the probe', async () => {
			me(it, sick).catch(() => {});
			return relay.made > made;
		}, 10);
			children(it.child.pid, 'souk-web').forEach((pid) => process.kill(pid, 'SIGKILL'));
		relay.manner = 'pass';
		await until('the store to be back', async () => (await me(it, sick)).status === 200, 20 * slowness);
	});
});

test('a worker that is lost in a connect is killed, and the store\'s breaker opens', async () => {
	await withServer({ WORKERS: '1', CONNECT_TIMEOUT: '1', CONNECT_DEADLINE: '2' }, async (it) => {
		const [worker] = children(it.child.pid, 'souk-web'), made = relay.made;
		relay.manner = 'silent';
		relay.cut();
		me(it, sick).catch(() => {});
		await until('the connect', () => relay.made > made, 5, 5);
		process.kill(worker, 'SIGSTOP');
		await until('the supervisor to act', () => events(it, 'breaker_open').length === 1, 10);
		assert.match(events(it, 'breaker_open')[0], new RegExp(sick.id));
		assert.notEqual(children(it.child.pid, 'souk-web')[0], worker);
		relay.manner = 'pass';
		await until('the store to be back', async () => (await me(it, sick).catch(() => ({}))).status === 200,
			10 * slowness);
	});
});

test('never more connections to a server than its budget; who needs one gets another\'s', async () => {
	const more = await agency(), stores = [sick];
	while (stores.length < (full ? 6 : 4))
		stores.push(await distant(more));
	relay.cut();
	await until('the old connections to go', () => established() === 0, 10);
	await withServer({ WORKERS: '4', SERVER_CONNS: '2' }, async (it) => {
		let most = 0;
		const watch = setInterval(() => (most = Math.max(most, established())), 5).unref();
		// Each asks for another store each time, so that connections change hands all the while.
		await times(8, async (client) => {
			for (let good = 0, round = client; good < (full ? 50 : 5); round++) {
				const rs = await me(it, stores[round % stores.length]);
				good += rs.status === 200;
				if (rs.status === 200)
					continue;
				unavailable(rs);
				assert.equal(retryAfter(rs), 1);
				await sleep(20 + Math.random() * 80);
			}
		});
		assert.equal(events(it, 'breaker_open').length, 0, 'a full server is no dead one');
		assert.equal((await me(it, fine)).status, 200);
		clearInterval(watch);
		assert.ok(most >= 1 && most <= 2, `${most} connections`);
	});
});

test('a killed worker\'s part of the budget is free again', async () => {
	await withServer({ WORKERS: '1', SERVER_CONNS: '1' }, async (it) => {
		for (let i = 0; i < 3; i++) {
			await until('the store to answer', async () => (await me(it, sick).catch(() => ({}))).status === 200, 10);
			process.kill(children(it.child.pid, 'souk-web')[0], 'SIGKILL');
		}
		await until('the store to answer', async () => (await me(it, sick).catch(() => ({}))).status === 200, 10);
	});
});

test('the instance itself: health of a silent store ends, other stores and pages do not notice', async () => {
	relay.manner = 'silent';
	relay.cut();
	const health = times(3, () => get(`/api/stores/mt/${sick.id}/health`, { token: owner.token }));
	const from = performance.now();
	ok(await get('/api/auth/me', { token: fine.token }));
	assert.ok(performance.now() - from < 1000 * slowness);
	for (const rs of await health)
		assert.ok([200, 503].includes(rs.status), rs.text);
	relay.manner = 'pass';
});

async function list(it, who) {
	const from = performance.now();
	const rs = await it.ask('GET', '/api/auth/sessions', { token: who.token });
	return { ...rs, took: performance.now() - from };
}

// While `ask` waits in vain again and again, another store is served; `release` ends the wait.
async function othersDoNotNotice(it, release, ask) {
	let over = false, given = 0;
	const flood = times(6, async () => {
		while (!over) {
			const rs = await ask();
			if (!over)
				unavailable(rs);
			given++;
		}
	});
	try {
		// The first ones have both workers, until their statements are given up; and all have come again.
		await until('all to be refused', () => given >= 6, 20 * slowness);
		const took = [];
		for (let i = 0; i < 20; i++) {
			const rs = await list(it, fine);
			assert.equal(rs.status, 200, rs.text);
			took.push(Math.round(rs.took));
		}
		assert.ok(Math.max(...took) < 700 * slowness, `${took} ms`);
	} finally {
		over = true;
		await release();
		await flood;
	}
}

test('a store whose statements are slow never has all workers of a shard', async () => {
	await withServer({ WORKERS: '2' }, async (it) => {
		assert.equal((await list(it, sick)).status, 200);
		const release = await hold(sick.where, 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
		await othersDoNotNotice(it, release, () => list(it, sick));
		await until('the store to be back', async () => (await list(it, sick)).status === 200, 10 * slowness);
	});
});

test('nor by refresh tokens, for which nobody needs to be known', async () => {
	await withServer({ WORKERS: '2' }, async (it) => {
		const refreshToken = `srt_t_${sick.id.replaceAll('-', '')}_${'x'.repeat(43)}`;
		const refresh = () => it.ask('POST', '/api/auth/refresh', { body: { refreshToken } });
		assert.equal((await refresh()).code, 'REFRESH_FAILED');
		const release = await hold(sick.where, 'LOCK TABLE refresh_tokens IN ACCESS EXCLUSIVE MODE');
		await othersDoNotNotice(it, release, refresh);
		await until('the store to be back', async () => (await refresh()).code === 'REFRESH_FAILED', 10 * slowness);
	});
});
