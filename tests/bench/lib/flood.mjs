// SPDX-License-Identifier: Apache-2.0
// What one route's flood does to the others, and what is left of the work itself when ten times too much is asked.
import { call, post } from '../../lib/api.mjs';
import { base, sleep } from '../../lib/env.mjs';
import { wrk } from './load.mjs';
import { cores } from './machine.mjs';
import { median } from './numbers.mjs';
import { run, say } from './stage.mjs';

const LOGINS_PER_S = 1000, QUICK_MS = 20, LOGIN_MS = 500, STEP_MS = 20, TIMES = 10, LEAD_MS = 2000;

// As many logins a second as named, from as many connections, each asking once a second.
const flood = (world, seconds) => wrk(`${base.origin}/api/auth/login`, { seconds, clients: LOGINS_PER_S, may: true,
	env: { BENCH_BODY: world.login, BENCH_PAUSE: '1000' } });

const me = (world, seconds, clients, env = {}) => wrk(`${base.origin}/api/auth/me`, { seconds, clients, may: true, env,
	headers: { Authorization: `Bearer ${world.token}` } });

// Visitors who ask now and then: what they wait is not what they do to each other.
const visitors = (world, seconds, asked) => me(world, seconds, asked.clients, { BENCH_PAUSE: '20' });

const logins = (world, seconds) => wrk(`${base.origin}/api/auth/login`, { seconds, clients: cores, may: true,
	env: { BENCH_BODY: world.login } });

async function underFlood(world, asked) {
	const storm = flood(world, asked.seconds + 3);
	await sleep(LEAD_MS);
	const [seen, stormed] = [await visitors(world, asked.seconds, asked), await storm];
	return { ...seen, answered: stormed.requests / (asked.seconds + 3) };
}

// What a machine without a free core does by itself: loops that run only when nobody else wants the core.
async function besideLoops(world, asked) {
	const loops = Array.from({ length: cores }, () =>
		run(['sh', '-c', `chrt -i 0 timeout ${asked.seconds + 1} sh -c 'while :; do :; done' || :`]));
	const seen = await visitors(world, asked.seconds, asked);
	await Promise.all(loops);
	return seen;
}

// Seconds until an answer comes as fast as it should.
async function recovery(ask, quickMs) {
	const began = performance.now();
	for (;;) {
		const from = performance.now(), rs = await ask();
		if (rs.status === 200 && performance.now() - from < quickMs)
			return (performance.now() - began) / 1000;
		await sleep(STEP_MS);
	}
}

const askMe = (world) => () => call('GET', '/api/auth/me', { token: world.token });
const askLogin = (world) => () => post('/api/auth/login', world.login, { headers: { 'content-type': 'application/json' } });

// Each begins when nothing is left over from the one before.
async function once(world, asked) {
	const best = await logins(world, asked.seconds), quiet = await visitors(world, asked.seconds, asked);
	const full = await besideLoops(world, asked);
	const flooded = await underFlood(world, asked);
	await recovery(askLogin(world), LOGIN_MS);
	const stormed = await flood(world, asked.seconds);
	const again = await recovery(askLogin(world), LOGIN_MS);
	const plain = await me(world, asked.seconds, asked.clients), over = await me(world, asked.seconds, asked.clients * TIMES);
	return { quiet: quiet.p99, full: full.p99, flooded: flooded.p99, stretched: flooded.p99 / quiet.p99, lost: flooded.bad + flooded.lost,
		answered: flooded.answered, best: best.rate, logins: stormed.rate, loginGoodput: stormed.rate / best.rate,
		loginRecovery: again, goodput: over.rate / plain.rate, overFailed: over.bad + over.lost,
		recovery: await recovery(askMe(world), QUICK_MS) };
}

// Medians over the rounds of: p99 of visitors quiet, beside busy loops and under the flood (ms), their ratio, goodputs, recovery (s).
export async function flooding(world, asked) {
	const list = [];
	for (let round = 1; round <= asked.rounds; round++) {
		say(`flood, round ${round} of ${asked.rounds}`);
		list.push(await once(world, asked));
	}
	return Object.fromEntries(Object.keys(list[0]).map((name) => [name, median(list.map((r) => r[name]))]));
}
