// SPDX-License-Identifier: Apache-2.0
// An Apache of our own with the site that `souk site` prints: everything it writes is in one directory.
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { program, until } from './env.mjs';
import { freePort } from './postgres.mjs';
import { givesUp, run, souk } from './serve.mjs';

const MODULES = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules'].find((d) => existsSync(d));
const BINARY = ['/usr/sbin/apache2', '/usr/sbin/httpd'].find((f) => existsSync(f));
const NEEDED = ['mpm_event', 'authz_core', 'deflate', 'filter', 'headers', 'mime', 'reqtimeout', 'rewrite', 'setenvif', 'unique_id'];

// The account that answers, when it is root that starts: { name, uid, gid }.
export function account() {
	if (process.getuid() !== 0)
		return null;
	const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'www-data'])));
	return { name: 'www-data', uid, gid };
}

// Where Apache's user can run it; by a name of its own, so that it can be told from others.
function copyProgram(directory) {
	const copy = join(directory, 'souk');
	copyFileSync(program, copy);
	chmodSync(copy, 0o755);
	return copy;
}

async function site(kind, directory, address, env) {
	const printed = souk(['site', kind], env);
	const { code } = await printed.ended;
	if (code !== 0)
		throw new Error(`souk site ${kind}: ${printed.text}`);
	return printed.text.replaceAll('*:80', address).replaceAll('${APACHE_LOG_DIR}', directory)
		.replaceAll(program, copyProgram(directory));
}

// { at, child, text, ended, stop() }; `modules` are those beside what every site needs.
export async function apache(kind, modules, directory, env = {}) {
	const port = await freePort(), address = `127.0.0.1:${port}`, who = account();
	const conf = join(directory, 'apache.conf'), ipc = join(directory, 'ipc');
	mkdirSync(ipc);
	chmodSync(directory, 0o755);
	if (who)
		chownSync(ipc, who.uid, who.gid);
	const fcgid = modules.includes('fcgid') ? `FcgidIPCDir ${ipc}\nFcgidProcessTableFile ${ipc}/table\n` : '';
	writeFileSync(conf, `ServerRoot ${directory}\nDefaultRuntimeDir ${directory}\nPidFile ${directory}/apache.pid
ErrorLog ${directory}/error.log\nListen ${address}\nServerName localhost\nTypesConfig /dev/null
${[...NEEDED, ...modules].map((m) => `LoadModule ${m}_module ${MODULES}/mod_${m}.so`).join('\n')}
${who ? `User ${who.name}\nGroup #${who.gid}` : ''}\n${fcgid}${await site(kind, directory, address, env)}`);
	const it = run(BINARY, ['-D', 'FOREGROUND', '-f', conf], env);
	it.at = new URL(`http://${address}`);
	it.stop = async () => {
		if (!it.over)
			it.child.kill('SIGTERM');
		return it.ended;
	};
	await until('Apache', async () => {
		if (it.over)
			throw new Error(`Apache ended: ${it.text}`);
		return fetch(it.at).then((rs) => rs.arrayBuffer(), () => null);
	}, 20).catch(givesUp(it));
	return it;
}
