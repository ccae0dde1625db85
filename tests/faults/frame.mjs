// SPDX-License-Identifier: Apache-2.0
// A whole instance of our own to do harm to: nginx, workers and job workers on a master database behind a proxy.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { program, top } from '../lib/env.mjs';
import { pgProxy } from '../lib/pg_proxy.mjs';
import { cluster, freePort } from '../lib/postgres.mjs';
import { children } from '../lib/processes.mjs';
import { sql } from '../lib/sql.mjs';

const run = promisify(execFile);

export const full = process.env.SOUK_FAULTS === 'full';
// The long form of a length, or the short one.
export const lasting = (short, long) => (full ? long : short);

const ROLE = 'souk', DATABASE = 'master';

async function makeDatabase(pg) {
	const secret = randomBytes(12).toString('hex');
	await sql(pg.where(), `CREATE ROLE ${ROLE} LOGIN PASSWORD '${secret}'`);
	await sql(pg.where(), `CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
	return secret;
}

// No limit shall be met: what is counted here are faults.
const unlimited = Object.fromEntries(['LOGIN', 'LOGIN_NETWORK', 'REGISTER', 'REFRESH', 'MAIL', 'MAIL_NETWORK',
	'TEST_DATABASE'].map((name) => [`RATE_${name}`, '1000000/1']));

class Frame {
	constructor(parts) {
		Object.assign(this, parts);
		this.home = join(this.directory, 'home');
		this.where = { ...this.pg.where(DATABASE), PGOPTIONS: '-c statement_timeout=20000' };
	}

	async up(word = '--detach') {
		const { stdout } = await run(program, ['up', word], { env: { ...process.env, ...this.env, SOUK_HOME: this.home } });
		return stdout;
	}

	pid(part) {
		return Number(readFileSync(join(this.home, `run/${part}.pid`), 'utf8').split(' ')[0]);
	}

	supervisors = () => [this.pid('serve'), this.pid('work')];
	workers = () => this.supervisors().flatMap((pid) => children(pid)).sort((a, b) => a - b);
	web = () => children(this.pid('serve'), 'souk-web');
	slow = () => children(this.pid('serve'), 'souk-slow');

	log(part) {
		return readFileSync(join(this.home, `log/${part}.log`), 'utf8');
	}

	deaths() {
		return ['serve', 'work'].flatMap((part) => this.log(part).split('\n').filter((line) => line.includes('"worker_died"')));
	}

	async stop() {
		// A shutdown in good order would first write to disk what is forgotten right after.
		if (existsSync(join(this.home, 'run/postgres.pid')))
			process.kill(this.pid('postgres'), 'SIGQUIT');
		if (existsSync(this.home))
			await this.up('--reset');
		await this.proxy.close();
		await this.pg.stop();
		rmSync(this.directory, { recursive: true, force: true });
	}
}

// Settings of the instance, and of its master's server. Everything is gone after stop().
export async function frame(env = {}, serverSettings = []) {
	const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-faults.'));
	chmodSync(directory, 0o755);
	const pg = await cluster(serverSettings);
	const secret = await makeDatabase(pg), proxy = await pgProxy(pg.port);
	const listen = `127.0.0.1:${await freePort()}`;
	const it = new Frame({ directory, pg, proxy, at: new URL(`http://${listen}`), env: { DATA_DIR: top, SOUK_SERVER: 'nginx', ...unlimited,
		SOUK_LISTEN: listen, MAX_STORES_PER_USER: '100000', WEB_SHARDS: '1', ...env,
		MASTER_DB_URL: `postgresql://${ROLE}:${secret}@127.0.0.1:${proxy.port}/${DATABASE}?sslmode=disable` } });
	try {
		await it.up();
	} catch (e) {
		await it.stop();
		throw e;
	}
	return it;
}
