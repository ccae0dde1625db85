// SPDX-License-Identifier: Apache-2.0
// Every page and every state of it, wide and narrow, light and dark: axe finds nothing at AA, nothing scrolls sideways.
// With SOUK_SHOTS=DIRECTORY it also leaves a picture of each.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';

import { agency, buy, shop, store, unique } from '../lib/actors.mjs';
import { ok, patch, post } from '../lib/api.mjs';
import { freePort } from '../lib/postgres.mjs';
import { master, quote, sql } from '../lib/sql.mjs';
import { leave, missing, NARROW, path, send, shoot, start, stop, visitor, WIDE } from './chromium.mjs';

const ALL = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] };
// What a change of colours alone can break.
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
const REFLOW = { width: 320, height: 640 };

async function scan(page, run) {
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(axe.source);
	const { violations } = await page.evaluate((runOnly) =>
		window.axe.run({ runOnly, resultTypes: ['violations'] }), run);
	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
}

function sideways(page) {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// Whatever shows, in all four looks. The page is not loaded again, so that a form keeps its complaint.
async function look(page, name) {
	const found = [];
	for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
		await page.setViewportSize(viewport);
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme });
			const rules = colorScheme === 'dark' ? COLOURS : ALL;
			found.push(...(await scan(page, rules)).map((v) => `${size} ${colorScheme}: ${v}`));
			await shoot(page, `${name}-${viewport.width}-${colorScheme}`);
		}
	}
	for (const viewport of [NARROW, REFLOW]) {
		await page.setViewportSize(viewport);
		if (await sideways(page) > 0)
			found.push(`at ${viewport.width} px it scrolls sideways by ${await sideways(page)} px`);
	}
	await page.setViewportSize(WIDE);
	await page.emulateMedia({ colorScheme: 'light' });
	return found.map((what) => `${name}, ${what}`);
}

// Each state: its name, and how a page comes to it.
async function tour(page, states) {
	const found = [];
	for (const [name, go] of Object.entries(states)) {
		await go(page);
		found.push(...await look(page, name));
	}
	assert.deepEqual(found, []);
	await leave(page);
}

const to = (where) => (page) => page.goto(where);

// The page's form as it is, or with fields; it comes back with a complaint.
const failing = (where, fields = {}) => async (page) => {
	await page.goto(where);
	for (const [field, value] of Object.entries(fields))
		await page.locator(`main [name=${field}]`).fill(value);
	await send(page);
	await page.getByRole('alert').waitFor();
	assert.equal(path(page), new URL(where, 'http://x').pathname);
	assert.match(await page.title(), /^Error: /);
};

// What only lasts for moments is set in the master database: the page shows what stands there.
async function state(id, columns) {
	await sql(master(), `UPDATE stores SET ${columns} WHERE id = ${quote(id)}`);
}

describe('accessibility', { skip: missing, concurrency: 2 }, () => {
	before(start);
	after(stop);

	test('pages for everybody', async () => {
		const known = await agency();
		await tour(await visitor(), {
			home: to('/'),
			login: to('/login'),
			'login-wrong': failing('/login', { email: known.email, password: 'not the pass phrase' }),
			'login-empty': failing('/login'),
			register: async (page) => {
				await page.goto('/register');
				await page.locator('[name=password]').fill('abcdefgh');
				await page.getByRole('button', { name: 'Show password' }).click();
			},
			'register-empty': failing('/register'),
			'register-taken': failing('/register', { firstName: 'A', lastName: 'B', email: known.email,
				password: 'a quite long pass phrase' }),
			'not-found': to('/nowhere'),
			'not-allowed': async (page) => {
				await page.goto('/login');
				await page.locator('main [name=_csrf]').evaluate((field) => (field.value = 'wrong'));
				await send(page);
				await page.getByText('403').waitFor();
			},
			// All operations are shown by the same lines of one template: some of them stand for all.
			docs: async (page) => {
				await page.goto('/docs');
				assert.equal(await sideways(page), 0);
				await page.evaluate(() => document.querySelectorAll('.op').forEach((op, i) => i % 12 && op.remove()));
			},
		});
	});

	test('pages for a forgotten password and an address to confirm', async () => {
		await tour(await visitor(), {
			forgot: to('/forgot-password'),
			'forgot-sent': async (page) => {
				await page.goto('/forgot-password');
				await page.locator('main [name=email]').fill(`${unique()}@example.com`);
				await send(page);
			},
			reset: to('/reset-password?token=none'),
			verify: to('/verify-email'),
		});
	});

	test('onboarding, up to the database', async () => {
		const owner = await agency(), taken = await store(await agency());
		const page = await visitor({ owner });
		let made;
		const port = await freePort();
		const own = async () => {
			await page.goto('/onboarding/database');
			await page.locator('#type-postgresql').check();
		};
		await tour(page, {
			'store': to('/onboarding/store'),
			'store-empty': failing('/onboarding/store'),
			'store-taken': failing('/onboarding/store', { name: 'Desert Roses', slug: taken.slug }),
			'database': async () => {
				made = await store(owner, { name: 'Desert Roses' });
				await page.goto('/onboarding/database');
			},
			'database-own': async () => {
				await own();
				for (const help of await page.locator('.engine-own summary').all())
					await help.click();
			},
			'database-empty': async () => {
				await own();
				await send(page);
				await page.getByRole('alert').waitFor();
			},
			'database-refused': async () => {
				await own();
				await page.locator('[name=connectionString]').fill(`postgresql://u:p@127.0.0.1:${port}/d`);
				await send(page);
				await page.getByRole('alert').waitFor();
			},
			'database-tested': async () => {
				await own();
				await page.locator('[name=connectionString]').fill('postgresql://u:p@10.0.0.1:5432/d');
				await page.locator('button[name=test]').click();
				await page.locator('#test-result.alert-bad').waitFor();
			},
			'provisioning': async () => {
				// Its job waits, for longer than this takes.
				await sql(master(), `INSERT INTO job_queue (id, kind, store_id, run_at) VALUES (
					gen_random_uuid(), 'provision_store', ${quote(made.id)}, now() + interval '1 hour')`);
				await state(made.id, `status = 'provisioning', provisioning_status = 'running',
					provisioning_message = 'Making table 42 of 131', provisioning_current = 42,
					provisioning_total = 131, provisioning_attempts = 1`);
				await page.goto('/onboarding/database');
				await page.getByText('table 42 of 131').first().waitFor();
			},
			'provisioning-again': async () => {
				await state(made.id, `provisioning_attempts = 2, provisioning_error_code = 'DB_UNAVAILABLE',
					provisioning_error = 'The store''s database does not answer.'`);
				await page.goto('/onboarding/database');
			},
			'provisioning-stopped': async () => {
				await state(made.id, `provisioning_status = 'failed',
					provisioning_error_code = 'CONNECTION_FAILED',
					provisioning_error = 'The database cannot be reached.'`);
				await page.goto('/onboarding/database');
			},
		});
	});

	test('onboarding, from payments on, and the dashboard', async () => {
		const { owner, store: made } = await shop({ name: 'Desert Roses' });
		const page = await visitor({ owner });
		const skip = async (from, next) => {
			await page.goto(from);
			await page.locator('button[name=skip]').click();
			await page.waitForURL(`**${next}`);
		};
		await tour(page, {
			'payments': to('/onboarding/payments'),
			'payments-empty': failing('/onboarding/payments'),
			'payments-mixed': failing('/onboarding/payments', { publishableKey: 'pk_live_51HsoukPublishable0001abcd',
				secretKey: 'sk_test_51HsoukSecretKey000000wxyz' }),
			'credits-step': () => skip('/onboarding/payments', '/onboarding/credits'),
			'credits-step-empty': failing('/onboarding/credits'),
			'credits-step-wrong': failing('/onboarding/credits', { amount: '1.2345' }),
			'profile': () => skip('/onboarding/credits', '/onboarding/profile'),
			'profile-wrong': failing('/onboarding/profile', { phone: 'none', avatarUrl: 'javascript:alert(1)' }),
			'dashboard-new': async () => {
				await page.goto('/onboarding/profile');
				await send(page);
				await page.waitForURL('**/dashboard');
			},
			'dashboard': async () => {
				await buy(owner, 500, made.id);
				ok(await post('/api/credits/mt/spend', { amount: 12.5, description: 'Translations' },
					{ token: owner.token }));
				await store(owner, { name: 'A shop with quite a long name, longer than any column is wide' });
				await post('/api/auth/login', { email: owner.email, password: owner.password });
				await page.goto('/dashboard');
			},
			'dashboard-selector': () => page.locator('.picker summary').click(),
			'dashboard-table': async () => {
				await page.goto('/dashboard');
				await page.locator('.chart-table summary').click();
			},
			'credits': to('/dashboard/credits'),
			'credits-empty': failing('/dashboard/credits'),
			'credits-bought': to('/dashboard/credits?bought=1'),
			'jobs': to('/dashboard/jobs'),
			'database-page': to('/dashboard/database'),
			'database-away': async () => {
				await state(made.id, "status = 'suspended'");
				await page.goto('/dashboard/database');
				await state(made.id, "status = 'active'");
			},
			'account': to('/dashboard/account'),
			'account-empty': failing('/dashboard/account', { firstName: '', phone: 'x' }),
			'account-saved': to('/dashboard/account?done=profile'),
			'store-another': to('/onboarding/store?new=1'),
			'home-signed-in': to('/'),
			'not-found-signed-in': to('/dashboard/nowhere'),
			'dashboard-without-blanks': async () => {
				const token = owner.token, unbroken = 'W'.repeat(100);
				ok(await patch(`/api/stores/mt/${made.id}`, { name: unbroken }, { token }));
				ok(await patch('/api/auth/profile', { firstName: unbroken, companyName: unbroken }, { token }));
				ok(await post('/api/credits/mt/spend', { amount: 1, description: unbroken }, { token }));
				await page.goto('/dashboard');
			},
			'credits-without-blanks': to('/dashboard/credits'),
			'account-without-blanks': to('/dashboard/account'),
			'home-without-blanks': to('/'),
			'store-without-blanks': to('/onboarding/store?new=1'),
		});
	});
});
