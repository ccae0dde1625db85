// SPDX-License-Identifier: Apache-2.0
// Small C programs of the benchmarks, built into the stage.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { program, top } from '../../lib/env.mjs';
import { run, stage } from './stage.mjs';

const here = dirname(fileURLToPath(import.meta.url));

async function flags(...packages) {
	return (await run(['pkg-config', '--cflags', '--libs', ...packages])).trim().split(/\s+/);
}

// Source relative to tests/bench; with `library` it is linked with Souk's own code.
export async function compile(source, name, { library = false, packages }) {
	const out = join(stage(), name), own = library ? [join(dirname(program), 'libsouk.a')] : [];
	await run(['cc', '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', `-I${join(top, 'src')}`,
		'-o', out, join(here, '..', source), ...own, ...await flags(...packages)]);
	return out;
}
