// SPDX-License-Identifier: Apache-2.0
// A server that tells one lie, in a process of its own that leaves the processor to others: liar.mjs NAME [PORT].
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

import { fakePg } from '../lib/fake_pg.mjs';
import { lies } from './lies.mjs';

const own = fileURLToPath(import.meta.url);

// { port, close() }
export async function liar(name, port = 0) {
	const child = spawn(process.execPath, [own, name, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
	const gone = new Promise((resolve) => child.on('exit', resolve));
	const said = await new Promise((resolve, reject) => {
		child.stdout.on('data', (d) => resolve(Number(d)));
		child.on('exit', () => reject(new Error('the liar ended')));
	});
	return { port: said, close: () => child.kill() && gone };
}

if (process.argv[1] === own) {
	setPriority(19);
	const server = await fakePg(lies.find((l) => l.name === process.argv[2]), { port: Number(process.argv[3]) });
	console.log(server.port);
}
