// SPDX-License-Identifier: Apache-2.0
// Requests to the API through the web server, and the shapes every answer must have.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';

import { base } from './env.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

// Any request; `body` is sent as JSON unless it is text or bytes. Never throws for a status.
export function call(method, path, { token, body, headers = {}, host, at = base } = {}) {
	const all = { ...headers };
	let bytes;
	if (body !== undefined) {
		const raw = typeof body === 'string' || Buffer.isBuffer(body);
		bytes = raw ? body : JSON.stringify(body);
		all['content-type'] ??= 'application/json';
		all['content-length'] = Buffer.byteLength(bytes);
	}
	if (token)
		all.authorization = `Bearer ${token}`;
	if (host)
		all.host = host;
	return new Promise((resolve, reject) => {
		const options = { agent, method, path, headers: all, host: at.hostname, port: at.port };
		const rq = request(options, (res) => {
			const parts = [];
			res.on('data', (part) => parts.push(part));
			res.on('error', reject);
			res.on('end', () => resolve(answer(res, Buffer.concat(parts).toString('utf8'))));
		});
		rq.on('error', reject);
		rq.end(bytes);
	});
}

function answer(res, text) {
	let json = null;
	if (String(res.headers['content-type']).startsWith('application/json') && text)
		json = JSON.parse(text);
	return { status: res.statusCode, headers: res.headers, text, json,
		data: json?.data, code: json?.code, details: json?.details };
}

export const get = (path, options) => call('GET', path, options);
export const post = (path, body, options) => call('POST', path, { body, ...options });
export const patch = (path, body, options) => call('PATCH', path, { body, ...options });
export const del = (path, options) => call('DELETE', path, options);

export function told(rs) {
	return `${rs.status} ${rs.text.slice(0, 400)}`;
}

// The envelope of a success; gives its data.
export function ok(rs, status = 200) {
	assert.equal(rs.status, status, told(rs));
	assert.equal(rs.json?.success, true, told(rs));
	assert.match(rs.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
	return rs.json.data;
}

// The envelope of an error; gives its details.
export function refused(rs, status, code) {
	assert.equal(rs.status, status, told(rs));
	assert.equal(rs.json?.success, false, told(rs));
	assert.equal(rs.json.code, code, told(rs));
	assert.equal(typeof rs.json.error, 'string');
	assert.ok(rs.json.error.length > 0);
	for (const name of Object.keys(rs.json))
		assert.ok(['success', 'error', 'code', 'details'].includes(name), `odd member ${name}`);
	assert.match(rs.headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/);
	return rs.json.details;
}

// What a client does that is told to come again: password hashes, for one, are made a few at a time.
export async function patiently(ask, tries = 100) {
	for (;;) {
		const rs = await ask();
		if (rs.code !== 'BUSY' || --tries === 0)
			return rs;
		assert.equal(rs.headers['retry-after'], '1', told(rs));
		await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
	}
}

// How many answers there are of each status and code: { '201': 1, '409 SLUG_TAKEN': 49 }.
export function tally(answers) {
	const out = {};
	for (const rs of answers) {
		const key = rs.code ? `${rs.status} ${rs.code}` : String(rs.status);
		out[key] = (out[key] ?? 0) + 1;
	}
	return out;
}

export function times(n, make) {
	return Promise.all(Array.from({ length: n }, (_, i) => make(i)));
}
