// SPDX-License-Identifier: Apache-2.0
// Thousands of stores, fast: one is provisioned by the program, its database is the template of all others.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { settings } from '../../lib/env.mjs';
import { libpq, managed, master, quote, row, sql } from '../../lib/sql.mjs';
import { compile } from '../lib/compile.mjs';
import { databaseDirectory, script } from '../lib/instance.mjs';
import { run, say, stage } from '../lib/stage.mjs';
import { POOLER_PORT } from './pooler.mjs';

const TEMPLATE = 'bench_template', DAY_S = 86400, AT_ONCE = 2;
// What a read needs; the rest of a shop's tables would only fill the disk.
const KEPT = ['users', 'sessions', 'refresh_tokens', 'souk_meta', 'souk_migrations'];
// How a store's credentials lead to its database: each way has store rows, hosts and roles of its own. `trusted`: the
// server asks no password of them, as it would of an account that alone can reach its socket.
export const WAYS = {
	direct: { letter: 'd', port: 5432 },
	'direct-trusted': { letter: 'e', port: 5432, trusted: true },
	pooled: { letter: 'p', port: POOLER_PORT },
	'pooled-trusted': { letter: 'q', port: POOLER_PORT, trusted: true },
};
const TRUSTED = 'bench_trusted';

const server = () => libpq(settings().MANAGED_DB_URL);
const inTemplate = (shop) => ({ ...managed(shop.store.id), PGDATABASE: TEMPLATE });
const digits = (i) => String(i).padStart(5, '0');
const database = (i) => `bench_${digits(i)}`;
const role = (way, i) => `bench_${WAYS[way].letter}${digits(i)}`;
const host = (way, i) => `${WAYS[way].letter}${digits(i)}.${settings().PLATFORM_DOMAIN}`;

async function dropOthers(where) {
	const others = await sql(where, `SELECT string_agg(format('DROP TABLE %I CASCADE;', tablename), ' ')
		FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN (${KEPT.map(quote)})`);
	await script(where, others);
	// Copied with each database; its owner may shrink them.
	const catalogue = ['pg_attribute', 'pg_class', 'pg_depend', 'pg_constraint', 'pg_index', 'pg_type', 'pg_attrdef',
		'pg_description', 'pg_trigger', 'pg_statistic'];
	for (const table of catalogue)
		await sql(where, `VACUUM FULL pg_catalog.${table}`);
}

async function makeTemplate(shop) {
	const owner = `souk_${shop.store.id.replaceAll('-', '')}`;   // the program gives both the same name
	await sql(server(), `CREATE DATABASE ${TEMPLATE} OWNER ${owner} TEMPLATE ${owner} STRATEGY WAL_LOG`);
	await dropOthers(inTemplate(shop));
	return owner;
}

// The template's owner owns the tables, and each role is a member of it.
async function makeRoles(rows, owner, password) {
	const one = (r) => WAYS[r.way].trusted ? `CREATE ROLE ${r.role} LOGIN IN ROLE ${owner}, ${TRUSTED};` :
		`CREATE ROLE ${r.role} LOGIN PASSWORD '${password}' IN ROLE ${owner};`;
	await script(server(), `CREATE ROLE ${TRUSTED};\n${rows.map(one).join('\n')}`);
}

async function makeDatabases(count, owner) {
	const numbers = Array.from({ length: count }, (_, i) => i + 1);
	const lanes = Array.from({ length: AT_ONCE }, (_, lane) => numbers.filter((i) => i % AT_ONCE === lane));
	await Promise.all(lanes.map((lane) => script(server(), lane.map((i) =>
		`CREATE DATABASE ${database(i)} OWNER ${owner} TEMPLATE ${TEMPLATE} STRATEGY WAL_LOG;`).join('\n'))));
}

async function seal(rows, password) {
	const seals = await compile('tenants/seal.c', 'seal', { library: true,
		packages: ['json-c', 'libpq', 'openssl', 'libjwt', 'libsodium', 'libcrypt', 'libcurl', 'fcgi'] });
	const { ENCRYPTION_KEY, JWT_SECRET } = settings();
	const lines = rows.map((r) => `${r.id} 1 ${r.at} ${r.port} ${r.role} ${password} ${r.database}\n`).join('');
	return (await run([seals], { env: { ENCRYPTION_KEY, JWT_SECRET }, input: lines })).split('\n');
}

// Rows of the master, as the program would have written them.
async function register(rows, boxes) {
	const owner = randomUUID();
	const copy = (table, columns, line) =>
		`COPY ${table} (${columns}) FROM stdin;\n${rows.map(line).join('\n')}\n\\.\n`;
	await script(master(), `BEGIN;
		INSERT INTO users (id, email) VALUES ('${owner}', 'tenants@bench.example');
		${copy('stores', 'id, user_id, name, slug, status, provisioning_status', (r) =>
			[r.id, owner, 'Bench', r.host.split('.')[0], 'active', 'completed'].join('\t'))}
		${copy('store_hostnames', 'id, hostname, store_id, is_primary', (r) =>
			[randomUUID(), r.host, r.id, 't'].join('\t'))}
		${copy('store_databases', 'id, store_id, database_type, is_managed, credentials_sealed, connection_status',
			(r, i) => [randomUUID(), r.id, 'postgresql', 't', `\\\\x${boxes[i]}`, 'connected'].join('\t'))}
		COMMIT;
		ANALYZE stores, store_hostnames, store_databases;`);
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// As the program signs them: the same person's session stands in each copy of the template.
function sign(storeId, user, sessionId) {
	const now = Math.floor(Date.now() / 1000);
	const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: 'souk', aud: `store:${storeId}`,
		sub: user.id, userId: user.id, sid: sessionId, email: user.email, role: user.role,
		accountType: user.account_type, storeId, type: 'access', iat: now, exp: now + DAY_S })}`;
	return `${text}.${createHmac('sha256', settings().JWT_SECRET).update(text).digest('base64url')}`;
}

// One user with 20 sessions. Their last use lies ahead, so that no read writes it down.
export async function addSessions(where, count = 20) {
	const user = await row(where, 'SELECT id, email, role, account_type FROM users ORDER BY created_at LIMIT 1');
	const session = await sql(where, `INSERT INTO sessions (id, user_id, user_agent, ip_address, created_at,
			last_used_at, expires_at)
		SELECT gen_random_uuid(), '${user.id}', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0', '192.0.2.' || n,
			now() - n * interval '1 minute', now() + interval '1 day', now() + interval '7 days'
		FROM generate_series(1, ${count}) n RETURNING id`);
	return { user, sessionId: session.split('\n')[0] };
}

export function tenantToken(storeId, { user, sessionId }) {
	return sign(storeId, user, sessionId);
}

function rowsOf(count, poolerDirectory) {
	return Object.entries(WAYS).flatMap(([way, { port }]) => Array.from({ length: count }, (_, i) => ({ way, port,
		id: randomUUID(), host: host(way, i + 1), role: role(way, i + 1), database: database(i + 1),
		at: port === POOLER_PORT ? poolerDirectory : databaseDirectory() })));
}

function writeHosts(rows, way, person) {
	const file = join(stage(), `hosts.${way}`);
	writeFileSync(file, rows.filter((r) => r.way === way)
		.map((r) => `${r.host} ${sign(r.id, person.user, person.sessionId)}\n`).join(''));
	return file;
}

// Lines for pg_hba.conf that the trusted roles need.
export const trust = [`local all +${TRUSTED} trust`];

// Makes `count` databases, and for each way as many stores on them: { files: { way: path of "host token" lines },
// roles, password }.
export async function makeTenants(shop, count, poolerDirectory) {
	const began = Date.now(), password = randomBytes(16).toString('hex');
	const owner = await makeTemplate(shop), person = await addSessions(inTemplate(shop));
	const rows = rowsOf(count, poolerDirectory);
	await makeRoles(rows, owner, password);
	await makeDatabases(count, owner);
	await register(rows, await seal(rows, password));
	say(`${count} tenants' databases made in ${Math.round((Date.now() - began) / 1000)} s`);
	return { files: Object.fromEntries(Object.keys(WAYS).map((way) => [way, writeHosts(rows, way, person)])),
		roles: rows.map((r) => r.role), password };
}
