// SPDX-License-Identifier: Apache-2.0
// PgBouncer in transaction mode in front of the instance's PostgreSQL, on a unix socket.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from '../../lib/env.mjs';
import { databaseDirectory } from '../lib/instance.mjs';
import { run, stage, start, stop } from '../lib/stage.mjs';
import { account } from '../lib/machine.mjs';

export const POOLER_PORT = 6543;

// Where its socket will be; made before the credentials that name it.
export function poolerDirectory() {
	const directory = join(stage(), 'pooler');
	mkdirSync(directory, { recursive: true });
	chmodSync(directory, 0o777);
	return directory;
}

function conf(directory, { auth = 'scram-sha-256', idle = 60 }) {
	return `[databases]
* = host=${databaseDirectory()} port=5432
[pgbouncer]
listen_addr =
listen_port = ${POOLER_PORT}
unix_socket_dir = ${directory}
unix_socket_mode = 0777
auth_type = ${auth}
auth_file = ${directory}/users
pool_mode = transaction
max_client_conn = 8000
default_pool_size = 4
server_idle_timeout = ${idle}
server_lifetime = 3600
log_connections = 0
log_disconnections = 0
log_pooler_errors = 1
stats_period = 3600
`;
}

// Starts it; stopPooler() ends it. `auth`: its auth_type. `idle`: seconds after which it closes an unused server
// connection.
export async function startPooler({ roles, password }, options) {
	const directory = poolerDirectory();
	writeFileSync(join(directory, 'users'), roles.map((role) => `"${role}" "${password}"\n`).join(''), { mode: 0o644 });
	writeFileSync(join(directory, 'ini'), conf(directory, options), { mode: 0o644 });
	const child = start('pgbouncer', ['/usr/sbin/pgbouncer', join(directory, 'ini')], { as: account('postgres') });
	await until('PgBouncer', () => run(['pg_isready', '-q', '-h', directory, '-p', String(POOLER_PORT)])
		.then(() => true, () => false), 10, 20);
	return child;
}

export const stopPooler = (child) => stop(child, 'SIGINT');
