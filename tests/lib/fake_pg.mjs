// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL server of a few lines that is believed, and that lies where it is told to: tests/faults/lies.mjs.
import { createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

import { sleep } from './env.mjs';

const SSL_REQUEST = 80877103, CANCEL_REQUEST = 80877102;

export const oid = { bool: 16, int8: 20, int4: 23, text: 25, bytea: 17, timestamptz: 1184 };

// ---- bytes of the protocol ----

export const int32 = (n) => {
	const out = Buffer.alloc(4);
	out.writeInt32BE(n | 0);
	return out;
};
export const int16 = (n) => Buffer.from([n >> 8 & 255, n & 255]);
export const text = (s) => Buffer.concat([Buffer.from(s), Buffer.from([0])]);
const join = (parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : p)));

export const message = (kind, ...body) => {
	const content = join(body);
	return join([kind, int32(content.length + 4), content]);
};
// The head of a message that announces `length`, whatever follows.
export const announce = (kind, length) => join([kind, int32(length)]);

export const ask = (code, ...body) => message('R', int32(code), ...body);
export const parameter = (name, value) => message('S', text(name), text(value));
export const ready = (state = 'I') => message('Z', state);
export const key = () => message('K', int32(1), int32(1));
// Fields are "SFATAL", "C28P01", "Mwords", …
export const fields = (kind, ...list) => message(kind, ...list.map(text), Buffer.from([0]));
export const error = (...list) => fields('E', ...list);
export const describe = (columns, format = 0) => message('T', int16(columns.length),
	join(columns.flatMap(([name, type]) => [text(name), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(format)])));
const value = (v) => (v === null ? int32(-1) : join([int32(Buffer.byteLength(v)), v]));
export const row = (values) => message('D', int16(values.length), ...values.map(value));
export const complete = (tag = 'SELECT 1') => message('C', text(tag));

// ---- a connection, as the server sees it ----

class Session {
	constructor(socket, server) {
		this.server = server;
		this.waiting = [];
		this.statements = new Map();
		this.said = '';   // by the client, outside TLS
		this.attach(socket);
	}

	attach(socket) {
		this.socket = socket;
		this.bytes = Buffer.alloc(0);
		socket.setNoDelay?.(true);
		socket.on('error', () => {});
		socket.on('close', () => this.wake(this.closed = true));
		socket.on('data', (part) => {
			if (!this.secure)
				this.said += part.toString('latin1');
			this.bytes = Buffer.concat([this.bytes, part]);
			this.wake();
		});
	}

	wake() {
		this.waiting.splice(0).forEach((go) => go());
	}

	// Exactly n bytes from the client; throws when it has gone.
	async read(n) {
		while (this.bytes.length < n) {
			if (this.closed)
				throw new Error('gone');
			await new Promise((resolve) => this.waiting.push(resolve));
		}
		const out = this.bytes.subarray(0, n);
		this.bytes = this.bytes.subarray(n);
		return out;
	}

	async readMessage() {
		const head = await this.read(5);
		return { kind: String.fromCharCode(head[0]), body: await this.read(head.readInt32BE(1) - 4) };
	}

	// A packet without a kind: the first ones of a connection.
	async readPacket() {
		const length = (await this.read(4)).readInt32BE();
		return this.read(length - 4);
	}

	// Waits while the client does not take it; throws when it has gone.
	async write(...parts) {
		if (this.closed)
			throw new Error('gone');
		if (!this.socket.write(join(parts)))
			await new Promise((resolve) => {
				this.socket.once('drain', resolve);
				this.waiting.push(resolve);
			});
	}

	// The same bytes one by one.
	async drip(bytes, ms) {
		for (const byte of bytes) {
			await this.write(Buffer.from([byte]));
			await sleep(ms);
		}
	}

	// The same bytes until the client goes away.
	async flood(make, everyMs = 0) {
		for (let i = 0; ; i++) {
			await this.write(typeof make === 'function' ? make(i) : make);
			if (everyMs)
				await sleep(everyMs);
			else if (i % 64 === 0)
				await new Promise((resolve) => setImmediate(resolve));
		}
	}

	// Nothing more, until the client goes away.
	async silence() {
		while (!this.closed)
			await new Promise((resolve) => this.waiting.push(resolve));
		throw new Error('gone');
	}

	async close() {
		this.socket.end();
		await sleep(50);
		throw new Error('closed');
	}

	async reset() {
		(this.raw ?? this.socket).resetAndDestroy();
		throw new Error('reset');
	}

	// `first` is said in the clear before.
	async startTls(certificate, first = 'S') {
		const plain = this.socket;
		await this.write(first);
		for (const event of ['data', 'close'])
			plain.removeAllListeners(event);
		this.secure = true;
		this.raw = plain;
		this.attach(new TLSSocket(plain, { isServer: true, ...certificate.options,
			secureContext: createSecureContext(certificate) }));
	}
}

// ---- what an honest server says ----

// By what stands in the statement; the first that matches. The values are texts, as on the wire.
const ANSWERS = [
	[/system_identifier/, [['identity', oid.text]], [['7300000000000000001']]],
	[/server_version_num/, [['version', oid.int4], ['can_create', oid.bool], ['can_identify', oid.bool],
		['database_oid', oid.int8], ['address', oid.text], ['ours', oid.bool], ['any_text', oid.bool]],
	[['150004', 't', 't', '16384', '127.0.0.1/32 5432', 'f', 't']]],
	[/FROM souk_meta/, [['store_id', oid.text]], []],
	[/AS empty/, [['empty', oid.bool]], [['t']]],
	[/AS one/, [['one', oid.int4]], [['1']]],
	[/set_config/, [['set_config', oid.text]], [['x']]],
];

export function honest(sql) {
	const found = ANSWERS.find(([words]) => words.test(sql));
	return found ? { columns: found[1], rows: found[2] } : { columns: [], rows: [] };
}

// Each step does its part and may be replaced by a lie of the same name.
const STEPS = {
	async ssl(s) {
		await (s.server.certificate ? s.startTls(s.server.certificate) : s.write('N'));
	},
	async auth(s) {
		await s.write(ask(0));
	},
	async session(s) {
		await s.write(parameter('server_version', '15.4'), parameter('client_encoding', 'UTF8'),
			parameter('standard_conforming_strings', 'on'), key());
	},
	async ready(s) {
		await s.write(ready());
	},
	async parse(s) {
		await s.write(message('1'));
	},
	async bind(s) {
		await s.write(message('2'));
	},
	async describe(s, q) {
		await s.write(q.columns.length ? describe(q.columns) : message('n'));
	},
	async execute(s, q) {
		await s.write(...q.rows.map(row), complete(q.columns.length ? `SELECT ${q.rows.length}` : q.sql));
	},
	async sync(s) {
		await s.write(ready());
	},
};

// Tells the lie in its step (once its statement is there), else does what is honest.
async function step(s, name, q) {
	const { lie } = s.server;
	if (lie?.at === name && (!q || lie.about.test(q.sql)))
		return lie.play(s, q);
	return STEPS[name](s, q);
}

const cString = (bytes, at) => bytes.toString('utf8', at, bytes.indexOf(0, at));

async function greet(s) {
	let packet = await s.readPacket();
	if (packet.readInt32BE() === SSL_REQUEST) {
		await step(s, 'ssl');
		packet = await s.readPacket();
	}
	if (packet.readInt32BE() === CANCEL_REQUEST)
		throw new Error('a cancel');
}

async function answerTo(s, { kind, body }) {
	if (kind === 'P') {
		s.current = cString(body, cString(body, 0).length + 1);
		s.statements.set(cString(body, 0), s.current);
	} else if (kind === 'B') {
		s.current = s.statements.get(cString(body, cString(body, 0).length + 1)) ?? '';
	} else if (kind === 'X') {
		throw new Error('goodbye');
	}
	const name = { P: 'parse', B: 'bind', D: 'describe', E: 'execute', S: 'sync' }[kind];
	if (name)
		await step(s, name, { sql: s.current, ...honest(s.current) });
	else if (kind === 'Q')
		await s.write(complete(cString(body, 0).split(' ')[0]), ready());
}

async function serve(s) {
	await step(s, 'accept');
	await greet(s);
	for (const name of ['auth', 'session', 'ready'])
		await step(s, name);
	for (;;)
		await answerTo(s, await s.readMessage());
}
STEPS.accept = async () => {};

// { port, said(), met(), mistakes, close() }: a server that tells `lie`. said() is all that clients sent in the clear,
// met() how many came, mistakes what went wrong here. It listens on `port`, or any. `certificate` is { key, cert, options? } when it speaks TLS.
export function fakePg(lie, { port = 0, certificate } = {}) {
	const sessions = new Set(), mistakes = [];
	const server = createServer((socket) => {
		const s = new Session(socket, { lie, certificate: lie?.certificate ?? certificate });
		sessions.add(s);
		serve(s).catch((e) => {
			if (!['gone', 'closed', 'reset', 'goodbye', 'a cancel'].includes(e.message) && !s.closed)
				mistakes.push(e);
		}).finally(() => s.socket.destroy());
	});
	const said = () => [...sessions].map((s) => s.said).join('');
	const close = () => new Promise((done) => {
		server.close(done);
		sessions.forEach((s) => s.socket.destroy());
	});
	return new Promise((resolve, reject) => {
		server.on('error', reject);
		server.listen(port, '127.0.0.1', () => resolve({ port: server.address().port, said, close, mistakes,
			met: () => sessions.size }));
	});
}

// ---- SCRAM, the server's half (RFC 5802) ----

const hmac = (secret, words) => createHmac('sha256', secret).update(words).digest();

// Goes through the exchange as a server does that knows the password; `twist` may change what it says:
// first(nonce) the first answer, last(proof) the second.
export async function scram(s, password, twist = {}) {
	await s.write(ask(10, text('SCRAM-SHA-256'), Buffer.from([0])));
	const { body } = await s.readMessage();
	const bare = body.toString('utf8', body.indexOf(',,') + 2);
	const nonce = bare.slice(bare.indexOf('r=') + 2) + randomBytes(9).toString('base64');
	const salt = randomBytes(16);
	const first = twist.first?.(nonce) ?? `r=${nonce},s=${salt.toString('base64')},i=4096`;
	await s.write(ask(11, first));
	const answer = (await s.readMessage()).body.toString();
	const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
	const said = `${bare},${first},${answer.slice(0, answer.lastIndexOf(',p='))}`;
	const proof = hmac(hmac(salted, 'Server Key'), said).toString('base64');
	await s.write(...(twist.last?.(proof) ?? [ask(12, `v=${proof}`)]));
}
