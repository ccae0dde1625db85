// SPDX-License-Identifier: Apache-2.0
// The instance's own processes, by what its pid files and the kernel say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { home } from './env.mjs';

export function part(name) {
	return Number(readFileSync(join(home, `run/${name}.pid`), 'utf8').split(' ')[0]);
}

// null when it is gone: anything of /proc may go between two looks, so each process is looked at once.
function stat(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+) /s.exec(text);
		return { pid, name, state, parent: Number(parent) };
	} catch {
		return null;
	}
}

export function alive(pid) {
	const s = stat(pid);
	return s !== null && s.state !== 'Z';
}

export const nameOf = (pid) => stat(pid)?.name ?? '';

// Ended ones that nobody has waited for yet don't count.
const below = (parent, fits) => readdirSync('/proc').map(Number).filter((pid) => pid > 0).map(stat)
	.filter((s) => s?.parent === parent && s.state !== 'Z' && fits(s.name)).map((s) => s.pid);

export const children = (parent, name) => below(parent, (its) => !name || its === name);

// Of all shards: souk-web, souk-web.1, …
export const webWorkers = () => below(part('serve'), (its) => its.startsWith('souk-web'));
export const slowWorkers = () => children(part('serve'), 'souk-slow');
export const jobWorkers = () => children(part('work'), 'souk-job');

export function logText(name) {
	return readFileSync(join(home, `log/${name}.log`), 'utf8');
}

// Lines of a log of ours that are JSON, as objects.
export function logLines(name) {
	return logText(name).split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
}
