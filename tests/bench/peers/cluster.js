// SPDX-License-Identifier: Apache-2.0
// As many processes as cores, all accepting on one unix socket.
import cluster from 'node:cluster';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// `serve(path)` begins to listen, in each worker.
export function onAllCores(serve) {
	const path = process.env.LISTEN;
	if (!cluster.isPrimary)
		return serve(path);
	rmSync(path, { force: true });
	process.umask(0);   // the web server runs under another account
	for (let i = 0; i < availableParallelism(); i++)
		cluster.fork();
	process.on('SIGTERM', () => process.exit(0));   // the workers follow
}

// Behind a web server that keeps its connections for a minute, the shorter side of the two must not be this one.
export const KEEP_ALIVE_MS = 75000;
