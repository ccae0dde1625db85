// SPDX-License-Identifier: Apache-2.0
// `souk up` in homes of its own: starts that are cut off, and what dead processes leave behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { program, sleep, slowness, until } from '../lib/env.mjs';
import { freePort } from '../lib/postgres.mjs';
import { alive } from '../lib/processes.mjs';
import { run } from '../lib/serve.mjs';

let home, listen;
const at = (name) => join(home, name);
const up = (...words) => run(program, ['up', ...words], { SOUK_HOME: home, SOUK_LISTEN: listen });

async function starts() {
	const it = up('--detach');
	const { code } = await it.ended;
	assert.equal(code, 0, it.text);
	assert.equal((await fetch(`http://${listen}/readyz`)).status, 200);
}

async function ends(word) {
	const it = up(word);
	const { code } = await it.ended;
	assert.equal(code, 0, it.text);
}

before(async () => {
	home = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-up.'));
	chmodSync(home, 0o755);
	listen = `127.0.0.1:${await freePort()}`;
});

after(async () => {
	await ends('--reset');
	rmSync(home, { recursive: true });
});

test('a start that was killed is begun again, whatever it had made', async (t) => {
	for (const made of ['pg.new', 'pg.new/base', 'pg.new/PG_VERSION', 'pg', 'run/postgres.pid', 'run/serve.pid', 'run/nginx.pid'])
		await t.test(`killed when ${made} was there`, async () => {
			const first = up('--detach');
			await until(made, () => existsSync(at(made)) || first.over, 30 * slowness);
			first.child.kill('SIGKILL');
			await first.ended;
			await starts();
			await ends('--reset');
		});
});

test('killed before the settings were in their place, it puts them there', async () => {
	await starts();
	await ends('--down');
	renameSync(at('souk.conf'), at('pg/first.conf'));
	await starts();
	assert.equal(statSync(at('souk.conf')).mode & 0o777, 0o600);
	await ends('--down');
	renameSync(at('souk.conf'), at('kept'));
	const it = up('--detach');
	assert.equal((await it.ended).code, 1, it.text);
	assert.match(it.text, /souk\.conf is gone, but its database is there/);
	renameSync(at('kept'), at('souk.conf'));
});

const serverPid = () => Number(readFileSync(at('pg/postmaster.pid'), 'utf8').split('\n')[0]);

test('lock files of a server that is gone do not matter, also when their number is another process\'s', async () => {
	await starts();
	process.kill(serverPid(), 'SIGKILL');
	await starts();
	await ends('--down');
	const { uid, gid } = statSync(at('pg'));
	const other = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
	await sleep(50);
	for (const name of ['pg/postmaster.pid', 'run/pg/.s.PGSQL.5432.lock'])
		writeFileSync(at(name), `${other.pid}\n${at('pg')}\n1\n5432\n\n\n\n`, { mode: 0o644 });
	await starts();
	assert.ok(alive(other.pid), 'it was somebody else\'s process');
	other.kill();
});

test('a server that does not start says why, in one line', async () => {
	await ends('--down');
	const conf = readFileSync(at('pg/postgresql.conf'), 'utf8');
	writeFileSync(at('pg/postgresql.conf'), `${conf}nonsense\n`);
	const it = up('--detach');
	assert.equal((await it.ended).code, 1, it.text);
	assert.match(it.text, /^souk: PostgreSQL does not start: FATAL: .*configuration file.*\(see .*postgres\.log\)\n$/);
	writeFileSync(at('pg/postgresql.conf'), conf);
});

test('what is no home is told', async () => {
	const file = at('file');
	writeFileSync(file, '');
	const it = run(program, ['up', '--detach'], { SOUK_HOME: file, SOUK_LISTEN: listen });
	assert.equal((await it.ended).code, 1);
	assert.equal(it.text, `souk: ${file} is no directory; set SOUK_HOME to one of yours\n`);
});
