// SPDX-License-Identifier: Apache-2.0
// SQL on the databases behind the instance, by psql: the master, and those that it made for stores.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { settings } from './env.mjs';

const run = promisify(execFile);

// Where a database is, as libpq's variables, so that no password stands in a command line.
export function libpq(url) {
	const u = new URL(url.replace(/^postgres(ql)?:\/\//, 'http://').replace('@/', '@socket/'));
	return {
		PGHOST: u.searchParams.get('host') ?? u.hostname,
		PGPORT: u.port || '5432',
		PGUSER: decodeURIComponent(u.username),
		PGPASSWORD: decodeURIComponent(u.password),
		PGDATABASE: decodeURIComponent(u.pathname.slice(1)),
		PGCONNECT_TIMEOUT: '10',
	};
}

function environment(where) {
	return { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ...where };
}

// Runs SQL text; gives what psql prints, without the line end.
export async function sql(where, text) {
	const { stdout } = await run('psql', ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', text],
		{ env: environment(where), maxBuffer: 1 << 26 });
	return stdout.trimEnd();
}

// A query's rows as objects; bigint comes as a number, numeric as text of JSON.
export async function rows(where, query) {
	return JSON.parse(await sql(where, `SELECT coalesce(json_agg(t), '[]') FROM (${query}) t`));
}

export async function row(where, query) {
	return (await rows(where, query))[0];
}

export function quote(text) {
	return `'${String(text).replaceAll("'", "''")}'`;
}

export const master = () => libpq(settings().MASTER_DB_URL);

// The database that the platform made for a store, with the rights of its owner.
export function managed(storeId) {
	const name = `souk_${storeId.replaceAll('-', '')}`;
	return { ...libpq(settings().MANAGED_DB_URL), PGDATABASE: name, PGOPTIONS: `-c role=${name}` };
}

export async function dumpSchema(where) {
	const args = ['--schema-only', '--no-owner', '--no-privileges'];
	const { PGOPTIONS, ...plain } = where;
	if (PGOPTIONS)
		args.push(`--role=${PGOPTIONS.replace('-c role=', '')}`);
	const { stdout } = await run('pg_dump', args, { env: environment(plain), maxBuffer: 1 << 28 });
	// Newer servers' tools fence the text with a random word.
	return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}

// Rows of each table: { users: 1, … }.
export async function countRows(where) {
	const list = await rows(where, `SELECT c.relname AS name,
		(xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', n.nspname, c.relname),
			false, true, '')))[1]::text::bigint AS n
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY 1`);
	return Object.fromEntries(list.map(({ name, n }) => [name, n]));
}

// Runs SQL in a session that stays open, such as one that holds a lock; gives release().
export async function hold(where, text) {
	const { spawn } = await import('node:child_process');
	const psql = spawn('psql', ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1'], { env: environment(where),
		stdio: ['pipe', 'pipe', 'inherit'] });
	const gone = new Promise((resolve) => psql.on('exit', resolve));
	psql.stdin.write(`BEGIN;\n${text};\nSELECT 'held';\n`);
	await new Promise((resolve, reject) => {
		psql.stdout.on('data', (d) => (String(d).includes('held') ? resolve() : undefined));
		psql.on('exit', () => reject(new Error('the session ended')));
	});
	return async () => {
		psql.stdin.end('ROLLBACK;\n');
		await gone;
	};
}
