// SPDX-License-Identifier: Apache-2.0
// docs/PERFORMANCE.md: the tables of a run, with how they came about.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { top } from '../../lib/env.mjs';
import { describe, versions } from './machine.mjs';
import { phpFpm } from './peers.mjs';
import { sections } from './report.mjs';

const here = dirname(fileURLToPath(import.meta.url));

function packages() {
	const { dependencies } = JSON.parse(readFileSync(join(here, '../peers/package.json'), 'utf8'));
	return Object.entries(dependencies);
}

function method(asked) {
	return `All rows were measured in turn, ${asked.rounds} rounds of ${asked.seconds} s each, every round beginning with another row;
figures are medians over the rounds, ratios the median of the rounds' own ratios. The load is wrk with ${asked.clients} keep-alive
connections where the row does not say otherwise, on the same machine, so that it takes CPU from what it measures, from all alike.

- Everything stands behind the same nginx with the same settings, on loopback. Souk and its limit are reached by FastCGI over a
  unix socket without keep-alive, Node and Go by HTTP over a unix socket with keep-alive, PHP by FastCGI.
- "The same answer without a database" is \`tests/bench/limit.c\`: libfcgi in its best manner, four workers, one write of an answer
  that one of Souk's workers gave, byte for byte.
- The peers (\`tests/bench/peers/\`) verify the token, read session, user and stores from Souk's own master database with one
  prepared query, and answer the same JSON; this is compared before the first round, and that a bad token is refused.
- p99 is wrk's. CPU is µs for each request, from \`/proc\`: all processes of nginx, of the application, of PostgreSQL.
- Tenants: each has a database of its own, copied from one that Souk provisioned, cut down to the tables that the read needs;
  hosts are drawn by Zipf's law with exponent 1.0. The read is \`GET /api/auth/sessions\` of a user with 20 sessions: host, store,
  session and rows are looked up. Connections are the highest number seen, looked at once a second.`;
}

export function writeDocument(all, asked) {
	const list = [...versions(phpFpm()), ...packages()].map(([name, version]) => `${name} ${version}`).join(', ');
	const text = `# Performance

Made by \`./dev bench --write\`; do not edit. Measured on ${describe()}, with ${list}.

## Figures

${sections(all).join('\n\n')}

## How they came about

${method(asked)}
`;
	writeFileSync(join(top, 'docs/PERFORMANCE.md'), text);
}
