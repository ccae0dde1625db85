// SPDX-License-Identifier: Apache-2.0
// All rows in turn, round after round, each round beginning with another one: what the machine does besides
// hits all alike.
import { pid } from './instance.mjs';
import { median } from './numbers.mjs';
import { cpu } from './proc.mjs';
import { say } from './stage.mjs';

const WARM_S = 1;

// µs of CPU for each request, by who used them.
async function measured(row, front, seconds) {
	const groups = { nginx: [pid('nginx'), front.pid], application: row.roots ?? [], PostgreSQL: [pid('postgres')] };
	const used = () => Object.values(groups).map(cpu);
	const before = used(), got = await row.measure(seconds), after = used();
	const us = after.map((s, i) => (s - before[i]) * 1e6 / got.requests);
	return { ...got, nginx: us[0], application: us[1], PostgreSQL: us[2] };
}

function summary(row, list) {
	const of = (name) => median(list.map((r) => r[name]));
	return { ...row, rates: list.map((r) => r.rate), rate: of('rate'), p99: of('p99'), p50: of('p50'),
		cpu: { nginx: of('nginx'), application: of('application'), PostgreSQL: of('PostgreSQL') } };
}

// `rows`: [{ id, label, measure(seconds), roots? }]. The same with rate, p99 and CPU, medians over the rounds.
export async function contest(rows, front, asked) {
	const lists = new Map(rows.map((row) => [row, []]));
	for (const row of rows)
		await row.measure(WARM_S);
	for (let round = 0; round < asked.rounds; round++) {
		say(`round ${round + 1} of ${asked.rounds}`);
		for (let i = 0; i < rows.length; i++) {
			const row = rows[(i + round) % rows.length];
			lists.get(row).push(await measured(row, front, asked.seconds));
		}
	}
	return rows.map((row) => summary(row, lists.get(row)));
}

// The median of the rounds' own ratios: both of a pair saw the same machine.
export function ratio(one, other) {
	return median(one.rates.map((rate, i) => rate / other.rates[i]));
}
