// SPDX-License-Identifier: Apache-2.0
// What one would pick instead, each in its own best manner (tests/bench/peers), on the instance's master database.
import { deepStrictEqual } from 'node:assert';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { call } from '../../lib/api.mjs';
import { program, settings, until } from '../../lib/env.mjs';
import { master } from '../../lib/sql.mjs';
import { account } from './machine.mjs';
import { run, say, stage, start } from './stage.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '../peers');
const POOL = 8, PHP_CHILDREN = 8;

// The packages of npm, once for each state of the lock file.
async function installPackages() {
	const lock = readFileSync(join(here, 'package-lock.json'), 'utf8'), mark = join(here, 'node_modules/.installed');
	if (existsSync(mark) && readFileSync(mark, 'utf8') === lock)
		return;
	say('Installing the peers\' packages');
	await run(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here });
	writeFileSync(mark, lock);
}

const base = (socket) => ({ ...master(), JWT_SECRET: settings().JWT_SECRET, LISTEN: socket, POOL: String(POOL),
	ME_SQL: join(here, 'me.sql'), NODE_ENV: 'production' });

function node(name) {
	const socket = join(stage(), `${name}.sock`);
	const child = start(name, [process.execPath, join(here, `${name}.js`)], { env: base(socket) });
	return { kind: 'proxy', name, socket, child, roots: [child.pid] };
}

async function buildGo() {
	const out = join(stage(), 'peer-go');
	await run(['go', 'build', '-o', out, join(here, 'go/main.go')], { env: { GO111MODULE: 'off', GOFLAGS: '',
		GOPATH: '/usr/share/gocode', GOCACHE: join(dirname(program), 'bench-go-cache'), CGO_ENABLED: '0' } });
	return out;
}

async function go() {
	const socket = join(stage(), 'go.sock');
	const child = start('go', [await buildGo()], { env: base(socket) });
	return { kind: 'proxy', name: 'go', socket, child, roots: [child.pid] };
}

export function phpFpm() {
	const names = readdirSync('/usr/sbin').filter((name) => /^php-fpm\d/.test(name)).sort();
	if (!names.length)
		throw new Error('php-fpm is not installed');
	return join('/usr/sbin', names.at(-1));
}

function phpConf(directory, socket) {
	return `[global]
error_log = ${directory}/error.log
daemonize = no
[peer]
${process.getuid() === 0 ? 'user = www-data\ngroup = www-data' : ''}
listen = ${socket}
listen.mode = 0666
listen.backlog = 4096
pm = static
pm.max_children = ${PHP_CHILDREN}
php_admin_value[opcache.validate_timestamps] = 0
php_admin_value[date.timezone] = UTC
`;
}

function php() {
	const directory = join(stage(), 'php'), socket = join(stage(), 'php.sock'), where = master();
	mkdirSync(directory, { mode: 0o755 });
	// Its workers may not be able to read the source tree.
	for (const file of ['php/me.php', 'me.sql'])
		copyFileSync(join(here, file), join(directory, file.split('/').at(-1)));
	writeFileSync(join(directory, 'conf'), phpConf(directory, socket));
	const child = start('php', [phpFpm(), '-y', join(directory, 'conf'), '-d', 'opcache.enable=1', '-d',
		'opcache.jit=tracing', '-d', 'opcache.jit_buffer_size=32M']);
	return { kind: 'php', name: 'php', socket, script: join(directory, 'me.php'), child, roots: [child.pid], params: {
		PG_DSN: `pgsql:host=${where.PGHOST};port=${where.PGPORT};dbname=${where.PGDATABASE}`, PGUSER: where.PGUSER,
		PGPASSWORD: where.PGPASSWORD, JWT_SECRET: settings().JWT_SECRET, ME_SQL: join(directory, 'me.sql') } };
}

export const NAMES = { express: 'Express + pg + jsonwebtoken', fastify: 'Fastify + postgres.js + fast-jwt',
	php: 'PHP-FPM + PDO', go: 'Go + pgx + golang-jwt' };

// Sites for front.mjs.
export async function startPeers() {
	await installPackages();
	const sites = [node('express'), node('fastify'), php(), await go()];
	for (const site of sites)
		await until(site.name, () => existsSync(site.socket), 20, 20);
	return sites;
}

// The same JSON as the instance's, and no answer without a good token: or nothing is measured.
export async function checkPeer(site, token, expected) {
	const at = new URL(`http://127.0.0.1:${site.port}`);
	const rs = await call('GET', '/api/auth/me', { at, token });
	deepStrictEqual([rs.status, rs.json], [200, expected], `${site.name} does not answer as Souk does: ${rs.text}`);
	for (const bad of [undefined, `${token.slice(0, -3)}AAA`]) {
		const refused = await call('GET', '/api/auth/me', { at, token: bad });
		deepStrictEqual(refused.status, 401, `${site.name} takes a bad token`);
	}
}
