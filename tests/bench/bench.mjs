// SPDX-License-Identifier: Apache-2.0
// The benchmarks: sets the stage, then runs the parts that were asked for. `./dev bench` calls it.
import { once } from 'node:events';
import { mkdtemp, chmod } from 'node:fs/promises';
import { createServer } from 'node:net';

import { options } from './lib/options.mjs';
import { atEnd, end, fail } from './lib/stage.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => end(`stopped by ${signal}`));

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

// What happens to be set in this shell shall change neither the instance nor the peers.
function cleanEnvironment(stage, port) {
	const kept = ['PATH', 'HOME', 'TERM', 'SOUK_PROGRAM', 'DATA_DIR'];
	for (const name of Object.keys(process.env))
		if (!kept.includes(name))
			delete process.env[name];
	Object.assign(process.env, { LC_ALL: 'C.UTF-8', BENCH_STAGE: stage, SOUK_HOME: `${stage}/home`,
		SOUK_LISTEN: `127.0.0.1:${port}`, SOUK_URL: `http://127.0.0.1:${port}` });
}

try {
	const asked = options(process.argv.slice(2));
	const stage = await mkdtemp('/tmp/souk-bench.');
	await chmod(stage, 0o755);
	atEnd(stage);
	cleanEnvironment(stage, await freePort());
	// These read the environment when they are loaded.
	const { run } = await import('./lib/program.mjs');
	await run(asked);
	await end();
} catch (e) {
	await end(fail(e));
}
