// SPDX-License-Identifier: Apache-2.0
// Tables in Markdown, which read as well on a terminal.
import { round, thousands } from './numbers.mjs';

// `columns`: names; those that begin with > are aligned to the right.
function table(columns, rows) {
	const names = columns.map((c) => c.replace('>', ''));
	const width = names.map((name, i) => Math.max(name.length, 3, ...rows.map((r) => r[i].length)));
	const right = columns.map((c) => c.startsWith('>'));
	const cell = (text, i) => (right[i] ? text.padStart(width[i]) : text.padEnd(width[i]));
	const lines = [names, ...rows].map((r) => `| ${r.map(cell).join(' | ')} |`);
	const rule = `| ${width.map((n, i) => (right[i] ? `${'-'.repeat(n - 1)}:` : '-'.repeat(n))).join(' | ')} |`;
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cpuCells(row) {
	return [row.cpu.nginx, row.roots?.length ? row.cpu.application : undefined, row.cpu.PostgreSQL]
		.map((us) => (us < 0.5 ? '' : round(us)));
}

export const speedTable = (rows) => table(
	['what', '>per second', '>p50 ms', '>p99 ms', '>nginx', '>application', '>PostgreSQL'],
	rows.map((r) => [r.label, thousands(r.rate), round(r.p50, 2), round(r.p99, 1), ...cpuCells(r)]));

export const memoryTable = (list) => table(['memory, MiB (PSS)', '>processes', '>each', '>all'],
	list.map((m) => [m.label, String(m.processes), round(m.each, 1), round(m.all, 1)]));

export const tenantsTable = (list) => table(['way to the tenants\' databases', '>tenants', '>per second', '>of one', '>p50 ms', '>p99 ms',
	'>server connections', '>their memory, MiB', '>web workers, MiB', '>failed'],
list.map((t) => [t.variant, thousands(t.count), thousands(t.rate), round(t.share, 2), round(t.p50, 1), round(t.p99, 1), String(t.connections),
	round(t.backends), round(t.workers, 1), String(t.failed)]));

const digits = (n) => (Number.isInteger(n) ? 0 : Math.abs(n) >= 20 ? 0 : 2);

export const promisesTable = (list) => table(['promise', '>seen', '>target', ''], list.map((p) => [p.what,
	`${round(p.seen, digits(p.seen))} ${p.unit}`.trim(), `${p.atMost ? '≤' : '≥'} ${p.target} ${p.unit}`.trim(),
	p.kept ? 'ok' : 'MISSED']));

export function extras(all) {
	const lines = [];
	if (all.start)
		lines.push(`Start of \`souk serve\` to its first answer: ${round(all.start.ms)} ms (median of ten, ` +
			`the slowest ${round(all.start.worst)} ms).`);
	if (all.flood)
		lines.push(`Flood: of 1,000 logins a second ${thousands(all.flood.answered)} were answered, ${round(all.flood.logins, 1)} ` +
			`with a session, as against ${round(all.flood.best, 1)} when only as many ask as there are cores. ` +
			`The others' p99 went from ${round(all.flood.quiet, 2)} to ${round(all.flood.flooded, 2)} ms; to ` +
			`${round(all.flood.full, 2)} ms when, instead of logins, a loop of the lowest class (SCHED_IDLE) keeps each core busy, ` +
			'which is what this machine adds by itself.');
	return lines;
}

// Everything that was measured, as sections.
export function sections(all) {
	return [
		...all.rows?.length ? [speedTable(all.rows)] : [],
		...all.memory?.length ? [memoryTable(all.memory)] : [],
		...all.tenants?.length ? [tenantsTable(all.tenants)] : [],
		...extras(all),
		...all.promises.length ? [promisesTable(all.promises)] : [],
	];
}
