// SPDX-License-Identifier: Apache-2.0
// What Souk promises of its speed, as ratios within one run; each with what was seen.
import { ratio } from './contest.mjs';
import { NAMES } from './peers.mjs';

const TIMES = { express: 12, fastify: 7, php: 3, go: 1.8 };
const MANY = { 200: 0.6, 1000: 0.4 };
const FEW = 200, CONNECTIONS = 400, BOUND_FROM = 1000, BOUND = 1.5, WORKER_MIB = 3, CACHED_KIB = 64, START_MS = 200;

// `atMost` turns the comparison.
const line = (what, seen, target, unit = '', atMost = false) =>
	({ what, seen, target, unit, atMost, kept: atMost ? seen <= target : seen >= target });

function speed(by) {
	const lines = [];
	for (const [id, target] of Object.entries(TIMES))
		if (by.me && by[id]) {
			lines.push(line(`auth/me: rate, times ${NAMES[id]}`, ratio(by.me, by[id]), target, '×'));
			lines.push(line(`auth/me: p99, of ${NAMES[id]}'s`, by.me.p99 / by[id].p99, 1, '×', true));
		}
	if (by.me)
		lines.push(line('auth/me: of the same answer without a database', ratio(by.me, by['limit-me']), 0.85, '×'));
	if (by.tenant)
		lines.push(line('20 rows of a tenant: of the same answer without a database',
			ratio(by.tenant, by['limit-tenant']), 0.6, '×'));
	return lines;
}

// Bounded: what serves a thousand serves more with hardly more.
function bounded(list) {
	const base = list.find((t) => t.count === BOUND_FROM), most = list.at(-1);
	if (!base || most === base)
		return [];
	return [['connections', 'connections of the database server'], ['backends', 'memory of the database server'],
		['workers', 'memory of the workers']].map(([name, words]) => line(
		`${most.count} tenants: ${words}, of that at ${BOUND_FROM}`, most[name] / base[name], BOUND, '×', true));
}

// `list`: results of measureTenants() for one variant; the first is a single tenant.
function tenants(list) {
	const one = list[0], most = list.at(-1), few = list.find((t) => t.count === FEW);
	const kib = (most.worker - one.worker) * 1024 / Math.max(most.cached - one.cached, 1);
	return [
		...list.filter((t) => MANY[t.count]).map((t) =>
			line(`${t.count} tenants, Zipf 1.0: of one tenant's rate`, t.share, MANY[t.count], '×')),
		...few ? [line(`${FEW} tenants: connections of the database server`, few.connections, CONNECTIONS, '', true)] : [],
		...bounded(list),
		line(`${most.count} tenants: failed requests`, list.reduce((sum, t) => sum + t.failed, 0), 0, '', true),
		line('memory for each cached connection of a worker', kib, CACHED_KIB, 'KiB', true),
	];
}

const flood = (f) => [
	line('1,000 logins a second: other routes\' p99, of its quiet value', f.stretched, 2, '×', true),
	line('1,000 logins a second: other routes\' failed requests', f.lost, 0, '', true),
	line('1,000 logins a second: logins done, of the best', f.loginGoodput, 0.9, '×'),
	line('1,000 logins a second: seconds until a login is quick again', f.loginRecovery, 2, 's', true),
	line('ten times the clients: goodput of auth/me, of the best', f.goodput, 0.9, '×'),
	line('ten times the clients: seconds until answers are quick again', f.recovery, 2, 's', true),
];

// `all`: { rows, memory, worker, start, flood, tenants }, whatever of it was measured.
export function promises(all) {
	const by = Object.fromEntries((all.rows ?? []).map((row) => [row.id, row]));
	return [
		...speed(by),
		...all.tenants?.length ? tenants(all.tenants) : [],
		...all.worker ? [line('memory of a web worker (PSS)', all.worker, WORKER_MIB, 'MiB', true)] : [],
		...all.start ? [line('start of the server to its first answer', all.start.ms, START_MS, 'ms', true)] : [],
		...all.flood ? flood(all.flood) : [],
	];
}
