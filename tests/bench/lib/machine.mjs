// SPDX-License-Identifier: Apache-2.0
// The machine, its accounts, and the versions of all that was measured.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export const cores = cpus().length;

// { uid, gid }, for servers that refuse to run as root; nothing when we are not root.
export function account(name) {
	if (process.getuid() !== 0)
		return undefined;
	const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, name])));
	return { uid, gid };
}

function first(command, ...args) {
	try {
		return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0].trim();
	} catch (e) {
		return String(e.stdout || e.stderr || '').split('\n')[0].trim();   // wrk shows its version and fails
	}
}

function system() {
	const name = /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
	return `${name}, Linux ${release()}`;
}

export function describe() {
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cores} cores of ${cpus()[0].model.trim()}, ${memory} GiB, ${system()}`;
}

// [[what, version], …] of what stands on this machine.
export function versions(phpFpm) {
	const short = (text) => /\d+(\.\d+)+/.exec(text)?.[0] ?? text;
	const nginx = execFileSync('sh', ['-c', '/usr/sbin/nginx -v 2>&1'], { encoding: 'utf8' });
	return [['nginx', short(nginx)], ['PostgreSQL', short(first('psql', '--version'))],
		['PgBouncer', short(first('/usr/sbin/pgbouncer', '--version'))], ['Node', process.versions.node],
		['PHP', short(first(phpFpm, '-v'))], ['Go', short(first('go', 'version'))], ['gcc', short(first('cc', '--version').replace(/^.*\)/, ''))],
		['wrk', short(first('wrk', '--version'))]];
}
