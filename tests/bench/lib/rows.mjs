// SPDX-License-Identifier: Apache-2.0
// What is measured in each round.
import { writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { base } from '../../lib/env.mjs';
import { master } from '../../lib/sql.mjs';
import { startFront } from './front.mjs';
import { pid } from './instance.mjs';
import { recorded, startLimit } from './limit.mjs';
import { pgbench, wrk } from './load.mjs';
import { cores } from './machine.mjs';
import { checkPeer, NAMES, startPeers } from './peers.mjs';
import { stage } from './stage.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const ME = '/api/auth/me', LIST = '/api/auth/sessions';
const SESSION_SQL = join(here, '../session.sql');
export const DATABASE_CLIENTS = 4;

const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const at = (site, path) => `http://127.0.0.1:${site.port}${path}`;

function staticSite(world) {
	const root = join(stage(), 'static');
	mkdirSync(root, { mode: 0o755 });
	writeFileSync(join(root, 'me.json'), world.meText);
	return { kind: 'files', name: 'static', root, roots: [] };
}

// Everything beside the instance, behind one nginx: { front, sites: { name: site } }.
export async function startSites(world, asked) {
	const list = [staticSite(world)];
	if (asked.parts.has('souk')) {
		list.push(await startLimit('limit-me', await recorded(ME, world)));
		list.push(await startLimit('limit-tenant', await recorded(LIST, world.tenant)));
	}
	if (asked.parts.has('peers'))
		list.push(...await startPeers());
	const front = await startFront(list), sites = Object.fromEntries(list.map((site) => [site.name, site]));
	for (const name of Object.keys(NAMES))
		if (sites[name])
			await checkPeer(sites[name], world.token, world.me);
	return { front, sites };
}

function soukRows(world, sites, asked) {
	const { clients } = asked, roots = [pid('serve')], { tenant } = world;
	const load = (url, headers) => (seconds) => wrk(url, { seconds, clients, headers });
	return [
		{ id: 'me', label: `Souk: GET ${ME}`, roots, measure: load(base.origin + ME, bearer(world.token)) },
		{ id: 'limit-me', label: 'the same answer without a database', roots: sites['limit-me'].roots,
			measure: load(at(sites['limit-me'], ME), bearer(world.token)) },
		{ id: 'tenant', label: 'Souk: 20 rows of a tenant, by host', roots,
			measure: load(base.origin + LIST, { Host: tenant.host, ...bearer(tenant.token) }) },
		{ id: 'limit-tenant', label: 'the same answer without a database', roots: sites['limit-tenant'].roots,
			measure: load(at(sites['limit-tenant'], LIST), { Host: tenant.host, ...bearer(tenant.token) }) },
		{ id: 'static', label: 'nginx alone: the body as a file', measure: load(at(sites.static, '/me.json'), {}) },
	];
}

function peerRows(world, sites, asked) {
	return Object.entries(NAMES).map(([id, label]) => ({ id, label: `${label}: GET ${ME}`, roots: sites[id].roots,
		measure: (seconds) => wrk(at(sites[id], ME), { seconds, clients: asked.clients, headers: bearer(world.token) }) }));
}

const loginRow = (world) => ({ id: 'login', label: `Souk: POST /api/auth/login, ${cores} clients`, roots: [pid('serve')],
	measure: (seconds) => wrk(`${base.origin}/api/auth/login`, { seconds, clients: cores, env: { BENCH_BODY: world.login } }) });

const pageRow = (world, asked) => ({ id: 'page', label: 'Souk: GET /dashboard/credits, signed in', roots: [pid('serve')],
	measure: (seconds) => wrk(`${base.origin}/dashboard/credits`, { seconds, clients: asked.clients, headers: { Cookie: world.cookie } }) });

const databaseRow = (world) => ({ id: 'database', label: `pgbench -M prepared, the session query, ${DATABASE_CLIENTS} clients`,
	measure: (seconds) => pgbench(master(), SESSION_SQL, world.session, { seconds, clients: DATABASE_CLIENTS }) });

export function rowsOf(world, sites, asked) {
	const { parts } = asked;
	return [
		...parts.has('souk') ? soukRows(world, sites, asked) : [],
		...parts.has('peers') ? peerRows(world, sites, asked) : [],
		...parts.has('page') ? [pageRow(world, asked)] : [],
		...parts.has('login') ? [loginRow(world)] : [],
		...parts.has('database') ? [databaseRow(world)] : [],
	];
}
