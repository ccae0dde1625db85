// SPDX-License-Identifier: Apache-2.0
// Load over many tenants' hosts by Zipf's law, for each variant and number of tenants in turn.
import { base, program } from '../../lib/env.mjs';
import { ratio } from '../lib/contest.mjs';
import { tenantConnections, stopPart, tunePostgres, up, webWorkers } from '../lib/instance.mjs';
import { wrk } from '../lib/load.mjs';
import { median } from '../lib/numbers.mjs';
import { pssOf, sockets } from '../lib/proc.mjs';
import { run, say } from '../lib/stage.mjs';
import { makeTenants, trust } from './make.mjs';
import { poolerDirectory, startPooler, stopPooler } from './pooler.mjs';

const SAMPLE_MS = 1000;
// Until every worker that a tenant's requests come to has its connection, or would have.
const warm = (count) => 4 + Math.ceil(count / 15);

// Connections at their highest while `work` runs.
async function watched(work) {
	let most = 0, last = 0;
	const look = () => {
		last = tenantConnections().length;
		most = Math.max(most, last);
	};
	const timer = setInterval(look, SAMPLE_MS);
	try {
		return { ...await work(), connections: () => most };
	} finally {
		look();
		clearInterval(timer);
	}
}

const load = (file, count, asked, seconds, env) => wrk(`${base.origin}/api/auth/sessions`, { seconds, may: true,
	clients: asked.clients, env: { BENCH_HOSTS: file, BENCH_COUNT: String(count), ...env } });

async function one(tenants, variant, count, asked, seed) {
	const file = tenants.files[variant.via];
	await load(file, count, asked, warm(count), { BENCH_SEED: String(seed + 1000), BENCH_FLAT: '1' });
	await load(file, count, asked, 2, { BENCH_SEED: String(seed + 2000) });
	const got = await watched(() => load(file, count, asked, asked.seconds, { BENCH_SEED: String(seed) }));
	const workers = webWorkers();
	return { ...got, connections: got.connections(), backends: pssOf(tenantConnections()), workers: pssOf(workers),
		worker: median(workers.map((p) => pssOf([p]))), cached: median(workers.map(sockets)) };
}

// Its own processes, so that nothing is cached from the variant before.
async function begin(tenants, variant) {
	const pooler = variant.pooler ? await startPooler(tenants, variant.pooler) : null;
	await stopPart('serve');
	await up(variant.env);
	return async () => pooler && stopPooler(pooler);
}

async function known(variants) {
	const names = new Set((await run([program, 'settings'])).split('\n').map((line) => line.split(/[ =]/)[0]));
	return variants.filter((v) => {
		const odd = Object.keys(v.env).find((name) => !names.has(name));
		if (odd)
			say(`left out: ${v.name} (the program has no ${odd})`);
		return !odd;
	});
}

function summary(list) {
	const of = (name) => median(list.map((r) => r[name]));
	return { rates: list.map((r) => r.rate), rate: of('rate'), p50: of('p50'), p99: of('p99'),
		connections: Math.max(...list.map((r) => r.connections)), backends: of('backends'), workers: of('workers'),
		worker: of('worker'), cached: of('cached'),
		failed: list.reduce((sum, r) => sum + r.bad + r.lost, 0) };
}

// PostgreSQL as an operator would set it for so many: a visit of autovacuum's to each of a thousand databases every
// minute would be ten new processes a second. No fsync while thousands of databases are copied.
const MANY = ['max_connections = 2200', 'shared_buffers = 1GB', 'max_wal_size = 16GB', 'autovacuum_naptime = 10min',
	'fsync = off'];

export async function prepareTenants(shop, asked) {
	await tunePostgres(MANY, trust);
	return makeTenants(shop, Math.max(...asked.counts), poolerDirectory());
}

// [{ variant, count, rate, rates, share (of one tenant's rate), p50, p99, connections, backends, workers, failed }]
export async function measureTenants(tenants, asked, wanted) {
	const results = new Map(), variants = await known(wanted);
	for (let round = 1; round <= asked.rounds; round++)
		for (const variant of variants) {
			const finish = await begin(tenants, variant);
			for (const count of asked.counts) {
				const key = `${variant.name}\t${count}`, got = await one(tenants, variant, count, asked, round);
				say(`round ${round}: ${variant.name}, ${count} tenants: ${Math.round(got.rate)}/s, ` +
					`p99 ${got.p99.toFixed(1)} ms, ${got.connections} connections, ${got.bad + got.lost} failed`);
				results.set(key, [...results.get(key) ?? [], got]);
			}
			await finish();
		}
	const all = [...results].map(([key, list]) => {
		const [name, count] = key.split('\t');
		return { variant: name, count: Number(count), ...summary(list) };
	});
	return all.map((t) => ({ ...t, share: ratio(t, all.find((o) => o.variant === t.variant && o.count === 1)) }));
}
