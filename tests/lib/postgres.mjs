// SPDX-License-Identifier: Apache-2.0
// A throw-away PostgreSQL server on 127.0.0.1, as a customer would have one.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { until } from './env.mjs';
import { sql } from './sql.mjs';

const ROOT = '/usr/lib/postgresql';

function binaries() {
	const versions = readdirSync(ROOT).filter((v) => /^\d+$/.test(v)).sort((a, b) => b - a);
	return join(ROOT, versions[0], 'bin');
}

// initdb and the server refuse to run as root.
function account() {
	if (process.getuid() !== 0)
		return {};
	const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'postgres'])));
	return { uid, gid };
}

export function freePort(host = '127.0.0.1') {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, host, () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// { port, password, where(database), url(database, user, password), make(database), stop() }, and halt('fast' or
// 'immediate') and start(), between which it is away. `more` are settings: ['max_connections=20'].
export async function cluster(more = []) {
	const bin = binaries(), who = account(), port = await freePort();
	const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-test-pg.'));
	const data = join(directory, 'data'), password = `super-${port}-secret`;
	const options = { ...who, cwd: directory, stdio: 'ignore',
		env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
	chmodSync(directory, 0o755);
	if (who.uid)
		chownSync(directory, who.uid, who.gid);
	writeFileSync(join(directory, 'password'), password);
	execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8',
		'--locale=C.UTF-8', '--no-sync', `--pwfile=${join(directory, 'password')}`], options);
	const args = ['fsync=off', 'max_locks_per_transaction=256', 'timezone=UTC', ...more];
	let server, gone;
	const where = (database = 'postgres') => ({ PGHOST: '127.0.0.1', PGPORT: String(port),
		PGUSER: 'postgres', PGPASSWORD: password, PGDATABASE: database });
	const start = async () => {
		server = spawn(join(bin, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '',
			...args.flatMap((each) => ['-c', each])], options);
		gone = new Promise((resolve) => server.on('exit', resolve));
		await until('the test server', () => sql(where(), 'SELECT 1').catch(() => ''), 20);
	};
	const halt = async (how = 'fast') => {
		server.kill(how === 'immediate' ? 'SIGQUIT' : 'SIGINT');
		await gone;
	};
	const stop = async () => {
		await halt();
		rmSync(directory, { recursive: true, force: true });
	};
	try {
		await start();
	} catch (e) {
		await stop();
		throw e;
	}
	return { port, password, where, stop, halt, start,
		url: (database, user = 'postgres', secret = password) =>
			`postgresql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`,
		make: (database) => sql(where(), `CREATE DATABASE "${database}"`) };
}
