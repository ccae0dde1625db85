// SPDX-License-Identifier: Apache-2.0
// A shop's visitors, on a thread of their own: what the test does meanwhile takes none of their time.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { get, ok } from '../lib/api.mjs';
import { sleep } from '../lib/env.mjs';

const PAUSE_MS = 1;

// Milliseconds that each answer took.
async function visit({ token, clients, spellMs }) {
	const times = [], end = Date.now() + spellMs;
	await Promise.all(Array.from({ length: clients }, async () => {
		while (Date.now() < end) {
			const from = performance.now();
			ok(await get('/api/auth/sessions', { token }));
			times.push(performance.now() - from);
			await sleep(PAUSE_MS);
		}
	}));
	return times;
}

if (!isMainThread)
	parentPort.on('message', (asked) => visit(asked).then((times) => parentPort.postMessage(times)));

// { spell: async () => milliseconds of each answer, leave: async () }. A failed answer fails the spell.
export function visitors(asked) {
	const thread = new Worker(new URL(import.meta.url));
	return {
		async spell() {
			thread.postMessage(asked);
			return (await once(thread, 'message'))[0];
		},
		leave: () => thread.terminate(),
	};
}
