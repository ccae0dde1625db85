// SPDX-License-Identifier: Apache-2.0
// So many requests a second, whether or not the answers keep up, and what came back.
import { Agent, request } from 'node:http';

import { base, sleep } from './env.mjs';

// One request on a connection of its own kind; { status, code, retryAfter, ms } (status 0: none came).
function once(agent, { method = 'GET', path, headers = {}, body }) {
	const from = performance.now();
	return new Promise((resolve) => {
		const rq = request({ agent, method, path, headers, host: base.hostname, port: base.port }, (rs) => {
			let text = '';
			rs.on('data', (part) => (text += part));
			rs.on('end', () => resolve({ status: rs.statusCode, text, retryAfter: rs.headers['retry-after'],
				type: rs.headers['content-type'], code: /"code":"(\w+)"/.exec(text)?.[1],
				ms: performance.now() - from }));
		});
		rq.on('error', (e) => resolve({ status: 0, code: e.code, ms: performance.now() - from }));
		rq.end(body);
	});
}

// `make(i)` gives the request. Resolves to all answers.
export async function load(perSecond, seconds, make) {
	const agent = new Agent({ keepAlive: true, maxSockets: 1500 });
	const answers = [], from = performance.now();
	const all = perSecond * seconds;
	while (answers.length < all) {
		const due = Math.min(all, Math.ceil((performance.now() - from) / 1000 * perSecond));
		while (answers.length < due)
			answers.push(once(agent, make(answers.length)));
		await sleep(5);
	}
	const done = await Promise.all(answers);
	agent.destroy();
	return done;
}

export function percentile(values, share) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
