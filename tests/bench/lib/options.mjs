// SPDX-License-Identifier: Apache-2.0
// The command line of `./dev bench`.
import { parseArgs } from 'node:util';

export const usage = `usage: ./dev bench [OPTIONS] [PART…]
       ./dev bench [OPTIONS] tenants [N…]

  Measures a fresh instance of its own, everything in turn in each round, and prints one table.
  Parts, all by default: souk peers login page database start flood tenants
  "tenants" with numbers compares the ways to reach that many tenants' databases (1 200 1000).

  --rounds N    rounds (5)          --seconds N   of each measurement (4)
  --clients N   clients (32)        --quick       3 rounds of 2 s, 200 tenants
  --write       also write docs/PERFORMANCE.md`;

export const PARTS = ['souk', 'peers', 'login', 'page', 'database', 'start', 'flood', 'tenants'];

function number(text, name, max) {
	if (!/^\d{1,6}$/.test(text) || Number(text) < 1 || Number(text) > max)
		throw new Error(`--${name} must be a number from 1 to ${max}\n${usage}`);
	return Number(text);
}

// { parts: Set, counts: [N…] of tenants, compare: bool, rounds, seconds, warm, clients, write }
export function options(argv) {
	const { values: v, positionals } = parseArgs({ args: argv, allowPositionals: true, options: {
		rounds: { type: 'string' }, seconds: { type: 'string' }, clients: { type: 'string', default: '32' },
		quick: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean' } } });
	if (v.help) {
		console.log(usage);
		process.exit(0);
	}
	const counts = positionals.filter((word) => /^\d+$/.test(word)).map(Number);
	const parts = positionals.filter((word) => !/^\d+$/.test(word));
	const odd = parts.find((word) => !PARTS.includes(word));
	if (odd || (counts.length && !parts.includes('tenants')) || counts.some((n) => n < 1 || n > 20000))
		throw new Error(`${odd ?? counts.join(' ')} is not understood\n${usage}`);
	return {
		parts: new Set(parts.length ? parts : PARTS),
		compare: parts.length === 1 && parts[0] === 'tenants',
		counts: [...new Set([1, ...(counts.length ? counts : v.quick ? [200] : [200, 1000])])].sort((a, b) => a - b),
		rounds: number(v.rounds ?? (v.quick ? '3' : '5'), 'rounds', 1000),
		seconds: number(v.seconds ?? (v.quick ? '2' : '4'), 'seconds', 3600),
		clients: number(v.clients, 'clients', 4096),
		quick: Boolean(v.quick),
		write: Boolean(v.write),
	};
}
