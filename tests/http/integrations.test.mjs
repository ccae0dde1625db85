// SPDX-License-Identifier: Apache-2.0
// A store's own Stripe keys, which come back only as their last four characters; and its jobs.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { del, get, ok, post, refused, told } from '../lib/api.mjs';
import { agency, shop, store } from '../lib/actors.mjs';
import { master, quote, row } from '../lib/sql.mjs';

const random = () => randomBytes(15).toString('hex');
const keys = (mode = 'test') => ({ publishableKey: `pk_${mode}_${random()}`, secretKey: `sk_${mode}_${random()}` });

async function merchant() {
	const a = await agency();
	a.store = await store(a);
	a.save = (body) => post('/api/integrations/stripe', body, { token: a.token });
	a.look = () => get('/api/integrations/stripe', { token: a.token });
	return a;
}

test('keys are kept sealed and shown by their last four', async () => {
	const a = await merchant(), k = keys();
	assert.equal(ok(await a.look()).stripe.connected, false);
	const saved = await a.save(k), shown = await a.look();
	for (const rs of [saved, shown]) {
		const { stripe } = ok(rs);
		assert.deepEqual({ ...stripe, updatedAt: 0 }, { connected: true, mode: 'test', publishableKey: `…${k.publishableKey.slice(-4)}`,
			secretKey: `…${k.secretKey.slice(-4)}`, updatedAt: 0 });
		assert.ok(!rs.text.includes(k.secretKey.slice(8, 20)) && !rs.text.includes(k.publishableKey.slice(8, 20)), told(rs));
	}
	const { n } = await row(master(), `SELECT count(*) AS n FROM store_secrets s WHERE s.store_id = ${quote(a.store.id)}
		AND (s::text LIKE '%${k.secretKey}%' OR s::text LIKE '%${Buffer.from(k.secretKey).toString('hex')}%')`);
	assert.equal(n, 0);
	const other = keys('live');
	assert.equal(ok(await a.save(other)).stripe.mode, 'live');
	ok(await del('/api/integrations/stripe', { token: a.token }));
	assert.equal(ok(await a.look()).stripe.connected, false);
});

test('saving them under an Idempotency-Key happens once', async () => {
	const a = await merchant(), k = keys();
	const save = (body) => post('/api/integrations/stripe', body, { token: a.token, headers: { 'idempotency-key': 'save-1' } });
	const first = await save(k);
	ok(first);
	ok(await del('/api/integrations/stripe', { token: a.token }));
	const again = await save(k);
	assert.equal(again.headers['idempotent-replayed'], 'true');
	assert.equal(again.text, first.text);
	assert.equal(ok(await a.look()).stripe.connected, false);
	refused(await save(keys()), 422, 'IDEMPOTENCY_KEY_REUSED');
});

test('keys that are none are refused by field and not echoed', async () => {
	const a = await merchant(), good = keys();
	const bad = [[{ ...good, secretKey: good.publishableKey }, 'secretKey'], [{ ...good, publishableKey: good.secretKey }, 'publishableKey'],
		[{ ...good, secretKey: `sk_live_${random()}` }, 'secretKey'], [{ ...good, secretKey: 'sk_test_' }, 'secretKey'],
		[{ ...good, secretKey: 'sk_test_canary <script>' }, 'secretKey'], [{ ...good, secretKey: `sk_test_${'x'.repeat(300)}` }, 'secretKey'],
		[{ secretKey: good.secretKey }, 'publishableKey'], [{ ...good, secretKey: 5 }, 'secretKey'], [{ ...good, publishableKey: '' }, 'publishableKey']];
	for (const [body, field] of bad) {
		const rs = await a.save(body);
		assert.ok(refused(rs, 400, 'VALIDATION_ERROR')[field], told(rs));
		assert.ok(!rs.text.includes('canary') && !rs.text.includes(good.secretKey.slice(8)));
	}
	assert.equal(ok(await a.look()).stripe.connected, false);
});

test('jobs: the own store\'s, by page and by id', async () => {
	const { owner, store: s } = await shop();
	const { jobs } = ok(await get('/api/jobs/mt', { token: owner.token }));
	const one = jobs.find((job) => job.kind === 'provision_store');
	assert.equal(one.status, 'completed');
	assert.equal(one.lastError, null);
	assert.ok(one.createdAt && one.startedAt && one.finishedAt);
	assert.equal(one.progress, 100);
	assert.equal(JSON.stringify(jobs).includes('payload'), false);
	assert.deepEqual(ok(await get(`/api/jobs/mt/${one.id}`, { token: owner.token })).job, one);
	assert.equal(ok(await get('/api/jobs/mt?limit=1', { token: owner.token })).jobs.length, 1);
	for (const id of [randomUUID(), 'x', s.id])
		refused(await get(`/api/jobs/mt/${id}`, { token: owner.token }), 404, 'JOB_NOT_FOUND');
	const stranger = await shop();
	refused(await get(`/api/jobs/mt/${one.id}`, { token: stranger.owner.token }), 404, 'JOB_NOT_FOUND');
});
