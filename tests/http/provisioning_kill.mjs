// SPDX-License-Identifier: Apache-2.0
// Kills the job worker with kill -9 at a step of provisioning, for each step in turn, and proves that every run
// ends in the same schema with the same rows. `node tests/http/provisioning_kill.mjs --all` takes all steps, at
// their beginning (recorded, nothing done yet) and at their end (done in the tenant, not yet recorded).
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';

import { ok, post } from '../lib/api.mjs';
import { agency, completed, shop, store } from '../lib/actors.mjs';
import { settings, sleep, until } from '../lib/env.mjs';
import { jobWorkers } from '../lib/processes.mjs';
import { countRows, dumpSchema, libpq, managed, master, quote, row, rows, sql } from '../lib/sql.mjs';

const LOCKS = 7353170, PER_AGENCY = 5, BATCH = 10;

// A trigger stops the master where a row of test_blocks says so, and shows that it does by a lock.
const SETUP = `
DROP TRIGGER IF EXISTS test_block ON provisioning_steps;
DROP TABLE IF EXISTS test_blocks;
CREATE TABLE test_blocks (n int PRIMARY KEY, store_id uuid NOT NULL, name text NOT NULL, phase text NOT NULL);
CREATE OR REPLACE FUNCTION test_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	block int;
BEGIN
	SELECT n INTO block FROM test_blocks t WHERE t.store_id = NEW.store_id AND t.name = NEW.name
		AND t.phase = CASE WHEN TG_OP = 'INSERT' THEN 'begin' WHEN NEW.finished_at IS NOT NULL THEN 'end' ELSE 'none' END;
	IF FOUND THEN
		PERFORM pg_advisory_xact_lock(${LOCKS}, block);
		PERFORM pg_sleep(60);
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER test_block BEFORE INSERT OR UPDATE ON provisioning_steps FOR EACH ROW EXECUTE FUNCTION test_block()`;

const TEARDOWN = `DROP TRIGGER IF EXISTS test_block ON provisioning_steps; DROP FUNCTION IF EXISTS test_block();
	DROP TABLE IF EXISTS test_blocks`;

const picture = async (storeId) => ({ schema: await dumpSchema(managed(storeId)), rows: await countRows(managed(storeId)) });

// The credits' copy is fed by a job of its own, a moment later.
async function settled(storeId) {
	await until('the credits to be fed', async () => (await countRows(managed(storeId))).credit_balance_cache === 1, 30, 200);
	return picture(storeId);
}

export async function steps() {
	const { store: clean } = await shop();
	const list = await rows(master(), `SELECT name FROM provisioning_steps WHERE store_id = ${quote(clean.id)} ORDER BY step_no`);
	return { clean, names: list.map((one) => one.name) };
}

// Who sleeps in the trigger right now: its block, its server process, and the runner of its job.
const SLEEPING = `SELECT l.objid::int AS n, l.pid, split_part(j.lease_owner, '/', 2)::int AS runner
	FROM pg_locks l JOIN test_blocks b ON b.n = l.objid::int JOIN job_queue j ON j.store_id = b.store_id AND j.status = 'running'
	WHERE l.locktype = 'advisory' AND l.classid = ${LOCKS} AND l.granted`;

async function killSleepers(left) {
	for (const { n, pid, runner } of await rows(master(), SLEEPING)) {
		assert.ok(jobWorkers().includes(runner), `the runner ${runner} is no worker of ours`);
		await sql(master(), `DELETE FROM test_blocks WHERE n = ${n}`);
		process.kill(runner, 'SIGKILL');
		await sql(master(), `SELECT pg_terminate_backend(${pid})`);
		left.delete(n);
	}
}

async function begin(cases) {
	let owner;
	for (const [i, one] of cases.entries()) {
		if (i % PER_AGENCY === 0)
			owner = await agency();
		one.owner = owner;
		one.store = await store(owner);
		await sql(master(), `INSERT INTO test_blocks VALUES (${i}, ${quote(one.store.id)}, ${quote(one.name)}, ${quote(one.phase)})`);
		ok(await post(`/api/stores/mt/${one.store.id}/connect-database`, { type: 'managed' }, { token: owner.token }), 202);
	}
}

async function prove(one, want) {
	await completed(one.owner, one.store.id, 120);
	const job = await until('the job to end', async () => {
		const j = await row(master(), `SELECT status, attempts, fence FROM job_queue
			WHERE store_id = ${quote(one.store.id)} AND kind = 'provision_store'`);
		return !['queued', 'running'].includes(j.status) && j;
	}, 60, 200);
	assert.deepEqual(job, { status: 'completed', attempts: 2, fence: 2 }, `${one.name} ${one.phase}`);
	const got = await settled(one.store.id);
	assert.deepEqual(got.rows, want.rows, `rows after a kill at the ${one.phase} of ${one.name}`);
	assert.ok(got.schema === want.schema, `the schema differs after a kill at the ${one.phase} of ${one.name}`);
	const open = await row(master(), `SELECT count(*) AS n FROM provisioning_steps
		WHERE store_id = ${quote(one.store.id)} AND finished_at IS NULL`);
	if (one.name !== 'activate')
		assert.equal(open.n, 0, 'a step is not recorded as finished');
}

// Dozens of databases with hundreds of tables each fill a disk. One that is being vacuumed just now may stay.
async function drop(storeId) {
	const { PGDATABASE, PGOPTIONS } = managed(storeId);
	const ask = `DROP DATABASE IF EXISTS ${PGDATABASE} WITH (FORCE)`;
	await sql({ ...libpq(settings().MANAGED_DB_URL), PGOPTIONS }, ask).catch(() => {});
}

// Runs [{ name, phase }]; `proved` is told of each that came out right, with its store.
export async function run(cases, clean, proved) {
	const want = await settled(clean.id);
	assert.ok(Object.keys(want.rows).length >= 90);
	try {
		await sql(master(), SETUP);
		const left = new Set(cases.keys());
		// At the same time: the master would end a statement that sleeps for too long.
		await Promise.all([begin(cases), until('every kill', async () => {
			await killSleepers(left);
			return left.size === 0;
		}, 60 + 20 * cases.length, 20)]);
		for (const one of cases) {
			await prove(one, want);
			await proved(one);
		}
	} finally {
		await sleep(100);
		await sql(master(), TEARDOWN);
	}
}

async function main() {
	if (process.argv[2] !== '--all') {
		console.error('usage: node tests/http/provisioning_kill.mjs --all');
		return 2;
	}
	const { clean, names } = await steps();
	const cases = names.flatMap((name) => [{ name, phase: 'begin' }, { name, phase: 'end' }]);
	const proved = async (one) => {
		console.log(`ok ${one.name}, killed at its ${one.phase}`);
		await drop(one.store.id);
	};
	for (let i = 0; i < cases.length; i += BATCH)
		await run(cases.slice(i, i + BATCH), clean, proved);
	console.log(`${cases.length} kills, ${cases.length} times the same schema and the same rows`);
	return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
	process.exit(await main());
