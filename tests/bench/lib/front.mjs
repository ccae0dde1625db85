// SPDX-License-Identifier: Apache-2.0
// The web server before all but the instance: its configuration is the instance's own text, with other sockets.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from '../../lib/env.mjs';
import { freePort } from '../../lib/postgres.mjs';
import { nginxConf } from './instance.mjs';
import { stage, start } from './stage.mjs';

// The text from `word` to the brace that ends its block, with what stands before and after it.
function block(text, word) {
	const from = text.search(new RegExp(`^\\s*${word} \\{`, 'm'));
	let depth = 0, to = text.indexOf('{', from);
	do {
		depth += { '{': 1, '}': -1 }[text[to]] ?? 0;
		to++;
	} while (depth);
	return { before: text.slice(0, from), at: text.slice(from, to) };
}

const listen = (server, port) => server.replace(/listen [^;]*;/, `listen 127.0.0.1:${port} default_server backlog=4096;`);

// As the instance's own server, but every request goes to one socket.
const fastcgi = (server, name, port) => listen(server, port).replace(/fastcgi_pass [^;]*;/g, `fastcgi_pass ${name};`);

const upstream = (name, socket, more = '') => `upstream ${name} {\n\tserver "unix:${socket}" max_fails=0;\n${more}}\n`;

function proxied({ name, socket, port }) {
	return `${upstream(name, socket, '\tkeepalive 64;\n')}server {
	listen 127.0.0.1:${port} default_server backlog=4096;
	location / {
		proxy_pass http://${name};
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		proxy_set_header Host $host;
	}
}\n`;
}

function php({ name, socket, port, script, params }) {
	const given = Object.entries({ SCRIPT_FILENAME: script, REQUEST_METHOD: '$request_method', ...params })
		.map(([key, value]) => `\t\tfastcgi_param ${key} "${value}";\n`).join('');
	return `${upstream(name, socket)}server {
	listen 127.0.0.1:${port} default_server backlog=4096;
	location / {
		fastcgi_pass ${name};
${given}\t}
}\n`;
}

function files({ port, root }) {
	return `server {
	listen 127.0.0.1:${port} default_server backlog=4096;
	root "${root}";
	default_type application/json;
}\n`;
}

// All in the stage: nothing of the instance's is written to.
function frame(conf, directory) {
	return conf.replace(/^pid .*$/m, `pid "${directory}/pid";`)
		.replace(/^error_log .*$/m, `error_log "${directory}/error.log" warn;`)
		.replace(/access_log "[^"]*"/, `access_log "${directory}/access.log"`)
		.replace(/(_temp_path) "[^"]*\/(\w+)"/g, `$1 "${directory}/$2"`);
}

// `sites`: [{ kind: 'souk'|'proxy'|'php'|'files', name, socket, … }]. Gives each a `port`; returns nginx's process.
export async function startFront(sites) {
	const conf = nginxConf(), directory = join(stage(), 'front'), server = block(conf, 'server').at;
	const { before } = block(conf, 'upstream \\w+');
	mkdirSync(directory, { mode: 0o755 });
	for (const site of sites)
		site.port = await freePort();
	const make = { proxy: proxied, php, files,
		souk: (s) => upstream(s.name, s.socket) + fastcgi(server, s.name, s.port) };
	writeFileSync(join(directory, 'conf'), `${frame(before, directory)}\n${sites.map((s) => make[s.kind](s)).join('')}}\n`);
	const nginx = start('front', ['/usr/sbin/nginx', '-p', directory, '-e', `${directory}/error.log`, '-c',
		`${directory}/conf`, '-g', 'daemon off;']);
	await until('nginx', () => sites.every((s) => s.port) && fetch(`http://127.0.0.1:${sites[0].port}/`)
		.then(() => true, () => false), 10, 20);
	return nginx;
}
