// SPDX-License-Identifier: Apache-2.0
// A port behind which the server can be exchanged: an honest one first, then one that lies.
import { connect, createServer } from 'node:net';

function relay(to, sockets) {
	return createServer((socket) => {
		const other = connect(to, '127.0.0.1');
		for (const [from, into] of [[socket, other], [other, socket]]) {
			sockets.add(from);
			from.on('error', () => into.destroy());
			from.on('close', () => {
				sockets.delete(from);
				into.destroy();
			});
			from.pipe(into);
		}
	});
}

const listening = (server, port) => new Promise((resolve, reject) => {
	server.on('error', reject);
	server.listen(port, '127.0.0.1', () => resolve(server.address().port));
});

// { port, off(), on() }: passes on what comes to what listens on port `to`; off() ends all and frees the port.
export async function relayed(to) {
	const sockets = new Set();
	let server = relay(to, sockets);
	const port = await listening(server, 0);
	const off = () => new Promise((done) => {
		server.close(done);
		for (const socket of sockets)
			socket.destroy();
	});
	const on = async () => {
		server = relay(to, sockets);
		await listening(server, port);
	};
	return { port, off, on };
}
