// SPDX-License-Identifier: Apache-2.0
// The instance under measurement: made by `souk up` in the stage, with the settings it ships with.
import { appendFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { home, program, settings, top } from '../../lib/env.mjs';
import { libpq } from '../../lib/sql.mjs';
import { children, comm, title } from './proc.mjs';
import { later, run } from './stage.mjs';

// Limits that count people are not what is measured; everything else is as shipped.
const WIDE = { RATE_LOGIN: '1000000/60', RATE_LOGIN_NETWORK: '1000000/60', DATA_DIR: process.env.DATA_DIR ?? top };

const souk = (word, env = {}) => run([program, 'up', word], { env: { ...WIDE, ...env } });

export async function up(env) {
	await souk('--detach', env);
}

// PostgreSQL for more databases and connections than a developer needs: lines of postgresql.conf, which win over
// what `souk up` writes, and lines that come first in pg_hba.conf.
export async function tunePostgres(conf, hba) {
	await souk('--down');
	appendFileSync(join(dataDirectory(), 'postgresql.conf'), `\n${conf.join('\n')}\n`);
	const path = join(dataDirectory(), 'pg_hba.conf'), own = readFileSync(path, 'utf8');
	writeFileSync(path, `${hba.join('\n')}\n${own}`);
	await up();
}

export async function create() {
	later(() => souk('--reset'));
	await up();
}

const dataDirectory = () => realpathSync(join(home, 'pg'));

export function pid(part) {
	return Number(readFileSync(join(home, `run/${part}.pid`), 'utf8').split(' ')[0]);
}

export async function stopPart(part) {
	const was = pid(part);
	process.kill(was, 'SIGTERM');
	while (comm(was))
		await new Promise((done) => setTimeout(done, 10));
}

// Worker processes of a pool, of all its shards: souk-web, souk-slow, souk-job.
export function workers(name) {
	return [pid('serve'), pid('work')].flatMap(children).filter((p) => comm(p).split('.')[0] === name);
}

export const webWorkers = () => workers('souk-web');

// Server processes that serve a store's database: "postgres: ROLE DATABASE [local] idle", where a store's database has
// its id in its name. Whose they are never changes, so each is read once: this is called while the load runs.
const serving = new Set();

export function tenantConnections() {
	return children(pid('postgres')).filter((p) => {
		if (!serving.has(p) && /^postgres: \S+ (souk|bench)_\S+ /.test(title(p)))
			serving.add(p);
		return serving.has(p);
	});
}

export function socketDirectory() {
	return dirname(settings().SOCKET_WEB);
}

export const databaseDirectory = () => libpq(settings().MASTER_DB_URL).PGHOST;

// nginx's configuration as `souk up` made it.
export function nginxConf() {
	return readFileSync(join(home, 'nginx/nginx.conf'), 'utf8');
}

// SQL of any length, by standard input; what psql prints.
export async function script(where, text) {
	return run(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1'], { env: where, input: text });
}
