// SPDX-License-Identifier: Apache-2.0
// A FastCGI client on a worker's own socket, for what no web server would send.
import { connect } from 'node:net';

const BEGIN = 1, PARAMS = 4, STDIN = 5, STDOUT = 6;

function record(type, content) {
	const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
	return Buffer.concat([head, content]);
}

// Content of any length, and the empty record that ends a stream.
function stream(type, content) {
	const parts = [];
	for (let at = 0; at < content.length; at += 65535)
		parts.push(record(type, content.subarray(at, at + 65535)));
	return Buffer.concat([...parts, record(type, Buffer.alloc(0))]);
}

function size(n) {
	if (n < 128)
		return Buffer.from([n]);
	const out = Buffer.alloc(4);
	out.writeUInt32BE((n | 0x80000000) >>> 0);
	return out;
}

export const begin = record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]));

// `list` is [[name, value], …]: a name may come twice.
export function params(list) {
	const parts = list.flatMap(([name, value]) => {
		const [n, v] = [Buffer.from(name), Buffer.isBuffer(value) ? value : Buffer.from(String(value))];
		return [size(n.length), size(v.length), n, v];
	});
	return stream(PARAMS, Buffer.concat(parts));
}

export const stdin = (body = '') => stream(STDIN, Buffer.from(body));

export function usual(method, target, more = []) {
	return [['REQUEST_METHOD', method], ['REQUEST_URI', target], ['TENANT_HOST', 'localhost'],
		['REMOTE_ADDR', '127.0.0.1'], ['SERVER_PROTOCOL', 'HTTP/1.1'], ...more];
}

// What a worker's standard output says, taken out of its records.
function unpack(bytes) {
	const out = [];
	for (let at = 0; at + 8 <= bytes.length;) {
		const length = bytes.readUInt16BE(at + 4);
		if (bytes[at + 1] === STDOUT)
			out.push(bytes.subarray(at + 8, at + 8 + length));
		at += 8 + length + bytes[at + 6];
	}
	return Buffer.concat(out).toString('utf8');
}

// Sends bytes as they are; { status, text } of the answer, status 0 for none. `pieces` are bytes, or a list of them and of
// functions that are waited for in between.
export function talk(socketPath, pieces, { silentMs = 3000 } = {}) {
	return new Promise((resolve, reject) => {
		const socket = connect(socketPath), parts = [];
		socket.setTimeout(silentMs, () => socket.destroy());
		socket.on('connect', async () => {
			for (const piece of [pieces].flat())
				await (typeof piece === 'function' ? piece() : socket.write(piece));
		});
		socket.on('data', (part) => parts.push(part));
		socket.on('error', (e) => (['ECONNRESET', 'EPIPE'].includes(e.code) ? undefined : reject(e)));
		socket.on('close', () => {
			const text = unpack(Buffer.concat(parts));
			resolve({ status: Number(text.match(/^Status: (\d+)/)?.[1] ?? 0), text });
		});
	});
}

export const request = (list, body) => Buffer.concat([begin, params(list), stdin(body)]);

export const ask = (socketPath, list, body, options) => talk(socketPath, request(list, body), options);
