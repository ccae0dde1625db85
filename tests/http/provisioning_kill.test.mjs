// SPDX-License-Identifier: Apache-2.0
// A job worker killed with kill -9 at a few steps of provisioning; provisioning_kill.mjs --all takes every one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run, steps } from './provisioning_kill.mjs';

test('kill -9 in the middle of provisioning: the same schema, nothing twice', async (t) => {
	const { clean, names } = await steps();
	for (const name of ['connect', 'store', 'verify', 'activate'])
		assert.ok(names.includes(name), `no step ${name}`);
	const schema = names.filter((name) => name.startsWith('schema:')), seeds = names.filter((name) => name.startsWith('seed:'));
	const cases = [{ name: 'connect', phase: 'end' }, { name: schema[Math.floor(schema.length / 2)], phase: 'end' },
		{ name: 'store', phase: 'end' }, { name: seeds.at(-1), phase: 'begin' }];
	const done = [];
	await run(cases, clean, (one) => done.push(one));
	for (const one of cases)
		await t.test(`${one.name}, at its ${one.phase}`, () => assert.ok(done.includes(one)));
});
