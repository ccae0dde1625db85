// SPDX-License-Identifier: Apache-2.0
// The whole way from registering to the dashboard as a person goes it, with JavaScript and without.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { agency, completed, connect, login, PASSWORD, store, unique } from '../lib/actors.mjs';
import { get, ok } from '../lib/api.mjs';
import { until } from '../lib/env.mjs';
import { cluster, freePort } from '../lib/postgres.mjs';
import { sql } from '../lib/sql.mjs';
import { leave, missing, path, send, start, stop, visitor } from './chromium.mjs';

const STEPS = ['store', 'database', 'payments', 'credits', 'profile'];
const OPTIONAL = ['payments', 'credits'];
const PUBLISHABLE = 'pk_test_51HsoukPublishable0001abcd';
const SECRET = 'sk_test_51HsoukSecretKey000000wxyz';

// Nothing that leads elsewhere: no sidebar, no navigation, no selector of stores.
async function isAlone(page) {
	assert.equal(await page.getByRole('navigation').count(), 0);
	assert.equal(await page.locator('aside, .side, .picker, [name=storeId]').count(), 0);
	assert.equal(await page.locator('a[href^="/dashboard"]').count(), 0);
}

async function atStep(page, word) {
	const n = STEPS.indexOf(word) + 1, optional = OPTIONAL.includes(word);
	await page.waitForURL(`**/onboarding/${word}`);
	await isAlone(page);
	assert.equal(await page.getByText(`Step ${n} of 5`, { exact: true }).first().isVisible(), true);
	const bar = page.locator('.setup-progress progress');
	assert.equal(await bar.getAttribute('value'), String(n));
	assert.equal(await bar.getAttribute('max'), '5');
	assert.equal(await page.locator('.marks > li').count(), 5);
	assert.equal(await page.locator('.marks > li[aria-current=step]').count(), 1);
	assert.equal(await page.locator(`.marks > li:nth-child(${n})`).getAttribute('aria-current'), 'step');
	assert.equal(await page.locator('.marks > li', { hasText: 'Optional' }).count(), 2);
	assert.equal(await page.locator('.setup-count', { hasText: 'Optional' }).count(), optional ? 1 : 0);
	assert.equal(await page.locator('h1').count(), 1);
}

// A step that waits for an answer: one button sends it, and another skips it if it may be skipped.
async function asks(page, word) {
	await atStep(page, word);
	assert.equal(await page.locator('button[type=submit]:not([name])').count(), 1);
	assert.equal(await page.locator('button[name=skip]').count(), OPTIONAL.includes(word) ? 1 : 0);
	for (const field of await page.locator('main input:visible, main select:visible').all()) {
		const id = await field.getAttribute('id');
		assert.equal(await page.locator(`label[for="${id}"]`).first().isVisible(), true, `label of ${id}`);
	}
}

async function register(page) {
	const email = `${unique('b')}@example.com`;
	await page.goto('/register');
	await page.getByLabel('First name').fill('Ada');
	await page.getByLabel('Last name').fill('Agency');
	await page.getByLabel('Email address').fill(email);
	await page.locator('[name=password]').fill(PASSWORD);
	await send(page);
	await asks(page, 'store');
	return login({ email, password: PASSWORD });
}

// Whoever asks for a later step, or for the dashboard, comes to the one that is open.
async function goesBackTo(page, word) {
	const later = STEPS.slice(STEPS.indexOf(word) + 1).map((s) => `/onboarding/${s}`);
	for (const to of [...later, '/onboarding', '/dashboard', '/dashboard/credits', '/dashboard/account']) {
		await page.goto(to);
		assert.equal(path(page), `/onboarding/${word}`, to);
	}
}

// What the page says of the progress, as often as it changes.
async function listen(page) {
	const seen = [];
	await page.exposeFunction('sawProgress', (text) => seen.push(text));
	await page.addInitScript(() => {
		const look = () => {
			const text = document.getElementById('making-count')?.textContent;
			if (text && text !== window.lastProgress)
				window.sawProgress((window.lastProgress = text));
		};
		new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
	});
	return seen;
}

function isProgress(seen) {
	const values = seen.map((text) => text.match(/^table (\d+) of (\d+)$/)?.slice(1).map(Number));
	assert.ok(values.length > 0, 'no progress was shown');
	for (const [i, [n, all]] of values.entries()) {
		assert.ok(all >= 90 && n <= all, seen[i]);
		assert.ok(i === 0 || n >= values[i - 1][0], `it went back: ${seen}`);
	}
}

async function isDashboard(page, name) {
	await page.waitForURL('**/dashboard');
	assert.equal(await page.locator('h1').textContent(), name);
	const nav = page.getByRole('navigation', { name: 'Dashboard' });
	for (const to of ['Overview', 'Credits', 'Jobs', 'Database', 'Account'])
		assert.equal(await nav.getByRole('link', { name: to }).isVisible(), true, to);
	assert.equal(await page.locator('.picker-now strong').textContent(), name);
	assert.equal(await page.getByText('Healthy').first().isVisible(), true);
}

async function choose(page, name) {
	await page.locator('.picker summary').click();
	await page.locator('button[name=storeId]', { hasText: name }).click();
	await isDashboard(page, name);
}

describe('onboarding', { skip: missing }, () => {
	before(start);
	after(stop);

	test('with JavaScript: keys and credits are given; then a second store, and back to the first', async () => {
		const page = await visitor(), seen = await listen(page);
		const name = 'Désert Röses', slug = unique('desert-roses-');
		const person = await register(page);
		await goesBackTo(page, 'store');

		await page.getByLabel('Store name').fill(name);
		assert.equal(await page.locator('[name=slug]').inputValue(), 'desert-roses');
		assert.equal(await page.getByText('.localhost', { exact: true }).isVisible(), true);
		await page.locator('[name=slug]').fill(slug);
		await page.getByText(`${slug} is free`).waitFor();
		await page.getByLabel('Country').selectOption('NL');
		await send(page);
		await asks(page, 'database');
		await goesBackTo(page, 'database');

		await page.getByLabel('Make one for me').check();
		assert.equal(await page.locator('[name=connectionString]').isVisible(), false);
		await send(page);
		await page.getByText(/^table \d+ of \d+$/).first().waitFor();
		await isAlone(page);
		await page.waitForURL('**/onboarding/payments', { timeout: 60000 });
		isProgress(seen);

		await asks(page, 'payments');
		await goesBackTo(page, 'payments');
		await page.getByLabel('Publishable key', { exact: true }).fill(PUBLISHABLE);
		await page.locator('[name=secretKey]').fill(SECRET);
		await send(page);

		await asks(page, 'credits');
		await page.getByText('100 credits', { exact: true }).click();
		await page.getByText('100 credits: $10.00').waitFor();
		await page.locator('[name=amount]').fill('250');
		await page.getByText('250 credits: $25.00').waitFor();
		assert.equal(await page.locator('[name=packId]:checked').count(), 0);
		await send(page);

		await asks(page, 'profile');
		assert.equal(await page.locator('.mark.is-done').count(), 4);
		await page.getByLabel('Phone').fill('+31 20 123 4567');
		await page.getByLabel('Company').fill('Ada & Sons');
		await send(page);
		await isDashboard(page, name);
		assert.equal(await page.locator('#stat-credits ~ .stat-number').textContent(), '250');
		const me = ok(await get('/api/auth/me', { token: person.token }));
		assert.equal(me.user.phone, '+31 20 123 4567');
		assert.equal(me.user.companyName, 'Ada & Sons');
		for (const to of ['/onboarding', ...STEPS.map((s) => `/onboarding/${s}`)]) {
			await page.goto(to);
			assert.equal(path(page), '/dashboard', to);
		}
		await page.goto('/dashboard/credits');
		assert.equal(await page.getByRole('cell', { name: '+250' }).count(), 1);

		const other = `Second ${unique()}`;
		await page.locator('.picker summary').click();
		await page.getByRole('link', { name: 'New store' }).click();
		await page.waitForURL('**/onboarding/store?new=1');
		assert.equal(await page.getByRole('navigation').count(), 0);
		await page.getByRole('button', { name: `Back to ${name}` }).click();
		await isDashboard(page, name);
		await page.goto('/onboarding/store?new=1');
		await page.getByLabel('Store name').fill(other);
		await send(page);
		await page.waitForURL('**/onboarding/database');
		await page.getByLabel('Make one for me').check();
		await send(page);
		await page.waitForURL(/\/(dashboard|onboarding\/payments)$/, { timeout: 60000 });
		await page.goto('/dashboard');
		await isDashboard(page, other);
		assert.equal(await page.locator('#stat-credits ~ .stat-number').textContent(), '0');
		await choose(page, name);
		assert.equal(await page.locator('#stat-credits ~ .stat-number').textContent(), '250');
		await choose(page, other);
		await leave(page);
	});

	test('without JavaScript: the browser is closed meanwhile; keys and credits are skipped', async () => {
		const first = await visitor({ js: false });
		const name = `Plain ${unique()}`;
		const person = await register(first);
		await first.locator('[name=name]').fill(name);
		await send(first);
		await asks(first, 'database');
		await first.getByLabel('Make one for me').check();
		await send(first);
		await first.waitForURL('**/onboarding/database');
		assert.match(await first.locator('main').textContent(), /Setting up your database/);
		assert.equal(await first.getByText(/^table \d+ of \d+$/).count() +
			await first.getByText('Waiting to start').count() > 0, true);
		await isAlone(first);
		const cookies = await first.context().cookies();
		await leave(first);

		const page = await visitor({ js: false });
		await page.context().addCookies(cookies);
		await page.goto('/onboarding');
		// The page looks again by itself.
		await page.waitForURL('**/onboarding/payments', { timeout: 60000 });
		await asks(page, 'payments');
		await page.locator('button[name=skip]').click();
		await asks(page, 'credits');
		await page.locator('button[name=skip]').click();
		await asks(page, 'profile');
		await send(page);
		await isDashboard(page, name);
		assert.equal(await page.locator('#stat-credits ~ .stat-number').textContent(), '0');
		await choose(page, name);
		const { stores } = ok(await get('/api/auth/me', { token: person.token }));
		assert.equal(stores.length, 1);
		await leave(page);
	});

	test('a database of one\'s own: refused, tested, connected at the next try', async () => {
		const own = await cluster();
		try {
			const owner = await agency(), shop = await store(owner);
			const page = await visitor({ owner });
			const name = async (where, url) => {
				await where.locator('#type-postgresql').check();
				await where.getByLabel('Connection string', { exact: true }).fill(url);
			};
			const give = async (url) => {
				await name(page, url);
				await send(page);
			};
			await page.goto('/onboarding');
			await asks(page, 'database');
			await give(`postgresql://u:hunter2secret@127.0.0.1:${await freePort()}/d`);
			const alert = page.getByRole('alert');
			assert.match(await alert.textContent(), /cannot|could not|not be reached|refused/i);
			assert.match(await alert.textContent(), /refuse|listen|port|runs/i);
			assert.equal((await page.content()).includes('hunter2secret'), false);
			await asks(page, 'database');

			await own.make('shop');
			await name(page, own.url('shop'));
			await page.locator('button[name=test]').click();
			await page.getByText(/^It works: PostgreSQL \d+.* answered in/).waitFor();
			const plain = await visitor({ owner, js: false });
			await plain.goto('/onboarding/database');
			await name(plain, own.url('shop'));
			await plain.locator('button[name=test]').click();
			await plain.getByText(/^It works: PostgreSQL \d+.* answered in/).waitFor();
			assert.equal((await plain.content()).includes(own.password), false);
			assert.equal(await plain.locator('[name=connectionString]').inputValue(), '');
			// What cannot be connected is not told in green.
			await own.make('full');
			await sql(own.where('full'), 'CREATE TABLE theirs (n integer)');
			for (const where of [page, plain]) {
				await name(where, own.url('full'));
				await where.locator('button[name=test]').click();
				await where.locator('.alert-warn', { hasText: /^\s*It works/ }).waitFor();
			}
			await leave(plain);
			await give(own.url('shop', 'postgres', 'wrong-pass-word'));
			assert.match(await alert.textContent(), /password/i);

			await give(own.url('shop'));
			await page.waitForURL('**/onboarding/payments', { timeout: 60000 });
			await completed(owner, shop.id);
			await leave(page);
		} finally {
			await own.stop();
		}
	});

	test('one who comes back while it runs, or has finished elsewhere, is where he should be', async () => {
		const owner = await agency(), shop = await store(owner);
		const page = await visitor({ owner });
		await page.goto('/dashboard');
		await atStep(page, 'database');
		await connect(owner, shop.id);
		await until('the next step', async () => {
			await page.goto('/onboarding/database');
			return path(page) === '/onboarding/payments';
		}, 10, 200);
		// An earlier step may be looked at again; it makes no second store.
		await page.goto('/onboarding/store');
		assert.equal(await page.locator('[name=slug]').count(), 0);
		await page.getByLabel('Store name').fill('Renamed');
		await send(page);
		await page.waitForURL('**/onboarding/payments');
		const { stores } = ok(await get('/api/auth/me', { token: owner.token }));
		assert.deepEqual(stores.map((s) => s.name), ['Renamed']);
		await leave(page);
	});
});
