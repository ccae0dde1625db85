// SPDX-License-Identifier: Apache-2.0
// What a new store's own database holds: all of it, once, and nothing of the platform.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { get, ok, post } from '../lib/api.mjs';
import { agency, completed, connect, shop, status, store, unique } from '../lib/actors.mjs';
import { settings, until } from '../lib/env.mjs';
import { countRows, dumpSchema, hold, managed, master, quote, row, rows, sql } from '../lib/sql.mjs';

let a, s, db, counts;

before(async () => {
	({ owner: a, store: s } = await shop({ name: 'Käse & <b>Brot</b>', country: 'NL' }));
	db = managed(s.id);
	counts = await countRows(db);
});

test('at least ninety tables, each with a comment', async () => {
	assert.ok(Object.keys(counts).length >= 90, `${Object.keys(counts).length} tables`);
	const silent = await rows(db, `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r'
		AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'souk\\_%'
		AND obj_description(c.oid, 'pg_class') IS NULL`);
	assert.deepEqual(silent, []);
});

test('M17 to M19: the tables by name', () => {
	const wanted = `plugins plugin_configurations plugin_data plugin_hooks plugin_events plugin_widgets plugin_scripts
		plugin_admin_pages plugin_controllers plugin_dependencies plugin_docs plugin_entities plugin_migrations
		plugin_registry plugin_marketplace plugin_versions cron_jobs cron_job_executions cron_job_types
		credit_balance_cache credit_spending_log stores users`.split(/\s+/);
	assert.deepEqual(wanted.filter((name) => counts[name] === undefined), []);
	assert.ok(Object.keys(counts).filter((name) => name.startsWith('plugin')).length > 15);
});

test('M20: the store and its owner', async () => {
	const list = await rows(db, 'SELECT * FROM stores');
	assert.equal(list.length, 1);
	assert.equal(list[0].id, s.id);
	assert.equal(list[0].name, s.name);
	assert.equal(list[0].slug, s.slug);
	assert.equal(list[0].country, 'NL');
	const people = await rows(db, 'SELECT * FROM users');
	assert.equal(people.length, 1);
	assert.equal(people[0].email, a.email);
	assert.equal(people[0].role, 'store_owner');
	assert.equal(people[0].account_type, 'agency');
	assert.equal(people[0].password_hash, null);
	assert.notEqual(people[0].id, a.id);
});

test('M20: the seeds', async () => {
	const codes = async (table, more = '') => (await rows(db, `SELECT code FROM ${table} ${more} ORDER BY 1`)).map((r) => r.code);
	assert.equal(counts.languages, 15);
	assert.deepEqual(await codes('languages', 'WHERE is_active'), ['en', 'nl']);
	assert.deepEqual(await codes('attribute_sets', 'WHERE is_default'), ['default']);
	assert.deepEqual(await codes('categories', 'WHERE parent_id IS NULL'), ['root']);
	assert.deepEqual(await codes('pages'), ['not_found', 'privacy', 'terms']);
	assert.deepEqual(await codes('payment_methods'), ['bank_transfer', 'cash_on_delivery']);
	assert.deepEqual(await codes('shipping_methods'), ['flat_rate']);
	assert.deepEqual(await codes('tax_classes'), ['standard']);
	const mails = await codes('mail_templates');
	assert.equal(mails.length, 6);
	for (const word of ['verification', 'welcome', 'order', 'invoice', 'ship', 'password'])
		assert.ok(mails.some((code) => code.includes(word)), `${word} in ${mails}`);
	assert.ok(counts.seo_defaults > 0);
	for (const table of ['products', 'customer_profiles', 'orders', 'carts'])
		assert.equal(counts[table], 0);
});

test('it knows nothing of the platform', async () => {
	const dump = await dumpSchema(db);
	for (const word of ['job_queue', 'store_databases', 'credentials_sealed', 'ledger', 'credit_packs', 'store_hostnames'])
		assert.ok(!dump.includes(word), word);
	const secrets = [settings().JWT_SECRET, settings().ENCRYPTION_KEY, a.id];
	for (const table of ['stores', 'users', 'settings', 'souk_meta', 'integrations', 'cron_jobs']) {
		const text = JSON.stringify(await rows(db, `SELECT * FROM ${table}`));
		for (const secret of secrets)
			assert.ok(!text.includes(secret), `${table} holds ${secret.slice(0, 8)}…`);
	}
});

test('its role reaches no other database and not the master', async () => {
	const other = (await shop()).store, role = `souk_${s.id.replaceAll('-', '')}`;
	const may = await row(managed(other.id), `SELECT has_database_privilege(${quote(role)}, current_database(), 'CONNECT') AS other,
		has_database_privilege(${quote(role)}, ${quote(settings().MASTER_DB_URL.match(/\/([a-z]+)\?/)[1])}, 'CONNECT') AS master,
		(SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = ${quote(role)}) AS more`);
	assert.deepEqual(may, { other: false, master: false, more: false });
});

test('the database itself guards uniqueness, quantities and states', async () => {
	const bad = {
		'a second store': `INSERT INTO stores (id, name, slug) VALUES (gen_random_uuid(), 'x', 'x')`,
		'an address twice, in capitals': `INSERT INTO users (id, email) VALUES (gen_random_uuid(), upper(${quote(a.email)}))`,
		'an unknown role': `INSERT INTO users (id, email, role) VALUES (gen_random_uuid(), 'x@example.com', 'god')`,
		'a negative balance': `UPDATE credit_balance_cache SET balance_e4 = -1`,
		'an unknown order state': `INSERT INTO orders (id, number, email, currency, status)
			VALUES (gen_random_uuid(), '1', 'x@example.com', 'EUR', 'nonsense')`,
		'an order that begins at its end': `INSERT INTO orders (id, number, email, currency, status)
			VALUES (gen_random_uuid(), '1', 'x@example.com', 'EUR', 'completed')`,
	};
	for (const [what, text] of Object.entries(bad))
		await assert.rejects(sql(db, text), /violates|invalid/, what);
});

test('the master records every step once, all finished', async () => {
	const steps = await rows(master(), `SELECT step_no, name, finished_at FROM provisioning_steps
		WHERE store_id = ${quote(s.id)} ORDER BY step_no`);
	assert.equal(steps[0].name, 'connect');
	assert.equal(steps.at(-1).name, 'activate');
	assert.deepEqual(steps.map((step) => step.step_no), steps.map((_, i) => i + 1));
	assert.ok(steps.every((step) => step.finished_at));
	const kept = await row(master(), `SELECT schema_version, schema_fingerprint, connection_status, credential_revision
		FROM store_databases WHERE store_id = ${quote(s.id)}`);
	assert.ok(kept.schema_version > 0 && kept.schema_fingerprint.length >= 32);
	assert.equal(kept.connection_status, 'connected');
});

test('progress only rises and names what is done', async () => {
	const b = await agency(), slow = await store(b), seen = [];
	ok(await post(`/api/stores/mt/${slow.id}/connect-database`, { type: 'managed' }, { token: b.token }), 202);
	await until('the end', async () => {
		seen.push(await status(b, slow.id));
		return seen.at(-1).status !== 'running';
	}, 60, 20);
	assert.equal(seen.at(-1).status, 'completed');
	for (let i = 1; i < seen.length; i++)
		assert.ok(seen[i].current >= seen[i - 1].current);
	assert.ok(new Set(seen.map((one) => one.message)).size > 2, 'messages change');
});

test('demo data on request', async () => {
	const b = await agency(), made = await store(b);
	await connect(b, made.id, { type: 'managed', demoData: true });
	const filled = await countRows(managed(made.id));
	for (const table of ['categories', 'products', 'customer_profiles', 'orders', 'order_lines'])
		assert.ok(filled[table] > 0, table);
});

test('a failure can be resumed', async () => {
	const { cluster } = await import('../lib/postgres.mjs');
	const pg = await cluster();
	try {
		const name = unique('d'), b = await agency(), made = await store(b);
		await pg.make(name);
		// Someone takes the right to create away right after the marker is written.
		await sql(pg.where(), `CREATE ROLE shop LOGIN PASSWORD 'shop'; GRANT ALL ON DATABASE ${name} TO shop`);
		await sql(pg.where(name), `GRANT ALL ON SCHEMA public TO shop; CREATE FUNCTION stop() RETURNS event_trigger
			LANGUAGE plpgsql AS $$BEGIN IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity
			LIKE 'public.products') THEN RAISE EXCEPTION 'not today'; END IF; END$$;
			CREATE EXTENSION IF NOT EXISTS plpgsql; CREATE SCHEMA IF NOT EXISTS public`);
		await sql(pg.where(name), 'CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop()');
		// A function is a foreign thing: it is made a member of an extension's schema by the server's owner.
		await sql(pg.where(name), 'ALTER EXTENSION plpgsql ADD FUNCTION stop()');
		const body = { type: 'postgresql', connectionString: pg.url(name, 'shop', 'shop') };
		const ask = () => post(`/api/stores/mt/${made.id}/connect-database`, body, { token: b.token });
		ok(await ask(), 202);
		const failed = await until('the failure', async () => {
			const now = await status(b, made.id);
			return (now.status === 'failed' || now.attempts > 0 && /trying again/.test(now.message)) && now;
		}, 60);
		assert.ok(failed.attempts >= 1);
		await sql(pg.where(name), 'DROP EVENT TRIGGER stop');
		if (failed.status === 'failed')
			ok(await ask(), 202);
		await completed(b, made.id, 90);
		assert.ok((await countRows(pg.where(name))).products !== undefined);
	} finally {
		await pg.stop();
	}
});

test('a failure is told when its job is over, and from then on another connect is taken', async () => {
	const owner = await agency(), mine = await store(owner);
	const connectAgain = () => post(`/api/stores/mt/${mine.id}/connect-database`, { type: 'managed' }, { token: owner.token });
	// A runner that has noted its failure and not given its job back yet.
	await sql(master(), `UPDATE stores SET status = 'provisioning', provisioning_status = 'failed', provisioning_error_code = 'CONNECTION_FAILED',
		provisioning_error = 'It failed.', provisioning_finished_at = now() WHERE id = '${mine.id}'`);
	const job = await sql(master(), `INSERT INTO job_queue (id, kind, store_id, status, lease_owner, lease_expires_at, started_at, attempts)
		VALUES (gen_random_uuid(), 'provision_store', '${mine.id}', 'running', 'elsewhere/1/x', now() + interval '1 minute', now(), 1) RETURNING id`);
	const meanwhile = await status(owner, mine.id);
	assert.equal(meanwhile.status, 'running');
	assert.equal(meanwhile.error, undefined);
	assert.equal(meanwhile.finishedAt, null);
	assert.equal((await connectAgain()).code, 'ALREADY_CONNECTED');
	await sql(master(), `UPDATE job_queue SET status = 'failed', finished_at = now(), lease_owner = NULL, lease_expires_at = NULL WHERE id = '${job}'`);
	const over = await status(owner, mine.id);
	assert.equal(over.status, 'failed');
	assert.equal(over.error.code, 'CONNECTION_FAILED');
	ok(await connectAgain(), 202);
	await completed(owner, mine.id);
});

test('a store deleted while it is filled leaves no active host', async () => {
	const b = await agency(), made = await store(b);
	ok(await post(`/api/stores/mt/${made.id}/connect-database`, { type: 'managed' }, { token: b.token }), 202);
	const { del } = await import('../lib/api.mjs');
	ok(await del(`/api/stores/mt/${made.id}`, { token: b.token }));
	await until('the job to end', async () => (await row(master(), `SELECT count(*) AS n FROM job_queue
		WHERE store_id = ${quote(made.id)} AND status IN ('queued', 'running')`)).n === 0, 60);
	const rs = await get('/api/auth/me', { host: made.hostname });
	assert.equal(rs.status, 404, rs.text);
});

test('a store deleted while it is filled is not opened any more', async () => {
	const b = await agency(), made = await store(b);
	const { del } = await import('../lib/api.mjs');
	const job = () => row(master(), `SELECT status, attempts FROM job_queue WHERE store_id = ${quote(made.id)} AND kind = 'provision_store'`);
	ok(await post(`/api/stores/mt/${made.id}/connect-database`, { type: 'managed' }, { token: b.token }), 202);
	// Its runner has read the store, and waits for the record of its next step.
	const release = await hold(master(), 'LOCK TABLE provisioning_steps IN SHARE MODE');
	await until('the runner', async () => (await job()).status === 'running', 10, 20);
	ok(await del(`/api/stores/mt/${made.id}`, { token: b.token }));
	await release();
	await until('the job to end', async () => !['queued', 'running'].includes((await job()).status), 60);
	assert.equal((await job()).status, 'completed');
	const left = await row(master(), `SELECT status, provisioning_status,
		(SELECT count(*) FROM audit_log WHERE store_id = s.id AND action = 'store.activate') AS activated,
		(SELECT count(*) FROM store_hostnames WHERE store_id = s.id) AS hosts,
		(SELECT count(*) FROM job_queue WHERE store_id = s.id AND kind = 'sync_credits') AS fed
		FROM stores s WHERE id = ${quote(made.id)}`);
	assert.deepEqual(left, { status: 'inactive', provisioning_status: 'running', activated: 0, hosts: 0, fed: 0 });
});
