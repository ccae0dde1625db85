// SPDX-License-Identifier: Apache-2.0
// What the kernel says of processes: who belongs to whom, CPU time, memory.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TICKS = 100;   // of a second, in /proc/PID/stat on every Linux we know

function read(path) {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';   // it has ended
	}
}

// Fields of /proc/PID/stat behind the name: [0] is the state.
function stat(pid) {
	const text = read(`/proc/${pid}/stat`);
	return text ? text.slice(text.lastIndexOf(')') + 2).split(' ') : null;
}

export function comm(pid) {
	return read(`/proc/${pid}/comm`).trim();
}

export function title(pid) {
	return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

export function children(pid) {
	return read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
}

// A process and all below it.
export function tree(pid) {
	return [pid, ...children(pid).flatMap(tree)];
}

// Seconds of CPU used by the trees of these processes, those that have ended in them included.
export function cpu(roots) {
	let ticks = 0;
	for (const pid of roots.flatMap(tree)) {
		const f = stat(pid);
		if (f)
			ticks += Number(f[11]) + Number(f[12]) + Number(f[13]) + Number(f[14]);
	}
	return ticks / TICKS;
}

// Proportional memory in MiB.
export function pss(pid) {
	return Number(/^Pss: *(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

export const pssOf = (pids) => pids.reduce((sum, pid) => sum + pss(pid), 0);

export function sockets(pid) {
	try {
		return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
			try {
				return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
			} catch {
				return false;
			}
		}).length;
	} catch {
		return 0;
	}
}
