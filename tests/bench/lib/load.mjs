// SPDX-License-Identifier: Apache-2.0
// One measurement: load for some seconds, and what came back: { requests, rate, p50, p99 in ms, bad, lost }.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run, stage } from './stage.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), 'load.lua');

// `may` lets answers fail: overload and many tenants are measured with their failures counted.
export async function wrk(url, { seconds, clients, headers = {}, env = {}, may = false }) {
	const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
	const out = await run(['wrk', '-t', '1', '-c', String(clients), '-d', `${seconds}s`, '--timeout', '10s',
		'-s', script, ...named, url], { env });
	const got = JSON.parse(out.split('\n').find((line) => line.startsWith('{"requests"')));
	if (!may && (got.bad || got.lost || !got.requests))
		throw new Error(`${url}: ${got.requests} answers, ${got.bad} of them errors, ${got.lost} lost`);
	return { requests: got.requests, rate: (got.requests - got.bad) / (got.us / 1e6), p50: got.p50 / 1000,
		p99: got.p99 / 1000, bad: got.bad, lost: got.lost };
}

function takeLatencies(prefix) {
	const all = [];
	for (const name of readdirSync(stage()).filter((n) => n.startsWith(prefix))) {
		for (const line of readFileSync(join(stage(), name), 'latin1').split('\n'))
			if (line)
				all.push(Number(line.split(' ')[2]) / 1000);
		rmSync(join(stage(), name));
	}
	return all.sort((a, b) => a - b);
}

// The database alone: `sqlFile` with -M prepared.
export async function pgbench(where, sqlFile, variables, { seconds, clients }) {
	const set = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
	await run(['pgbench', '-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds),
		'-f', sqlFile, '-l', '--log-prefix', join(stage(), 'pgbench_log'), ...set], { env: where });
	const ms = takeLatencies('pgbench_log');
	return { requests: ms.length, rate: ms.length / seconds, p50: ms[Math.floor(ms.length * 0.5)],
		p99: ms[Math.floor(ms.length * 0.99)], bad: 0, lost: 0 };
}
