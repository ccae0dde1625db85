// SPDX-License-Identifier: Apache-2.0
// The master database in every kind of trouble, under load, through the web server: what is answered meanwhile, how
// soon all is well again, and that nothing which was acknowledged is lost or done twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { call } from '../lib/api.mjs';
import { unique } from '../lib/actors.mjs';
import { sleep, until } from '../lib/env.mjs';
import { rows, sql } from '../lib/sql.mjs';
import { frame, lasting } from './frame.mjs';
import { Load } from './load.mjs';
import { judge, table } from './report.mjs';

const AWAY = '503 MASTER_DB_UNAVAILABLE', BUSY = '503 BUSY';

let it, load, workers, supervisors;

before(async () => {
	it = await frame();
	load = new Load(it);
	await load.begin();
	[workers, supervisors] = [it.workers(), it.supervisors()];
});
after(async () => {
	await load?.pause();
	await it?.stop();
});

const admin = (text) => sql(it.pg.where(), text);
const kickOut = () => admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'souk'`);

// As a full disk answers: every table refuses new rows.
async function diskFull(yes) {
	const tables = ['users', 'sessions', 'stores', 'ledger_transactions', 'idempotency_keys'];
	await sql(it.where, yes
		? `CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;`
			+ tables.map((t) => `CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ${t} EXECUTE FUNCTION no_room();`).join('')
		: tables.map((t) => `DROP TRIGGER no_room ON ${t};`).join(''));
}

async function readOnly(yes) {
	await admin(`ALTER SYSTEM SET default_transaction_read_only = ${yes ? 'on' : 'off'}`);
	await admin('SELECT pg_reload_conf()');
}

const cutting = (cut) => ({ begin: () => it.proxy.fault({ cut, every: 4 }), end: () => it.proxy.calm(), cuts: true });

// `wide` names what may be answered beside "the database is away".
const faults = {
	'stopped, fast': { begin: () => it.pg.halt('fast'), end: () => it.pg.start() },
	'stopped, at once': { begin: () => it.pg.halt('immediate'), end: () => it.pg.start() },
	'connections cut again and again': { begin: () => it.proxy.cutAll(), end: () => it.proxy.calm(),
		again: () => it.proxy.cutAll() },
	'cut between BEGIN and COMMIT': cutting('in transaction'),
	'cut before COMMIT arrives': cutting('before commit'),
	'cut after COMMIT, before its answer': cutting('after commit'),
	'starting up': { begin: () => it.proxy.fault({ answer: ['57P03', 'the database system is starting up'] }),
		end: () => it.proxy.calm() },
	'too many connections, says the server': { begin: () => it.proxy.fault({ answer: ['53300', 'sorry, too many clients already'] }),
		end: () => it.proxy.calm() },
	'out of connections': { begin: async () => {
		await admin('ALTER ROLE souk CONNECTION LIMIT 2');
		await kickOut();
	}, end: () => admin('ALTER ROLE souk CONNECTION LIMIT -1') },
	'failed over to a server that only reads': { begin: () => readOnly(true), end: () => readOnly(false) },
	'its disk is full': { begin: () => diskFull(true), end: () => diskFull(false) },
	// It answers, so nothing fails; but what has waited for a worker for two seconds is refused.
	'slow': { begin: () => it.proxy.fault({ delayMs: 100 }), end: () => it.proxy.calm(), allowed: [BUSY] },
	// Longer than STATEMENT_TIMEOUT and what is allowed beyond it.
	'silent': { begin: () => it.proxy.fault({ silent: true }), end: () => it.proxy.calm(), lasts: [7000, 30000], limitMs: 6500 },
};

// Pieces of work that a fault met, each in a store of its own: they must end by themselves.
const orders = [];

async function order() {
	const { token } = load.clients[orders.length % load.clients.length];
	const ask = (method, path, more) => call(method, path, { at: it.at, token, ...more });
	const made = await ask('POST', '/api/stores/mt', { body: { name: unique('Job ') } });
	assert.equal(made.status, 201, made.text);
	const { id } = made.data.store;
	const rs = await ask('POST', `/api/stores/mt/${id}/connect-database`, { body: { type: 'managed' } });
	assert.equal(rs.status, 202, rs.text);
	orders.push(id);
}

async function last(fault) {
	const end = performance.now() + lasting(...(fault.lasts ?? [500, 10000]));
	while (performance.now() < end) {
		await fault.again?.();
		await sleep(200);
	}
}

const kinds = ['me', 'balance', 'spend', 'store', 'login', 'register'];

// At least for a while, and until each kind of request has succeeded again.
async function recover(end) {
	await sleep(lasting(500, 5000));
	await until('each kind to succeed again', () => kinds.every((kind) => load.notes.some((n) => n.kind === kind && n.ok &&
		n.began > end)), 15).catch(() => {});
}

for (const [name, fault] of Object.entries(faults))
	test(name, async () => {
		load.notes = [];
		await sleep(lasting(200, 2000));
		await order();
		const times = { begin: performance.now() };
		await fault.begin();
		const health = call('GET', '/healthz', { at: it.at });
		await last(fault);
		await fault.end();
		times.end = performance.now();
		await recover(times.end);
		table(name, load.notes, times);
		judge(load.notes, times, { allowed: fault.allowed ?? [AWAY, BUSY], limitMs: fault.limitMs });
		assert.equal((await health).status, 200);
		assert.ok(!fault.cuts || it.proxy.cuts > 0, 'nothing was cut');
		it.proxy.cuts = 0;
		assert.deepEqual([it.workers(), it.supervisors()], [workers, supervisors], 'a worker died');
	});

test('nothing that was acknowledged is lost, nothing is done twice', async () => {
	await load.pause();
	const counts = await load.compare();
	console.log(`\n== kept, each once: ${Object.entries(counts).map(([kind, n]) => `${n} × ${kind}`).join(', ')}`);
	for (const [kind, n] of Object.entries(counts))
		assert.ok(n > 10, kind);
});

test('what job workers had begun ends by itself', async () => {
	const list = orders.map((id) => `'${id}'`).join();
	await until('the databases', async () => (await rows(it.where, `SELECT id FROM stores WHERE id IN (${list})
		AND status = 'active'`)).length === orders.length, 60).catch(async (e) => {
		console.log(await rows(it.where, `SELECT id, status FROM stores WHERE id IN (${list})`));
		throw e;
	});
	assert.deepEqual(it.deaths(), []);
});
