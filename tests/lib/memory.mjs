// SPDX-License-Identifier: Apache-2.0
// How much memory processes take, at their highest.
import { readFileSync, writeFileSync } from 'node:fs';

function highest(pid) {
	return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB/m)[1]);
}

// Begins to watch: peak() is the most MB that any of them has had since.
export function watch(pids) {
	for (const pid of pids)
		writeFileSync(`/proc/${pid}/clear_refs`, '5');   // the highest is what it has now
	return { peak: () => Math.round(Math.max(...pids.map(highest)) / 102.4) / 10 };
}
