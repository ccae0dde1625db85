// SPDX-License-Identifier: Apache-2.0
// Databases that users name: what is taken, what is refused and with which words, and that nothing leaves
// this machine's door that should not. TENANT_NET_ALLOW is 127.0.0.1/32 here: 127.0.0.2 is a stranger.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { get, ok, patiently, post, refused, tally, times, told } from '../lib/api.mjs';
import { agency, completed, connect, store, unique } from '../lib/actors.mjs';
import { slowness, until } from '../lib/env.mjs';
import { cluster, freePort } from '../lib/postgres.mjs';
import { listener } from '../lib/raw.mjs';
import { countRows, hold, master, quote, row, sql } from '../lib/sql.mjs';

let pg, owner, shop;

before(async () => {
	pg = await cluster();
	owner = await agency();
	shop = await store(owner);
});
after(() => pg?.stop());

const at = (id, what, body, more) => post(`/api/stores/mt/${id}/${what}-database`, body, { token: owner.token, ...more });
const tryString = (connectionString, more = {}) => at(shop.id, 'test', { type: 'postgresql', connectionString, ...more });

async function fresh() {
	const name = unique('d');
	await pg.make(name);
	return name;
}

test('test-database tells about an empty one and changes nothing', async () => {
	const name = await fresh();
	const data = ok(await tryString(pg.url(name)));
	assert.equal(data.reachable, true);
	assert.match(data.server, /PostgreSQL/);
	assert.match(data.version, /^\d+/);
	assert.equal(data.canCreate, true);
	assert.equal(data.empty, true);
	assert.ok(data.latencyMs >= 0);
	assert.deepEqual(await countRows(pg.where(name)), {});
	assert.equal(ok(await get(`/api/stores/mt/${shop.id}`, { token: owner.token })).store.status, 'pending_database');
});

test('a database prepared by hand is connected, filled, and never given twice', async (t) => {
	const name = await fresh(), a = await agency(), s = await store(a), second = await store(a);
	const body = { type: 'postgresql', connectionString: pg.url(name) };
	const into = (id) => post(`/api/stores/mt/${id}/connect-database`, body, { token: a.token });
	const rs = await into(s.id);
	const data = ok(rs, 202);
	assert.equal(data.store.status, 'provisioning');
	assert.equal(data.statusUrl, `/api/stores/mt/${s.id}/provisioning-status`);
	assert.ok(!rs.text.includes(pg.password));
	const done = await completed(a, s.id);
	assert.equal(done.current, done.total);
	assert.ok(done.total >= 90);
	assert.ok(done.startedAt && done.finishedAt);
	const after = ok(await get(`/api/stores/mt/${s.id}`, { token: a.token })).store;
	assert.equal(after.status, 'active');
	assert.equal(after.databaseType, 'postgresql');
	assert.equal(after.databaseManaged, false);
	assert.equal(after.connectionStatus, 'connected');
	await t.test('connecting again is ALREADY_CONNECTED', async () => {
		refused(await into(s.id), 409, 'ALREADY_CONNECTED');
		refused(await post(`/api/stores/mt/${s.id}/connect-database`, { type: 'managed' }, { token: a.token }),
			409, 'ALREADY_CONNECTED');
	});
	await t.test('another store gets DATABASE_ALREADY_IN_USE', async () => {
		refused(await into(second.id), 409, 'DATABASE_ALREADY_IN_USE');
		refused(await tryString(pg.url(name)), 409, 'DATABASE_ALREADY_IN_USE');
		assert.equal(ok(await get(`/api/stores/mt/${second.id}`, { token: a.token })).store.status, 'pending_database');
	});
	await t.test('also when the marker was taken out', async () => {
		await sql(pg.where(name), 'ALTER TABLE souk_meta RENAME TO hidden');
		const again = await into(second.id);
		await sql(pg.where(name), 'ALTER TABLE hidden RENAME TO souk_meta');
		refused(again, 409, 'DATABASE_ALREADY_IN_USE');
	});
	await t.test('health', async () => {
		const health = ok(await get(`/api/stores/mt/${s.id}/health`, { token: a.token }));
		assert.equal(health.reachable, true);
		assert.equal(health.schemaVersion, health.schemaLatest);
		assert.equal(health.error, null);
	});
	await t.test('the sealed box holds no clear text', async () => {
		const { n } = await row(master(), `SELECT count(*) AS n FROM store_databases d
			WHERE position(${quote(pg.password)}::bytea in credentials_sealed) > 0
			OR d::text LIKE '%' || ${quote(pg.password)} || '%'`);
		assert.equal(n, 0);
	});
});

test('twenty connects at once: one job, one store', async () => {
	const name = await fresh(), a = await agency();
	const body = { type: 'postgresql', connectionString: pg.url(name) };
	const stores = [await store(a), await store(a)];
	const answers = await times(20, (i) => patiently(() => post(
		`/api/stores/mt/${stores[i % 2].id}/connect-database`, body, { token: a.token })));
	const count = tally(answers);
	assert.equal(count['202'], 1, JSON.stringify(count));
	assert.equal((count['409 ALREADY_CONNECTED'] ?? 0) + (count['409 DATABASE_ALREADY_IN_USE'] ?? 0), 19,
		JSON.stringify(count));
	const won = ok(await get('/api/stores/mt', { token: a.token })).stores.filter((s) => s.status !== 'pending_database');
	assert.equal(won.length, 1);
	await completed(a, won[0].id);
});

test('of two connects that wait for the same store one is refused', async () => {
	const name = await fresh(), a = await agency(), made = await store(a);
	const body = { type: 'postgresql', connectionString: pg.url(name) };
	const release = await hold(master(), `SELECT 1 FROM stores WHERE id = '${made.id}' FOR UPDATE`);
	const both = times(2, () => patiently(() => post(`/api/stores/mt/${made.id}/connect-database`, body, { token: a.token })));
	await until('both to wait', async () => (await row(master(), `SELECT count(*) AS n FROM pg_stat_activity
		WHERE wait_event_type = 'Lock' AND query LIKE '%FROM stores%'`)).n >= 2, 2, 20).finally(release);
	assert.deepEqual(tally(await both), { 202: 1, '409 ALREADY_CONNECTED': 1 });
	await completed(a, made.id);
});

test('a database with foreign things is refused untouched', async (t) => {
	const things = {
		'a table': 'CREATE TABLE wp_posts (id int); INSERT INTO wp_posts VALUES (1)',
		'a table in another schema': 'CREATE SCHEMA theirs; CREATE TABLE theirs.t (id int)',
		'a view': 'CREATE VIEW v AS SELECT 1 AS x',
		'a function': 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
		'a type': "CREATE TYPE mood AS ENUM ('ok')",
		'a table with our marker\'s name': 'CREATE TABLE souk_meta (x int)',
		'a table of ours': 'CREATE TABLE stores (id int)',
	};
	for (const [what, script] of Object.entries(things))
		await t.test(what, async () => {
			const name = await fresh();
			await sql(pg.where(name), script);
			const before = await countRows(pg.where(name));
			assert.equal(ok(await tryString(pg.url(name))).empty, false);
			refused(await at(shop.id, 'connect', { type: 'postgresql', connectionString: pg.url(name) }), 409,
				'DATABASE_NOT_EMPTY');
			assert.deepEqual(await countRows(pg.where(name)), before);
		});
	assert.equal(ok(await get(`/api/stores/mt/${shop.id}`, { token: owner.token })).store.status, 'pending_database');
});

test('a database whose encoding lacks characters is refused before anything is made in it', async () => {
	const name = unique('d');
	await sql(pg.where(), `CREATE DATABASE "${name}" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
	for (const what of ['test', 'connect']) {
		const details = refused(await at(shop.id, what, { type: 'postgresql', connectionString: pg.url(name) }), 422, 'CONNECTION_FAILED');
		assert.equal(details.reason, 'server_version');
		assert.match(details.hint, /UTF8/);
	}
	assert.deepEqual(await countRows(pg.where(name)), {});
	assert.equal(ok(await get(`/api/stores/mt/${shop.id}`, { token: owner.token })).store.status, 'pending_database');
});

test('what goes wrong has a reason and a hint', async (t) => {
	const name = await fresh(), closed = await freePort();
	await sql(pg.where(name), `CREATE ROLE poor_${name} LOGIN PASSWORD 'poor'; CREATE ROLE none_${name} LOGIN PASSWORD 'none';
		REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO poor_${name}`);
	const cases = {
		'wrong password': [pg.url(name, 'postgres', 'wrong-canary-7f3a'), 'auth'],
		'unknown user': [pg.url(name, 'nobody', 'x'), 'auth'],
		'nothing listens': [`postgresql://u:p@127.0.0.1:${closed}/d`, 'refused'],
		'no such name': ['postgresql://u:p@no-such-host.invalid/d', 'dns'],
		'no such database': [pg.url(`${name}_not`), 'no_database'],
		'may not connect': [pg.url(name, `none_${name}`, 'none'), 'permission'],
		'TLS is asked for and there is none': [`${pg.url(name)}?sslmode=require`, 'tls'],
	};
	for (const [what, [url, reason]] of Object.entries(cases))
		await t.test(what, async () => {
			for (const way of ['test', 'connect']) {
				const rs = await at(shop.id, way, { type: 'postgresql', connectionString: url });
				const details = refused(rs, 422, 'CONNECTION_FAILED');
				assert.equal(details.reason, reason);
				assert.ok(details.hint.length > 20);
				assert.ok(!/canary/.test(rs.text));
			}
		});
	await t.test('may not create', async () => {
		const url = pg.url(name, `poor_${name}`, 'poor');
		assert.equal(ok(await tryString(url)).canCreate, false);
		const details = refused(await at(shop.id, 'connect', { type: 'postgresql', connectionString: url }), 422,
			'CONNECTION_FAILED');
		assert.equal(details.reason, 'permission');
	});
	await t.test('everything is read-only, as on a replica', async () => {
		await sql(pg.where(), `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
		assert.equal(ok(await tryString(pg.url(name))).canCreate, false);
		const details = refused(await at(shop.id, 'connect', { type: 'postgresql', connectionString: pg.url(name) }), 422,
			'CONNECTION_FAILED');
		assert.equal(details.reason, 'permission');
		assert.match(details.hint, /read-only/);
	});
});

test('a server that accepts and is silent, or talks nonsense, ends in time', async (t) => {
	const { createServer } = await import('node:net');
	const manners = {
		silent: () => {},
		nonsense: (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'.repeat(100)),
		'says no TLS, then nothing': (socket) => socket.once('data', () => socket.write('N')),
		'asks for a clear-text password': (socket) => socket.once('data', () => {
			socket.write('N');
			socket.once('data', () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])));
		}),
		drips: (socket) => {
			const timer = setInterval(() => socket.write('R'), 200);
			socket.on('close', () => clearInterval(timer));
		},
		'an error full of markup': (socket) => socket.once('data', () => {
			socket.write('N');
			socket.once('data', () => {
				const text = Buffer.from('SFATAL\0M<script>alert(1)</script> password=hunter2canary\0\0');
				const head = Buffer.alloc(5);
				head.write('E');
				head.writeInt32BE(text.length + 4, 1);
				socket.end(Buffer.concat([head, text]));
			});
		}),
	};
	for (const [name, serve] of Object.entries(manners))
		await t.test(name, async () => {
			const sockets = new Set();
			let asked = '';
			const server = createServer((socket) => {
				sockets.add(socket);
				socket.on('error', () => {});
				socket.on('data', (d) => (asked += d.toString('latin1')));
				serve(socket);
			});
			await new Promise((done) => server.listen(0, '127.0.0.1', done));
			const from = Date.now();
			const rs = await tryString(`postgresql://u:password-canary-91@127.0.0.1:${server.address().port}/d`);
			for (const socket of sockets)
				socket.destroy();
			await new Promise((done) => server.close(done));
			assert.ok(refused(rs, 422, 'CONNECTION_FAILED').reason);
			assert.ok(Date.now() - from < 10500 * slowness, `${Date.now() - from} ms`);
			assert.ok(!/script|hunter2|canary/.test(rs.text), told(rs));
			assert.ok(!asked.includes('password-canary'), 'the password went out in clear text');
		});
});

test('connection strings that are none, or say more than they may', async (t) => {
	const bad = {
		'': '', 'no scheme': 'localhost/db', 'http': 'http://u:p@h/d', 'file': 'file:///etc/passwd',
		'key words': 'host=127.0.0.1 user=u password=p dbname=d', 'javascript': 'javascript:alert(1)',
		'no user': 'postgresql://h/d', 'empty user': 'postgresql://:p@h/d', 'no password': 'postgresql://u@h/d',
		'empty password': 'postgresql://u:@h/d', 'no database': 'postgresql://u:p@h', 'empty database': 'postgresql://u:p@h/',
		'no host': 'postgresql://u:p@/d', 'two hosts': 'postgresql://u:p@h1,h2/d', 'two hosts with ports': 'postgresql://u:p@h:1,i:2/d',
		'socket path': 'postgresql://u:p@%2Fvar%2Frun%2Fpostgresql/d', 'socket by host': 'postgresql://u:p@/d?host=/tmp',
		'host parameter': 'postgresql://u:p@h/d?host=127.0.0.1', 'hostaddr': 'postgresql://u:p@h/d?hostaddr=127.0.0.1',
		'port parameter': 'postgresql://u:p@h/d?port=1', 'user parameter': 'postgresql://u:p@h/d?user=x',
		'password parameter': 'postgresql://u:p@h/d?password=x', 'service': 'postgresql://u:p@h/d?service=x',
		'passfile': 'postgresql://u:p@h/d?passfile=/etc/passwd', 'sslkey': 'postgresql://u:p@h/d?sslkey=/etc/passwd',
		'sslcert': 'postgresql://u:p@h/d?sslcert=/x', 'sslrootcert': 'postgresql://u:p@h/d?sslrootcert=/x',
		'options': 'postgresql://u:p@h/d?options=-c%20log_statement%3Dall', 'replication': 'postgresql://u:p@h/d?replication=true',
		'target attrs': 'postgresql://u:p@h/d?target_session_attrs=any', 'application_name': 'postgresql://u:p@h/d?application_name=x',
		'connect_timeout': 'postgresql://u:p@h/d?connect_timeout=0', 'sslmode odd': 'postgresql://u:p@h/d?sslmode=maybe',
		'sslmode twice': 'postgresql://u:p@h/d?sslmode=require&sslmode=disable', 'port 0': 'postgresql://u:p@h:0/d',
		'port 65536': 'postgresql://u:p@h:65536/d', 'port -1': 'postgresql://u:p@h:-1/d', 'port 5432x': 'postgresql://u:p@h:5432x/d',
		'port in hex': 'postgresql://u:p@h:0x1538/d', 'empty port': 'postgresql://u:p@h:/d', 'two ports': 'postgresql://u:p@h:1:2/d',
		'two @': 'postgresql://u:p@x@h/d', '@ in the path': 'postgresql://u:p/a@h/d', 'fragment': 'postgresql://u:p@h/d#x',
		'second slash': 'postgresql://u:p@h/d/e', 'space': 'postgresql://u:p@h /d', 'tab': 'postgresql://u:p@h/\td',
		'NUL': 'postgresql://u:p@h/d%00e', 'newline': 'postgresql://u:p@h/d%0aX', 'bad percent': 'postgresql://u:p@h/%zz',
		'cut percent': 'postgresql://u:p@h/d%2', 'bad UTF-8': 'postgresql://u:p@h/%ff', 'host of markup': 'postgresql://u:p@<b>/d',
		'unicode host': 'postgresql://u:p@ⓔxample.com/d', 'host with underscore at sign': 'postgresql://u:p@ho%40st/d',
		'unclosed bracket': 'postgresql://u:p@[::1/d', 'zone': 'postgresql://u:p@[fe80::1%25eth0]/d', 'empty bracket': 'postgresql://u:p@[]/d',
		'dots': 'postgresql://u:p@../d', 'long host': `postgresql://u:p@${'a'.repeat(300)}/d`,
	};
	for (const [name, url] of Object.entries(bad))
		await t.test(name, async () => {
			const rs = await tryString(url);
			assert.equal(rs.status, 400, told(rs));
			assert.ok(['INVALID_CONNECTION_STRING', 'VALIDATION_ERROR'].includes(rs.code), told(rs));
			assert.ok(rs.details?.connectionString, told(rs));
		});
	await t.test('an unknown parameter is named', async () => {
		const words = refused(await tryString('postgresql://u:p@h/d?hostaddr=1.2.3.4'), 400, 'INVALID_CONNECTION_STRING');
		assert.match(words.connectionString, /hostaddr/);
	});
	await t.test('the answer never shows the password', async () => {
		const rs = await tryString('postgresql://u:canary@secret@h/d?canary=x');
		assert.ok(!rs.text.includes('secret'), told(rs));
	});
	await t.test('too long, not text, missing, odd types', async () => {
		refused(await tryString(`postgresql://u:${'p'.repeat(5000)}@h/d`), 400, 'VALIDATION_ERROR');
		refused(await tryString(5), 400, 'VALIDATION_ERROR');
		refused(await at(shop.id, 'test', { type: 'postgresql' }), 400, 'VALIDATION_ERROR');
		refused(await at(shop.id, 'test', { type: 'oracle', connectionString: 'x' }), 400, 'VALIDATION_ERROR');
		refused(await at(shop.id, 'test', {}), 400, 'VALIDATION_ERROR');
		refused(await at(shop.id, 'test', { type: ['managed'] }), 400, 'VALIDATION_ERROR');
	});
	await t.test('kinds that come later say so', async () => {
		refused(await at(shop.id, 'connect', { connectionString: 'mysql://u:p@example.com/d' }), 422,
			'DATABASE_TYPE_UNSUPPORTED');
		refused(await at(shop.id, 'connect', { projectUrl: 'https://abcdefghijklmnopqrst.supabase.co',
			databasePassword: 'x' }), 422, 'DATABASE_TYPE_UNSUPPORTED');
	});
});

test('addresses that are not allowed, in every spelling, and no packet leaves', async (t) => {
	const door = await listener('127.0.0.2');
	const open = await listener('0.0.0.0');
	const spellings = ['127.0.0.2', '127.0.0.3', '127.1.2.3', '127.2', '2130706434', '0x7f000002', '0x7f.0.0.2', '0177.0.0.2',
		'127.0.2', '017700000002', '0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.2]', '[::ffff:7f00:2]', '[::127.0.0.2]',
		'[64:ff9b::7f00:2]', '[2002:7f00:2::]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '10.0.0.1',
		'172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '169.254.1.1', '100.64.0.1', '100.100.100.200',
		'192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255',
		'127.0.0.2.', '[0:0:0:0:0:ffff:127.0.0.2]'];
	for (const host of spellings)
		for (const server of [door, open])
			await t.test(`${host} ${server === door ? 'door' : 'any'}`, async () => {
				const from = Date.now();
				const rs = await tryString(`postgresql://u:p@${host}:${server.port}/d`);
				assert.equal(rs.status, 400, told(rs));
				assert.ok(['HOST_NOT_ALLOWED', 'INVALID_CONNECTION_STRING'].includes(rs.code), told(rs));
				if (/^\d+\.\d+\.\d+\.\d+$|^\[/.test(host) && !host.startsWith('0'))
					assert.equal(rs.code, 'HOST_NOT_ALLOWED');
				assert.ok(Date.now() - from < 3000);
			});
	assert.equal(door.count(), 0, 'someone came to 127.0.0.2');
	assert.equal(open.count(), 0, 'someone came to a wildcard listener');
	// The proof that the listener would have seen it: what is allowed does come.
	refused(await tryString(`postgresql://u:p@127.0.0.1:${open.port}/d`), 422, 'CONNECTION_FAILED');
	assert.ok(open.count() > 0);
	await door.close();
	await open.close();
});

test('the master\'s own socket cannot be named', async () => {
	// Under addresses it is refused by what it is: processes.test.mjs.
	const socket = encodeURIComponent(master().PGHOST);
	refused(await tryString(`postgresql://souk:x@${socket}/souk`), 400, 'INVALID_CONNECTION_STRING');
	refused(await tryString(`postgresql://souk:x@localhost/souk?host=${socket}`), 400, 'INVALID_CONNECTION_STRING');
});

test('Prefer: wait answers when it is done, or when the time is over', async () => {
	const a = await agency(), s = await store(a);
	const data = ok(await post(`/api/stores/mt/${s.id}/connect-database`, { type: 'managed' },
		{ token: a.token, headers: { prefer: 'wait=30' } }));
	assert.equal(data.store.status, 'active');
	assert.equal(data.provisioning.status, 'completed');
	const other = await store(a), from = Date.now();
	const rs = await post(`/api/stores/mt/${other.id}/connect-database`, { type: 'managed' },
		{ token: a.token, headers: { prefer: 'wait=0' } });
	ok(rs, 202);
	assert.ok(Date.now() - from < 3000 * slowness);
	await completed(a, other.id);
});

test('Prefer is read as RFC 7240 writes it', async () => {
	for (const [prefer, status] of [['xwait=0, respond-async;q=1 ,\tWait = "30"', 200], ['wait=0, wait=30', 202]]) {
		const a = await agency(), s = await store(a);
		const rs = await post(`/api/stores/mt/${s.id}/connect-database`, { type: 'managed' },
			{ token: a.token, headers: { prefer } });
		assert.equal(rs.status, status, `${prefer}: ${told(rs)}`);
		await completed(a, s.id);
	}
});

test('a server that goes away: health says so, and other stores do not notice', async () => {
	const one = await cluster();
	const a = await agency(), s = await store(a), b = await agency(), fine = await store(b);
	await one.make('shop');
	await connect(a, s.id, { type: 'postgresql', connectionString: one.url('shop') });
	await connect(b, fine.id, { type: 'managed' });
	ok(await get(`/api/stores/mt/${s.id}/health`, { token: a.token }));
	await one.stop();
	const sick = await times(8, () => patiently(() => get(`/api/stores/mt/${s.id}/health`, { token: a.token })));
	for (const rs of sick) {
		assert.equal(ok(rs).reachable, false, told(rs));
		assert.equal(rs.data.error, 'DB_UNAVAILABLE');
		assert.deepEqual([rs.data.latencyMs, rs.data.schemaVersion], [null, null]);
	}
	assert.equal(ok(await get(`/api/stores/mt/${fine.id}/health`, { token: b.token })).reachable, true);
	const rs = await post('/api/auth/login', { ...a, hostname: s.hostname });
	refused(rs, 503, 'DB_UNAVAILABLE');
	assert.ok(Number(rs.headers['retry-after']) > 0);
});

test('connecting under a key whose answer was lost is not refused, and nothing is begun anew', async () => {
	const a = await agency(), s = await store(a), by = { token: a.token, headers: { 'idempotency-key': unique('k') } };
	const into = () => post(`/api/stores/mt/${s.id}/connect-database`, { type: 'managed' }, by);
	// The worker died, or the master went away, while the client waited.
	const lose = () => sql(master(), `UPDATE idempotency_keys SET status = 'running', response_status = NULL, response_body = NULL,
		locked_until = now() WHERE user_id = '${a.id}'`);
	ok(await into(), 202);
	await lose();
	assert.ok(['running', 'completed'].includes((await into()).data?.provisioning.status));
	await completed(a, s.id);
	await lose();
	assert.equal(ok(await into()).provisioning.status, 'completed');
	assert.equal((await row(master(), `SELECT count(*) AS n FROM job_queue WHERE store_id = '${s.id}' AND kind = 'provision_store'`)).n, 1);
	refused(await post(`/api/stores/mt/${s.id}/connect-database`, { type: 'managed' }, { token: a.token }), 409, 'ALREADY_CONNECTED');
});
