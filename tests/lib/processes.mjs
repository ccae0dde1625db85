// SPDX-License-Identifier: Apache-2.0
// The instance's own processes, by what its pid files and the kernel say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { home } from './env.mjs';

export function part(name) {
	return Number(readFileSync(join(home, `run/${name}.pid`), 'utf8').split(' ')[0]);
}

function stat(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return { state: rest[0], parent: Number(rest[1]) };
	} catch {
		return null;
	}
}

export function alive(pid) {
	const s = stat(pid);
	return s !== null && s.state !== 'Z';
}

export function nameOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '';
	}
}

export function children(parent, name) {
	return readdirSync('/proc').map(Number).filter((pid) => pid > 0 && stat(pid)?.parent === parent &&
		stat(pid).state !== 'Z' && (!name || nameOf(pid) === name));
}

// Of all shards: souk-web, souk-web.1, …
export const webWorkers = () => children(part('serve')).filter((pid) => nameOf(pid).startsWith('souk-web'));
export const slowWorkers = () => children(part('serve'), 'souk-slow');
export const jobWorkers = () => children(part('work'), 'souk-job');

export function logText(name) {
	return readFileSync(join(home, `log/${name}.log`), 'utf8');
}

// Lines of a log of ours that are JSON, as objects.
export function logLines(name) {
	return logText(name).split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
}
