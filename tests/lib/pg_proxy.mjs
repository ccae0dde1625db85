// SPDX-License-Identifier: Apache-2.0
// A proxy before a PostgreSQL server that understands its messages well enough to fail at a chosen moment.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const CANCEL = 80877102, TLS = 80877103, GSS = 80877104;
const ASK = 'client', ANSWER = 'server';

// Cuts a stream of bytes into messages: [type, bytes]; the first of a client has no type.
function* messages(state, chunk) {
	state.rest = state.rest.length ? Buffer.concat([state.rest, chunk]) : chunk;
	for (;;) {
		const head = state.typed ? 1 : 0;
		if (state.rest.length < head + 4)
			return;
		const size = head + state.rest.readUInt32BE(head);
		if (state.rest.length < size)
			return;
		const bytes = state.rest.subarray(0, size);
		state.rest = state.rest.subarray(size);
		yield [head ? String.fromCharCode(bytes[0]) : '', bytes];
	}
}

function fatal(state, words) {
	const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${words}\0\0`);
	const head = Buffer.alloc(5);
	head.write('E');
	head.writeUInt32BE(fields.length + 4, 1);
	return Buffer.concat([head, fields]);
}

const isCommit = (type, bytes) => type === 'Q' && /^COMMIT\0$/.test(bytes.toString('latin1', 5));
const committed = (type, bytes) => type === 'C' && bytes.toString('latin1', 5) === 'COMMIT\0';

// One client and its connection to the server.
class Pair {
	constructor(proxy, client) {
		Object.assign(this, { proxy, client, server: null, committing: false, over: false });
		this.from = { [ASK]: { rest: Buffer.alloc(0), typed: false },
			[ANSWER]: { rest: Buffer.alloc(0), typed: true } };
		client.setNoDelay(true);
		client.on('error', () => {});
		client.on('close', () => this.end());
		client.on('data', (chunk) => this.asked(chunk));
	}

	// Abruptly, as when a machine falls over.
	end() {
		if (this.over)
			return;
		this.over = true;
		this.proxy.pairs.delete(this);
		this.client.resetAndDestroy();
		this.server?.destroy();
	}

	open() {
		this.server = connect(this.proxy.upstream);
		this.server.setNoDelay(true);
		this.server.on('error', () => {});
		this.server.on('close', () => (this.over ? undefined : this.client.end()));
		this.server.on('data', (chunk) => this.answered(chunk));
	}

	asked(chunk) {
		for (const [type, bytes] of messages(this.from[ASK], chunk)) {
			if (this.over)
				return;
			if (!type)
				this.first(bytes);
			else
				this.ask(type, bytes);
		}
	}

	first(bytes) {
		const code = bytes.readUInt32BE(4);
		if (code === TLS || code === GSS) {
			this.client.write('N');
			return;
		}
		if (this.proxy.answer && code !== CANCEL) {
			this.client.end(fatal(...this.proxy.answer));
			return;
		}
		this.from[ASK].typed = true;
		this.open();
		this.forward(bytes);
	}

	ask(type, bytes) {
		if (isCommit(type, bytes)) {
			if (this.proxy.due('before commit')) {
				this.end();
				return;
			}
			this.committing = this.proxy.due('after commit');
		}
		this.forward(bytes);
	}

	forward(bytes) {
		if (this.proxy.delayMs)
			setTimeout(() => this.server.write(bytes), this.proxy.delayMs);
		else
			this.server.write(bytes);
	}

	answered(chunk) {
		const out = [];
		for (const [type, bytes] of messages(this.from[ANSWER], chunk)) {
			// The server has committed, and nobody will hear of it.
			const lost = this.committing && committed(type, bytes);
			const inside = type === 'Z' && bytes[5] === 0x54 && this.proxy.due('in transaction');
			if (lost || inside) {
				this.end();
				return;
			}
			out.push(bytes);
		}
		if (!this.over && out.length)
			this.client.write(Buffer.concat(out));
	}

	hold(yes) {
		for (const socket of [this.client, this.server])
			if (yes)
				socket?.pause();
			else
				socket?.resume();
	}
}

// A fault is one of:
//   { cut: 'in transaction' | 'before commit' | 'after commit', every: n }   each n-th such moment
//   { silent: true }             nothing passes any more, on old connections and new
//   { answer: [state, words] }   new connections are refused with an SQLSTATE, old ones are gone
//   { delayMs: n }               each message of a client waits
class Proxy {
	constructor(upstream) {
		Object.assign(this, { upstream, pairs: new Set(), cuts: 0, moments: 0 });
		this.calm();
		this.listener = createServer((client) => {
			const pair = new Pair(this, client);
			this.pairs.add(pair);
			pair.hold(this.silent);
		});
	}

	due(moment) {
		if (this.cut !== moment || ++this.moments % this.every !== 0)
			return false;
		this.cuts++;
		return true;
	}

	fault({ cut = '', every = 1, silent = false, answer = null, delayMs = 0 }) {
		const heals = this.silent && !silent;
		Object.assign(this, { cut, every, silent, answer, delayMs });
		if (silent || heals)
			this.pairs.forEach((pair) => pair.hold(silent));
		if (answer)
			this.cutAll();
	}

	calm() {
		this.fault({});
	}

	cutAll() {
		this.pairs.forEach((pair) => pair.end());
	}

	async close() {
		this.listener.close();
		this.cutAll();
		await once(this.listener, 'close');
	}
}

// { port, fault(what), calm(), cutAll(), cuts, close() }
export async function pgProxy(port, host = '127.0.0.1') {
	const proxy = new Proxy({ host, port });
	proxy.listener.listen(0, '127.0.0.1');
	await once(proxy.listener, 'listening');
	proxy.port = proxy.listener.address().port;
	return proxy;
}
