// SPDX-License-Identifier: Apache-2.0
// Pages as some people need them: by keyboard in a small window, enlarged to 400 %, in the system's colours, on paper.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { agency, shop, store } from '../lib/actors.mjs';
import { ok, patch } from '../lib/api.mjs';
import { base } from '../lib/env.mjs';
import { master, quote, sql } from '../lib/sql.mjs';
import { leave, missing, NARROW, path, send, start, stop, visitor, WIDE } from './chromium.mjs';

const PAGES = ['/dashboard', '/dashboard/credits', '/dashboard/account', '/'];
const STRIP = { width: 320, height: 256 };   // 1280 x 1024 at 400 %

// What has the focus and cannot be seen, because something that stays in its place lies over all of it.
const hiddenFocus = () => {
	const e = document.activeElement, box = (e.closest('label') ?? e).getBoundingClientRect();
	for (let i = 1; i < 10; i++)
		for (let j = 1; j < 10; j++) {
			const at = document.elementFromPoint(box.left + box.width * i / 10, box.top + box.height * j / 10);
			if (at && (e.contains(at) || at.closest('label')?.contains(e)))
				return null;
		}
	return e.id || e.name || e.textContent.trim().slice(0, 40);
};

describe('reading', { skip: missing }, () => {
	let owner, made;
	before(async () => {
		[{ owner, store: made }] = await Promise.all([shop({ name: 'متجر الورود' }), start()]);
		await sql(master(), `UPDATE users SET profile_completed_at = now() WHERE id = ${quote(owner.id)}`);
	});
	after(stop);

	test('nothing lies over what has the focus', async () => {
		const page = await visitor({ owner });
		const found = [];
		for (const viewport of [{ ...NARROW, height: 560 }, STRIP, { ...WIDE, height: 560 }]) {
			await page.setViewportSize(viewport);
			for (const where of PAGES) {
				await page.goto(where);
				for (let i = 0; i < 45; i++) {
					await page.keyboard.press('Tab');
					if (await page.evaluate(() => document.activeElement === document.body))
						break;
					const what = await page.evaluate(hiddenFocus);
					if (what)
						found.push(`${where} at ${viewport.width} x ${viewport.height}: ${what}`);
				}
			}
		}
		assert.deepEqual(found, []);
		await leave(page);
	});

	test('the selector of stores does not stay open over what comes after it', async () => {
		const page = await visitor({ owner });
		await page.goto('/dashboard');
		await page.locator('.picker summary').focus();
		await page.keyboard.press('Enter');
		await page.locator('.picker-new').focus();
		await page.keyboard.press('Tab');
		assert.equal(await page.locator('.picker').getAttribute('open'), null);
		assert.equal(await page.evaluate(hiddenFocus), null);
		await leave(page);
	});

	test('at 400 % nothing stays over the text', async () => {
		const page = await visitor({ owner, viewport: STRIP });
		for (const where of [...PAGES, '/docs']) {
			await page.goto(where);
			const stays = await page.evaluate(() => [...document.querySelectorAll('body *')]
				.filter((e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && !e.matches('.skip'))
				.map((e) => e.className));
			assert.deepEqual(stays, [], where);
		}
		await leave(page);
	});

	test('bars and the chosen page can be told apart in the system\'s colours', async () => {
		const page = await visitor({ owner });
		await page.emulateMedia({ forcedColors: 'active' });
		await page.goto('/dashboard');
		const underlined = await page.locator('.side-nav a').evaluateAll((links) => links
			.map((a) => getComputedStyle(a).textDecorationLine === 'underline'));
		assert.deepEqual(underlined, [true, false, false, false, false]);
		await page.goto('/onboarding/store?new=1');
		const { x, y, width, height } = await page.locator('.setup-progress .bar').boundingBox();
		const part = (left) => page.screenshot({ clip: { x: left, y: y + height / 4, width: 8, height: height / 2 } });
		const [done, open] = [await part(x + 12), await part(x + width - 20)];
		assert.equal(done.equals(open), false, 'how far it is cannot be seen');
		await leave(page);
	});

	test('on paper a page has the width of the paper', async () => {
		const page = await visitor({ owner });
		await page.emulateMedia({ media: 'print' });
		for (const where of ['/dashboard', '/dashboard/credits', '/docs']) {
			await page.goto(where);
			const { width } = await page.locator('main h1').first().evaluate((e) =>
				e.closest('.dash-main, .docs-main').getBoundingClientRect());
			assert.ok(width > 900, `${where}: ${width} px of 1200`);
		}
		await leave(page);
	});

	test('names are typed in their own direction', async () => {
		ok(await patch('/api/auth/profile', { firstName: 'محمد', companyName: 'شركة الورود' }, { token: owner.token }));
		const page = await visitor({ owner });
		await page.goto('/dashboard/account');
		const way = (name) => page.locator(`[name=${name}]`).evaluate((e) => getComputedStyle(e).direction);
		assert.deepEqual([await way('firstName'), await way('companyName'), await way('lastName')], ['rtl', 'rtl', 'ltr']);
		await leave(page);
	});

	test('a field is found by its label alone, and a complaint says which field it means', async () => {
		const guest = await visitor();
		for (const [where, label] of [['/login', 'Password'], ['/register', 'Password']]) {
			await guest.goto(where);
			await guest.getByLabel(label).fill('a quite long one');
			await guest.getByRole('button', { name: 'Show password' }).click();
			await guest.getByRole('button', { name: 'Hide password' }).waitFor();
		}
		assert.match(await guest.getByRole('status').first().textContent(), /^Strength of the password: \w+/);
		await leave(guest);
		const page = await visitor({ owner });
		await page.goto('/dashboard/account');
		await page.getByRole('button', { name: 'Change password' }).click();
		const said = await page.getByRole('alert').locator('a').allTextContents();
		assert.deepEqual(said, ['The current password is required.', 'The new password is required.']);
		await page.goto(page.url());   // as a browser does that opens its tabs again
		assert.equal(path(page), '/dashboard/account');
		await leave(page);
	});

	test('what is copied is said', async () => {
		const page = await visitor({ owner });
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await page.goto('/dashboard');
		await page.getByRole('button', { name: 'Copy the address' }).click();
		await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
		assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\.localhost$/);
		await leave(page);
	});

	test('the price that is shown is the price that is asked', async () => {
		const page = await visitor({ owner });
		await page.goto('/dashboard/credits');
		const shown = { '12.5': '12.5 credits: $1.25', '12345': '12345 credits: $1,234.50', '1.25': /one decimal/,
			'0.5': /such as 250/, '1e3': /such as 250/, '': '' };
		for (const [typed, words] of Object.entries(shown)) {
			await page.locator('[name=amount]').fill(typed);
			const text = await page.locator('#price').textContent();
			if (words instanceof RegExp)
				assert.match(text, words, typed);
			else
				assert.equal(text, words);
		}
		await leave(page);
	});

	test('a database that was not asked is not one that is down', async () => {
		const page = await visitor({ owner });
		await sql(master(), `UPDATE stores SET status = 'suspended' WHERE id = ${quote(made.id)}`);
		try {
			await page.goto('/dashboard/database');
			const words = await page.getByRole('alert').textContent();
			assert.match(words, /This store is suspended/);
			assert.doesNotMatch(words, /cannot be reached|its server/);
			assert.equal(await page.getByText('Not reachable').count(), 0);
		} finally {
			await sql(master(), `UPDATE stores SET status = 'active' WHERE id = ${quote(made.id)}`);
		}
		await leave(page);
	});

	test('the web server\'s own pages look like ours', async () => {
		const person = await agency(), page = await visitor({ owner: person });
		await store(person);
		await page.goto('/onboarding/database');
		await page.locator('main form').first().evaluate((form) => {
			form.insertAdjacentHTML('beforeend', '<textarea name="more" hidden></textarea>');
			form.elements.more.value = 'x'.repeat(1100000);
		});
		await send(page);
		await page.getByText('413').waitFor();
		assert.match(await page.title(), /too large.* – Souk$/);
		assert.equal(await page.locator('main.wrap h1').count(), 1);
		assert.ok((await page.locator('h1').boundingBox()).x >= 16);
		assert.equal(await page.getByRole('link', { name: 'Back to the start' }).getAttribute('href'), '/');
		await leave(page);
	});

	test('the reference is sent compressed, pages of one person are not', async () => {
		const coding = async (where, headers = {}) =>
			(await fetch(new URL(where, base), { headers, redirect: 'manual' })).headers.get('content-encoding');
		for (const where of ['/docs', '/openapi.json', '/css/souk.css', '/js/forms.js'])
			assert.equal(await coding(where), 'gzip', where);
		for (const where of ['/dashboard', '/dashboard/account', '/onboarding/store?new=1'])
			assert.equal(await coding(where, { cookie: `souk_session=${owner.token}` }), null, where);
	});
});
