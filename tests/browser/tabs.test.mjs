// SPDX-License-Identifier: Apache-2.0
// Two tabs of one browser, and a session that ends while a page is open: nobody is told that a page of ours is from elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { agency, PASSWORD, shop, store } from '../lib/actors.mjs';
import { call, del, get, ok } from '../lib/api.mjs';
import { master, quote, sql } from '../lib/sql.mjs';
import { leave, missing, path, send, start, stop, visitor } from './chromium.mjs';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

// Ended on another device; workers may remember for a second that it lived.
async function end(owner) {
	await sql(master(), `UPDATE sessions SET revoked_at = now(), revoked_reason = 'test'
		WHERE user_id = ${quote(owner.id)} AND revoked_at IS NULL`);
	for (let i = 0; i < 60; i++)
		if ((await get('/api/auth/me', { token: owner.token })).status === 401 && i > 20)
			return;
	throw new Error('the session still lives');
}

async function signIn(page, person) {
	await page.locator('[name=email]').fill(person.email);
	await page.locator('[name=password]').fill(person.password);
	await send(page);
}

describe('tabs and sessions', { skip: missing }, () => {
	before(start);
	after(stop);

	test('who signed in in another tab signs in in this one, too', async () => {
		const person = await agency(), page = await visitor();
		const other = await page.context().newPage();
		for (const tab of [page, other])
			await tab.goto('/login');
		await signIn(page, person);
		await page.waitForURL('**/onboarding/store');
		await signIn(other, person);
		await other.waitForURL('**/onboarding/store');
		await leave(page);
	});

	test('a form from before is for its own browser only, and for public pages only', async () => {
		const { owner } = await shop();
		const shown = await call('GET', '/login', { headers: { accept: 'text/html' } });
		const _csrf = shown.text.match(/name="_csrf" value="([^"]+)"/)[1];
		const cookie = `souk_session=${owner.token}`, pre = shown.headers['set-cookie'][0].split(';')[0];
		const tries = [['/login', cookie], ['/login', `${cookie}; souk_pre=${'A'.repeat(43)}`],
			['/onboarding/profile', `${cookie}; ${pre}`], ['/logout', `${cookie}; ${pre}`]];
		for (const [where, cookies] of tries) {
			const rs = await call('POST', where, { headers: { ...FORM, cookie: cookies },
				body: new URLSearchParams({ _csrf, email: owner.email, password: PASSWORD }).toString() });
			assert.equal(rs.status, 403, `${where} ${cookies}`);
			assert.equal(rs.headers['set-cookie'], undefined);
		}
		ok(await get('/api/auth/me', { token: owner.token }));
	});

	test('signing out twice is signing out', async () => {
		const person = await agency(), page = await visitor({ owner: person });
		const other = await page.context().newPage();
		for (const tab of [page, other])
			await tab.goto('/onboarding/store');
		await page.locator('button[name=signout]').click();
		await page.waitForURL((url) => url.pathname === '/');
		await other.locator('button[name=signout]').click();
		await other.waitForURL('**/login');
		assert.equal(await other.locator('main .alert').count(), 0);
		await leave(page);
	});

	test('a form sent after the session ended: one is told so, and comes back to it', async () => {
		const person = await agency(), page = await visitor({ owner: person });
		await page.goto('/onboarding/store');
		await page.locator('[name=name]').fill('Too late');
		await end(person);
		await send(page);
		await page.waitForURL('**/login?**');
		const told = page.getByRole('status').filter({ hasText: 'nothing was saved' });
		assert.equal(await told.isVisible(), true);
		assert.equal(await told.evaluate((e) => e === document.activeElement), true);
		await signIn(page, person);
		await page.waitForURL('**/onboarding/store');
		page.trouble = page.trouble.filter((t) => !/^401 .*check-slug/.test(t));
		await leave(page);
	});

	test('a page asked for after the session ended says so; who never had one is only asked to sign in', async () => {
		const { owner } = await shop(), page = await visitor({ owner });
		await end(owner);
		await page.goto('/dashboard/credits');
		assert.equal(path(page), '/login');
		assert.equal(await page.getByText('Your session has ended.').isVisible(), true);
		assert.equal(await page.locator('[name=return_to]').inputValue(), '/dashboard/credits');
		await leave(page);
		const guest = await visitor();
		await guest.goto('/dashboard/credits');
		assert.equal(new URL(guest.url()).search, '?return_to=/dashboard/credits');
		assert.equal(await guest.locator('main .alert').count(), 0);
		for (const wish of ['<b>', 'x', ''])
			assert.equal((await guest.goto(`/login?session=${encodeURIComponent(wish)}`)).status(), 200);
		assert.equal(await guest.locator('main .alert').count(), 0);
		await leave(guest);
	});

	test('a page that asks how far it is: session ended, then store deleted elsewhere', async () => {
		const person = await agency(), made = await store(person);
		await sql(master(), `UPDATE stores SET status = 'provisioning', provisioning_status = 'running',
			provisioning_current = 3, provisioning_total = 9, provisioning_attempts = 1 WHERE id = ${quote(made.id)}`);
		await sql(master(), `INSERT INTO job_queue (id, kind, store_id, run_at)
			VALUES (gen_random_uuid(), 'provision_store', ${quote(made.id)}, now() + interval '1 hour')`);
		const page = await visitor({ owner: person });
		await page.goto('/onboarding/database');
		await page.getByText('table 3 of 9').first().waitFor();
		// The next try is told without loading the page again, and taken back when that one works.
		await sql(master(), `UPDATE stores SET provisioning_attempts = 2, provisioning_error_code = 'DB_UNAVAILABLE',
			provisioning_error = 'The database does not answer.' WHERE id = ${quote(made.id)}`);
		await page.getByRole('status').filter({ hasText: 'Trying again (try 2)' }).waitFor();
		await sql(master(), `UPDATE stores SET provisioning_error_code = NULL, provisioning_error = NULL
			WHERE id = ${quote(made.id)}`);
		await page.locator('#making-trouble').waitFor({ state: 'hidden' });
		ok(await del(`/api/stores/mt/${made.id}`, { token: person.token }));
		await page.waitForURL('**/onboarding/store');
		page.trouble = page.trouble.filter((t) => !/^404 .*provisioning-status$/.test(t));
		await leave(page);
	});

	test('a form that got no answer can be sent again', async () => {
		const page = await visitor();
		await page.clock.install();
		await page.goto('/login');
		await page.evaluate(() => {
			window.sent = 0;
			window.addEventListener('submit', (event) => {
				window.sent += !event.defaultPrevented;
				event.preventDefault();   // as if nothing came back
			});
		});
		const sent = (times) => page.evaluate((n) => {
			for (; n > 0; n--)
				document.querySelector('main form').requestSubmit();
			return window.sent;
		}, times);
		assert.equal(await sent(3), 1);
		await page.clock.fastForward(11000);
		assert.equal(await sent(3), 2);
		await leave(page);
	});
});
