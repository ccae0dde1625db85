// SPDX-License-Identifier: Apache-2.0
// What happened before, during and after a fault, as a table, and what must hold of it.
import assert from 'node:assert/strict';

import { slowness } from '../lib/env.mjs';

// The kinds of requests, as they are shown.
const groups = { reads: ['me', 'balance'], writes: ['spend', 'purchase', 'store'], passwords: ['login', 'register'] };

function tally(notes) {
	const out = new Map();
	for (const { outcome } of notes)
		out.set(outcome, (out.get(outcome) ?? 0) + 1);
	return [...out].sort().map(([what, n]) => `${n} × ${what}`).join(', ') || '–';
}

const slowest = (notes) => notes.reduce((most, n) => Math.max(most, n.took), 0);
export const failed = (note) => !note.ok && !(note.again && ['409 USER_EXISTS', '409 IDEMPOTENCY_IN_PROGRESS'].includes(note.outcome));

// What was over when the fault began, what met it, what began when it was over.
const phases = ({ begin, end }) => ({ before: (n) => n.ended < begin, during: (n) => n.ended >= begin && n.began <= end,
	after: (n) => n.began > end });

// Until when after the end of a fault a request was begun in vain.
function recovery(notes, end) {
	return notes.filter((n) => n.began > end && failed(n)).reduce((most, n) => Math.max(most, n.began - end), 0);
}

const ms = (n) => `${Math.round(n)} ms`;

// `times` are the fault's begin and end.
export function table(fault, notes, times) {
	const lines = [`\n== ${fault}, for ${ms(times.end - times.begin)}`];
	for (const [name, kinds] of Object.entries(groups)) {
		const mine = notes.filter((n) => kinds.includes(n.kind));
		for (const [phase, belongs] of Object.entries(phases(times))) {
			const some = mine.filter(belongs), last = phase === 'after' ? `; well after ${ms(recovery(some, times.end))}` : '';
			lines.push(`${name.padEnd(9)}  ${phase.padEnd(6)}  ${tally(some)}; slowest ${ms(slowest(some))}${last}`);
		}
	}
	console.log(lines.join('\n'));
}

// 409s are answers to a repetition: of a key whose first request still runs, of a registration that had succeeded.
const always = ['200', '201', '409 IDEMPOTENCY_IN_PROGRESS', '409 USER_EXISTS'];

export function judge(notes, times, { allowed = [], limitMs = 10000, recoveryMs = 2000 } = {}) {
	const odd = notes.filter((n) => ![...always, ...allowed].includes(n.outcome));
	assert.equal(tally(odd), '–', 'answers that no document names');
	const early = notes.filter((n) => phases(times).before(n) && failed(n));
	assert.equal(tally(early), '–', 'failures before the fault');
	for (const n of notes)
		assert.ok(!n.outcome.startsWith('503') || n.retryAfter > 0, `${n.kind}: ${n.outcome} without Retry-After`);
	const hung = notes.filter((n) => n.took > limitMs * slowness);
	assert.equal(hung.length, 0, `${hung.length} answers took longer than ${limitMs} ms: ${ms(slowest(hung))}`);
	const took = recovery(notes, times.end);
	assert.ok(took <= recoveryMs * slowness, `requests failed until ${ms(took)} after the fault`);
}
