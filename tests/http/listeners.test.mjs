// SPDX-License-Identifier: Apache-2.0
// The four ways to start `souk serve`: own sockets, systemd's, one on descriptor 0 (spawn-fcgi, mod_fcgid), and Apache's
// mod_proxy_fcgi onto own ones; and what is handed over but may not be served.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { call, get, post, refused, times, told } from '../lib/api.mjs';
import { account, apache } from '../lib/apache.mjs';
import { home, program, slowness, until } from '../lib/env.mjs';
import * as fcgi from '../lib/fcgi.mjs';
import { freePort } from '../lib/postgres.mjs';
import { alive, children, nameOf } from '../lib/processes.mjs';
import { run, serve, souk } from '../lib/serve.mjs';

const conf = join(home, 'souk.conf'), command = [program, '--config', conf, 'serve'];
let directory, n = 0;

before(() => {
	directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-listen.'));
	chmodSync(directory, 0o755);
});
after(() => {
	begun.filter((it) => !it.over).forEach((it) => it.child.kill('SIGKILL'));
	rmSync(directory, { recursive: true, force: true });
});

// What a failed test leaves behind would keep this file from ending.
const begun = [];
function begin(...args) {
	begun.push(run(...args));
	return begun.at(-1);
}

const path = (name) => join(directory, `${name}.${n++}`);
const own = () => ({ WORKERS: '2', SLOW_WORKERS: '1', RUN_DIR: path('run') });

// Without connecting, which would start what waits behind it. The file is there before the socket listens.
const listens = (socket) => readFileSync('/proc/net/unix', 'utf8').split('\n').some((line) =>
	line.endsWith(` ${socket}`) && line.split(/\s+/)[3] === '00010000');

// A quick route and a slow one, on the sockets where a web server would ask for them.
async function answers(web, slow = web) {
	await until('an answer', async () =>
		(await fcgi.ask(web, fcgi.usual('GET', '/healthz')).catch(() => ({}))).status === 200, 20);
	const body = '{"email":"nobody@example.com","password":"a wrong password"}';
	const rs = await fcgi.ask(slow, fcgi.usual('POST', '/api/auth/login', [['CONTENT_TYPE', 'application/json'],
		['CONTENT_LENGTH', body.length]]), body, { silentMs: 20000 });
	assert.match(rs.text, /INVALID_CREDENTIALS/);
}

// The workers of a supervisor that take requests.
const below = (it) => children(it.child.pid).map(nameOf).filter((name) => name !== 'souk-news').sort();

// It ends by itself, in one line, and says this.
async function refuses(it, words) {
	const timer = setTimeout(() => it.child.kill('SIGKILL'), 10000 * slowness);
	const { code } = await it.ended;
	clearTimeout(timer);
	assert.equal(code, 1, it.text);
	const lines = it.text.trim().split('\n').filter((line) => line.startsWith('souk: '));
	assert.equal(lines.length, 1, it.text);
	assert.match(lines[0], words);
}

async function ends(it, signal = 'SIGTERM') {
	const below = children(it.child.pid), from = performance.now();
	it.child.kill(signal);
	assert.deepEqual(await it.ended, { code: 0, signal: null }, it.text);
	assert.ok(performance.now() - from < 2000 * slowness);
	assert.deepEqual(below.filter(alive), []);
}

const spawnFcgi = (options, args = [], env = {}) => begin('spawn-fcgi', ['-n', ...options, '--', ...command, ...args], { ...own(), ...env });

// As systemd starts a service when the first client comes.
function activated(listen, fdnames) {
	const env = own(), set = ['DATA_DIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', ...Object.keys(env)].flatMap((name) => ['-E', name]);
	return begin('systemd-socket-activate', [...listen.flatMap((l) => ['-l', l]), ...(fdnames ? [`--fdname=${fdnames}`] : []),
		...set, ...command], env);
}

// ---- own sockets

test('own sockets are for owner and group only, and removed at the end', async () => {
	const it = await serve(), { SOCKET_WEB, SOCKET_SLOW } = it.env;
	for (const socket of [SOCKET_WEB, SOCKET_SLOW])
		assert.equal((statSync(socket).mode & 0o777).toString(8), '660');
	await answers(SOCKET_WEB, SOCKET_SLOW);
	await refuses(souk(['serve'], { ...it.env, RUN_DIR: path('run') }), /another server holds/);
	await ends(it);
	for (const socket of [SOCKET_WEB, SOCKET_SLOW])
		assert.ok(!existsSync(socket));
	await it.stop();
});

test('--single has nothing to serve when no socket was handed over', async () => {
	await refuses(souk(['serve', '--single'], { ...own(), SOCKET_WEB: path('web'), SOCKET_SLOW: path('slow') }), /--single/);
});

// ---- systemd

test('systemd: two sockets by their names, in any order', async () => {
	for (const order of [['web', 'slow'], ['slow', 'web']]) {
		const at = Object.fromEntries(order.map((name) => [name, path(name)]));
		const it = activated(Object.values(at), order.join(':'));
		await until('the sockets', () => Object.values(at).every(listens));
		await answers(at.web, at.slow);
		assert.deepEqual(below(it), ['souk-slow', 'souk-web', 'souk-web']);
		await refuses(souk(['serve'], { ...own(), SOCKET_WEB: at.web, SOCKET_SLOW: path('slow') }), /another program listens/);
		await answers(at.web, at.slow);
		await ends(it);
		assert.ok(existsSync(at.web), 'a socket that is not ours was removed');
	}
});

test('systemd: one socket, whatever its name, serves all routes', async () => {
	for (const name of ['web', 'souk.socket', null]) {
		const socket = path('one'), it = activated([socket], name);
		await until('the socket', () => listens(socket));
		await answers(socket);
		assert.deepEqual(below(it), ['souk-web', 'souk-web', 'souk-web']);
		await ends(it);
	}
});

test('systemd: names that are not known, missing or twice are refused', async () => {
	for (const [fdnames, words] of [[null, /none of the 2 sockets .* web/], ['web:other', /slow/], ['web:web', /slow/],
		['web:slow:other', /nothing serves .*other/], ['web:slow:slow', /nothing serves .*slow/]]) {
		const sockets = (fdnames ?? 'a:b').split(':').map(path);
		const it = activated(sockets, fdnames);
		await until('the sockets', () => sockets.every(listens));
		await fcgi.talk(sockets[0], '', { silentMs: 300 });
		await refuses(it, words);
	}
});

test('sockets meant for another process are left alone', async () => {
	const it = await serve({ LISTEN_PID: '1', LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' });
	await answers(it.env.SOCKET_WEB, it.env.SOCKET_SLOW);
	await ends(it);
	await it.stop();
});

// ---- descriptor 0

test('spawn-fcgi: a supervisor with workers on its socket', async () => {
	const socket = path('spawn'), it = spawnFcgi(['-s', socket, '-M', '0660']);
	await answers(socket);
	assert.deepEqual(below(it), ['souk-web', 'souk-web', 'souk-web']);
	assert.equal(readlinkSync(`/proc/${it.child.pid}/fd/0`), '/dev/null');
	await refuses(souk(['serve'], { ...own(), SOCKET_WEB: socket, SOCKET_SLOW: path('slow') }), /another program listens/);
	await ends(it);
	assert.ok(existsSync(socket), 'a socket that is not ours was removed');
});

test('--single: one process, which ends on each wish to end', async () => {
	for (const signal of ['SIGTERM', 'SIGUSR1', 'SIGINT']) {
		const socket = path('single'), it = spawnFcgi(['-s', socket, '-M', '0660'], ['--single']);
		await answers(socket);
		assert.deepEqual(children(it.child.pid), []);
		await ends(it, signal);
	}
});

test('spawn-fcgi -F: as many single processes as it is told to start', async () => {
	const socket = path('many'), pids = path('pids');
	const it = begin('spawn-fcgi', ['-F', '2', '-P', pids, '-s', socket, '-M', '0660', '--', ...command, '--single'], own());
	await answers(socket);
	// It writes one after the other, and the first may answer before the second is there.
	const list = await until('two of them', () => {
		const all = readFileSync(pids, 'utf8').trim().split(/\s+/).map(Number);
		return all.length === 2 && all;
	}, 5);
	assert.equal(list.length, 2, it.text);
	assert.deepEqual(list.flatMap((pid) => children(pid)), []);
	list.forEach((pid) => process.kill(pid, 'SIGTERM'));
	await until('both to end', () => !list.some(alive), 2 * slowness);
});

// ---- what may not be served

test('network sockets are refused', async () => {
	await refuses(spawnFcgi(['-a', '127.0.0.1', '-p', String(await freePort())]), /network socket/);
	const port = await freePort(), it = activated([`127.0.0.1:${port}`], 'web');
	await until('the port', () => call('GET', '/', { at: new URL(`http://127.0.0.1:${port}`) }).then(() => true, (e) => e.code !== 'ECONNREFUSED'));
	await refuses(it, /network socket/);
});

test('sockets that anybody may connect to, or of another group, are refused', async () => {
	for (const mode of ['0666', '0662', '0777'])
		await refuses(spawnFcgi(['-s', path('open'), '-M', mode]), /anybody may connect/);
	const open = path('open'), it = activated([open], 'web');
	await until('the socket', () => listens(open));
	chmodSync(open, 0o666);
	await fcgi.talk(open, '', { silentMs: 300 });
	await refuses(it, /anybody may connect/);
	await refuses(spawnFcgi(['-s', path('group'), '-M', '0660'], [], { SOCKET_GROUP: 'daemon' }), /SOCKET_GROUP/);
	await refuses(spawnFcgi(['-s', path('group'), '-M', '0660'], [], { SOCKET_GROUP: 'no-such-group' }), /no group no-such-group/);
});

test('descriptors that do not listen, or are no sockets, are refused', async () => {
	const handed = (redirect, fds = 1) => begin('sh', ['-c', `export LISTEN_PID=$$ LISTEN_FDS=${fds}; exec "$@" ${redirect}`, 'sh', ...command],
		own(), 'pipe');   // a pipe of Node's is a connected unix socket
	await refuses(handed('3</dev/null'), /no socket/);
	await refuses(handed('3<&-'), /no socket/);
	await refuses(handed('3<&0'), /no listening stream socket/);
	for (const fds of ['many', '-1', '65'])
		await refuses(handed('3</dev/null', fds), /LISTEN_FDS/);
});

// ---- Apache

const wrong = { email: 'nobody@example.com', password: 'a wrong password' };

async function wholeSite(at) {
	assert.equal((await get('/healthz', { at })).text, 'ok\n');
	refused(await post('/api/auth/login', wrong, { at }), 401, 'INVALID_CREDENTIALS');
	refused(await get('/api/auth/me', { at }), 401, 'NO_TOKEN');
	refused(await get('/api/auth/me', { at, token: 'x.y.z' }), 401, 'INVALID_TOKEN');
	refused(await post('/api/auth/login', 'x'.repeat((1 << 20) + 1), { at }), 413, 'BODY_TOO_LARGE');
	const css = await get('/css/souk.css?v=1', { at });
	assert.equal(css.status, 200, told(css));
	assert.match(css.headers['cache-control'], /immutable/);
	assert.equal(css.headers['x-content-type-options'], 'nosniff');
	assert.equal((await get('/', { at })).status, 200);
	for (const rs of await times(40, () => get('/healthz', { at })))
		assert.equal(rs.status, 200);
}

test('Apache, mod_proxy_fcgi onto own sockets; it answers in our envelope when Souk is away', async () => {
	const it = await serve(account() ? { SOCKET_GROUP: account().name } : {}), where = mkdtempSync(join(directory, 'proxy.'));
	chmodSync(join(it.env.SOCKET_WEB, '..'), 0o755);
	const web = await apache('apache', ['buffer', 'proxy', 'proxy_fcgi'], where, it.env);
	await wholeSite(web.at);
	assert.equal((await it.stop()).code, 0);
	const rs = await get('/api/auth/me', { at: web.at, headers: { 'x-request-id': 'mine-1' } });
	refused(rs, 503, 'BUSY');
	assert.equal(rs.headers['retry-after'], '1');
	assert.equal(rs.headers['cache-control'], 'no-store');
	assert.equal(rs.headers['x-content-type-options'], 'nosniff');
	assert.equal(rs.headers['x-request-id'], 'mine-1');
	const page = await get('/login', { at: web.at });
	assert.equal(page.status, 503);
	assert.match(page.headers['content-type'], /^text\/html/);
	assert.equal((await get('/css/souk.css', { at: web.at })).status, 200);
	await web.stop();
});

// Takes connections and never answers.
function silence(socket) {
	const open = [], server = createServer((c) => open.push(c.on('error', () => {})));
	const stop = () => new Promise((resolve) => {
		server.close(resolve);
		open.forEach((c) => c.destroy());
	});
	return new Promise((resolve) => server.listen(socket, () => {
		if (account())
			chownSync(socket, account().uid, account().gid);
		resolve(stop);
	}));
}

test('Apache: a flood on a slow pool that is stuck leaves threads to the rest', async () => {
	const it = await serve(account() ? { SOCKET_GROUP: account().name } : {}), where = mkdtempSync(join(directory, 'flood.'));
	chmodSync(join(it.env.SOCKET_WEB, '..'), 0o755);
	const stuck = path('stuck'), stop = await silence(stuck);
	const web = await apache('apache', ['buffer', 'proxy', 'proxy_fcgi'], where, { ...it.env, SOCKET_SLOW: stuck });
	const early = [], flood = times(100, () => post('/api/auth/login', wrong, { at: web.at }).then((rs) => {
		early.push(rs);
		return rs;
	}));
	await until('refusals', () => early.length >= 50, 10 * slowness);
	for (const rs of await times(20, () => get('/healthz', { at: web.at })))
		assert.equal(rs.status, 200, told(rs));
	await stop();
	for (const rs of await flood) {
		refused(rs, 503, 'BUSY');
		assert.equal(rs.headers['retry-after'], '1');
	}
	await web.stop();
	await it.stop();
});

// Those that Apache started, known by their copy of the program.
const managed = (where) => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map(Number).filter((pid) => {
	try {
		return readlinkSync(`/proc/${pid}/exe`) === join(where, 'souk');
	} catch {
		return false;
	}
});

test('Apache, mod_fcgid: it starts single processes and ends them', async () => {
	const where = mkdtempSync(join(directory, 'fcgid.'));
	const web = await apache('apache-fcgid', ['fcgid'], where);
	await wholeSite(web.at);
	const pids = managed(where);
	assert.ok(pids.length > 0);
	assert.deepEqual(pids.flatMap((pid) => children(pid)), [], 'a process that Apache manages has forked');
	process.kill(pids[0], 'SIGKILL');
	await until('an answer', async () => (await get('/healthz', { at: web.at })).status === 200, 5);
	await web.stop();
	await until('all to end', () => managed(where).length === 0, 5 * slowness);
});
