// SPDX-License-Identifier: Apache-2.0
// Where the instance under test is and what it was told: from SOUK_HOME and SOUK_URL.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const home = process.env.SOUK_HOME ?? join(top, '.souk');
export const program = process.env.SOUK_PROGRAM ?? join(top, 'build/souk');

function readListen() {
	const file = join(home, 'run/listen');
	return existsSync(file) ? readFileSync(file, 'utf8').trim() : '127.0.0.1:8080';
}

export const base = new URL(process.env.SOUK_URL ?? `http://${readListen()}`);

// "nginx" or "apache", for the few things that they refuse or join by themselves.
export const server = existsSync(join(home, 'run/apache.pid')) ? 'apache' : 'nginx';

// A build with sanitizers answers slower: limits in milliseconds are stretched by this.
export const slowness = Number(process.env.SOUK_SLOWNESS ?? 1);

// NAME=value lines; what is in the environment wins, as for the program itself.
export function settings() {
	const out = {};
	for (const line of readFileSync(join(home, 'souk.conf'), 'utf8').split('\n')) {
		const at = line.indexOf('=');
		if (at > 0 && !line.startsWith('#'))
			out[line.slice(0, at)] = line.slice(at + 1);
	}
	for (const name of Object.keys(out))
		if (process.env[name])
			out[name] = process.env[name];
	return out;
}

export function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

// Asks until `ask` gives something true; its last answer, or an error that says what was waited for.
export async function until(what, ask, seconds = 30, everyMs = 50) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (answer)
			return answer;
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for ${what}`);
		await sleep(everyMs);
	}
}
