// SPDX-License-Identifier: Apache-2.0
// From the start of `souk serve` to its first answer, by its own socket.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { home, program, sleep } from '../../lib/env.mjs';
import * as fcgi from '../../lib/fcgi.mjs';
import { median } from './numbers.mjs';
import { stage, start, stop } from './stage.mjs';

const TRIES = 10, GIVE_UP_MS = 10000;

const healthy = (socket) => fcgi.ask(socket, fcgi.usual('GET', '/healthz')).then((rs) => rs.status === 200, () => false);

async function once(i) {
	const directory = join(stage(), `start-${i}`), socket = join(directory, 'web.sock');
	mkdirSync(directory);
	const began = performance.now();
	const child = start('start', [program, '--config', join(home, 'souk.conf'), 'serve'], { env: {
		SOCKET_WEB: socket, SOCKET_SLOW: join(directory, 'slow.sock'), RUN_DIR: directory } });
	while (!await healthy(socket)) {
		if (performance.now() - began > GIVE_UP_MS)
			throw new Error('souk serve does not answer');
		await sleep(1);
	}
	const ms = performance.now() - began;
	await stop(child);
	return ms;
}

// { ms, worst }
export async function starting() {
	const all = [];
	for (let i = 0; i < TRIES; i++)
		all.push(await once(i));
	return { ms: median(all), worst: Math.max(...all) };
}
