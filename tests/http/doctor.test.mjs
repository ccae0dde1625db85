// SPDX-License-Identifier: Apache-2.0
// `souk doctor`: each thing that can be wrong is told with what to do about it, and all else is not.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { settings } from '../lib/env.mjs';
import { freePort } from '../lib/postgres.mjs';
import { souk } from '../lib/serve.mjs';

const directory = mkdtempSync(join(process.env.SOUK_TEST_TMP ?? '/tmp', 'souk-doctor.'));
const master = settings().MASTER_DB_URL;
after(() => rmSync(directory, { recursive: true }));

async function doctor(env) {
	const it = souk(['doctor'], env);
	const { code } = await it.ended;
	return { code, text: it.text, wrong: it.text.split('\n').filter((line) => /^(warn|FAIL)/.test(line) && !line.includes('PAYMENTS=test')) };
}

test('of an instance that is well it has nothing to say', async () => {
	const { code, text, wrong } = await doctor({});
	assert.deepEqual(wrong, []);
	assert.equal(code, 0);
	for (const what of ['settings', 'master', 'schema', 'clock', 'managed', 'tls', 'disk', 'templates', 'socket'])
		assert.match(text, new RegExp(`^ok    ${what} `, 'm'));
});

const nobody = `postgresql://souk:canary-pw@127.0.0.1:${await freePort()}/souk`;
const empty = join(directory, 'empty');
writeFileSync(empty, 'nothing\n');
const cases = {
	'a wrong password': [{ MASTER_DB_URL: master.replace(/souk:[0-9a-f]+/, 'souk:canary-pw') },
		/^FAIL {2}master .*MASTER_DB_URL.*refused this user or password/],
	'no such database': [{ MASTER_DB_URL: master.replace('/souk?', '/nosuch?') }, /^FAIL {2}master .*no database of this name.*create it/],
	'no server': [{ MASTER_DB_URL: nobody }, /^FAIL {2}master .*takes no connection.*check host and port, that the server runs/],
	'no such host': [{ MASTER_DB_URL: 'postgresql://souk:canary-pw@nosuch.invalid/souk' }, /^FAIL {2}master .*host name was not found/],
	'a weak key': [{ ENCRYPTION_KEY: 'AAAA' }, /^FAIL {2}settings .*ENCRYPTION_KEY.*souk keys new/],
	'no certificates': [{ TENANT_CA_FILE: '/nonexistent' }, /^FAIL {2}tls .*\/nonexistent: No such file.*TENANT_CA_FILE/],
	'certificates that are none': [{ TENANT_CA_FILE: empty }, /^FAIL {2}tls .*no certificate in it; setting TENANT_CA_FILE/],
	'http for everybody': [{ PUBLIC_URL: 'http://shops.example' }, /^warn {2}tls .*PUBLIC_URL.*https/],
	'mail to nowhere': [{ SMTP_URL: `file:${empty}/mail` }, /^FAIL {2}mail .*Not a directory; setting SMTP_URL/],
	'no such group': [{ SOCKET_GROUP: 'nosuchgroup' }, /^FAIL {2}socket .*SOCKET_GROUP/],
	'no socket': [{ SOCKET_WEB: join(directory, 'web.sock') }, /^warn {2}socket .*web\.sock: No such file.*souk serve/],
	'no directory for locks': [{ RUN_DIR: join(directory, 'run') }, /^warn {2}disk .*run: No such file.*make it, or correct setting RUN_DIR/],
	'a server on which nothing can be made': [{ MANAGED_DB_URL: master }, /^FAIL {2}managed .*CREATEDB and CREATEROLE/],
};

for (const [name, [env, line]] of Object.entries(cases))
	test(name, async () => {
		const { code, text, wrong } = await doctor(env);
		assert.equal(wrong.length, 1, text);
		assert.match(wrong[0], line);
		assert.equal(code, wrong[0].startsWith('FAIL') ? 1 : 0);
		assert.ok(!text.includes('canary'), text);
	});

test('texts that are not there', async () => {
	const { code, wrong } = await doctor({ DATA_DIR: join(directory, 'none') });
	assert.equal(code, 1);
	assert.equal(wrong.length, 3);
	assert.ok(wrong.every((line) => /setting DATA_DIR/.test(line)), wrong.join('\n'));
});

test('migrate says as well why it cannot reach the master', async () => {
	const it = souk(['migrate'], { MASTER_DB_URL: nobody, LOG_LEVEL: 'error' });
	assert.equal((await it.ended).code, 1);
	assert.match(it.text, /^souk: cannot reach the master database \(MASTER_DB_URL\): The server takes no connection[^\n]*\n$/);
});
