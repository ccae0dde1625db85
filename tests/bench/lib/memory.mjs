// SPDX-License-Identifier: Apache-2.0
// What each holds in memory after its load: PSS, so that what processes share is counted once.
import { pid, workers } from './instance.mjs';
import { median } from './numbers.mjs';
import { pss, pssOf, tree } from './proc.mjs';

const POOLS = { 'souk-web': 'a web worker', 'souk-slow': 'a slow worker', 'souk-job': 'a job worker' };

function group(label, pids) {
	const each = pids.map(pss);
	return { label, processes: pids.length, all: each.reduce((a, b) => a + b, 0), each: median(each) };
}

// [{ label, processes, each, all }] in MiB.
export function memory(rows) {
	const peers = rows.filter((r) => ['express', 'fastify', 'php', 'go', 'limit-me'].includes(r.id));
	return [
		...Object.entries(POOLS).map(([name, label]) => group(`Souk, ${label}`, workers(name))),
		group('Souk, all of serve', tree(pid('serve'))),
		...peers.map((r) => group(r.id === 'limit-me' ? 'the answer without a database' : r.label.split(':')[0],
			r.roots.flatMap(tree))),
		group('nginx', tree(pid('nginx'))),
		group('PostgreSQL, with all connections', tree(pid('postgres'))),
	];
}

export const webWorker = () => median(workers('souk-web').map((p) => pssOf([p])));
