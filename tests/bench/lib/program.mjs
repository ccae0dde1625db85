// SPDX-License-Identifier: Apache-2.0
// The parts of a run, in order, and what is printed of them.
import { measureTenants, prepareTenants } from '../tenants/measure.mjs';
import { shipped, variants } from '../tenants/variants.mjs';
import { contest } from './contest.mjs';
import { flooding } from './flood.mjs';
import { create } from './instance.mjs';
import { describe } from './machine.mjs';
import { memory, webWorker } from './memory.mjs';
import { promises } from './promises.mjs';
import { sections } from './report.mjs';
import { rowsOf, startSites } from './rows.mjs';
import { say, stop } from './stage.mjs';
import { starting } from './starting.mjs';
import { makeWorld } from './world.mjs';
import { writeDocument } from './write.mjs';

async function speed(world, asked) {
	const { front, sites } = await startSites(world, asked), rows = rowsOf(world, sites, asked);
	if (!rows.length)
		return {};
	const out = { rows: await contest(rows, front, asked) };
	Object.assign(out, { memory: memory(out.rows), worker: webWorker() });
	for (const site of [front, ...Object.values(sites).map((s) => s.child)])
		if (site)
			await stop(site);
	return out;
}

async function measureAll(world, asked) {
	const { parts } = asked;
	const all = asked.compare ? {} : await speed(world, asked);
	if (parts.has('start'))
		all.start = await starting();
	if (parts.has('flood'))
		all.flood = await flooding(world, asked);
	if (parts.has('tenants')) {
		const tenants = await prepareTenants(world.shop, asked);
		all.tenants = await measureTenants(tenants, asked, asked.compare ? variants : [shipped]);
	}
	// Of a comparison each way is judged by itself, and by its reader.
	all.promises = promises(asked.compare ? {} : all);
	return all;
}

export async function run(asked) {
	await create();
	const all = await measureAll(await makeWorld(), asked);
	console.log(`${describe()}; ${asked.clients} clients, medians of ${asked.rounds} rounds of ${asked.seconds} s\n`);
	console.log(sections(all).join('\n\n'));
	if (asked.write)
		writeDocument(all, asked);
	const missed = all.promises.filter((p) => !p.kept).length;
	if (all.promises.length)
		say(`${all.promises.length - missed} of ${all.promises.length} promises kept`);
}
