// SPDX-License-Identifier: Apache-2.0
// A `souk serve` of our own beside the instance: same settings but those given, its own sockets.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { home, program, top, until } from './env.mjs';
import * as fcgi from './fcgi.mjs';

const dataDir = process.env.DATA_DIR ?? top;

// A program with its output: { child, text, ended }.
export function run(command, args, env = {}, stdin = 'ignore', stderr = 'pipe') {
	const child = spawn(command, args, { stdio: [stdin, 'pipe', stderr],
		env: { PATH: `${process.env.PATH}:/usr/sbin`, DATA_DIR: dataDir, ...sanitizers(), ...env } });
	const out = { child, text: '', over: false };
	child.stdout.on('data', (d) => (out.text += d));
	child.stderr?.on('data', (d) => (out.text += d));
	child.on('error', (e) => (out.text += e));
	out.ended = new Promise((resolve) => child.on('close', (code, signal) => {
		out.over = true;
		resolve({ code, signal });
	}));
	return out;
}

// `through` is a command that runs it, such as prlimit with its options; `stderr` a descriptor for its log.
export function souk(args, env = {}, config = join(home, 'souk.conf'), { through = [], stderr = 'pipe' } = {}) {
	const [command, ...rest] = [...through, program, '--config', config, ...args];
	return run(command, rest, env, 'ignore', stderr);
}

// A test that fails while it waits shall leave no server behind.
export const givesUp = (it) => async (e) => {
	it.child.kill('SIGTERM');
	await it.ended;
	throw e;
};

function sanitizers() {
	const names = ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'];
	return Object.fromEntries(names.filter((n) => process.env[n]).map((n) => [n, process.env[n]]));
}

// { child, text, ended, env, socket, lines(event), ask(method, path, { body, token, headers, slow }), stop() }
export async function serve(env = {}, config = undefined, how = {}) {
	const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-serve.'));
	const socket = join(directory, 'web.sock');
	const own = { SOCKET_WEB: socket, SOCKET_SLOW: join(directory, 'slow.sock'), RUN_DIR: directory,
		WORKERS: '2', WEB_SHARDS: '1', SLOW_WORKERS: '1', ...env };
	const it = souk(['serve'], own, config, how);
	it.env = own;
	it.socket = socket;
	it.ask = async (method, path, { body, token, headers = {}, slow = false } = {}) => {
		const text = body === undefined ? '' : JSON.stringify(body);
		const more = Object.entries({ ...(token && { authorization: `Bearer ${token}` }), ...headers })
			.map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value]);
		if (text)
			more.push(['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', String(Buffer.byteLength(text))]);
		const rs = await fcgi.ask(slow ? own.SOCKET_SLOW : socket, fcgi.usual(method, path, more), text, { silentMs: 20000 });
		const [head, rest] = rs.text.split('\r\n\r\n');
		const json = rest?.startsWith('{') ? JSON.parse(rest) : null;
		return { ...rs, head, json, data: json?.data, code: json?.code };
	};
	// What it logged, as objects; only those of one event when it is given.
	it.lines = (event) => it.text.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l))
		.filter((l) => !event || l.event === event);
	it.stop = async () => {
		if (!it.over)
			it.child.kill('SIGTERM');
		const end = await it.ended;
		rmSync(directory, { recursive: true, force: true });
		return end;
	};
	await until('souk serve', async () => {
		if (it.over)
			throw new Error(`souk serve ended: ${it.text}`);
		return (await it.ask('GET', '/healthz').catch(() => ({}))).status === 200;
	}, 20).catch(givesUp(it));
	return it;
}
