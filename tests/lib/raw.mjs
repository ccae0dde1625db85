// SPDX-License-Identifier: Apache-2.0
// Bytes to the web server as they are, for what no well-behaved client would send.
import { connect, createServer } from 'node:net';

import { base, sleep } from './env.mjs';

// A web server that has answered may go on reading what we said we would send.
function whole({ headers, body }) {
	return 'content-length' in headers && body.length >= Number(headers['content-length']);
}

// Sends `bytes` and gives the answer: until it is whole, or the peer closes or falls silent.
export function raw(bytes, { at = base, silentMs = 3000, halfClose = false } = {}) {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(at.port), at.hostname);
		const parts = [];
		socket.setTimeout(silentMs, () => socket.destroy());
		socket.on('connect', () => (halfClose ? socket.end(bytes) : socket.write(bytes)));
		socket.on('data', (part) => {
			parts.push(part);
			if (whole(parse(Buffer.concat(parts).toString('latin1'))))
				socket.destroy();
		});
		socket.on('error', (e) => (parts.length || e.code === 'ECONNRESET' ? undefined : reject(e)));
		socket.on('close', () => resolve(parse(Buffer.concat(parts).toString('latin1'))));
	});
}

// The first answer in a stream of bytes; status 0 for none.
function parse(text) {
	const end = text.indexOf('\r\n\r\n');
	const [line, ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
	const headers = {};
	for (const each of lines) {
		const at = each.indexOf(':');
		const name = each.slice(0, at).toLowerCase(), value = each.slice(at + 1).trim();
		headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
	}
	const body = end < 0 ? '' : text.slice(end + 4);
	let json = null;
	try {
		json = JSON.parse(body);
	} catch {
		// not JSON: the test says whether it should be
	}
	return { status: Number(line?.split(' ')[1] ?? 0), headers, body, json, code: json?.code, text };
}

// A request with Connection: close; `lines` are header lines.
export function lines(first, ...rest) {
	return [first, ...rest, 'Connection: close', '', ''].join('\r\n');
}

// Sends the beginning of a request and goes away after a while.
export async function abandon(bytes, afterMs = 20) {
	const end = begin(bytes);
	await sleep(afterMs);
	end();
}

// Sends a part of a request; the function that it gives ends the connection.
export function begin(bytes) {
	const socket = connect(Number(base.port), base.hostname);
	socket.on('error', () => {});
	socket.write(bytes);
	return () => socket.destroy();
}

// A listener that counts who came: { port, count(), close() }.
export function listener(host, port = 0) {
	let n = 0;
	const server = createServer((socket) => {
		n++;
		socket.destroy();
	});
	return new Promise((resolve, reject) => {
		server.on('error', reject);
		server.listen(port, host, () => resolve({ port: server.address().port, count: () => n,
			close: () => new Promise((done) => server.close(done)) }));
	});
}
