// SPDX-License-Identifier: Apache-2.0
// A relay in front of a database server on 127.0.0.1 that can refuse, fall silent, and count.
import { connect, createServer } from 'node:net';

// { port, open, most, made, manner, cut(), stop() }: `manner` is 'pass', 'silent' or 'refuse'.
export async function proxy(port) {
	const it = { manner: 'pass', open: 0, most: 0, made: 0 };
	const sockets = new Set();
	const keep = (socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => sockets.delete(socket));
	};
	const server = createServer((client) => {
		keep(client);
		it.made++;
		it.most = Math.max(it.most, ++it.open);
		client.on('close', () => it.open--);
		if (it.manner === 'refuse')
			client.destroy();
		if (it.manner !== 'pass')
			return;
		const behind = connect(port, '127.0.0.1');
		keep(behind);
		client.on('close', () => behind.destroy());
		behind.on('close', () => client.destroy());
		client.pipe(behind).pipe(client);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	it.port = server.address().port;
	it.cut = () => sockets.forEach((socket) => socket.destroy());
	it.stop = () => new Promise((resolve) => {
		server.close(resolve);
		it.cut();
	});
	return it;
}
