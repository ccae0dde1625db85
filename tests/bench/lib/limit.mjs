// SPDX-License-Identifier: Apache-2.0
// "The same answer without a database": what a worker of the instance said, said again by limit.c.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { settings, until } from '../../lib/env.mjs';
import * as fcgi from '../../lib/fcgi.mjs';
import { compile } from './compile.mjs';
import { stage, start } from './stage.mjs';

const WORKERS = 4;   // as many as the instance has in its web pool

// The bytes of an answer, headers and body, as a worker writes them.
export async function recorded(path, { token, host = 'localhost' }) {
	const rs = await fcgi.ask(settings().SOCKET_WEB, [['REQUEST_METHOD', 'GET'], ['REQUEST_URI', path],
		['TENANT_HOST', host], ['REMOTE_ADDR', '127.0.0.1'], ['SERVER_PROTOCOL', 'HTTP/1.1'],
		['HTTP_AUTHORIZATION', `Bearer ${token}`]]);
	if (rs.status !== 200)
		throw new Error(`${path} cannot be recorded: ${rs.text.slice(0, 200)}`);
	return rs.text;
}

// A site for front.mjs.
export async function startLimit(name, text) {
	const binary = await compile('limit.c', 'limit', { packages: ['fcgi'] });
	const file = join(stage(), `${name}.answer`), socket = join(stage(), `${name}.sock`);
	writeFileSync(file, text);
	const child = start(name, [binary, socket, String(WORKERS), file]);
	await until(name, () => fcgi.ask(socket, fcgi.usual('GET', '/')).then((rs) => rs.status === 200, () => false), 10, 20);
	return { kind: 'souk', name, socket, child, roots: [child.pid] };
}
